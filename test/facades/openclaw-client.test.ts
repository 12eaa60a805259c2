// The real gateway's own client, unmodified, against a whole gateway.
import { GatewayClient } from '@openclaw/gateway-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';

interface Event {
  readonly event: string;
  readonly payload?: unknown;
}

let gateway: TestGateway;
let client: GatewayClient;
const events: Event[] = [];
let hello: unknown;

const heard = (name: string, about: object) =>
  until(async () =>
    events.find(({ event, payload }) => {
      const fields = Object.entries(about);
      const told = (payload ?? {}) as Readonly<Record<string, unknown>>;
      return event === name && fields.every(([key, value]) => told[key] === value);
    }),
  );

beforeAll(async () => {
  gateway = await openGateway();
  client = await connected(gateway.key);
});

afterAll(async () => {
  client.stop();
  await gateway.end();
});

function connected(token: string): Promise<GatewayClient> {
  return new Promise((resolve, reject) => {
    const made: GatewayClient = new GatewayClient({
      url: `${gateway.wsUrl}/`,
      token,
      clientName: 'gateway-client',
      clientVersion: '1.0.0',
      mode: 'backend',
      role: 'operator',
      scopes: ['operator.read', 'operator.write', 'operator.admin'],
      minProtocol: 4,
      maxProtocol: 4,
      deviceIdentity: null,
      onHelloOk: (told) => {
        hello = told;
        resolve(made);
      },
      onConnectError: reject,
      onEvent: (event) => void events.push(event),
    });
    made.start();
  });
}

test('it connects and is told what there is', () => {
  expect(hello).toMatchObject({
    type: 'hello-ok',
    protocol: 4,
    features: { methods: expect.arrayContaining(['send', 'poll', 'channels.status', 'health']) as unknown },
    auth: { role: 'operator', scopes: ['operator.read', 'operator.write', 'operator.admin'] },
  });
});

test('it sends, and hears what became of the message by the id it was answered', async () => {
  const answer = await client.request<{ messageId: string; runId: string; channel: string }>('send', {
    to: '+15550001001',
    message: 'Hello from the client',
    idempotencyKey: 'client-1',
  });
  expect(answer).toMatchObject({ runId: 'client-1', channel: 'imessage' });
  await heard('message.status', { messageId: answer.messageId, status: 'delivered' });
});

test('it hears a person who writes, and their tapback', async () => {
  const phone = handset(gateway, '+15550001001');
  await phone.text('Hi agent');
  await heard('message', { from: '+15550001001', text: 'Hi agent', channel: 'imessage' });
  const { messageId } = await phone.received('Hello from the client');
  await phone.act('reactions', { messageId, reactionType: 'love' });
  await heard('message.reaction', { messageId, reactionType: 'love', added: true });
});

test('it reads health and how the channels are', async () => {
  expect(await client.request('health')).toMatchObject({ ok: true });
  expect(await client.request('channels.status')).toMatchObject({
    channelOrder: ['imessage', 'rcs', 'sms'],
    channels: { imessage: { configured: true, connected: true } },
    channelAccounts: { imessage: [{ accountId: 'simulator', connected: true, healthState: 'connected' }] },
    channelDefaultAccountId: { imessage: 'simulator' },
  });
});

test('a refusal names its code and the mend', async () => {
  await expect(client.request('send', { message: 'Hi', idempotencyKey: 'x' })).rejects.toThrow(
    'Missing required parameter: to',
  );
  await expect(client.request('chat.send', {})).rejects.toThrow('unknown method: chat.send');
});

test('a wrong token is told so', async () => {
  await expect(connected('wrong')).rejects.toThrow(/key/);
});
