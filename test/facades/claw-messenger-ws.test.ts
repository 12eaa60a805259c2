/**
 * What the socket of Claw Messenger does beyond its documented examples: refusals, sends, events, limits. Real server,
 * door, hub and session; scripted actions. Replays and slow or silent sockets have files of their own.
 */
import type { AwaitReceipt } from '#actions/await-receipt.ts';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SendAnswer } from '#actions/send-message.ts';
import { refuse } from '#core/failure.ts';
import type { KeyId, MessageId } from '#core/ids.ts';
import { openSocket, refusedUpgrade, type AgentSocket } from '../support/ws-client.ts';
import { accepted, credential, key, openDoor, type OpenDoor } from '../support/ws-door.ts';

const to = '+1234567890';
const parts = [{ type: 'text', value: 'Hello!' }];
const send = { type: 'send', id: 'msg-1', to, parts };

const containing = (text: string): unknown => expect.stringContaining(text);

let door: OpenDoor;
beforeEach(async () => {
  door = await openDoor();
});
afterEach(async () => {
  await door.close();
});

/** Whatever was asked before has been answered when the pong comes. */
async function quiet(socket: AgentSocket): Promise<readonly unknown[]> {
  socket.send({ type: 'ping' });
  const before: unknown[] = [];
  for (;;) {
    const frame = await socket.next();
    if (frame['type'] === 'pong') return before;
    before.push(frame);
  }
}

describe('an upgrade', () => {
  test('without a key is answered 401, in JSON, with a request id', async () => {
    const { status, headers, body } = await refusedUpgrade(door.bareUrl);
    expect(status).toBe(401);
    expect(headers['content-type']).toContain('application/json');
    expect(headers['x-request-id']).toBeTruthy();
    expect(body).toEqual({ ok: false, error: 'A valid API key is needed', detail: containing('API key') });
  });

  test('that is no handshake is answered 400, in JSON, with the version that is spoken', async () => {
    const request = get(door.url.replace('ws:', 'http:'), {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '7',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(400);
    expect(response.headers['sec-websocket-version']).toBe('13');
    expect(await json(response)).toMatchObject({ ok: false, error: 'This is no WebSocket handshake' });
  });

  test('with a bad key is answered 401', async () => {
    expect((await refusedUpgrade(`${door.bareUrl}?key=cm_live_nobody`)).status).toBe(401);
  });

  test('takes the key from a header as well', async () => {
    const bearer = await openSocket(door.bareUrl, { Authorization: `Bearer ${credential}` });
    const apiKey = await openSocket(door.bareUrl, { 'X-Api-Key': credential });
    for (const socket of [bearer, apiKey]) expect(await quiet(socket)).toEqual([]);
  });

  test('with a key that holds neither message scope is answered 403', async () => {
    door.holder.scopes = ['read:status'];
    const { status, body } = await refusedUpgrade(door.url);
    expect(status).toBe(403);
    expect(body['detail']).toContain('read:messages');
  });

  test.each(['suspended', 'lapsed'] as const)('of a %s account is accepted and closed 4003', async (state) => {
    door.holder.state = state;
    const socket = await openSocket(door.url);
    expect((await socket.closed).code).toBe(4003);
  });

  test.each(['client=agent', 'client=a/b/c', 'events=some'])(
    'with %s is answered 400 and told the mend',
    async (query) => {
      const { status, body } = await refusedUpgrade(`${door.url}&${query}`);
      expect(status).toBe(400);
      expect(body['detail']).toContain(query.split('=')[0]);
    },
  );

  test('is answered 429 when the account has 20 sockets, and taken again when one has gone', async () => {
    const open = await Promise.all(Array.from({ length: 20 }, () => openSocket(door.url)));
    const { status, headers } = await refusedUpgrade(door.url);
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await open[0]?.close();
    expect(await quiet(await openSocket(door.url))).toEqual([]);
  });

  test('is not counted where limits are off', async () => {
    const free = await openDoor({ limits: false });
    const open = await Promise.all(Array.from({ length: 25 }, () => openSocket(free.url)));
    expect(free.sockets.count).toBe(25);
    for (const socket of open) expect(await quiet(socket)).toEqual([]);
    await free.close();
  });
});

describe('a send', () => {
  test('reaches the action as one command', async () => {
    const socket = await openSocket(door.url);
    socket.send({ ...send, to: [to, '+0987654321'], service: 'SMS', idempotencyKey: 'order-7' });
    await socket.nextOf('send.result');
    expect(door.asked).toEqual([
      {
        action: 'sendMessage',
        command: {
          account: 'acc_1',
          to: [to, '+0987654321'],
          chatId: null,
          channel: 'sms',
          connection: null,
          parts,
          replyTo: null,
          thread: null,
          idempotencyKey: 'order-7',
          ttlMs: null,
        },
      },
    ]);
  });

  test.each([
    ['with both to and chatId', { ...send, chatId: 'cht_1' }],
    ['with neither to nor chatId', { type: 'send', id: 'msg-1', parts }],
  ])('%s is refused in the words of the documentation', async (_what, frame) => {
    const socket = await openSocket(door.url);
    socket.send(frame);
    expect(await socket.next()).toEqual({
      type: 'send.result',
      id: 'msg-1',
      ok: false,
      error: 'Provide either to or chatId, not both',
    });
    expect(door.asked).toEqual([]);
  });

  test('without an id is answered with an error frame', async () => {
    const socket = await openSocket(door.url);
    socket.send({ type: 'send', to, parts });
    expect(await socket.next()).toMatchObject({ type: 'error', code: 'invalid_send' });
  });

  test.each([
    [refuse('forbidden', 'x', { reason: 'cap_reached' }), 'Monthly message limit reached'],
    [refuse('forbidden', 'x', { reason: 'suspended' }), 'Account suspended'],
    [refuse('unsupported', 'SMS carries no media; send text alone'), 'SMS carries no media; send text alone'],
    [
      refuse('conflict', 'idempotencyKey was used for another command: parts differ'),
      'idempotencyKey was used for another command: parts differ',
    ],
    [
      refuse('conflict', 'used before with another channel; use a new key', {
        reason: 'idempotency_conflict',
        field: 'channel',
      }),
      'used before with another service; use a new key',
    ],
  ])('that is refused (%s) is answered ok false with the reason', async (refusal, error) => {
    door.script({ sendMessage: () => Promise.reject(refusal) });
    const socket = await openSocket(door.url);
    socket.send(send);
    expect(await socket.next()).toEqual({ type: 'send.result', id: 'msg-1', ok: false, error });
    expect(door.faults).toEqual([]);
  });

  test('that fails inside is answered without a word of the cause, and the log is told', async () => {
    door.script({ sendMessage: () => Promise.reject(new Error('SELECT * FROM secrets')) });
    const socket = await openSocket(door.url);
    socket.send(send);
    const result = await socket.next();
    expect(result).toMatchObject({ type: 'send.result', id: 'msg-1', ok: false });
    expect(JSON.stringify(result)).not.toContain('SELECT');
    expect(door.faults).toEqual(['socket.ask_failed']);
  });

  test('each of two with the same id is answered, once', async () => {
    const socket = await openSocket(door.url);
    socket.send(send);
    socket.send(send);
    const results = [await socket.next(), await socket.next()];
    expect(results.map(({ id, messageId }) => [id, messageId])).toEqual([
      ['msg-1', 'msg_s1'],
      ['msg-1', 'msg_s2'],
    ]);
    expect(await quiet(socket)).toEqual([]);
  });

  test.each<[string, Partial<SendAnswer>, object]>([
    [
      'shows the first message and that it is cached',
      { cached: true, status: 'delivered' },
      { ok: true, status: 'delivered', cached: true },
    ],
    ['under way is shown as queued', { cached: true, status: 'sending' }, { ok: true, status: 'queued', cached: true }],
    [
      'that failed stays failed, with its message',
      { cached: true, status: 'failed', error: 'no' },
      { ok: false, error: 'no', status: 'failed', cached: true },
    ],
    [
      'nobody knows of is shown so',
      { cached: true, status: 'unknown', error: 'no answer' },
      { ok: true, status: 'unknown', cached: true, error: 'no answer' },
    ],
  ])('repeated by its key %s', async (_how, answer, shown) => {
    door.script({ sendMessage: () => Promise.resolve(accepted(1, answer)) });
    const socket = await openSocket(door.url);
    socket.send(send);
    expect(await socket.next()).toEqual({
      type: 'send.result',
      id: 'msg-1',
      messageId: 'msg_s1',
      chatId: 'cht_s1',
      ...shown,
    });
  });

  test('with wait is answered after the receipt', async () => {
    const receipt = Promise.withResolvers<Awaited<ReturnType<AwaitReceipt>>>();
    door.script({ awaitReceipt: () => receipt.promise });
    const socket = await openSocket(door.url);
    socket.send({ ...send, wait: 'sent' });
    expect(await quiet(socket)).toEqual([]);
    receipt.resolve({ status: 'sent', error: null, remoteId: null, channel: 'imessage' });
    expect(await socket.next()).toMatchObject({ id: 'msg-1', ok: true, status: 'sent' });
  });

  test('with wait that the channel refuses is not ok, and names its message', async () => {
    door.script({
      awaitReceipt: () =>
        Promise.resolve({ status: 'failed', error: 'No such number', remoteId: null, channel: 'imessage' }),
    });
    const socket = await openSocket(door.url);
    socket.send({ ...send, wait: 'sent' });
    expect(await socket.nextText()).toBe(
      '{"type":"send.result","id":"msg-1","ok":false,"error":"No such number","messageId":"msg_s1","chatId":"cht_s1","status":"failed"}',
    );
  });

  test('is never lost in a crowd: every id is answered once', async () => {
    door.script({
      sendMessage: ({ parts: [part] }) =>
        part?.type === 'text' && part.value === '7'
          ? Promise.reject(refuse('invalid', 'no'))
          : Promise.resolve(accepted(1)),
    });
    const socket = await openSocket(door.url);
    for (let number = 0; number < 3_000; number += 1) {
      socket.send({ ...send, id: `${number}`, parts: [{ type: 'text', value: `${number % 10}` }] });
    }
    const answered = new Set<unknown>();
    for (let number = 0; number < 3_000; number += 1) {
      const { id, ok } = await socket.next();
      expect(ok).toBe(Number(id) % 10 !== 7);
      answered.add(id);
    }
    expect(answered.size).toBe(3_000);
  });

  test('waits unread while 1,024 others are unanswered', async () => {
    const gate = Promise.withResolvers<SendAnswer>();
    door.script({ sendMessage: () => gate.promise });
    const socket = await openSocket(door.url);
    const large = 'x'.repeat(9_000);
    for (let number = 0; number < 1_400; number += 1) {
      socket.send({ ...send, id: `${number}`, parts: [{ type: 'text', value: large }] });
    }
    await expect.poll(() => door.asked.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(1_024);
    for (let turn = 0; turn < 200; turn += 1) await door.clock.advance(1);
    expect(door.asked.length).toBeLessThan(1_100);
    gate.resolve(accepted(1));
    for (let number = 0; number < 1_400; number += 1) await socket.nextOf('send.result');
    expect(door.asked.length).toBe(1_400);
  });
});

describe('a frame the gateway cannot take leaves the socket open:', () => {
  test.each([
    ['no JSON', 'hello', 'invalid_json'],
    ['half a frame', '{"type":"send","id":"1"', 'invalid_json'],
    ['a number', '7', 'invalid_json'],
    ['a list', '[]', 'invalid_json'],
    ['nesting 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'invalid_json'],
    ['a key that reaches the prototype', '{"type":"read","to":"x","__proto__":{"admin":true}}', 'invalid_json'],
    ['no type', '{}', 'invalid_request'],
    ['a type of another kind', '{"type":7}', 'invalid_request'],
    ['an unknown type', '{"type":"toString"}', 'unknown_type'],
    ['a sync without an instant', '{"type":"sync"}', 'invalid_sync'],
    ['a sync with a cursor of nobody', '{"type":"sync","cursor":"nonsense"}', 'invalid_sync'],
    ['a read of two chats', '{"type":"read","to":"x","chatId":"y"}', 'invalid_request'],
    ['a reaction to nothing', '{"type":"reaction","reactionType":"love"}', 'invalid_request'],
  ])('%s', async (_what, text, code) => {
    const socket = await openSocket(door.url);
    socket.send(text);
    const error = await socket.next();
    expect(error).toMatchObject({ type: 'error', code });
    expect(Object.keys(error)).toEqual(['type', 'code', 'message']);
    expect(await quiet(socket)).toEqual([]);
  });

  test('but one of 1 MiB closes it, 1009', async () => {
    const socket = await openSocket(door.url);
    socket.send(`{"type":"ping","x":"${'x'.repeat(1024 * 1024)}"}`);
    expect((await socket.closed).code).toBe(1009);
  });

  test('one of just under 256 KiB is taken', async () => {
    const socket = await openSocket(door.url);
    socket.send({ type: 'pong', x: 'x'.repeat(256 * 1024 - 100) });
    expect(await quiet(socket)).toEqual([]);
  });
});

describe('signals', () => {
  test('reach their actions with the chat they name', async () => {
    const socket = await openSocket(door.url);
    socket.send({ type: 'typing.start', chatId: 'cht_1' });
    socket.send({ type: 'read', to });
    socket.send({ type: 'reaction', messageId: 'msg_1', reactionType: 'laugh' });
    expect(await quiet(socket)).toEqual([]);
    expect(door.asked).toEqual([
      {
        action: 'signalTyping',
        command: { account: 'acc_1', to: null, chatId: 'cht_1', channel: null, started: true },
      },
      { action: 'markRead', command: { account: 'acc_1', to, chatId: null, channel: null } },
      {
        action: 'reactToMessage',
        command: { account: 'acc_1', messageId: 'msg_1', reactionType: 'laugh', remove: false },
      },
    ]);
  });

  test.each([
    [refuse('unsupported', 'SMS shows no typing'), 'unsupported'],
    [refuse('not_found', 'There is no chat with that recipient yet; send a message first'), 'invalid_request'],
    [refuse('unavailable', "Channel 'sms' is not ready"), 'internal'],
  ])('that cannot be done (%s) are answered with an error frame', async (refusal, code) => {
    door.script({ signalTyping: () => Promise.reject(refusal) });
    const socket = await openSocket(door.url);
    socket.send({ type: 'typing.start', to });
    expect(await socket.next()).toEqual({ type: 'error', code, message: refusal.message });
  });
});

describe('a key without', () => {
  test('write:messages may read and nothing else', async () => {
    door.holder.scopes = ['read:messages'];
    const socket = await openSocket(door.url);
    socket.send(send);
    expect(await socket.next()).toMatchObject({
      type: 'send.result',
      ok: false,
      error: containing('write:messages'),
    });
    socket.send({ type: 'read', to });
    expect(await socket.next()).toMatchObject({ type: 'error', code: 'invalid_request' });
    door.log.texted();
    expect(await socket.next()).toMatchObject({ type: 'message' });
  });

  test('read:messages hears nothing and may not sync', async () => {
    door.holder.scopes = ['write:messages'];
    const socket = await openSocket(door.url);
    door.log.texted();
    door.log.typed(true);
    socket.send({ type: 'sync', since: '2026-04-10T14:30:00Z' });
    expect(await socket.next()).toMatchObject({
      type: 'error',
      code: 'invalid_request',
      message: containing('read:messages'),
    });
    socket.send(send);
    expect(await socket.next()).toMatchObject({ type: 'send.result', ok: true });
  });
});

describe('events', () => {
  test('come to every socket of the account, the same text', async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => openSocket(door.url)));
    door.log.texted({ text: 'line "one"\n😀' });
    const texts = await Promise.all(sockets.map((socket) => socket.nextText()));
    expect(new Set(texts).size).toBe(1);
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({ text: 'line "one"\n😀' });
  });

  test("show no more of a message's way than its sender needs", async () => {
    const socket = await openSocket(door.url);
    const message = 'msg_7' as MessageId;
    for (const status of ['queued', 'sending', 'sent'] as const) door.log.moved(message, status);
    door.log.moved(message, 'unknown', 'The provider did not answer');
    expect(await socket.nextText()).toBe(
      '{"type":"status","messageId":"msg_7","status":"unknown","error":"The provider did not answer"}',
    );
  });

  test('with XMTP come as that service', async () => {
    const socket = await openSocket(door.url);
    door.log.texted({ channel: 'xmtp', from: '0x52908400098527886e0f7030069857d2e4169ee7' });
    expect(await socket.next()).toMatchObject({ service: 'XMTP', from: '0x52908400098527886e0f7030069857d2e4169ee7' });
  });

  test('are not pushed to a socket that wants none, which still may sync', async () => {
    const socket = await openSocket(`${door.url}&events=none`);
    door.log.texted();
    door.log.typed(true);
    expect(await quiet(socket)).toEqual([]);
    socket.send({ type: 'sync', since: '2026-04-10T14:30:00Z' });
    expect(await socket.next()).toMatchObject({ type: 'message', replay: true });
    expect(await socket.next()).toEqual({ type: 'sync.done', count: 1, cursor: '1:1' });
  });
});

describe('a socket is closed', () => {
  test.each(['', '&events=none'])('1008 when its key is revoked, even with a send under way%s', async (query) => {
    const gate = Promise.withResolvers<SendAnswer>();
    door.script({ sendMessage: () => gate.promise });
    const socket = await openSocket(door.url + query);
    socket.send(send);
    await quiet(socket);
    door.log.revoked('key_other' as KeyId);
    expect(await quiet(socket)).toEqual([]);
    door.log.revoked(key);
    expect((await socket.closed).code).toBe(1008);
    gate.resolve(accepted(1));
  });

  test('1008 when its key was revoked while it opened', async () => {
    // The hint went out before anybody listened: only asking once more can tell.
    let looks = 0;
    Object.defineProperty(door.holder, 'revoked', { get: () => (looks += 1) > 1 });
    const socket = await openSocket(door.url);
    expect((await socket.closed).code).toBe(1008);
  });

  test.each(['', '&events=none'])('4003 when its account is stopped%s', async (query) => {
    const socket = await openSocket(door.url + query);
    await quiet(socket);
    door.log.stopped();
    expect((await socket.closed).code).toBe(4003);
  });

  test('1011 when the log cannot be followed', async () => {
    door.log.broken = true;
    const socket = await openSocket(door.url);
    expect((await socket.closed).code).toBe(1011);
  });

  test('1012 at a drain, after what was begun has been answered and what came late refused', async () => {
    const gate = Promise.withResolvers<SendAnswer>();
    door.script({ sendMessage: () => gate.promise });
    const socket = await openSocket(door.url);
    socket.send(send);
    await quiet(socket);
    const drained = door.sockets.drain();
    socket.send({ ...send, id: 'late' });
    expect(await socket.next()).toMatchObject({ id: 'late', ok: false, error: containing('restarting') });
    gate.resolve(accepted(1));
    expect(await socket.next()).toMatchObject({ id: 'msg-1', ok: true });
    expect((await socket.closed).code).toBe(1012);
    await drained;
    expect((await refusedUpgrade(door.url)).status).toBe(503);
  });
});

test('a client that runs in circles is told so, and its sends are refused by their id', async () => {
  const socket = await openSocket(door.url);
  for (let number = 0; number < 20_001; number += 1) socket.send('{"type":"pong"}');
  socket.send(send);
  expect(await socket.next()).toMatchObject({
    type: 'send.result',
    id: 'msg-1',
    ok: false,
    error: containing('slowly'),
  });
  socket.send({ type: 'read', to });
  expect(await socket.next()).toMatchObject({ type: 'error', code: 'rate_limited' });
  await door.clock.advance(1_000);
  socket.send(send);
  expect(await socket.next()).toMatchObject({ type: 'send.result', ok: true });
});
