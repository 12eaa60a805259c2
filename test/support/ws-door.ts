/**
 * The real HTTP server, hub, door, session, following and replay of `/ws`, on a free loopback port, with a fake log and
 * scripted actions behind them: what the actions were asked is kept, what they answer is the test's.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SendAnswer } from '#actions/send-message.ts';
import { createFollowing } from '#actions/follow-events.ts';
import { createReplay } from '#actions/replay-messages.ts';
import { defaultScopes, settingsAtFirst, type Account, type AccountState, type Scope } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import type { ConversationId, KeyId, MessageId } from '#core/ids.ts';
import { createSocketDoor, type SocketDoorDependencies } from '#facades/claw-messenger/edge.ts';
import { upgradeRefusal } from '#facades/claw-messenger/failures.ts';
import { createWords } from '#facades/claw-messenger/translate.ts';
import { createDoor } from '#http/authenticate.ts';
import { noLimits } from '#http/limits.ts';
import { createHttpServer } from '#http/server.ts';
import { createSockets, type Sockets } from '#http/sockets.ts';
import type { Authenticate } from '#ports/identity.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { fakeRuntime } from './clock.ts';
import { account, createFakeLog, silentLog, type FakeLog } from './ws-log.ts';

export const key = 'key_1' as KeyId;
export const credential = 'cm_live_test_key_of_the_account';

type Actions = Pick<
  SocketDoorDependencies,
  'sendMessage' | 'awaitReceipt' | 'reactToMessage' | 'markRead' | 'signalTyping'
>;

export interface OpenDoor {
  /** With a good key; add `&events=none` and the like. */
  readonly url: string;
  /** `/ws` without a key. */
  readonly bareUrl: string;
  readonly log: FakeLog;
  /** Moves the hub's fake time on, a second at a time, with a turn of the loop after each. */
  readonly clock: { advance(ms: number): Promise<void> };
  readonly sockets: Sockets;
  /** What the actions were asked, in order. */
  readonly asked: { readonly action: keyof Actions; readonly command: object }[];
  /** Faults told to the log. */
  readonly faults: string[];
  /** Replace what an action does. */
  readonly script: (actions: Partial<Actions>) => void;
  /** How the key stands from now on. */
  holder: { state: AccountState; scopes: readonly Scope[]; revoked: boolean };
  readonly close: () => Promise<void>;
}

export async function openDoor(options: { readonly limits?: boolean } = {}): Promise<OpenDoor> {
  const [runtime, held, log] = [createSystemRuntime(), fakeRuntime(), createFakeLog()];
  const asked: OpenDoor['asked'] = [];
  const faults: string[] = [];
  const holder: OpenDoor['holder'] = { state: 'active', scopes: defaultScopes, revoked: false };
  const actions: Actions = { ...scripted() };
  const authenticate: Authenticate = (given) => Promise.resolve(answerFor(given, holder));
  const http = createDoor({ authenticate, limits: noLimits });
  const sockets = createSockets({ clock: held.clock, timers: held.timers, ids: runtime.ids });
  const ask =
    <Action extends keyof Actions>(action: Action) =>
    (command: object, ...rest: unknown[]): Promise<never> => {
      asked.push({ action, command });
      return (actions[action] as (...args: unknown[]) => Promise<never>)(command, ...rest);
    };
  const advance = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1_000) {
      held.advance(Math.min(left, 1_000));
      await nextTurn();
    }
  };
  const replay = createReplay(log.store);
  const door = createSocketDoor({
    sendMessage: ask('sendMessage'),
    reactToMessage: ask('reactToMessage'),
    markRead: ask('markRead'),
    signalTyping: ask('signalTyping'),
    awaitReceipt: (...wait) => actions.awaitReceipt(...wait),
    following: createFollowing({ store: log.store, bus: log.bus, log: silentLog }),
    replay,
    words: createWords({
      nameOf: (_, address) => address,
      mediaUrl: (url) => `${url}?signed`,
      cursor: (seq) => replay.cursor(seq),
    }),
    listen: (whose, listener) => log.bus.listen(whose, listener),
    nowMs: () => held.clock.monotonicMs(),
    fault: (event) => faults.push(event),
    opened: () => {},
    sockets,
    admit: (request) => http.admit(request),
    limits: options.limits ?? true,
  });
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    trustedProxies: [],
    mounts: [],
    failures: upgradeRefusal,
    limits: noLimits,
    runtime,
    log: silentLog,
    upgrades: new Map([['/ws', door]]),
  });
  const { port } = await server.listen();
  const bareUrl = `ws://127.0.0.1:${port}/ws`;
  return {
    url: `${bareUrl}?key=${credential}`,
    bareUrl,
    log,
    clock: { advance },
    sockets,
    asked,
    faults,
    holder,
    script: (changes) => void Object.assign(actions, changes),
    async close() {
      const gone = sockets.drain();
      while (sockets.count > 0) await advance(1_000);
      await gone;
      await server.drain(1_000);
    },
  };
}

/** Actions that always succeed; each send is another message of another chat. */
function scripted(): Actions {
  let sends = 0;
  return {
    sendMessage: () => {
      sends += 1;
      return Promise.resolve(accepted(sends));
    },
    awaitReceipt: () => Promise.resolve({ status: 'sent', error: null, remoteId: null, channel: 'imessage' }),
    reactToMessage: () => Promise.resolve(),
    markRead: () => Promise.resolve(),
    signalTyping: () => Promise.resolve(),
  };
}

export function accepted(number: number, more: Partial<SendAnswer> = {}): SendAnswer {
  return {
    messageId: `msg_s${number}` as MessageId,
    conversationId: `cht_s${number}` as ConversationId,
    status: 'queued',
    error: null,
    channel: 'imessage',
    cached: false,
    ...more,
  };
}

function answerFor(given: string, holder: OpenDoor['holder']): Awaited<ReturnType<Authenticate>> {
  if (given !== credential || holder.revoked) {
    return { ok: false, failure: refuse('unauthenticated', 'This key is unknown or revoked').failure };
  }
  const who: Account = {
    id: account,
    kind: 'personal',
    name: 'test',
    plan: 'base',
    state: holder.state,
    ...settingsAtFirst,
    unknownPolicy: 'hold',
    createdAtMs: 0,
    trialEndsAtMs: null,
  };
  return { ok: true, principal: { account, key, scopes: holder.scopes, operator: false }, account: who };
}
