// The OpenClaw socket's rules: who is let in, both framings on one socket, scopes, batches, closes and the drain.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset } from '../support/journey.ts';
import { steppedRuntime } from '../support/journey-clock.ts';
import { addTenant } from '../support/tenants.ts';
import { openSocket, refusedUpgrade, type AgentSocket, type Frame } from '../support/ws-client.ts';

const hourMs = 60 * 60_000;
const manyUrls = Array.from({ length: 101 }, (_, index) => `https://example.com/${index}.png`);

let gateway: TestGateway;
const sockets: AgentSocket[] = [];

beforeAll(async () => {
  gateway = await openGateway();
});

afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
});

afterAll(() => gateway.end());

async function open(query = ''): Promise<AgentSocket> {
  const socket = await openSocket(`${gateway.wsUrl}/${query}`);
  sockets.push(socket);
  expect(await socket.next()).toEqual({
    type: 'event',
    event: 'connect.challenge',
    payload: { nonce: expect.any(String) as unknown, ts: expect.any(Number) as unknown },
  });
  return socket;
}

const nativeConnect = (token?: string, more: Frame = {}): Frame => ({
  type: 'req',
  id: 'c1',
  method: 'connect',
  params: {
    minProtocol: 4,
    maxProtocol: 4,
    client: { id: 'test', version: '1.0.0', platform: 'node', mode: 'backend' },
    role: 'operator',
    ...(token === undefined ? {} : { auth: { token } }),
    ...more,
  },
});

async function connected(key: string): Promise<AgentSocket> {
  const socket = await open();
  socket.send(nativeConnect(key));
  expect(await socket.next()).toMatchObject({ type: 'res', id: 'c1', ok: true, payload: { type: 'hello-ok' } });
  return socket;
}

describe('being let in', () => {
  test('a key in the upgrade needs no connect in the documented form', async () => {
    const socket = await open(`?key=${gateway.key}`);
    socket.send({ id: 1, method: 'health' });
    expect(await socket.next()).toMatchObject({ id: 1, ok: true, payload: { ok: true } });
  });

  test('a bad key in the upgrade is a 401', async () => {
    expect(await refusedUpgrade(`${gateway.wsUrl}/?key=cm_live_nope`)).toMatchObject({
      status: 401,
      body: { ok: false, error: { code: 'UNAUTHORIZED' } },
    });
  });

  test('a wrong token is told natively, and closes 1008', async () => {
    const socket = await open();
    socket.send(nativeConnect('wrong'));
    expect(await socket.next()).toMatchObject({
      type: 'res',
      ok: false,
      error: { code: 'INVALID_REQUEST', details: { code: 'AUTH_TOKEN_MISMATCH' } },
    });
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });

  test('no token is told natively as not paired, and closes 1008', async () => {
    const socket = await open();
    socket.send(nativeConnect());
    expect(await socket.next()).toMatchObject({ ok: false, error: { code: 'NOT_PAIRED' } });
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });

  test('a protocol range without ours closes 1002', async () => {
    const socket = await open();
    socket.send(nativeConnect(gateway.key, { minProtocol: 1, maxProtocol: 3 }));
    expect(await socket.next()).toMatchObject({ ok: false, error: { details: { code: 'PROTOCOL_MISMATCH' } } });
    expect(await socket.closed).toMatchObject({ code: 1002 });
  });

  test('a native request before connect closes 1008', async () => {
    const socket = await open();
    socket.send({ type: 'req', id: 'x', method: 'health' });
    expect(await socket.next()).toMatchObject({ type: 'res', id: 'x', ok: false });
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });

  test('a documented request before connect is refused, and connecting then still works', async () => {
    const socket = await open();
    socket.send({ id: 1, method: 'channels.status', params: {} });
    expect(await socket.next()).toMatchObject({ id: 1, ok: false, error: { code: 'UNAUTHORIZED' } });
    socket.send({ id: 2, method: 'connect', params: { auth: { token: gateway.key } } });
    expect(await socket.next()).toMatchObject({ id: 2, ok: true, payload: { protocol: 4 } });
  });

  test('more than 64 KiB before connect closes 1009', async () => {
    const socket = await open();
    socket.send(JSON.stringify({ id: 1, method: 'connect', params: { filler: 'x'.repeat(70_000) } }));
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  test('a suspended account is not let in', async () => {
    const tenant = await addTenant(gateway);
    await gateway.gateway.store.updateAccount(tenant.id, { state: 'suspended' });
    const socket = await open();
    socket.send(nativeConnect(tenant.key));
    expect(await socket.next()).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });
});

describe('on one socket', () => {
  test('both framings are answered in their own form', async () => {
    const socket = await connected(gateway.key);
    socket.send({ type: 'req', id: 'n', method: 'health' });
    expect(await socket.next()).toMatchObject({ type: 'res', id: 'n', ok: true });
    socket.send({ jsonrpc: '2.0', id: 7, method: 'health' });
    const answer = await socket.next();
    expect(answer).toMatchObject({ id: 7, ok: true });
    expect(answer).not.toHaveProperty('type');
  });

  test('a batch is answered as a batch, in order, without those that ask for no answer', async () => {
    const socket = await open(`?key=${gateway.key}`);
    socket.send(
      JSON.stringify([
        { id: 'a', method: 'health' },
        { method: 'health' },
        { id: 'b', method: 'nothing' },
        { id: 'c', method: 'status' },
      ]),
    );
    expect(await socket.next()).toMatchObject([
      { id: 'a', ok: true },
      { id: 'b', ok: false, error: { code: 'INVALID_REQUEST', message: 'unknown method: nothing' } },
      { id: 'c', ok: true },
    ]);
  });

  test.each([
    ['{"id":', 'malformed'],
    ['[]', 'A batch holds 1 to 100 requests'],
    ['"hello"', 'JSON object'],
    ['{"id":3}', 'Missing required field: method'],
    ['{"id":{},"method":"health"}', 'id must be a string or a number'],
    ['{"id":3,"method":"health","params":[1]}', 'params must be an object'],
    ['{"type":"req","method":"health"}', 'id must be a string'],
  ])('%s is refused by name, and the socket stays', async (text, message) => {
    const socket = await open(`?key=${gateway.key}`);
    socket.send(text);
    const answer = await socket.next();
    expect(answer).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
    expect((answer['error'] as Frame)['message']).toContain(message);
    socket.send({ id: 9, method: 'health' });
    expect(await socket.next()).toMatchObject({ id: 9, ok: true });
  });

  test('a key is given one account, and another cannot be brought in', async () => {
    const tenant = await addTenant(gateway);
    const socket = await connected(gateway.key);
    socket.send({ id: 2, method: 'connect', params: { auth: { token: tenant.key } } });
    expect(await socket.next()).toMatchObject({ id: 2, ok: false });
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });
});

test('a failed delivery is not offered for another try with the same key', async () => {
  await handset(gateway, '+15550003008').act('settings', { faults: { fail: true } });
  const socket = await connected((await addTenant(gateway)).key);
  const params = { to: '+15550003008', message: 'Hi', idempotencyKey: 'refused' };
  for (const id of ['1', '2']) {
    socket.send({ type: 'req', id, method: 'send', params });
    const { error } = await socket.nextOf('res');
    expect(error).toMatchObject({ code: 'UNAVAILABLE', details: { code: 'DELIVERY_FAILED' } });
    expect(error).not.toHaveProperty('retryable');
  }
});

describe('scopes', () => {
  test('a method that the key may not call is refused in both forms', async () => {
    const tenant = await addTenant(gateway);
    const socket = await connected(await tenant.keyWith('read:status'));
    const params = { to: '+15550003001', message: 'Hi', idempotencyKey: 'k' };
    socket.send({ type: 'req', id: '1', method: 'send', params });
    expect(await socket.next()).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN', details: { code: 'MISSING_SCOPE' } },
    });
    socket.send({ id: 2, method: 'send', params });
    expect(await socket.next()).toMatchObject({ id: 2, ok: false, error: { code: 'UNAUTHORIZED' } });
  });

  test('what is refused for another reason is not told as a missing scope', async () => {
    await gateway.call('POST', '/api/routes', { phone_number: '+15550003007' });
    const tenant = await addTenant(gateway);
    const socket = await connected(tenant.key);
    const params = { to: '+15550003007', message: 'Hi', idempotencyKey: 'elsewhere' };
    socket.send({ type: 'req', id: '1', method: 'send', params });
    expect(await socket.next()).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN', details: { code: 'UNAUTHORIZED', field: 'to' } },
    });
  });

  test('only the operator restarts a channel, and everybody keeps their socket', async () => {
    const tenant = await addTenant(gateway);
    const theirs = await connected(tenant.key);
    theirs.send({ id: 1, method: 'channels.restart', params: { channel: 'imessage' } });
    expect(await theirs.next()).toMatchObject({ id: 1, ok: false, error: { code: 'UNAUTHORIZED' } });
    const ours = await connected(gateway.key);
    ours.send({ id: 2, method: 'channels.restart', params: { channel: 'imessage' } });
    expect(await ours.next()).toMatchObject({ id: 2, ok: true, payload: { channel: 'imessage', restarted: 1 } });
    theirs.send({ id: 3, method: 'health' });
    expect(await theirs.next()).toMatchObject({ id: 3, ok: true });
  });

  test('a key without read:messages hears nothing', async () => {
    const tenant = await addTenant(gateway);
    const socket = await connected(await tenant.keyWith('write:messages', 'read:status'));
    socket.send({
      id: 1,
      method: 'send',
      params: { to: '+15550003002', message: 'Hi', idempotencyKey: 'quiet' },
    });
    expect(await socket.next()).toMatchObject({ id: 1, ok: true });
    await handset(gateway, '+15550003002').text('Hello?');
    socket.send({ id: 2, method: 'status' });
    expect(await socket.next()).toMatchObject({ id: 2, ok: true });
  });
});

describe('closing', () => {
  test('a revoked key closes its sockets with 1008', async () => {
    const tenant = await addTenant(gateway);
    const made = await gateway.call('POST', '/api/keys', { name: 'gone' }, tenant.key);
    const socket = await connected(made.body['key'] as string);
    await gateway.call('DELETE', `/api/keys/${made.body['id'] as string}`, undefined, tenant.key);
    expect(await socket.closed).toEqual({ code: 1008, reason: 'key_revoked' });
  });

  test('a suspended account closes its sockets with 4003', async () => {
    const tenant = await addTenant(gateway);
    const socket = await connected(tenant.key);
    await gateway.gateway.store.updateAccount(tenant.id, { state: 'suspended' });
    expect(await socket.closed).toMatchObject({ code: 4003 });
  });

  test('a stop says shutdown first and closes 1012', async () => {
    const house = await openGateway();
    const socket = await openSocket(`${house.wsUrl}/?key=${house.key}`);
    await socket.next();
    await house.stop();
    expect(await socket.next()).toEqual({ type: 'event', event: 'shutdown', payload: { reason: 'restarting' } });
    expect(await socket.closed).toMatchObject({ code: 1012 });
    await house.end();
  });
});

describe('POST /api/send', () => {
  const post = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${gateway.url}/api/send`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${gateway.key}`, 'Content-Type': 'application/json', ...headers },
      body,
    });

  test('without a key is a 401 in the envelope', async () => {
    const response = await post('{}', { Authorization: '' });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'UNAUTHORIZED' } });
  });

  test('with too much is a 413 in the envelope', async () => {
    const response = await post(JSON.stringify({ method: 'health', filler: 'x'.repeat(300_000) }));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
  });

  test.each(['{', '[]', '"x"', '{"id":1}'])('with %s is a 200 that says what is wrong', async (body) => {
    const response = await post(body);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
  });

  test('takes the idempotency key from its header', async () => {
    const body = JSON.stringify({ id: 1, method: 'send', params: { to: '+15550003003', message: 'Once' } });
    const first = await (await post(body, { 'Idempotency-Key': 'head-1' })).json();
    expect(first).toMatchObject({ ok: true, payload: { runId: 'head-1' } });
    const again = await (await post(body, { 'Idempotency-Key': 'head-1' })).json();
    expect(again).toMatchObject({ ok: true, meta: { cached: true } });
  });

  test.each([
    ['message', { message: 'x'.repeat(10_001) }, 'message has 10001 characters'],
    ['mediaUrl', { message: 'Look', mediaUrl: 'nowhere' }, 'mediaUrl must be an http or https URL'],
    ['mediaUrls', { mediaUrls: ['https://example.com/a.png', 'nowhere'] }, 'mediaUrls must be an http or https URL'],
    ['mediaUrls', { mediaUrls: manyUrls }, 'mediaUrls holds 101 parts'],
    ['to', { to: 'cht_nobodys0', message: 'Hi' }, 'to '],
    ['message', { message: 'Another', idempotencyKey: 'words-1' }, 'with another message;'],
    [
      'message',
      { message: 'One', mediaUrl: 'https://example.com/a.png', idempotencyKey: 'words-1' },
      'another message;',
    ],
    ['threadId', { message: 'One', threadId: 'elsewhere', idempotencyKey: 'words-1' }, 'with another threadId;'],
  ])('a refusal names the parameter that was sent: %s', async (field, given, text) => {
    const to = '+15550003006';
    const ask = async (params: object) =>
      (
        await post(JSON.stringify({ id: 1, method: 'send', params: { to, idempotencyKey: 'words', ...params } }))
      ).json();
    expect(await ask({ message: 'One', idempotencyKey: 'words-1' })).toMatchObject({ ok: true });
    const refused = (await ask(given)) as { ok: boolean; error: { message: string; details: object } };
    expect([refused.ok, refused.error.details]).toEqual([false, { field }]);
    expect(refused.error.message).toContain(text);
  });

  test('a file brought along is kept and goes by a link', async () => {
    const params = {
      to: '+15550003004',
      message: 'A file',
      buffer: Buffer.from('%PDF-1.4 nothing').toString('base64'),
      filename: 'a.pdf',
      contentType: 'application/pdf',
      idempotencyKey: 'file-1',
    };
    expect(await (await post(JSON.stringify({ id: 1, method: 'send', params }))).json()).toMatchObject({ ok: true });
    const { attachments } = await handset(gateway, '+15550003004').received('A file');
    expect(attachments).toMatchObject([{ mimeType: 'application/pdf' }]);
    const file = await fetch(attachments[0]?.url ?? '');
    expect(await file.text()).toBe('%PDF-1.4 nothing');
  });

  test('a file sent again a while later is the same file, and its link in the history never ends', async () => {
    const runtime = steppedRuntime();
    const later = await openGateway({ runtime });
    const params = {
      to: '+15550003005',
      message: 'A file',
      buffer: Buffer.from('%PDF-1.4 nothing').toString('base64'),
      idempotencyKey: 'file-2',
    };
    const call = async (method: string, of: object): Promise<Frame> =>
      (await later.call('POST', '/api/send', { id: 1, method, params: of })).body;
    try {
      expect(await call('send', params)).toMatchObject({ ok: true, payload: { sent: true } });
      runtime.step(2 * hourMs);
      expect(await call('send', params)).toMatchObject({ ok: true, payload: { cached: true } });
      runtime.step(24 * hourMs);
      const { payload } = await call('messages.list', { limit: 1 });
      const [message] = (payload as { messages: { attachments: { url: string }[] }[] }).messages;
      const file = await fetch(message?.attachments[0]?.url ?? '');
      expect([file.status, await file.text()]).toEqual([200, '%PDF-1.4 nothing']);
    } finally {
      await later.end();
    }
  });
});
