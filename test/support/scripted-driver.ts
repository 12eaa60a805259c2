// A provider that does what a test tells it, behind a real driver's shape: what each call answers is scripted, every
// call is recorded, and what the provider ended up with can be looked at. A fake; it holds itself to the driver contract.
import { address } from '#core/address.ts';
import { type Capabilities, type Channel, addressingOf } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import { type RemoteChat, remoteChat, remoteId } from '#core/ids.ts';
import { peerKey } from '#core/message.ts';
import type {
  ChatCommand,
  Content,
  CreateDriver,
  Driver,
  DriverHost,
  DriverSettings,
  Health,
  Inbound,
  OutboundChunk,
  Receipt,
  Run,
  Target,
} from '#ports/driver.ts';

/**
 * What the provider does with a send. `accept`: takes it. `lose`: takes it, but the answer is lost (`uncertain`).
 * `refuse`, `defer`, `uncertain`: does not take it and answers so. `throw`: the driver breaks. `hang`: nothing until the
 * caller gives up, then `uncertain`. `{ takes, receipt }`: anything else.
 */
export type Step =
  | 'accept'
  | 'lose'
  | 'refuse'
  | 'defer'
  | 'uncertain'
  | 'throw'
  | 'hang'
  | { readonly takes: boolean; readonly receipt: Receipt };

export interface ScriptedSettings {
  readonly channels?: readonly Channel[];
  readonly lines?: readonly string[];
  readonly capabilities?: Partial<Capabilities>;
  /** `one`: a message is one body. `each`: a body per part, sent one after the other. */
  readonly chunks?: 'one' | 'each';
  /** Whether it also takes runs of several conversations in one call. */
  readonly together?: boolean;
  /** What the coming sends do, in order; after the last one, everything is accepted. */
  readonly script?: readonly Step[];
  /** Whether it can be asked about a key: it tells the truth, or gives a fixed answer. Absent: it cannot. */
  readonly reconcile?: 'truth' | Receipt;
}

export interface ScriptedCall {
  readonly verb: string;
  readonly target: Target;
  readonly key: string;
  /** Of a send. */
  readonly chunk?: OutboundChunk;
  readonly command?: unknown;
}

export interface Taken {
  readonly key: string;
  readonly body: string;
  readonly remoteChat: RemoteChat;
  readonly remoteId: string;
}

export interface ScriptedDriver {
  /** For whoever makes drivers from a list. Each call is a new connection to the same provider. */
  readonly create: CreateDriver;
  /** The settings `create` is meant to be called with. */
  readonly settings: DriverSettings;
  /** Everything asked of the driver, in order; one entry per chunk of a send. */
  readonly calls: readonly ScriptedCall[];
  /** The sends among the calls, as their chunks. */
  readonly sends: readonly OutboundChunk[];
  /** How many chunks each call of `send` brought, in order. */
  readonly runs: readonly number[];
  /** What the provider took, in order: more than one of a key means a message came twice. */
  readonly taken: readonly Taken[];
  /** Append to the script. */
  next(...steps: readonly Step[]): void;
  /** Report something to the gateway, again and again until it is stored. */
  report(row: Inbound): Promise<void>;
  typing(from: string, started: boolean): void;
  /** The provider goes away (sends are deferred, health is down), and comes back. */
  outage(away: boolean): void;
}

const defaults: Omit<Capabilities, 'addressing'> = {
  text: { maxCharacters: 10_000, format: 'plain' },
  media: { maxCount: 10, maxBytes: 1_000_000 },
  groups: { maxMembers: 32 },
  typing: true,
  readReceipts: true,
  reactions: ['love', 'like'],
  edits: false,
  unsend: false,
  replies: true,
  polls: false,
  receipts: ['delivered', 'read'],
  idempotency: 'key',
  maxRun: 64,
};

const away: Health = { state: 'down', error: 'the scripted provider is away', mend: 'End the outage' };
const retryMs = 5;

export function scriptedDriver(settings: ScriptedSettings = {}): ScriptedDriver {
  const provider = new ScriptedProvider(settings);
  const channels = settings.channels ?? ['imessage'];
  return {
    create: (_settings, host) => connect(provider, settings, channels, host),
    settings: { channels, options: {} },
    calls: provider.calls,
    get sends() {
      return provider.calls.flatMap((call) => call.chunk ?? []);
    },
    runs: provider.runs,
    taken: provider.taken,
    next: (...steps) => void provider.script.push(...steps),
    report: (row) => provider.report(row),
    typing: (from, started) => {
      const line = linesOf(settings)[0] ?? '';
      provider.host?.typing({ line, remoteChat: remoteChat(`chat:${from}`), from, started });
    },
    outage: (isAway) => {
      provider.isAway = isAway;
      provider.host?.health(isAway ? away : { state: 'connected' });
    },
  };
}

const linesOf = (settings: ScriptedSettings): readonly string[] => settings.lines ?? ['+15550100000'];

class ScriptedProvider {
  readonly calls: ScriptedCall[] = [];
  readonly runs: number[] = [];
  readonly taken: Taken[] = [];
  readonly script: Step[];
  readonly capabilities: Omit<Capabilities, 'addressing'>;
  /** The connected gateway. */
  host: DriverHost | null = null;
  isAway = false;
  readonly #takenAtMs = new Map<string, number>();

  constructor(settings: ScriptedSettings) {
    this.script = [...(settings.script ?? [])];
    const capabilities = { ...defaults, ...settings.capabilities };
    this.capabilities = {
      ...capabilities,
      maxRun: capabilities.idempotency === 'none' ? 1 : capabilities.maxRun,
      ...(capabilities.idempotency === 'window' && { dedupeWindowMs: capabilities.dedupeWindowMs ?? 60_000 }),
    };
  }

  async answer(target: Target, chunk: { key: string; body: string }, signal: AbortSignal): Promise<Receipt> {
    const step = this.script.shift() ?? 'accept';
    if (this.isAway) return { outcome: 'deferred', message: 'the scripted provider is away' };
    if (typeof step === 'object') {
      if (step.takes) this.take(target, chunk);
      return step.receipt;
    }
    switch (step) {
      case 'accept':
        return this.take(target, chunk);
      case 'lose':
        this.take(target, chunk);
        return { outcome: 'uncertain', message: 'the answer was lost' };
      case 'refuse':
        return { outcome: 'refused', code: 'scripted', message: 'The provider refused it' };
      case 'defer':
        return { outcome: 'deferred', message: 'not now', retryAfterMs: 10 };
      case 'uncertain':
        return { outcome: 'uncertain', message: 'no answer' };
      case 'throw':
        throw new Error('the scripted driver broke');
      case 'hang':
        await this.#aborted(signal);
        return { outcome: 'uncertain', message: 'no answer in time' };
      default:
        return step satisfies never;
    }
  }

  /** What the provider holds for a key, if its dedupe still knows it. */
  known(key: string): Taken | undefined {
    if (this.capabilities.idempotency === 'none') return undefined;
    const atMs = this.#takenAtMs.get(key);
    const windowMs = this.capabilities.dedupeWindowMs ?? Number.POSITIVE_INFINITY;
    const nowMs = this.host?.runtime.clock.nowMs() ?? 0;
    return atMs !== undefined && nowMs - atMs <= windowMs ? this.taken.find((taken) => taken.key === key) : undefined;
  }

  take(target: Target, { key, body }: { key: string; body: string }): Receipt {
    let taken = this.known(key);
    if (!taken) {
      const chat = target.remoteChat ?? remoteChat(`chat:${peerKey(target.participants, target.isGroup)}`);
      taken = { key, body, remoteChat: chat, remoteId: `remote-${this.taken.length + 1}` };
      this.taken.push(taken);
      this.#takenAtMs.set(key, this.host?.runtime.clock.nowMs() ?? 0);
    }
    return { outcome: 'accepted', remoteId: remoteId(taken.remoteId), remoteChat: taken.remoteChat };
  }

  async report(row: Inbound): Promise<void> {
    for (;;) {
      try {
        await this.host?.receive([row]);
        return;
      } catch {
        await this.host?.runtime.timers.sleep(retryMs);
      }
    }
  }

  async #aborted(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

function connect(
  provider: ScriptedProvider,
  settings: ScriptedSettings,
  channels: readonly Channel[],
  host: DriverHost,
): Driver {
  let running = false;
  const health = (): Health => (running ? (provider.isAway ? away : { state: 'connected' }) : { state: 'stopped' });
  const capabilities = (channel: Channel) => ({ ...provider.capabilities, addressing: addressingOf(channel) });
  async function send(target: Target, run: readonly OutboundChunk[], signal: AbortSignal): Promise<readonly Receipt[]> {
    if (!running || signal.aborted) return [{ outcome: 'deferred', message: 'it did not leave' }];
    provider.runs.push(run.length);
    const receipts: Receipt[] = [];
    for (const chunk of run) {
      provider.calls.push({ verb: 'send', target, key: chunk.key, chunk });
      const receipt = await provider.answer(target, chunk, signal);
      receipts.push(receipt);
      if (receipt.outcome !== 'accepted') break;
    }
    return receipts;
  }
  return {
    channels,
    lines: () => linesOf(settings),
    capabilities,
    start() {
      running = true;
      provider.host = host;
      host.health(health());
      return Promise.resolve();
    },
    stop() {
      if (running) host.health({ state: 'stopped' });
      running = false;
      return Promise.resolve();
    },
    probe: () => Promise.resolve(health()),
    normalizeTarget(channel, text, field) {
      if (!channels.includes(channel)) throw refuse('invalid', `It does not carry ${channel}`, { field: 'channel' });
      return address(text, addressingOf(channel), field);
    },
    render: (_channel, content) => render(settings.chunks ?? 'one', content),
    send,
    ...(settings.together === true && {
      async sendRuns(runs: readonly Run[], signal: AbortSignal) {
        const lists: (readonly Receipt[])[] = [];
        for (const { target, chunks } of runs) lists.push(await send(target, chunks, signal));
        return lists;
      },
    }),
    ...abilities(provider),
    ...(settings.reconcile !== undefined && { reconcile: reconcileBy(provider, settings.reconcile) }),
  };
}

function render(chunks: 'one' | 'each', { parts, replyTo }: Content): readonly string[] {
  if (parts.length === 0) throw refuse('invalid', 'The message is empty', { field: 'parts' });
  return chunks === 'one'
    ? [JSON.stringify({ parts, replyTo })]
    : parts.map((part) => JSON.stringify({ parts: [part], replyTo }));
}

/** The verbs the capabilities promise; each is answered by the script like a send. */
function abilities(provider: ScriptedProvider): Partial<Driver> {
  const { typing, readReceipts, reactions, edits, unsend, polls, groups } = provider.capabilities;
  const answers = (verb: string) => async (command: ChatCommand, signal: AbortSignal) => {
    provider.calls.push({ verb, target: command.target, key: command.key, command });
    return provider.answer(command.target, { key: command.key, body: JSON.stringify({ verb }) }, signal);
  };
  return {
    ...(typing && {
      typing(target: Target, started: boolean) {
        provider.calls.push({ verb: 'typing', target, key: '', command: { started } });
        return Promise.resolve();
      },
    }),
    ...(readReceipts && { markRead: answers('markRead') }),
    ...(reactions && { react: answers('react') }),
    ...(edits && { edit: answers('edit') }),
    ...(unsend && { unsend: answers('unsend') }),
    ...(polls && { vote: answers('vote') }),
    ...(groups && {
      createGroup: answers('createGroup'),
      addMembers: answers('addMembers'),
      removeMembers: answers('removeMembers'),
      renameGroup: answers('renameGroup'),
      leaveGroup: answers('leaveGroup'),
    }),
  };
}

function reconcileBy(provider: ScriptedProvider, how: 'truth' | Receipt): NonNullable<Driver['reconcile']> {
  return (target, chunk) => {
    provider.calls.push({ verb: 'reconcile', target, key: chunk.key, chunk });
    if (how !== 'truth') return Promise.resolve(how);
    const taken = provider.taken.find(({ key }) => key === chunk.key);
    return Promise.resolve<Receipt>(
      taken
        ? { outcome: 'accepted', remoteId: remoteId(taken.remoteId), remoteChat: taken.remoteChat }
        : { outcome: 'deferred', message: 'it never came' },
    );
  };
}
