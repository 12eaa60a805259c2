// Webhook endpoints and their delivery log, as every engine keeps them.
import { describe, expect, test } from 'vitest';
import { idText, type AccountId, type WebhookId } from '#core/ids.ts';
import type { WebhookDelivery, WebhookEndpoint } from '#ports/store/webhooks.ts';
import { desk, dm, type OpenedStore, type StoreEngine } from '../support/store.ts';

const limit = 3;
const page = { offset: 0, limit: 10, state: null };
const startMs = 1_890_000_000_000;

async function opened(engine: Pick<StoreEngine, 'open'>) {
  const opening = await engine.open();
  const { store, runtime } = opening;
  const { account } = desk(opening);
  const endpointOf = (owner: AccountId, change: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
    id: idText('webhook', runtime.ids.next()),
    account: owner,
    url: 'https://agent.example/hook',
    events: ['message.received', 'message.sent'],
    state: 'active',
    stateReason: null,
    secrets: [{ wrapped: 'wrapped-one', untilMs: null }],
    cursorSeq: 7,
    failingSinceMs: null,
    createdAtMs: startMs,
    ...change,
  });
  const add = async (owner: AccountId, change: Partial<WebhookEndpoint> = {}) => {
    const endpoint = endpointOf(owner, change);
    await store.insertWebhook(endpoint, limit);
    return endpoint;
  };
  const deliveryTo = (
    { id, account: owner }: WebhookEndpoint,
    number: number,
    change: Partial<WebhookDelivery> = {},
  ): WebhookDelivery => ({
    id: idText('delivery', number),
    webhook: id,
    account: owner,
    event: `evt_${number}`,
    type: 'message.received',
    seq: number,
    body: null,
    state: 'delivered',
    attempts: 1,
    responseStatus: 204,
    error: null,
    createdAtMs: startMs + number,
    lastAttemptAtMs: startMs + number,
    nextAttemptAtMs: null,
    ...change,
  });
  const waiting = (endpoint: WebhookEndpoint, number: number, nextAttemptAtMs: number) =>
    deliveryTo(endpoint, number, { state: 'waiting', responseStatus: null, error: 'no answer', nextAttemptAtMs });
  return { ...opening, owner: await account(), account, add, endpointOf, deliveryTo, waiting };
}

const ids = (rows: readonly WebhookDelivery[]) => rows.map(({ event }) => event);

export function webhookContract(engine: StoreEngine): void {
  describe('webhooks', () => {
    endpoints(engine);
    records(engine);
    waits(engine);
    sweeps(engine);
  });
}

function endpoints(engine: StoreEngine): void {
  test('an endpoint is read back as it was written, by its account alone, also after a restart', async () => {
    const opening = await opened(engine);
    const { store, owner, account, add } = opening;
    const other = await account();
    const first = await add(owner);
    const second = await add(owner, { state: 'paused', stateReason: 'why', failingSinceMs: 5, events: ['*'] });
    expect(await store.webhook(owner, first.id)).toEqual(first);
    expect(await store.webhook(other, first.id)).toBeUndefined();
    expect(await store.webhook(owner, idText('webhook', 1))).toBeUndefined();
    expect(await store.webhook(owner, 'nonsense' as WebhookId)).toBeUndefined();
    expect(await store.webhooks(owner)).toEqual([first, second]);
    expect(await store.webhooks(other)).toEqual([]);
    expect(await store.activeWebhooks()).toEqual([first]);
    const again = await opening.reopen();
    expect(await again.store.webhooks(owner)).toEqual([first, second]);
  });

  test('an account has so many endpoints and no more, and must exist', async () => {
    const { store, owner, account, add, endpointOf } = await opened(engine);
    for (let count = 0; count < limit; count += 1) await add(owner);
    await expect(store.insertWebhook(endpointOf(owner), limit)).rejects.toMatchObject({
      failure: { code: 'conflict' },
    });
    await store.insertWebhook(endpointOf(await account()), limit);
    await expect(store.insertWebhook(endpointOf(idText('account', 1)), limit)).rejects.toMatchObject({
      failure: { code: 'not_found' },
    });
  });

  test('a change keeps what it does not name, and answers the endpoint after it', async () => {
    const { store, owner, account, add } = await opened(engine);
    const endpoint = await add(owner);
    const change = { state: 'disabled', stateReason: 'gone', cursorSeq: 3 } as const;
    expect(await store.updateWebhook(owner, endpoint.id, change)).toEqual({ ...endpoint, ...change });
    expect(await store.webhook(owner, endpoint.id)).toEqual({ ...endpoint, ...change });
    expect(await store.updateWebhook(await account(), endpoint.id, { url: 'https://x' })).toBeUndefined();
    expect((await store.webhook(owner, endpoint.id))?.url).toBe(endpoint.url);
  });

  test('secrets are put under another key only if they are still what was read', async () => {
    const { store, owner, account, add } = await opened(engine);
    const endpoint = await add(owner);
    const paused = await add(owner, { state: 'paused' });
    const after = [{ wrapped: 'rewrapped', untilMs: null }];
    expect(await store.everyWebhook()).toEqual([endpoint, paused]);
    expect(await store.rewrapWebhook(await account(), endpoint.id, endpoint.secrets, after)).toBe(false);
    expect(await store.rewrapWebhook(owner, endpoint.id, endpoint.secrets, after)).toBe(true);
    expect(await store.rewrapWebhook(owner, endpoint.id, endpoint.secrets, after)).toBe(false);
    expect(await store.everyWebhook()).toEqual([{ ...endpoint, secrets: after }, paused]);
  });

  test('an endpoint goes with its deliveries, and only at its account’s word', async () => {
    const { store, owner, account, add, deliveryTo } = await opened(engine);
    const endpoint = await add(owner);
    await store.recordDeliveries([deliveryTo(endpoint, 10)], []);
    expect(await store.deleteWebhook(await account(), endpoint.id)).toBe(false);
    expect(await store.deleteWebhook(owner, endpoint.id)).toBe(true);
    expect(await store.deleteWebhook(owner, endpoint.id)).toBe(false);
    expect(await store.webhook(owner, endpoint.id)).toBeUndefined();
    expect(await store.deliveries(owner, endpoint.id, page)).toEqual({ rows: [], total: 0 });
    // What was under way when it was deleted comes to nothing.
    const late = { webhook: endpoint.id, cursorSeq: 9, failingSinceMs: null };
    await store.recordDeliveries([deliveryTo(endpoint, 11)], [late]);
    expect(await store.delivery(owner, endpoint.id, idText('delivery', 11))).toBeUndefined();
  });
}

function records(engine: StoreEngine): void {
  test('deliveries and how far their endpoint came are kept together, newest event first', async () => {
    const opening = await opened(engine);
    const { store, owner, add, deliveryTo } = opening;
    const endpoint = await add(owner);
    const rows = [10, 11, 12].map((number) => deliveryTo(endpoint, number));
    const failing = { webhook: endpoint.id, cursorSeq: 12, failingSinceMs: startMs };
    await store.recordDeliveries(rows, [failing]);
    const after = await opening.crash();
    expect(await after.store.deliveries(owner, endpoint.id, page)).toEqual({ rows: rows.toReversed(), total: 3 });
    expect(await after.store.webhook(owner, endpoint.id)).toMatchObject({ cursorSeq: 12, failingSinceMs: startMs });
    expect(await after.store.delivery(owner, endpoint.id, idText('delivery', 11))).toEqual(rows[1]);
    const stranger = await desk(after).account();
    expect(await after.store.delivery(stranger, endpoint.id, idText('delivery', 11))).toBeUndefined();
    expect(await after.store.deliveries(stranger, endpoint.id, page)).toEqual({ rows: [], total: 0 });
  });

  test('a cursor never goes back, and a delivery recorded again takes the new state', async () => {
    const { store, owner, add, deliveryTo, waiting } = await opened(engine);
    const endpoint = await add(owner);
    const progress = { webhook: endpoint.id, failingSinceMs: null };
    await store.recordDeliveries([waiting(endpoint, 10, startMs + 50)], [{ ...progress, cursorSeq: 12 }]);
    const done = deliveryTo(endpoint, 10, { attempts: 2 });
    await store.recordDeliveries([done], [{ ...progress, cursorSeq: 8 }]);
    expect(await store.deliveries(owner, endpoint.id, page)).toEqual({ rows: [done], total: 1 });
    expect((await store.webhook(owner, endpoint.id))?.cursorSeq).toBe(12);
    expect(await store.nextDueMs(endpoint.id)).toBeNull();
  });

  test('the log comes in pages, all of it or one state', async () => {
    const { store, owner, add, deliveryTo, waiting } = await opened(engine);
    const endpoint = await add(owner);
    const other = await add(owner);
    const failed = { state: 'failed', responseStatus: null, error: 'no answer' } as const;
    await store.recordDeliveries(
      [
        deliveryTo(endpoint, 10),
        deliveryTo(endpoint, 11, failed),
        waiting(endpoint, 12, startMs),
        deliveryTo(endpoint, 13, { seq: null, body: '{"id":1}' }),
        deliveryTo(other, 14),
      ],
      [],
    );
    const second = await store.deliveries(owner, endpoint.id, { offset: 1, limit: 2, state: null });
    expect([ids(second.rows), second.total]).toEqual([['evt_12', 'evt_11'], 4]);
    const delivered = await store.deliveries(owner, endpoint.id, { ...page, state: 'delivered' });
    expect([ids(delivered.rows), delivered.total]).toEqual([['evt_13', 'evt_10'], 2]);
    const broken = await store.deliveries(owner, endpoint.id, { ...page, state: 'failed' });
    expect(broken.rows).toEqual([deliveryTo(endpoint, 11, failed)]);
    expect(delivered.rows[0]?.body).toBe('{"id":1}');
  });
}

function waits(engine: StoreEngine): void {
  test('what waits is due at its time, the longest due first, each endpoint by itself', async () => {
    const { store, owner, add, deliveryTo, waiting } = await opened(engine);
    const endpoint = await add(owner);
    const other = await add(owner);
    await store.recordDeliveries(
      [
        waiting(endpoint, 10, startMs + 300),
        waiting(endpoint, 11, startMs + 100),
        waiting(endpoint, 12, startMs + 200),
        deliveryTo(endpoint, 13),
        waiting(other, 10, startMs),
      ],
      [],
    );
    expect(await store.nextDueMs(endpoint.id)).toBe(startMs + 100);
    expect(await store.dueDeliveries(endpoint.id, startMs + 99, 10)).toEqual([]);
    expect(ids(await store.dueDeliveries(endpoint.id, startMs + 200, 10))).toEqual(['evt_11', 'evt_12']);
    expect(ids(await store.dueDeliveries(endpoint.id, startMs + 300, 2))).toEqual(['evt_11', 'evt_12']);
    expect(await store.dueDeliveries(other.id, startMs, 10)).toEqual([waiting(other, 10, startMs)]);
    expect(await store.nextDueMs(idText('webhook', 1))).toBeNull();
  });
}

function sweeps(engine: StoreEngine): void {
  test('a sweep forgets what is old or too much, and never what waits or is asked for', async () => {
    const { store, owner, add, deliveryTo, waiting } = await opened(engine);
    const endpoint = await add(owner);
    const quiet = await add(owner);
    await store.recordDeliveries(
      [
        waiting(endpoint, 10, startMs),
        deliveryTo(endpoint, 11),
        deliveryTo(endpoint, 12, { state: 'failed' }),
        deliveryTo(endpoint, 13),
        deliveryTo(endpoint, 14),
        deliveryTo(endpoint, 15),
        deliveryTo(quiet, 11),
        deliveryTo(quiet, 12),
      ],
      [],
    );
    const left = async (of: WebhookEndpoint) => ids((await store.deliveries(owner, of.id, page)).rows);
    // Old is made before 12; too much is beyond the newest two of an endpoint, unless it failed.
    expect(await store.sweepDeliveries({ olderThanMs: startMs + 12, keep: 2 }, 100)).toBe(3);
    expect(await left(endpoint)).toEqual(['evt_15', 'evt_14', 'evt_12', 'evt_10']);
    expect(await left(quiet)).toEqual(['evt_12']);
    expect(await store.sweepDeliveries({ olderThanMs: startMs + 100, keep: 100 }, 1)).toBe(1);
    expect(await store.sweepDeliveries({ olderThanMs: startMs + 100, keep: 100 }, 100)).toBe(3);
    expect(await left(endpoint)).toEqual(['evt_10']);
  });
}

/** What becomes of webhooks in a copy of a store: `copied` closes the original and opens the copy. */
export function copiedWebhooks(
  open: StoreEngine['open'],
  copied: (original: OpenedStore) => Promise<OpenedStore>,
): void {
  test('a restored copy delivers nothing of before by itself, and keeps it to be redelivered', async () => {
    const original = await opened({ open });
    const { owner, add, waiting, deliveryTo } = original;
    const endpoint = await add(owner, { cursorSeq: 1 });
    await original.store.recordDeliveries([waiting(endpoint, 1, startMs), deliveryTo(endpoint, 2)], []);
    const tools = desk(original);
    await tools.sent(owner, { conversation: dm('+15550000001') });
    await tools.send(owner, { conversation: dm('+15550000002') });
    const { store } = await copied(original);
    expect(await store.nextDueMs(endpoint.id)).toBeNull();
    expect(await store.dueDeliveries(endpoint.id, startMs * 2, 10)).toEqual([]);
    const { rows } = await store.deliveries(owner, endpoint.id, page);
    expect(rows.map(({ event, state }) => [event, state])).toEqual([
      ['evt_2', 'delivered'],
      ['evt_1', 'failed'],
    ]);
    expect(rows.at(-1)?.error).toMatch(/may have been delivered since/);
    expect((await store.webhook(owner, endpoint.id))?.cursorSeq).toBe(await store.headSeq(owner));
  });
}
