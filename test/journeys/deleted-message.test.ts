/** A message that was deleted is gone for every reader, and its key still keeps it from being sent twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageId } from '#core/ids.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset } from '../support/journey.ts';
import { openSocket } from '../support/ws-client.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openGateway();
});

afterAll(() => gateway.end());

async function erase(message: unknown): Promise<boolean> {
  const { store } = gateway.gateway;
  const owner = await store.owner();
  return owner !== undefined && store.deleteMessage(owner.id, message as MessageId);
}

test('a sync passes over a deleted message and goes on behind it', async () => {
  const phone = handset(gateway, '+15551230091');
  await gateway.call('POST', '/api/routes', { phone_number: phone.number });
  const agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  const ids = [];
  for (const text of ['first', 'second', 'third']) {
    await phone.text(text);
    ids.push(await agent.nextOf('message'));
  }
  expect(await erase(ids[1]?.['messageId'])).toBe(true);
  agent.send({ type: 'sync', since: '2020-01-01T00:00:00Z' });
  const replayed = [await agent.nextOf('message'), await agent.nextOf('message')];
  expect(replayed.map(({ text, seq }) => [text, seq])).toEqual([
    ['first', ids[0]?.['seq']],
    ['third', ids[2]?.['seq']],
  ]);
  await agent.close();
});

test('a resend of a deleted message names it, and the person never gets it again', async () => {
  const phone = handset(gateway, '+15551230092');
  const agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  const send = async (text: string, idempotencyKey: string) => {
    agent.send({ type: 'send', id: 'x', to: phone.number, idempotencyKey, parts: [{ type: 'text', value: text }] });
    return agent.nextOf('send.result');
  };
  const first = await send('only once', 'k-1');
  await phone.received('only once');
  await agent.nextOf('status');
  expect(await erase(first['messageId'])).toBe(true);
  expect(await send('only once', 'k-1')).toMatchObject({ messageId: first['messageId'], cached: true });
  const params = { to: phone.number, message: 'only once', idempotencyKey: 'k-1' };
  const { body } = await gateway.call('POST', '/api/send', { id: 1, method: 'send', params });
  expect(body).toMatchObject({
    ok: true,
    payload: { sent: false, unknown: true, gatewayMessageId: first['messageId'], channel: 'imessage' },
    meta: { cached: true },
  });
  await send('after it', 'k-2');
  await phone.received('after it');
  expect((await phone.messages()).map(({ text }) => text)).toEqual(['only once', 'after it']);
  await agent.close();
});
