// One message seen through every protocol: sent by each facade and read by the others, a person's answer reaching all of
// them once, a webhook included, and statuses likewise.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { openReceiver, verify, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { openSocket, type AgentSocket, type Frame } from '../support/ws-client.ts';

let gateway: TestGateway;
let claw: AgentSocket;
let open: AgentSocket;
let hook: WebhookReceiver;
let secret: unknown;
/** Everything the two sockets were told, as it came. */
const told: { claw: Frame[]; open: Frame[] } = { claw: [], open: [] };
let listening = true;

beforeAll(async () => {
  gateway = await openGateway();
  claw = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  open = await openSocket(`${gateway.wsUrl}/?key=${gateway.key}`);
  hook = await openReceiver();
  const made = await rest('POST', '/webhooks', { url: hook.url, events: ['*'] });
  ({ secret } = made['data'] as Frame);
  void keep(claw, told.claw);
  void keep(open, told.open);
});

afterAll(async () => {
  listening = false;
  await Promise.all([claw.close(), open.close()]);
  await gateway.end();
  await hook.close();
});

async function keep(socket: AgentSocket, frames: Frame[]): Promise<void> {
  while (listening) {
    const frame = await socket.next().catch(() => undefined);
    if (frame) frames.push(frame);
  }
}

const rest = async (method: string, path: string, body?: unknown): Promise<Frame> =>
  (await gateway.call(method, `/api/v1${path}`, body)).body;

const listed = async (query: string): Promise<readonly Frame[]> =>
  (await rest('GET', `/messages?per_page=100${query}`))['data'] as readonly Frame[];

const senders: Readonly<Record<string, (to: string, text: string) => Promise<unknown>>> = {
  'Claw Messenger': async (to, text) => {
    claw.send({ type: 'send', id: text, to, parts: [{ type: 'text', value: text }] });
    const answer = await until(async () => told.claw.find(({ id }) => id === text));
    return answer['messageId'];
  },
  OpenClaw: async (to, text) => {
    open.send({ id: text, method: 'send', params: { to, message: text, idempotencyKey: text } });
    const answer = await until(async () => told.open.find(({ id }) => id === text));
    return (answer['payload'] as Frame)['gatewayMessageId'];
  },
  'OpenClaw over HTTP': async (to, text) => {
    const params = { to, message: text, idempotencyKey: text };
    const { body } = await gateway.call('POST', '/api/send', { id: 1, method: 'send', params });
    return (body['payload'] as Frame)['gatewayMessageId'];
  },
  ClawBook: async (to, text) => {
    const body = await rest('POST', '/messages/send', { platform: 'imessage', recipient: to, message: text });
    return (body['data'] as Frame)['message_id'];
  },
};

describe.each(Object.keys(senders))('a message sent by %s', (facade) => {
  const to = `+1555000600${Object.keys(senders).indexOf(facade)}`;
  const text = `Hello from ${facade}`;
  let id: unknown;

  test('arrives', async () => {
    id = await senders[facade]?.(to, text);
    await handset(gateway, to).received(text);
  });

  test('has its delivery told once on the other sockets', async () => {
    const onClaw = await until(async () => {
      const frames = told.claw.filter(({ type, messageId }) => type === 'status' && messageId === id);
      return frames.length > 0 && frames;
    });
    expect(onClaw).toEqual([{ type: 'status', messageId: id, status: 'delivered' }]);
    const onOpen = await until(async () => {
      const statuses = told.open
        .filter(({ event, payload }) => event === 'message.status' && (payload as Frame)['gatewayMessageId'] === id)
        .map(({ payload }) => (payload as Frame)['status']);
      return statuses.includes('delivered') && statuses;
    });
    expect(onOpen).toEqual(['sent', 'delivered']);
  });

  test('is pushed to a webhook as sent and as delivered, once each, signed', async () => {
    const about = ({ data }: { data: Frame }) => data['message_id'] === id;
    for (const type of ['message.sent', 'message.delivered']) {
      const event = await hook.got(type, about);
      verify(secret, event);
      expect(event.data).toMatchObject({ id, content: text, direction: 'outbound' });
      expect(hook.of(type).filter(about)).toHaveLength(1);
    }
  });

  test('is read by ClawBook and listed by OpenClaw, with the status it has', async () => {
    const one = await rest('GET', `/messages/${String(id)}`);
    expect(one).toMatchObject({ data: { id, direction: 'outbound', content: text, status: 'delivered' } });
    expect((await listed('')).filter((message) => message['id'] === id)).toHaveLength(1);
    const { body } = await gateway.call('POST', '/api/send', { id: 1, method: 'messages.list', params: {} });
    const { messages } = body['payload'] as { messages: readonly Frame[] };
    expect(messages.filter(({ gatewayMessageId }) => gatewayMessageId === id)).toMatchObject([
      { text, status: 'delivered' },
    ]);
  });
});

test("a person's answer reaches every protocol once", async () => {
  const text = 'I got it';
  await handset(gateway, '+15550006000').text(text);
  const onClaw = await until(async () => {
    const frames = told.claw.filter((frame) => frame['type'] === 'message' && frame['text'] === text);
    return frames.length > 0 && frames;
  });
  const onOpen = await until(async () => {
    const frames = told.open.filter(({ event, payload }) => event === 'message' && (payload as Frame)['text'] === text);
    return frames.length > 0 && frames;
  });
  const onRest = (await listed('')).filter(({ content }) => content === text);
  const about = ({ data }: { data: Frame }) => data['content'] === text;
  await hook.got('message.received', about);
  const onHook = hook.of('message.received').filter(about);
  expect([onClaw.length, onOpen.length, onRest.length, onHook.length]).toEqual([1, 1, 1, 1]);
  expect(onHook[0]?.data['message_id']).toBe(onClaw[0]?.['messageId']);
  const id = onClaw[0]?.['messageId'];
  expect(onOpen[0]).toMatchObject({ payload: { gatewayMessageId: id } });
  expect(onRest[0]).toMatchObject({ id, direction: 'inbound', sender: '+15550006000' });
  expect(onClaw[0]?.['chatId']).toBe(onRest[0]?.['conversation_id']);
});

test('what was deleted by one protocol is gone from all', async () => {
  const [message] = await listed('');
  const id = String(message?.['id']);
  expect((await gateway.call('DELETE', `/api/v1/messages/${id}`)).status).toBe(200);
  expect((await gateway.call('GET', `/api/v1/messages/${id}`)).status).toBe(404);
  const { body } = await gateway.call('POST', '/api/send', { id: 1, method: 'messages.list', params: {} });
  const { messages } = body['payload'] as { messages: readonly Frame[] };
  expect(messages.some(({ gatewayMessageId }) => gatewayMessageId === id)).toBe(false);
});
