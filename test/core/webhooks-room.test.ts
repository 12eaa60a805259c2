// The room that delivers, with time in the test's hand and real requests to a receiver on loopback.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectionId } from '#core/ids.ts';
import type { Connection } from '#ports/connections.ts';
import type { Health } from '#ports/driver.ts';
import type { Store } from '#ports/store.ts';
import { inbound, report } from '../support/store.ts';
import { endRigs, openRig, type Rig } from '../support/webhook-rig.ts';
import { openReceiver, verify, type WebhookReceiver } from '../support/webhook-receiver.ts';

let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(async () => {
  await receiver.close();
  await endRigs();
});

const [secondMs, minuteMs, hourMs] = [1_000, 60_000, 3_600_000];
const idsOf = () => receiver.events.map(({ id }) => id);
const contents = () => receiver.events.map(({ data }) => String(data['content']));

async function opened(events?: readonly string[]) {
  const rig = await openRig();
  const owner = await rig.account();
  const { endpoint, secret } = await rig.hook(owner, receiver.url, events);
  return { rig, owner, endpoint, secret };
}

/** A person writes to the account, which has written to them before. */
async function talk(rig: Rig, owner: Awaited<ReturnType<Rig['account']>>, texts: readonly string[]) {
  await rig.sent(owner);
  for (const text of texts) await rig.receive(inbound('+15551234567', { text }));
}

describe('a delivery', () => {
  test('tells the status of its event, whatever the message has become since', async () => {
    const { rig, owner, endpoint } = await opened();
    await rig.change(owner, endpoint.id, { state: 'paused' });
    const { remoteId } = await rig.sent(owner);
    await rig.receive(report(remoteId, 'delivered'));
    await rig.receive(report(remoteId, 'read'));
    await rig.change(owner, endpoint.id, { state: 'active' });
    await rig.passes(() => receiver.events.length === 3);
    const told = receiver.events.map(({ type, data }) => `${type} ${String(data['status'])}`);
    expect(told.toSorted()).toEqual(['message.delivered delivered', 'message.read read', 'message.sent sent']);
  });

  test('is tried eight times by the schedule, under one id, signed anew each time, and then has failed', async () => {
    receiver.answer = 500;
    const { rig, owner, endpoint, secret } = await opened(['message.received']);
    const startedMs = rig.runtime.clock.nowMs();
    await talk(rig, owner, ['hello']);
    await rig.passes(() => receiver.events.length === 1);
    const waits = [5 * secondMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 10 * hourMs];
    for (const [index, wait] of waits.entries()) {
      const waiting = await rig.passes(async () => {
        const [row] = await rig.logOf(owner, endpoint.id);
        return row?.attempts === index + 1 && row;
      });
      // Nothing comes before its time.
      rig.runtime.advance(wait * 0.9);
      await rig.rest();
      expect(receiver.events).toHaveLength(index + 1);
      expect(waiting.state).toBe('waiting');
      rig.runtime.advance(wait * 0.3);
      await rig.passes(() => receiver.events.length === index + 2);
    }
    const failed = await rig.passes(async () => (await rig.logOf(owner, endpoint.id, 'failed'))[0]);
    expect(failed).toMatchObject({ attempts: 8, responseStatus: 500, nextAttemptAtMs: null });
    expect(rig.runtime.clock.nowMs() - startedMs).toBeGreaterThan(27 * hourMs);
    expect(new Set(idsOf()).size).toBe(1);
    expect(new Set(receiver.events.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(8);
    expect(new Set(receiver.events.map(({ headers }) => headers['webhook-signature'])).size).toBe(8);
    const after = await rig.passes(async () => {
      const now = await rig.store.webhook(owner, endpoint.id);
      return now?.state === 'disabled' && now;
    });
    expect(after.stateReason).toMatch(/^Nothing got through since /);
    expect(secret).toMatch(/^whsec_/);
  });

  test('of a message that was deleted meanwhile comes to nothing', async () => {
    receiver.answer = 500;
    const { rig, owner, endpoint } = await opened(['message.received']);
    await talk(rig, owner, ['regretted']);
    const waiting = await rig.passes(async () => (await rig.logOf(owner, endpoint.id, 'waiting'))[0]);
    const [event] = await rig.store.events(owner, (waiting.seq ?? 0) - 1, 1);
    expect(event && (await rig.store.deleteMessage(owner, event.message))).toBe(true);
    rig.runtime.advance(6 * secondMs);
    const failed = await rig.passes(async () => (await rig.logOf(owner, endpoint.id, 'failed'))[0]);
    expect([failed.error, receiver.events.length]).toEqual(['The message was deleted', 1]);
  });
});

describe('an endpoint that is down', () => {
  test('is probed by one delivery at a time, and gets everything once it is up', async () => {
    const { rig, owner, endpoint } = await opened(['message.received']);
    receiver.answer = 503;
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    await talk(rig, owner, texts);
    await rig.passes(() => receiver.events.length >= 5, 0);
    await rig.rest();
    // What was under way together when it went down, and no more.
    const tried = receiver.events.length;
    expect(tried).toBeLessThanOrEqual(8 + 5);
    rig.runtime.advance(30 * minuteMs);
    await rig.passes(() => receiver.events.length === tried + 1, 0);
    await rig.rest();
    expect(receiver.events).toHaveLength(tried + 1);
    expect((await rig.store.webhook(owner, endpoint.id))?.failingSinceMs).not.toBeNull();
    receiver.answer = 204;
    const before = receiver.events.length;
    rig.runtime.advance(30 * minuteMs);
    await rig.passes(() => receiver.events.length >= before + 40);
    expect(new Set(contents().slice(before))).toEqual(new Set(texts));
    const after = await rig.passes(async () => {
      const now = await rig.store.webhook(owner, endpoint.id);
      return now?.failingSinceMs === null && now;
    });
    expect(after.state).toBe('active');
    await rig.passes(async () => (await rig.logOf(owner, endpoint.id, 'delivered')).length === 40);
  });

  test('that is taken up again after days misses what is older than three of them, and is told so', async () => {
    const { rig, owner, endpoint } = await opened(['message.received']);
    await rig.change(owner, endpoint.id, { state: 'paused' });
    await talk(rig, owner, ['old', 'older']);
    rig.runtime.advance(4 * 24 * hourMs);
    await rig.receive(inbound('+15551234567', { text: 'new' }));
    const { endpoint: again } = await rig.change(owner, endpoint.id, { state: 'active' });
    expect(again.stateReason).toContain('passed over');
    await rig.passes(() => receiver.events.length === 1);
    await rig.rest();
    expect(contents()).toEqual(['new']);
    await rig.change(owner, endpoint.id, { state: 'paused' });
    const { endpoint: third } = await rig.change(owner, endpoint.id, { state: 'active' });
    expect(third.stateReason).toBeNull();
  });
});

describe('a process that ends', () => {
  test('at any moment loses nothing: what was not written down comes again under the same id', async () => {
    const { rig, owner } = await opened(['message.received']);
    await talk(rig, owner, ['one', 'two', 'three']);
    // Time stands still, so the recorder has written nothing yet.
    await rig.passes(() => receiver.events.length === 3, 0);
    const next = await rig.copy();
    await next.room.start();
    await rig.passes(() => receiver.events.length === 6, 0);
    expect(new Set(idsOf()).size).toBe(3);
    expect(idsOf().slice(0, 3).toSorted()).toEqual(idsOf().slice(3).toSorted());
  });

  test('in order writes down what it did, and leaves what hangs to the next one', async () => {
    const { rig, owner, endpoint, secret } = await opened(['message.received']);
    receiver.answer = (event, response) => {
      if (event.data['content'] !== 'hangs') response.writeHead(204).end();
    };
    await talk(rig, owner, ['hangs', 'goes']);
    await rig.passes(() => receiver.events.length === 2, 0);
    const next = await rig.reopen();
    expect(await next.logOf(owner, endpoint.id)).toMatchObject([{ state: 'delivered', attempts: 1 }]);
    receiver.answer = 204;
    await next.room.start();
    await next.passes(() => receiver.events.filter(({ data }) => data['content'] === 'hangs').length === 2, 0);
    for (const event of receiver.events) {
      // The fake clock is years ahead of the scheme's tolerance.
      expect(() => verify(secret, event)).toThrow('timestamp');
    }
    await next.rest();
    const last = await next.reopen();
    await last.room.start();
    await last.rest();
    // What is in the log comes no more, though it came after what hung.
    expect(contents()).toEqual(['hangs', 'goes', 'hangs']);
    expect(await last.logOf(owner, endpoint.id, 'delivered')).toHaveLength(2);
  });

  test('leaves retries to the next one at their time', async () => {
    receiver.answer = 500;
    const { rig, owner, endpoint } = await opened(['message.received']);
    await talk(rig, owner, ['hello']);
    await rig.passes(async () => (await rig.logOf(owner, endpoint.id, 'waiting'))[0]);
    const next = await rig.reopen();
    receiver.answer = 204;
    await next.room.start();
    await next.rest();
    expect(receiver.events).toHaveLength(1);
    next.runtime.advance(6 * secondMs);
    await next.passes(() => receiver.events.length === 2, 0);
    expect(new Set(idsOf()).size).toBe(1);
  });

  test('with keys that are lost disables the endpoint and says how to mend it', async () => {
    const { rig, owner, endpoint } = await opened();
    const next = await rig.reopen({ wrappingKey: new Uint8Array(32) });
    await next.room.start();
    await next.sent(owner);
    const after = await next.passes(async () => {
      const now = await next.store.webhook(owner, endpoint.id);
      return now?.state === 'disabled' && now;
    });
    expect(after.stateReason).toContain('rotate it');
    await next.change(owner, endpoint.id, { rotateSecret: true, state: 'active' });
    await next.passes(() => receiver.events.length === 1);
  });
});

describe('the room', () => {
  test('listens for accounts with an active endpoint and no other', async () => {
    const rig = await openRig();
    const [one, two] = [await rig.account(), await rig.account()];
    expect(rig.listeners.count()).toBe(0);
    const { endpoint } = await rig.hook(one, receiver.url);
    await rig.hook(one, receiver.url);
    await rig.hook(two, receiver.url);
    expect(rig.listeners.count()).toBe(2);
    for (const { id } of await rig.store.webhooks(two)) {
      await rig.change(two, id, { state: 'paused' });
    }
    await rig.passes(() => rig.listeners.count() === 1);
    expect(await rig.store.deleteWebhook(one, endpoint.id)).toBe(true);
    await rig.room.changed(one, endpoint.id);
    expect(rig.listeners.count()).toBe(1);
    await rig.sent(one);
    await rig.passes(() => receiver.events.length === 1);
    await rig.rest();
    expect(receiver.events).toHaveLength(1);
  });

  test('finds what no hint told of within a minute', async () => {
    const { rig, owner } = await opened(['message.received']);
    await rig.rest();
    rig.listeners.deafen();
    await talk(rig, owner, ['whispered']);
    await rig.rest();
    expect(receiver.events).toEqual([]);
    rig.runtime.advance(minuteMs);
    await rig.passes(() => receiver.events.length === 1, 0);
  });

  test('goes on when the store could not write for a while, and then writes it all', async () => {
    let failing = false;
    const wrapStore = (store: Store): Store => ({
      ...store,
      recordDeliveries: (...given) =>
        failing ? Promise.reject(new Error('disk full')) : store.recordDeliveries(...given),
    });
    const rig = await openRig({ wrapStore });
    const owner = await rig.account();
    const { endpoint } = await rig.hook(owner, receiver.url, ['message.received']);
    failing = true;
    await talk(rig, owner, ['one', 'two']);
    await rig.passes(() => rig.log.lines.some(({ event }) => event === 'webhook.record_failed'));
    expect(receiver.events).toHaveLength(2);
    failing = false;
    await rig.passes(async () => (await rig.logOf(owner, endpoint.id, 'delivered')).length === 2);
    expect((await rig.store.webhook(owner, endpoint.id))?.cursorSeq).toBe(await rig.store.headSeq(owner));
    expect(receiver.events).toHaveLength(2);
  });
});

test('an endpoint stops when too much of it cannot be written down, and goes on when it can', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const wrapStore = (store: Store): Store => ({
    ...store,
    recordDeliveries: async (...given) => {
      await gate;
      return store.recordDeliveries(...given);
    },
  });
  const rig = await openRig({ wrapStore });
  const owner = await rig.account();
  await rig.sent(owner);
  const rows = Array.from({ length: 1_200 }, (_, index) => inbound('+15551234567', { text: `text ${index}` }));
  const hooked = rig.hook(owner, receiver.url, ['message.received']);
  for (const row of rows) await rig.receive(row);
  await rig.passes(() => receiver.events.length >= 1_000);
  await rig.rest();
  // What the recorder holds in its hands, what waits for it, and what was under way.
  expect(receiver.events.length).toBeLessThan(1_200);
  release();
  await rig.passes(() => receiver.events.length === 1_200);
  await hooked;
});

describe('the gateway itself', () => {
  const connection = (id: string, health: Health, account: Connection['account'] = null): Connection => ({
    id: connectionId(id),
    driverName: 'simulator',
    account,
    channels: ['imessage'],
    driver: undefined,
    health,
    startedAtMs: null,
    lastInboundAtMs: null,
    lastOutboundAtMs: null,
    lastError: null,
  });
  const down: Health = { state: 'down', error: 'the line is cut', mend: 'wait' };
  const login: Health = { state: 'needs_login', error: 'the token is old', mend: 'give a new one' };
  const up: Health = { state: 'connected' };

  function tellsOf(rig: Rig, id: string, health: Health, account: Connection['account'] = null): void {
    const at = rig.connections.findIndex((each) => each.id === id);
    rig.connections.splice(at === -1 ? rig.connections.length : at, 1, connection(id, health, account));
    const now = rig.connections.find((each) => each.id === id);
    if (now) rig.room.heardHealth(now);
  }
  const told = () =>
    receiver.events.map(({ type, data }) => `${type} ${String(data['connection'] ?? data['status'])}`).toSorted();

  test('tells of a connection that went, came back or needs a person, and of the health of the whole', async () => {
    const { rig } = await opened();
    for (const id of ['one', 'two']) tellsOf(rig, id, up);
    rig.runtime.advance(2 * secondMs);
    await rig.rest();
    expect(receiver.events).toEqual([]);
    tellsOf(rig, 'one', down);
    await rig.passes(() => receiver.events.length === 2);
    expect(told()).toEqual(['integration.disconnected one', 'system.health degraded']);
    const [event] = receiver.of('integration.disconnected');
    expect(event?.data).toMatchObject({
      state: 'down',
      error: 'the line is cut',
      mend: 'wait',
      channels: ['imessage'],
    });
    tellsOf(rig, 'two', login);
    await rig.passes(() => receiver.events.length === 3);
    tellsOf(rig, 'one', up);
    await rig.passes(() => receiver.events.length === 4);
    tellsOf(rig, 'two', up);
    await rig.passes(() => receiver.events.length === 6);
    expect(told()).toEqual([
      'integration.connected one',
      'integration.connected two',
      'integration.disconnected one',
      'integration.error two',
      'system.health degraded',
      'system.health healthy',
    ]);
  });

  test('says nothing of what lasted a moment only, and nothing of another account’s connection', async () => {
    const { rig, owner } = await opened();
    const stranger = await rig.account();
    tellsOf(rig, 'one', up);
    tellsOf(rig, 'theirs', up, stranger);
    rig.runtime.advance(2 * secondMs);
    await rig.rest();
    tellsOf(rig, 'one', down);
    tellsOf(rig, 'one', up);
    tellsOf(rig, 'theirs', down, stranger);
    rig.runtime.advance(2 * secondMs);
    await rig.rest();
    expect(receiver.events).toEqual([]);
    tellsOf(rig, 'own', login, owner);
    await rig.passes(() => receiver.events.length === 2);
    expect(told()).toEqual(['integration.error own', 'system.health degraded']);
  });

  test('keeps what it has to tell while the receiver is away', async () => {
    const { rig, owner, endpoint } = await opened(['integration.error']);
    receiver.answer = 500;
    tellsOf(rig, 'one', login);
    const waiting = await rig.passes(async () => {
      const [row] = await rig.logOf(owner, endpoint.id);
      return row?.attempts === 1 && row;
    });
    receiver.answer = 204;
    const next = await rig.reopen();
    await next.room.start();
    next.runtime.advance(6 * secondMs);
    await next.passes(() => receiver.events.length === 2, 0);
    expect(idsOf()).toEqual([waiting.event, waiting.event]);
    expect(receiver.events[1]?.raw).toBe(receiver.events[0]?.raw);
  });
});
