/** One person on two services is one chat, and an answer to it goes by the service the person last wrote on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset } from '../support/journey.ts';
import { openSocket } from '../support/ws-client.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openGateway();
});

afterAll(() => gateway.end());

test('an answer to an SMS is an SMS, and an answer to an iMessage an iMessage, in one chat', async () => {
  const phone = handset(gateway, '+15551230077');
  await gateway.call('POST', '/api/routes', { phone_number: phone.number });
  const agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  const chats = new Set<unknown>();
  for (const [round, service] of ['iMessage', 'SMS', 'SMS', 'iMessage'].entries()) {
    await phone.act('messages', { text: `by ${service}`, service });
    const { chatId, ...message } = await agent.nextOf('message');
    expect(message).toMatchObject({ service });
    chats.add(chatId);
    for (const turn of ['first', 'second']) {
      const text = `${round} ${turn}`;
      agent.send({ type: 'send', id: text, chatId, parts: [{ type: 'text', value: text }] });
      expect(await agent.nextOf('send.result')).toMatchObject({ ok: true, chatId });
      expect(await phone.received(text)).toMatchObject({ service });
    }
  }
  expect(chats.size).toBe(1);
  expect(new Set((await phone.messages()).map(({ chatId }) => chatId)).size).toBe(1);
  await agent.close();
});
