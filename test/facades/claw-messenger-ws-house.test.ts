/**
 * The socket in a whole gateway: what only shows with the real store, keys and phones behind it.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { addTenant, type Tenant } from '../support/tenants.ts';
import { openSocket, refusedUpgrade, type AgentSocket, type Frame } from '../support/ws-client.ts';

const person = '+1234567890';
const send = { type: 'send', id: 'msg-1', to: person, parts: [{ type: 'text', value: 'Hello!' }] };

let house: TestGateway;
let tenant: Tenant;
beforeEach(async () => {
  house = await openGateway();
  tenant = await addTenant(house);
  await house.call('POST', '/api/routes', { phone_number: person }, tenant.key);
});
afterEach(() => house.end());

const connect = (key = tenant.key, query = ''): Promise<AgentSocket> =>
  openSocket(`${house.wsUrl}/ws?key=${key}${query}`);

async function texts(text: string): Promise<void> {
  const { status } = await house.call('POST', `/simulator/phones/${encodeURIComponent(person)}/messages`, { text });
  expect(status).toBe(201);
}

async function until(socket: AgentSocket, last: (frame: Frame) => boolean): Promise<Frame[]> {
  for (const frames: Frame[] = []; ;) {
    const frame = await socket.next();
    frames.push(frame);
    if (last(frame)) return frames;
  }
}

test.each(['', '&events=none'])(
  "a key deleted over REST closes its own sockets, and nobody else's%s",
  async (query) => {
    const { body } = await house.call('POST', '/api/keys', { name: 'laptop' }, tenant.key);
    const [doomed, kept] = [await connect(String(body['key']), query), await connect(tenant.key, query)];
    doomed.send({ type: 'ping' });
    await doomed.nextOf('pong');
    expect((await house.call('DELETE', `/api/keys/${String(body['id'])}`, undefined, tenant.key)).status).toBe(200);
    expect((await doomed.closed).code).toBe(1008);
    kept.send({ type: 'ping' });
    await kept.nextOf('pong');
    expect((await refusedUpgrade(`${house.wsUrl}/ws?key=${String(body['key'])}`)).status).toBe(401);
  },
);

test('nothing of an account reaches another, nor answers to its ids', async () => {
  const stranger = await addTenant(house);
  const [mine, theirs] = [await connect(), await connect(stranger.key)];
  mine.send(send);
  const { messageId, chatId } = await mine.nextOf('send.result');
  await texts('for the first tenant alone');
  await mine.nextOf('message');
  theirs.send({ type: 'send', id: 'theirs', chatId, parts: send.parts });
  expect(await theirs.next()).toMatchObject({ type: 'send.result', ok: false });
  theirs.send({ type: 'reaction', messageId, reactionType: 'love' });
  expect(await theirs.next()).toMatchObject({ type: 'error', code: 'invalid_request' });
  theirs.send({ type: 'sync', since: '2020-01-01T00:00:00Z' });
  expect(await theirs.next()).toMatchObject({ type: 'sync.done', count: 0 });
});

test('a stop closes sockets 1012, and after the restart a cursor finds what came meanwhile', async () => {
  const socket = await connect();
  await texts('before');
  const { cursor } = await socket.nextOf('message');
  await texts('unread');
  await house.stop();
  expect((await socket.closed).code).toBe(1012);
  house = await house.reopen();
  const again = await connect();
  again.send({ type: 'sync', cursor });
  expect(await again.next()).toMatchObject({ type: 'message', text: 'unread', replay: true });
  expect(await again.next()).toMatchObject({ type: 'sync.done', count: 1 });
});

describe('under load', () => {
  test('every send of many sockets is answered once, and its message is delivered once', async () => {
    const sockets = await Promise.all(Array.from({ length: 10 }, () => connect(house.key, '&events=none')));
    const listener = await connect(house.key);
    for (let number = 0; number < 100; number += 1) {
      for (const [index, socket] of sockets.entries()) {
        socket.send({ ...send, id: `${index}-${number}`, to: `+1555000${1000 + (number % 20)}` });
      }
    }
    const messages = new Set<unknown>();
    for (const [index, socket] of sockets.entries()) {
      const ids = new Set<unknown>();
      for (let number = 0; number < 100; number += 1) {
        const result = await socket.nextOf('send.result');
        expect(result).toMatchObject({ ok: true, status: 'queued' });
        ids.add(result['id']);
        messages.add(result['messageId']);
      }
      expect([...ids].every((id) => String(id).startsWith(`${index}-`))).toBe(true);
      expect(ids.size).toBe(100);
    }
    expect(messages.size).toBe(1_000);
    const delivered: unknown[] = [];
    while (delivered.length < 1_000) delivered.push((await listener.nextOf('status'))['messageId']);
    expect(new Set(delivered)).toEqual(messages);
  });

  test('a sync among texts that keep coming gives each once', async () => {
    for (let number = 0; number < 50; number += 1) await texts(`${number}`);
    const socket = await connect();
    socket.send({ type: 'sync', since: '2020-01-01T00:00:00Z' });
    for (let number = 50; number < 100; number += 1) await texts(`${number}`);
    const frames = await until(socket, ({ text }) => text === '99');
    const heard = frames.filter(({ type }) => type === 'message');
    const done = frames.findIndex(({ type }) => type === 'sync.done');
    // What came live before the replay began may be in it again; nothing is missing, and after it nothing repeats.
    const replayed = heard.filter(({ replay }) => replay === true).map(({ text }) => text);
    const after = frames.slice(done + 1).map(({ text }) => text);
    expect([...replayed, ...after]).toEqual(Array.from({ length: 100 }, (_, number) => `${number}`));
    expect(frames[done]).toMatchObject({ count: replayed.length });
  });
});
