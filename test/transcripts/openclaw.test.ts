// Every example of the OpenClaw Messages document, played against a whole gateway whose signal and telegram are the
// embedded network's: over the socket and over HTTP, byte shapes included.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset } from '../support/journey.ts';
import { openSocket, type AgentSocket, type Frame } from '../support/ws-client.ts';

let gateway: TestGateway;
let socket: AgentSocket;

const env = {
  CLAWGATE_CHANNELS: 'imessage=simulator,rcs=simulator,sms=simulator,signal=simulator,telegram=simulator',
};

beforeAll(async () => {
  gateway = await openGateway({ env });
  socket = await openSocket(`${gateway.wsUrl}/`);
  socket.send({
    jsonrpc: '2.0',
    id: 0,
    method: 'connect',
    params: { role: 'control', auth: { token: gateway.key }, client: { name: 'Sender', version: '1.0.0' } },
  });
  const welcome = await answerTo(0);
  if (welcome['ok'] !== true) throw new Error('the socket was not let in');
});

afterAll(async () => {
  await socket.close();
  await gateway.end();
});

/** The answer with this id; events between are passed over. */
async function answerTo(id: number | string): Promise<Frame> {
  for (;;) {
    const frame = await socket.next();
    if (frame['id'] === id) return frame;
  }
}

async function ask(request: Frame & { readonly id: number }): Promise<Frame> {
  socket.send(request);
  return answerTo(request.id);
}

const post = async (body: unknown, headers: Readonly<Record<string, string>> = {}) => {
  const response = await fetch(`${gateway.url}/api/send`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${gateway.key}`, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Frame };
};

const sent = { sent: true, messageId: expect.any(String) as unknown };

describe('sending', () => {
  test('a text is answered with its platform message id, and arrives', async () => {
    const answer = await ask({
      jsonrpc: '2.0',
      id: 20,
      method: 'send',
      params: {
        to: '+1234567890',
        message: 'Hello from OpenClaw!',
        channel: 'signal',
        idempotencyKey: 'unique-key-123',
      },
    });
    expect(answer).toEqual({
      id: 20,
      ok: true,
      payload: {
        ...sent,
        runId: 'unique-key-123',
        channel: 'signal',
        chatId: expect.any(String) as unknown,
        gatewayMessageId: expect.any(String) as unknown,
      },
    });
    expect(Object.keys(answer)).toEqual(['id', 'ok', 'payload']);
    const received = await handset(gateway, '+1234567890').received('Hello from OpenClaw!');
    expect(received.messageId).toBe((answer['payload'] as Frame)['messageId']);
  });

  test('the same key again answers the same message from the cache, and nothing is sent', async () => {
    const answer = await ask({
      jsonrpc: '2.0',
      id: 26,
      method: 'send',
      params: {
        to: '+1234567890',
        message: 'Hello from OpenClaw!',
        channel: 'signal',
        idempotencyKey: 'unique-key-123',
      },
    });
    expect(answer).toMatchObject({ id: 26, ok: true, payload: { ...sent, cached: true }, meta: { cached: true } });
    const messages = await handset(gateway, '+1234567890').messages();
    expect(messages.filter(({ text }) => text === 'Hello from OpenClaw!')).toHaveLength(1);
  });

  test('one attachment with a text', async () => {
    const answer = await ask({
      jsonrpc: '2.0',
      id: 21,
      method: 'send',
      params: {
        to: '+1234567890',
        message: 'Check out this image!',
        mediaUrl: 'https://example.com/image.jpg',
        channel: 'signal',
        idempotencyKey: 'unique-key-124',
      },
    });
    expect(answer).toMatchObject({ id: 21, ok: true, payload: sent });
    const received = await handset(gateway, '+1234567890').received('Check out this image!');
    expect(received.attachments).toMatchObject([{ url: 'https://example.com/image.jpg' }]);
  });

  test('several attachments with a text', async () => {
    const answer = await ask({
      jsonrpc: '2.0',
      id: 22,
      method: 'send',
      params: {
        to: '+1234567890',
        message: 'Photo album:',
        mediaUrls: [
          'https://example.com/photo1.jpg',
          'https://example.com/photo2.jpg',
          'https://example.com/photo3.jpg',
        ],
        channel: 'signal',
        idempotencyKey: 'unique-key-125',
      },
    });
    expect(answer).toMatchObject({ id: 22, ok: true, payload: sent });
    const received = await handset(gateway, '+1234567890').received('Photo album:');
    expect(received.attachments).toHaveLength(3);
  });

  test('an attachment alone', async () => {
    const answer = await ask({
      jsonrpc: '2.0',
      id: 23,
      method: 'send',
      params: {
        to: '+1234567890',
        mediaUrl: 'https://example.com/document.pdf',
        channel: 'signal',
        idempotencyKey: 'unique-key-126',
      },
    });
    expect(answer).toMatchObject({ id: 23, ok: true, payload: sent });
  });

  test('the channel is told from the session key', async () => {
    const answer = await ask({
      id: 27,
      method: 'send',
      params: {
        to: '+1234567890',
        message: 'Hello!',
        sessionKey: 'signal:+1234567890',
        idempotencyKey: 'key-127',
      },
    });
    expect(answer).toMatchObject({ id: 27, ok: true, payload: { ...sent, channel: 'signal' } });
  });
});

describe('refusals', () => {
  test('without a recipient', async () => {
    const answer = await ask({ id: 30, method: 'send', params: { message: 'Hi', idempotencyKey: 'k' } });
    expect(answer).toMatchObject({
      id: 30,
      ok: false,
      error: { code: 'INVALID_REQUEST', message: 'Missing required parameter: to' },
    });
  });

  test('over a channel that is not configured', async () => {
    const params = { to: '+1234567890', message: 'Hi', channel: 'whatsapp', idempotencyKey: 'k2' };
    expect(await ask({ id: 31, method: 'send', params })).toMatchObject({
      ok: false,
      error: { code: 'CHANNEL_NOT_FOUND', message: "Channel 'whatsapp' is not configured" },
    });
  });

  test('of the provider', async () => {
    await handset(gateway, '+15550009999').act('settings', { faults: { fail: true } });
    const params = { to: '+15550009999', message: 'Hi', channel: 'signal', idempotencyKey: 'k3' };
    expect(await ask({ id: 32, method: 'send', params })).toMatchObject({
      ok: false,
      error: { code: 'DELIVERY_FAILED', message: expect.stringMatching(/^Failed to send message: /) as unknown },
    });
  });

  test.each(['1234567890', '(123)456-7890'])('of a number that is not in E.164 format: %s', async (to) => {
    const params = { to, message: 'Hi', channel: 'signal', idempotencyKey: `k4${to}` };
    expect(await ask({ id: 33, method: 'send', params })).toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST', message: expect.stringContaining('E.164') as unknown },
    });
  });
});

test('the example of curl is answered over HTTP', async () => {
  const request = {
    jsonrpc: '2.0',
    id: 1,
    method: 'send',
    params: {
      to: '+1234567890',
      message: 'Check this out!',
      mediaUrl: 'https://example.com/photo.jpg',
      channel: 'signal',
      idempotencyKey: 'msg-1',
    },
  };
  expect(await post(request)).toMatchObject({ status: 200, body: { id: 1, ok: true, payload: sent } });
  expect(await post(request)).toMatchObject({ status: 200, body: { id: 1, ok: true, meta: { cached: true } } });
});

test('a channel is looked at before sending, with the request of the best practices', async () => {
  socket.send('{"method": "channels.status", "params": {}}');
  const answer = await ask({ id: 40, method: 'channels.status', params: {} });
  expect(answer).toMatchObject({
    ok: true,
    payload: { channels: { signal: { configured: true, connected: true } } },
  });
  const answered = await post({ method: 'channels.status', params: {} });
  expect(answered).toMatchObject({ status: 200, body: { ok: true } });
  expect(answered.body).not.toHaveProperty('id');
});
