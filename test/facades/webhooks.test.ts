// Webhooks from the outside: a whole gateway, the phone network, and a receiver on loopback that the owner may use.
import { afterEach, describe, expect, test } from 'vitest';
import type { Schedule } from '#webhooks/schedule.ts';
import { bookOf, type Book } from '../support/book.ts';
import { openGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { addTenant } from '../support/tenants.ts';
import { openReceiver, verify, type Answer, type WebhookReceiver } from '../support/webhook-receiver.ts';

const receivers: WebhookReceiver[] = [];
const houses: TestGateway[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) {
    await house.end();
    if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
  }
  for (const receiver of receivers.splice(0)) await receiver.close();
});

const alice = '+15551230001';
/** Tries again at once, and gives up soon. */
const hasty: Schedule = { retryMs: [20, 20, 20, 20], failuresUntilDown: 100, probeMs: [20] };

async function receive(answer?: Answer): Promise<WebhookReceiver> {
  const receiver = await openReceiver(answer);
  receivers.push(receiver);
  return receiver;
}

async function open(options: TestGatewayOptions = {}): Promise<{ house: TestGateway; book: Book }> {
  const house = await openGateway({ env: { CLAWGATE_LIMITS: 'off' }, ...options });
  houses.push(house);
  return { house, book: bookOf(house, house.key) };
}

interface Hook {
  readonly path: string;
  readonly id: string;
  readonly secret: string;
  readonly shown: Record<string, unknown>;
}

async function hook(book: Book, url: string, events: readonly string[] = ['*']): Promise<Hook> {
  const { status, data, error } = await book.post('/webhooks', { url, events });
  if (status !== 201) throw new Error(`no webhook was made: ${error.message}`);
  const { secret, ...shown } = data;
  const id = String(data['id']);
  return { id, path: `/webhooks/${id}`, secret: String(secret), shown };
}

const deliveriesOf = async (book: Book, { path }: Hook, query = '') =>
  (await book.get(`${path}/deliveries${query}`)).rows;

const disabled = (book: Book, { path }: Hook) =>
  until(async () => {
    const { data } = await book.get(path);
    return data['status'] === 'disabled' && data;
  });

describe('an endpoint', () => {
  test('hears once of what was received, sent, delivered and read, signed and as the message is elsewhere', async () => {
    const [{ house, book }, receiver] = [await open(), await receive()];
    const { secret } = await hook(book, receiver.url);
    const { id, conversation } = await book.sent(alice, 'hello there');
    const phone = handset(house, alice);
    await phone.received('hello there');
    await phone.text('hi back');
    await phone.act('read', {});
    const read = await receiver.got('message.read');
    const received = await receiver.got('message.received');
    const delivered = await receiver.got('message.delivered');
    const sent = await receiver.got('message.sent');
    for (const event of receiver.events) verify(secret, event);
    expect(new Set(receiver.events.map((event) => event.id)).size).toBe(receiver.events.length);
    expect(receiver.events.map(({ type }) => type).toSorted()).toEqual([
      'message.delivered',
      'message.read',
      'message.received',
      'message.sent',
    ]);
    expect([sent, delivered, read].map(({ data }) => [data['message_id'], data['status']])).toEqual([
      [id, 'sent'],
      [id, 'delivered'],
      [id, 'read'],
    ]);
    const { timeline: _, ...shown } = (await book.get(`/messages/${String(received.data['id'])}`)).data;
    const { message_id: messageId, seq, ...told } = received.data;
    expect(told).toEqual(shown);
    expect([messageId, received.data['conversation_id']]).toEqual([shown['id'], conversation]);
    expect(Number(seq)).toBeGreaterThan(Number(sent.data['seq']));
    expect(received.headers['webhook-id']).toBe(received.id);
    expect(received.id).toMatch(/^evt_/);
  });

  test('hears of a message that failed, with the reason', async () => {
    const [{ house, book }, receiver] = [await open(), await receive()];
    await hook(book, receiver.url, ['message.failed']);
    await handset(house, alice).act('settings', { faults: { fail: true } });
    const { id } = await book.sent(alice, 'never');
    const { data } = await receiver.got('message.failed');
    expect([data['message_id'], data['status'], typeof data['error']]).toEqual([id, 'failed', 'string']);
    expect(receiver.events).toHaveLength(1);
  });

  test('hears only of the events it names, and of nothing from before it was made', async () => {
    const [{ house, book }, receiver] = [await open(), await receive()];
    const { id } = await book.sent(alice, 'early');
    await book.becomes(id, 'delivered');
    await hook(book, receiver.url, ['message.received']);
    await book.sent(alice, 'late');
    await handset(house, alice).received('late');
    await handset(house, alice).text('answer');
    await receiver.got('message.received');
    expect(receiver.events).toHaveLength(1);
  });

  test('is shown without its secret, changed, and forgotten', async () => {
    const [{ book }, receiver] = [await open(), await receive()];
    const made = await hook(book, receiver.url, ['message.sent']);
    const { secret, shown } = made;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(shown).toMatchObject({ url: receiver.url, events: ['message.sent'], status: 'active', status_reason: null });
    expect((await book.get(made.path)).data).toEqual(shown);
    expect((await book.get('/webhooks')).rows).toEqual([shown]);
    const changed = await book.patch(made.path, { events: ['*'], status: 'paused' });
    expect(changed.data).toEqual({ ...shown, events: ['*'], status: 'paused' });
    expect((await book.delete(made.path)).data).toEqual({ deleted: true, id: made.id });
    expect((await book.get(made.path)).status).toBe(404);
    expect((await book.get('/webhooks')).rows).toEqual([]);
  });

  test('is one of twenty at most', async () => {
    const { book } = await open();
    for (let count = 0; count < 20; count += 1) await hook(book, 'https://8.8.8.8/hook');
    const { status, error } = await book.post('/webhooks', { url: 'https://8.8.8.8/hook' });
    expect([status, error.code]).toEqual([409, 'CONFLICT']);
  });
});

describe('a delivery that fails', () => {
  test('is tried again under the same id until it gets through', async () => {
    const [{ book }, receiver] = [await open({ webhookSchedule: hasty }), await receive()];
    let failures = 3;
    receiver.answer = (_, response) => void response.writeHead((failures -= 1) >= 0 ? 500 : 200).end();
    const made = await hook(book, receiver.url, ['message.sent']);
    await book.sent(alice, 'hello');
    await until(async () => receiver.events.length === 4);
    const row = await until(async () => (await deliveriesOf(book, made, '?status=delivered'))[0]);
    expect(row).toMatchObject({ attempts: 4, response_status: 200, error: null, type: 'message.sent' });
    expect(new Set(receiver.events.map(({ id }) => id))).toEqual(new Set([row['event_id']]));
    expect(new Set(receiver.events.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const event of receiver.events) verify(made.secret, event);
  });

  test('holds up no other, and is in the log with what went wrong', async () => {
    const slow: Schedule = { ...hasty, retryMs: [3_600_000] };
    const [{ book }, receiver] = [await open({ webhookSchedule: slow }), await receive()];
    receiver.answer = (event, response) =>
      void response.writeHead(event.data['content'] === 'poison' ? 500 : 204).end();
    const made = await hook(book, receiver.url, ['message.sent']);
    await book.sent(alice, 'poison');
    await book.sent(alice, 'water');
    await receiver.got('message.sent', ({ data }) => data['content'] === 'water');
    const [waiting] = await until(async () => {
      const rows = await deliveriesOf(book, made, '?status=waiting');
      return rows.length === 1 && rows;
    });
    expect(waiting).toMatchObject({ attempts: 1, response_status: 500, error: 'The endpoint answered 500' });
    expect(Date.parse(String(waiting?.['next_attempt_at']))).toBeGreaterThan(Date.now() + 3_000_000);
  });

  test('because it was redirected is not followed anywhere', async () => {
    const [{ book }, receiver, other] = [await open({ webhookSchedule: hasty }), await receive(), await receive()];
    receiver.answer = (_, response) => void response.writeHead(307, { location: other.url }).end();
    const made = await hook(book, receiver.url, ['message.sent']);
    await book.sent(alice, 'hello');
    const row = await until(async () => (await deliveriesOf(book, made))[0]);
    expect(row).toMatchObject({
      response_status: 307,
      error: 'The endpoint answered 307; redirects are not followed',
    });
    expect(other.events).toEqual([]);
  });

  test('with 410 disables the endpoint at once, and says so', async () => {
    const [{ book }, receiver] = [await open({ webhookSchedule: hasty }), await receive(410)];
    const made = await hook(book, receiver.url, ['message.sent']);
    await book.sent(alice, 'hello');
    const data = await disabled(book, made);
    expect(data['status_reason']).toContain('410');
    await book.sent(alice, 'unheard');
    receiver.answer = 204;
    expect(receiver.events).toHaveLength(1);
    await book.patch(made.path, { status: 'active' });
    await receiver.got('message.sent', ({ data: told }) => told['content'] === 'unheard');
  });

  test('for the whole of its schedule has failed, and disables an endpoint that took nothing else', async () => {
    const [{ book }, receiver] = [await open({ webhookSchedule: hasty }), await receive(503)];
    const made = await hook(book, receiver.url, ['message.sent']);
    await book.sent(alice, 'hello');
    const data = await disabled(book, made);
    expect(data['status_reason']).toMatch(/^Nothing got through since .*503/);
    expect(typeof data['failing_since']).toBe('string');
    expect(await deliveriesOf(book, made)).toMatchObject([{ status: 'failed', attempts: 5, next_attempt_at: null }]);
  });
});

describe('a receiver', () => {
  test('that answers slowly slows down nobody: neither sends nor another endpoint', async () => {
    const [{ book }, slow, swift] = [await open(), await receive(), await receive()];
    slow.answer = () => undefined;
    await hook(book, slow.url, ['message.sent']);
    await hook(book, swift.url, ['message.sent']);
    for (let count = 0; count < 30; count += 1) {
      const { id } = await book.sent(alice, `hello ${count}`);
      if (count === 29) await book.becomes(id, 'delivered');
    }
    await until(async () => swift.events.length === 30);
    // So many at once and no more.
    expect(slow.events).toHaveLength(8);
  });

  test('can be tested, whatever it wants and whatever its state', async () => {
    const [{ book }, receiver] = [await open(), await receive()];
    const made = await hook(book, receiver.url, ['message.read']);
    const good = await book.post(`${made.path}/test`);
    expect([good.status, good.data]).toMatchObject([200, { status: 'delivered', response_status: 204, error: null }]);
    const [event] = receiver.events;
    expect(event).toMatchObject({ type: 'system.health', id: good.data['event_id'], data: { test: true } });
    if (event) verify(made.secret, event);
    await book.patch(made.path, { status: 'paused' });
    receiver.answer = 500;
    const bad = await book.post(`${made.path}/test`);
    expect(bad.data).toMatchObject({ status: 'failed', response_status: 500, error: 'The endpoint answered 500' });
    expect(await deliveriesOf(book, made)).toMatchObject([
      { id: bad.data['delivery_id'], status: 'failed', attempts: 1, next_attempt_at: null },
      { id: good.data['delivery_id'], status: 'delivered', attempts: 1 },
    ]);
  });

  test('gets a delivery again when asked, under the same id', async () => {
    const [{ book }, receiver] = [await open(), await receive()];
    const made = await hook(book, receiver.url, ['message.sent']);
    await book.sent(alice, 'hello');
    const row = await until(async () => (await deliveriesOf(book, made))[0]);
    const path = `${made.path}/deliveries/${String(row['id'])}/redeliver`;
    const again = await book.post(path);
    expect([again.status, again.data]).toMatchObject([200, { id: row['id'], status: 'waiting' }]);
    await until(async () => receiver.events.length === 2);
    expect(receiver.events[1]?.raw).toBe(receiver.events[0]?.raw);
    const done = await until(async () => {
      const [now] = await deliveriesOf(book, made);
      return now?.['status'] === 'delivered' && now;
    });
    expect(done).toMatchObject({ id: row['id'], attempts: 2 });
    await book.patch(made.path, { status: 'paused' });
    expect((await book.post(path)).status).toBe(409);
    expect((await book.post(`${made.path}/deliveries/dlv_1/redeliver`)).status).toBe(404);
  });

  test('can change over to a new secret while both sign', async () => {
    const [{ book }, receiver] = [await open(), await receive()];
    const made = await hook(book, receiver.url);
    const rotated = await book.patch(made.path, { rotate_secret: true });
    const secret = rotated.data['secret'];
    expect(secret).not.toBe(made.secret);
    await book.post(`${made.path}/test`);
    await book.sent(alice, 'hello');
    await receiver.got('message.sent');
    for (const event of receiver.events) {
      verify(made.secret, event);
      verify(secret, event);
    }
    const again = await book.patch(made.path, { rotate_secret: true });
    await book.post(`${made.path}/test`);
    const last = receiver.events.at(-1);
    if (!last) throw new Error('nothing came');
    verify(secret, last);
    verify(again.data['secret'], last);
    expect(() => verify(made.secret, last)).toThrow('No matching signature');
  });
});

describe('an address', () => {
  test.each([
    'http://127.0.0.1:9/x',
    'http://10.0.0.1/x',
    'http://169.254.169.254/latest',
    'http://[::1]/x',
    'http://0/x',
  ])('that is not public is refused to a tenant: %s', async (url) => {
    const { house } = await open();
    const book = bookOf(house, (await addTenant(house)).key);
    const { status, error } = await book.post('/webhooks', { url });
    expect([status, error.code, error.details]).toEqual([400, 'INVALID_PARAMETER', { field: 'url' }]);
    const made = await hook(book, 'https://8.8.8.8/hook');
    expect((await book.patch(made.path, { url })).status).toBe(400);
  });

  test('with credentials or of another kind is refused to everybody, and so is the gateway’s own port', async () => {
    const { house, book } = await open();
    const { port } = house.gateway;
    for (const url of ['ftp://8.8.8.8/x', 'http://me:x@8.8.8.8/', `http://127.0.0.1:${port}/api/send`, 'nonsense']) {
      const { status, error } = await book.post('/webhooks', { url });
      expect([url, status, error.code]).toEqual([url, 400, 'INVALID_PARAMETER']);
    }
  });

  test('that a name leads to only later is refused when it is used', async () => {
    const receiver = await receive();
    let address = '8.8.8.8';
    const { house } = await open({
      webhookSchedule: hasty,
      lookup: (_name, _options, callback) => callback(null, [{ address, family: 4 }]),
    });
    const book = bookOf(house, (await addTenant(house)).key);
    const made = await hook(book, `http://rebound.example:${receiver.port}/`);
    address = '127.0.0.1';
    const { data } = await book.post(`${made.path}/test`);
    expect(data).toMatchObject({ status: 'failed', response_status: null });
    expect(data['error']).toContain('not public');
    expect(receiver.events).toEqual([]);
  });

  test('that the operator opened may be used by everybody', async () => {
    const receiver = await receive();
    const { house } = await open({ env: { CLAWGATE_PRIVATE_TARGETS: '127.0.0.0/8' } });
    const book = bookOf(house, (await addTenant(house)).key);
    const made = await hook(book, receiver.url);
    expect((await book.post(`${made.path}/test`)).data['status']).toBe('delivered');
  });
});

describe('after a restart', () => {
  test('what was missed while the gateway or the endpoint was away is delivered', async () => {
    const [first, receiver] = [await open(), await receive()];
    const made = await hook(first.book, receiver.url, ['message.sent']);
    await first.book.sent(alice, 'one');
    await receiver.got('message.sent');
    await first.book.patch(made.path, { status: 'paused' });
    await first.book.sent(alice, 'two');
    houses.splice(0);
    const house = await first.house.reopen();
    houses.push(house);
    const book = bookOf(house, house.key);
    await book.sent(alice, 'three');
    await book.patch(made.path, { status: 'active' });
    await until(async () => receiver.events.length === 3);
    expect(receiver.events.map(({ data }) => data['content'])).toEqual(['one', 'two', 'three']);
    for (const event of receiver.events) verify(made.secret, event);
  });
});
