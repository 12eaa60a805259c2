/**
 * A network of wallets in memory, behind a real driver's shape: whoever is on it can be written to, at once, and groups
 * hold as many as a test says. A fake: nothing is sealed, and nothing outlives it. For tests that ask what the gateway
 * makes of a network's answers; what the real one does is shown with the real one.
 */
import { createHash } from 'node:crypto';
import { address as normal } from '#core/address.ts';
import { addressingOf, type Capabilities } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import { remoteChat, remoteId, type AccountId, type RemoteChat } from '#core/ids.ts';
import type { CreateDriver, Driver, DriverHost, Inbound, MembersCommand, Receipt, Target } from '#ports/driver.ts';

export interface ScriptedXmtp {
  /** For whoever makes drivers from a list. */
  readonly create: CreateDriver;
  /** The network goes away (nothing is sent, nobody is let in), and comes back. */
  outage(isAway: boolean): void;
  /** How the next verbs about groups go, instead of well. */
  next(...receipts: readonly Receipt[]): void;
  /** Somebody without an account here, on the network from now on, writes to one who has. */
  write(from: string, to: string, text: string): Promise<void>;
  /** What people without an account here were sent. */
  readonly received: readonly { readonly to: string; readonly text: string }[];
  readonly groups: ReadonlyMap<string, { readonly title: string; readonly members: ReadonlySet<string> }>;
  /** Messages that only come when they are asked for. */
  readonly waiting: { readonly from: string; readonly to: string; readonly text: string }[];
}

export const maxMembers = 5;
const makingMs = 20;

const can: Capabilities = {
  addressing: addressingOf('xmtp'),
  text: { maxCharacters: 10_000, format: 'plain' },
  media: false,
  groups: { maxMembers },
  typing: false,
  readReceipts: false,
  reactions: false,
  edits: false,
  unsend: false,
  replies: false,
  polls: false,
  receipts: [],
  idempotency: 'key',
  maxRun: 64,
};

interface Group {
  title: string;
  readonly members: Set<string>;
}

/** As real ones look, and the same for the same wallet. */
const inboxOf = (address: string): string => createHash('sha256').update(address).digest('hex');

export function scriptedXmtp(): ScriptedXmtp {
  const network = new Network();
  return {
    create: (_settings, host) => network.driver(host),
    outage: (isAway) => {
      network.isAway = isAway;
      network.tellHealth();
    },
    next: (...receipts) => void network.script.push(...receipts),
    write: (from, to, text) => {
      network.strangers.add(from);
      return network.deliver(from, to, dmWith(from), text, null);
    },
    received: network.received,
    groups: network.groups,
    waiting: network.waiting,
  };
}

const dmWith = (address: string): RemoteChat => remoteChat(`dm:${inboxOf(address)}`);
const awayWords = 'the scripted network is away';

class Network {
  readonly script: Receipt[] = [];
  readonly strangers = new Set<string>();
  readonly received: { to: string; text: string }[] = [];
  readonly groups = new Map<string, Group>();
  readonly waiting: { from: string; to: string; text: string }[] = [];
  isAway = false;
  #host: DriverHost | null = null;
  #count = 0;
  readonly #taken = new Map<string, string>();
  readonly #groupOf = new Map<string, string>();

  tellHealth(): void {
    this.#host?.health(
      this.isAway ? { state: 'down', error: awayWords, mend: 'End the outage' } : { state: 'connected' },
    );
  }

  /** Into the log of the recipient, where they have an account here. */
  async deliver(from: string, to: string, chat: RemoteChat, text: string, members: Group | null): Promise<void> {
    const wallet = this.#host?.wallets.at(to);
    if (!wallet) {
      this.received.push({ to, text });
      return;
    }
    this.#count += 1;
    const name = `${this.#count}@${to}`;
    const others = members === null ? [from] : [...members.members].filter((each) => each !== to);
    const row: Inbound = {
      kind: 'message',
      eventId: name,
      remoteId: remoteId(name),
      line: to,
      remoteChat: chat,
      account: wallet.account,
      channel: 'xmtp',
      from,
      isGroup: members !== null,
      participants: others,
      text,
      attachments: [],
      replyTo: null,
      thread: null,
      sentAtMs: this.#host?.runtime.clock.nowMs() ?? 0,
    };
    await this.#host?.receive([row]);
  }

  isHere(address: string): boolean {
    return this.strangers.has(address) || (this.#host?.wallets.at(address)?.inboxId ?? null) !== null;
  }

  async send(target: Target, key: string, text: string): Promise<Receipt> {
    if (this.isAway) return { outcome: 'deferred', message: awayWords };
    const group = target.isGroup ? this.groups.get(target.remoteChat ?? '') : undefined;
    const to = group ? [...group.members].filter((each) => each !== target.line) : target.participants;
    const [peer = ''] = to;
    if (target.isGroup && !group) return { outcome: 'refused', code: 'not_found', message: 'There is no such group' };
    if (!group && !this.isHere(peer)) return { outcome: 'refused', code: 'not_found', message: `${peer} is not here` };
    const chat = target.remoteChat ?? dmWith(peer);
    const known = this.#taken.get(key);
    if (known === undefined) {
      this.#taken.set(key, `${(this.#count += 1)}@${target.line}`);
      const theirs = group ? chat : dmWith(target.line);
      for (const each of to) await this.deliver(target.line, each, theirs, text, group ?? null);
    }
    return { outcome: 'accepted', remoteId: remoteId(this.#taken.get(key) ?? ''), remoteChat: chat };
  }

  /** One verb about a group, as the script has it or as `change` does it. */
  async onGroup(id: string, change: (group: Group) => void): Promise<Receipt> {
    const scripted = this.script.shift();
    if (scripted) return scripted;
    if (this.isAway) return { outcome: 'deferred', message: awayWords };
    const group = this.groups.get(id);
    if (!group) return { outcome: 'refused', code: 'not_found', message: 'There is no such group' };
    change(group);
    return { outcome: 'accepted', remoteId: remoteId(`group ${id}`), remoteChat: remoteChat(id) };
  }

  /** As on the real one, it takes a moment, and those who ask with one key at once may each get a group. */
  async createGroup({ key, target, title }: MembersCommand & { readonly title: string }): Promise<Receipt> {
    const known = this.#groupOf.get(key);
    if (known === undefined) await new Promise((go) => setTimeout(go, makingMs));
    const id = known ?? inboxOf(`group ${key} ${(this.#count += 1)}`).slice(0, 32);
    const made = await this.onGroup(id, () => undefined);
    if (made.outcome !== 'refused' || made.code !== 'not_found') return made;
    this.#groupOf.set(key, id);
    this.groups.set(id, { title, members: new Set([target.line]) });
    return this.onGroup(id, () => undefined);
  }

  async provision(account: AccountId): Promise<string> {
    const host = this.#host;
    if (this.isAway || !host) throw refuse('unavailable', `XMTP cannot be reached: ${awayWords}`);
    const wallet = await host.wallets.make(account);
    await host.wallets.keepInbox(account, inboxOf(wallet.address));
    return wallet.address;
  }

  async pull(account: AccountId): Promise<number> {
    if (this.isAway) throw refuse('unavailable', `XMTP cannot be reached: ${awayWords}`);
    const own = this.#host?.wallets.of(account)?.address;
    const mine = this.waiting.filter(({ to }) => to === own);
    for (const letter of mine) {
      this.waiting.splice(this.waiting.indexOf(letter), 1);
      await this.deliver(letter.from, letter.to, dmWith(letter.from), letter.text, null);
    }
    return mine.length;
  }

  driver(host: DriverHost): Driver {
    const { wallets } = host;
    return {
      channels: ['xmtp'],
      lines: () => [],
      lineOf: (account) => {
        const wallet = wallets.of(account);
        return wallet && wallet.inboxId !== null ? wallet.address : undefined;
      },
      capabilities: () => can,
      start: async () => {
        this.#host = host;
        this.tellHealth();
      },
      stop: () => Promise.resolve(),
      probe: async () => (this.isAway ? { state: 'down', error: awayWords, mend: '' } : { state: 'connected' }),
      normalizeTarget(_channel, text, field) {
        const name = normal(text, 'wallet', field);
        if (/^0x[0-9a-f]{40}$/.test(name)) return name;
        const wallet = wallets.byHandle(name) ?? wallets.byInbox(name);
        if (wallet) return wallet.address;
        throw refuse('not_found', `${field} names no one`, { field });
      },
      render: (_channel, { parts }) => [parts.map((part) => (part.type === 'text' ? part.value : '')).join('\n')],
      send: async (target, run) => {
        const receipts: Receipt[] = [];
        for (const { key, body } of run) receipts.push(await this.send(target, key, body));
        return receipts;
      },
      reach: async (address) => (this.isHere(address) ? ['xmtp'] : []),
      provision: (account) => this.provision(account),
      pull: (account) => this.pull(account),
      createGroup: (command) => this.createGroup(command),
      addMembers: ({ target, members }) =>
        this.onGroup(target.remoteChat ?? '', (group) => members.forEach((each) => group.members.add(each))),
      removeMembers: ({ target, members }) =>
        this.onGroup(target.remoteChat ?? '', (group) => members.forEach((each) => group.members.delete(each))),
      renameGroup: ({ target, title }) =>
        this.onGroup(target.remoteChat ?? '', (group) => {
          group.title = title;
        }),
    };
  }
}
