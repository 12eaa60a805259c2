/**
 * The webhook room on a real SQLite store and a real bus, with real requests to loopback, and time in the test's hand.
 * What is fake here is the clock, and the connections, which are a list that the test changes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { changeWebhook, type WebhookWish } from '#actions/change-webhook.ts';
import { makeWebhook } from '#actions/make-webhook.ts';
import { createInProcessBus } from '#bus/in-process.ts';
import type { Principal } from '#core/account.ts';
import { idText, type AccountId } from '#core/ids.ts';
import { textOf } from '#core/message.ts';
import { createWrapper } from '#identity/wrap.ts';
import { createSafeFetch } from '#net/fetch.ts';
import type { Bus, Hint } from '#ports/bus.ts';
import type { Connection } from '#ports/connections.ts';
import { zeroCounters } from '#ports/counters.ts';
import type { Store } from '#ports/store.ts';
import type { DeliveryState } from '#ports/store/webhooks.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { createWebhooks, type Webhooks } from '#webhooks/dispatcher.ts';
import { fakeLog, fakeRuntime, type FakeRuntime } from './clock.ts';
import { copyDatabase, databaseName } from './store-sqlite.ts';
import { desk } from './store.ts';

export interface RigOptions {
  /** Around the store: where failpoints are put. */
  readonly wrapStore?: (store: Store) => Store;
  readonly wrappingKey?: Uint8Array;
}

export type Rig = Awaited<ReturnType<typeof openRig>>;

const endings: (() => Promise<void>)[] = [];

/** Ends what rigs opened; for `afterEach`. */
export async function endRigs(): Promise<void> {
  for (const end of endings.splice(0).toReversed()) await end();
}

export async function openRig(options: RigOptions = {}, place?: { dir: string; runtime: FakeRuntime }) {
  const { dir, runtime } = place ?? { dir: newFolder(), runtime: fakeRuntime() };
  const { bus, listeners } = countingBus();
  const log = fakeLog();
  const opened = await openSqliteStore({ file: join(dir, databaseName), clock: runtime.clock, bus, log });
  const store = options.wrapStore?.(opened) ?? opened;
  const wrappingKey = options.wrappingKey ?? randomBytes(32);
  const wrapper = createWrapper([wrappingKey]);
  const placeOf = (account: AccountId) => ({ owner: account, purpose: 'webhook' });
  const connections: Connection[] = [];
  const room = createWebhooks({
    store,
    bus,
    net: createSafeFetch({ privateTargets: ['127.0.0.0/8'], ownPorts: () => [] }),
    describe: ({ message: { id, status, parts } }) => ({ id, status, content: textOf(parts) }),
    mayReachLoopback: () => false,
    isOwner: (account) => account === verbs.ownerId,
    connections: { all: () => connections },
    wrapping: {
      wrap: (secret, account) => wrapper.wrap(secret, placeOf(account)),
      unwrap: (wrapped, account) => wrapper.unwrap(wrapped, placeOf(account)),
    },
    runtime,
    log,
    counters: zeroCounters(),
    load: () => 0,
  });
  const verbs = verbsOf(store, runtime, room);
  let isStopped = false;
  const stop = async (drainMs = 0): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    const stopped = room.stop(drainMs);
    runtime.advance(drainMs);
    await stopped;
    await store.close();
  };
  endings.push(() => stop());
  return {
    ...verbs,
    ...desk({ store, runtime, hints: [], log, ...neverAgain }),
    room,
    store,
    runtime,
    log,
    listeners,
    connections,
    wrappingKey,
    stop,
    /** The next process on the same data, after an orderly stop. */
    async reopen(more: RigOptions = {}) {
      await stop();
      return openRig({ ...options, wrappingKey, ...more }, { dir, runtime });
    },
    /** What a new process finds on disk now, while this one still runs. */
    async copy() {
      const copy = newFolder();
      copyDatabase(dir, copy);
      return openRig({ wrappingKey }, { dir: copy, runtime });
    },
  };
}

const neverAgain = {
  reopen: () => Promise.reject(new Error('a rig reopens itself')),
  crash: () => Promise.reject(new Error('a rig copies itself')),
};

function newFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'clawgate-webhooks-'));
  endings.push(async () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function verbsOf(store: Store, runtime: FakeRuntime, room: Webhooks) {
  const { clock, ids } = runtime;
  const ownerId = idText('account', 5);
  const deps = { store, webhooks: room, clock, ids };
  const principal = (account: AccountId): Principal => ({
    account,
    key: idText('key', 1),
    scopes: ['*'],
    operator: false,
  });
  return {
    ownerId,
    hook: (account: AccountId, url: string, events: readonly string[] = ['*']) =>
      makeWebhook(deps, principal(account), { url, events }),
    change: (account: AccountId, id: string, wish: WebhookWish) => changeWebhook(deps, principal(account), id, wish),
    logOf: async (account: AccountId, id: Parameters<Store['webhook']>[1], state: DeliveryState | null = null) =>
      (await store.deliveries(account, id, { offset: 0, limit: 1000, state })).rows,
    /** Moves time on in small steps until something is true; requests are real and take their own time. */
    async passes<Answer>(look: () => Promise<Answer | undefined | false> | Answer | undefined | false, stepMs = 25) {
      for (let turn = 0; turn < 1_000; turn += 1) {
        const answer = await look();
        if (answer !== undefined && answer !== false) return answer;
        await new Promise((resolve) => setTimeout(resolve, 5));
        runtime.advance(stepMs);
      }
      throw new Error('it did not come true');
    },
    /** Lets everything that could happen now happen, with time standing still. */
    rest: () => new Promise<void>((resolve) => setTimeout(resolve, 150)),
  };
}

/** A bus that says how many listen. */
function countingBus() {
  const inner = createInProcessBus(fakeLog());
  let count = 0;
  const bus: Bus & { isDeaf: boolean } = {
    isDeaf: false,
    publish(hint: Hint) {
      if (!bus.isDeaf) inner.publish(hint);
    },
    listen(account, listener) {
      count += 1;
      const stop = inner.listen(account, listener);
      return () => {
        count -= 1;
        stop();
      };
    },
  };
  return { bus, listeners: { count: () => count, deafen: () => (bus.isDeaf = true) } };
}
