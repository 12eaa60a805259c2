/** Reads, reactions and sends of one conversation, asked for at once: each is carried out, whichever stands before it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { openSocket, type AgentSocket } from '../support/ws-client.ts';

let gateway: TestGateway;
let agent: AgentSocket;

beforeAll(async () => {
  gateway = await openGateway();
  agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
});

afterAll(async () => {
  await agent.close();
  await gateway.end();
});

test('several reactions and a read behind one another all reach the phone without another send', async () => {
  const phone = handset(gateway, '+15551230011');
  await gateway.call('POST', '/api/routes', { phone_number: phone.number });
  const wrote = await phone.text('hello');
  const { messageId } = await agent.nextOf('message');
  agent.send({ type: 'reaction', messageId, reactionType: 'love' });
  agent.send({ type: 'reaction', messageId, reactionType: 'laugh' });
  agent.send({ type: 'send', id: '1', to: phone.number, parts: [{ type: 'text', value: 'between' }] });
  agent.send({ type: 'reaction', messageId, reactionType: 'like' });
  agent.send({ type: 'read', to: phone.number });
  await phone.received('between');
  const seen = await until(async () => {
    const shown = (await phone.messages()).find((message) => message.messageId === wrote.messageId);
    return shown?.readByAgent === true ? shown : undefined;
  });
  expect(seen.reactions.map(({ reactionType }) => reactionType).toSorted()).toEqual(['laugh', 'like', 'love']);
});
