// One idempotency key, used by every facade at once: one message, one platform id, now and after a restart.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset } from '../support/journey.ts';
import { openSocket, type AgentSocket, type Frame } from '../support/ws-client.ts';

const to = '+15550005001';
const text = 'Only once';
const key = 'one-for-all';
const each = 250;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openGateway({ env: { CLAWGATE_LIMITS: 'off' } });
});

afterAll(() => gateway.end());

/** The gateway's id of the message that every one of so many sends over every facade was answered with. */
async function sendEverywhere(count: number): Promise<readonly unknown[]> {
  const claw = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}&events=none`);
  const open = await openSocket(`${gateway.wsUrl}/?key=${gateway.key}`);
  const numbers = Array.from({ length: count }, (_, index) => index);
  for (const number of numbers) {
    const parts = [{ type: 'text', value: text }];
    claw.send({ type: 'send', id: `c${number}`, to, parts, idempotencyKey: key });
    open.send({ id: `o${number}`, method: 'send', params: { to, message: text, idempotencyKey: key } });
  }
  const overHttp = numbers.map(async (number) => {
    const params = { to, message: text, idempotencyKey: key };
    const { body } = await gateway.call('POST', '/api/send', { id: number, method: 'send', params });
    return (body['payload'] as Frame)['gatewayMessageId'];
  });
  const overRest = numbers.map(async () => {
    const response = await fetch(`${gateway.url}/api/v1/messages/send`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${gateway.key}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
      },
      body: JSON.stringify({ platform: 'imessage', recipient: to, message: text }),
    });
    expect(response.status).toBe(201);
    return ((await response.json()) as { data: Frame }).data['message_id'];
  });
  const ids = [
    ...(await Promise.all([...overHttp, ...overRest])),
    ...(await answers(claw, count, (frame) => (frame['type'] === 'send.result' ? frame['messageId'] : undefined))),
    ...(await answers(open, count, (frame) => (frame['payload'] as Frame)?.['gatewayMessageId'])),
  ];
  await Promise.all([claw.close(), open.close()]);
  return ids;
}

/** So many answers of a socket; what is no answer is passed over. */
async function answers(socket: AgentSocket, count: number, idOf: (frame: Frame) => unknown): Promise<unknown[]> {
  const ids: unknown[] = [];
  while (ids.length < count) {
    const frame = await socket.next();
    if (frame['type'] !== 'event' && idOf(frame) !== undefined) ids.push(idOf(frame));
  }
  return ids;
}

const received = async () =>
  (await handset(gateway, to).messages()).filter((message) => message.direction === 'in' && message.text === text);

test('a thousand sends with one key over every facade at once are one message with one platform id', async () => {
  const ids = await sendEverywhere(each);
  expect(ids).toHaveLength(4 * each);
  expect(new Set(ids).size).toBe(1);
  expect(await received()).toHaveLength(1);
});

test('and so they are after a restart', async () => {
  const [before] = await received();
  await gateway.stop();
  gateway = await gateway.reopen();
  const ids = await sendEverywhere(10);
  expect(new Set(ids).size).toBe(1);
  const after = await received();
  expect(after).toHaveLength(1);
  expect(after[0]?.messageId).toBe(before?.messageId);
});
