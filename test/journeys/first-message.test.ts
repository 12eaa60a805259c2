/** The first hour of an agent and its person: a number registered, texts, ticks, tapbacks, typing, a group, pictures. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { addTenant, type Tenant } from '../support/tenants.ts';
import { openSocket, type AgentSocket, type Frame } from '../support/ws-client.ts';

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

let gateway: TestGateway;
let tenant: Tenant;
let agent: AgentSocket;

beforeEach(async () => {
  gateway = await openGateway();
  tenant = await addTenant(gateway);
  agent = await openSocket(`${gateway.wsUrl}/ws?key=${tenant.key}`);
});

afterEach(async () => {
  await agent.close();
  await gateway.end();
  if (gateway.brokenAnswers.length > 0) throw new Error(gateway.brokenAnswers.join('\n'));
});

const text = (value: string) => [{ type: 'text', value }];

async function send(frame: object): Promise<Frame> {
  agent.send({ type: 'send', ...frame });
  return agent.nextOf('send.result');
}

async function claim(phone: string, key = tenant.key): Promise<number> {
  return (await gateway.call('POST', '/api/routes', { phone_number: phone }, key)).status;
}

test('a registered person texts, is answered, and every tick and tapback is seen on both sides', async () => {
  const phone = handset(gateway, '+15551240001');
  expect(await claim(phone.number)).toBe(200);

  await phone.act('typing', { started: true });
  await phone.text('Is anybody there?');
  const message = await agent.nextOf('message');
  expect(message).toMatchObject({ from: phone.number, text: 'Is anybody there?', isGroup: false });

  agent.send({ type: 'read', to: phone.number });
  agent.send({ type: 'typing.start', to: phone.number });
  await until(async () => (await phone.typists()).length === 1);
  const answer = await send({ id: 'a', chatId: message['chatId'], parts: text('I am.') });
  expect(answer).toMatchObject({ ok: true, id: 'a', chatId: message['chatId'], status: 'queued' });
  const shown = await phone.received('I am.');
  await until(async () => (await phone.typists()).length === 0);
  expect(await agent.nextOf('status')).toMatchObject({ messageId: answer['messageId'], status: 'delivered' });

  await phone.act('read', {});
  expect(await agent.nextOf('status')).toMatchObject({ messageId: answer['messageId'], status: 'read' });
  await phone.act('reactions', { messageId: shown.messageId, reactionType: 'love' });
  expect(await agent.nextOf('reaction')).toMatchObject({
    messageId: answer['messageId'],
    from: phone.number,
    reactionType: 'love',
    added: true,
  });

  agent.send({ type: 'reaction', messageId: message['messageId'], reactionType: 'laugh' });
  const [own] = await until(async () => {
    const wrote = (await phone.messages()).filter(({ direction }) => direction === 'out');
    return wrote[0]?.reactions.length === 1 ? wrote : undefined;
  });
  expect(own).toMatchObject({ readByAgent: true, reactions: [{ reactionType: 'laugh' }] });
});

test('typing is heard by the agent once the chat is its own', async () => {
  const phone = handset(gateway, '+15551240002');
  await claim(phone.number);
  await phone.text('hi');
  await agent.nextOf('message');
  await phone.act('typing', { started: true });
  expect(await agent.nextOf('typing')).toMatchObject({ from: phone.number, started: true });
  await phone.act('typing', { started: false });
  expect(await agent.nextOf('typing')).toMatchObject({ from: phone.number, started: false });
});

test('a group made by numbers is found again by the same numbers and by its chatId, and every member is heard', async () => {
  const [one, two, three] = ['+15551240011', '+15551240012', '+15551240013'].map((number) => handset(gateway, number));
  if (!one || !two || !three) throw new Error('three phones are needed');
  await claim(one.number);
  const first = await send({ id: '1', to: [one.number, two.number, three.number], parts: text('hello all') });
  const again = await send({ id: '2', to: [three.number, one.number, two.number], parts: text('and again') });
  const byChat = await send({ id: '3', chatId: first['chatId'], parts: text('by chat') });
  expect([again['chatId'], byChat['chatId']]).toEqual([first['chatId'], first['chatId']]);
  for (const phone of [one, two, three]) {
    await phone.received('by chat');
    expect((await phone.messages()).map((message) => message.text)).toEqual(['hello all', 'and again', 'by chat']);
  }
  // Number three is nobody's, but the group is ours.
  const { chatId } = await three.received('by chat');
  await three.text('me too', { chatId });
  expect(await agent.nextOf('message')).toMatchObject({
    from: three.number,
    text: 'me too',
    isGroup: true,
    chatId: first['chatId'],
    participants: [one.number, two.number, three.number],
  });
  await one.received('me too');
});

test('pictures go both ways, and the address of one opens without a key', async () => {
  const phone = handset(gateway, '+15551240021');
  await claim(phone.number);
  await phone.text('look', { attachments: [{ data: pixel.toString('base64'), mimeType: 'image/png' }] });
  const message = await agent.nextOf('message');
  const [attachment] = message['attachments'] as { url: string; mimeType: string }[];
  expect(attachment?.mimeType).toBe('image/png');
  const opened = await fetch(attachment?.url ?? '');
  expect(opened.status).toBe(200);
  expect(Buffer.from(await opened.arrayBuffer()).equals(pixel)).toBe(true);

  const url = 'https://pictures.example/cat.png';
  const parts = [...text('a cat'), { type: 'media', url, mimeType: 'image/png' }];
  await send({ id: 'cat', to: phone.number, parts });
  expect((await phone.received('a cat')).attachments).toEqual([{ url, mimeType: 'image/png' }]);
});

describe('whose a text is', () => {
  test('a stranger is ignored, and so is one who texts before anybody registered the number', async () => {
    const stranger = handset(gateway, '+15551240031');
    await stranger.text('hello?');
    const known = handset(gateway, '+15551240032');
    await claim(known.number);
    await known.text('I am known');
    expect(await agent.nextOf('message')).toMatchObject({ text: 'I am known' });
    await claim(stranger.number);
    await stranger.text('now you hear me');
    expect(await agent.nextOf('message')).toMatchObject({ text: 'now you hear me' });
    agent.send({ type: 'sync', since: '2020-01-01T00:00:00Z' });
    expect(await agent.nextOf('sync.done')).toMatchObject({ count: 2 });
  });

  test('the answer of an unregistered number comes home to whoever texted it', async () => {
    const phone = handset(gateway, '+15551240041');
    const { chatId } = await send({ id: 'x', to: phone.number, parts: text('who are you?') });
    await phone.received('who are you?');
    await phone.text('Ada');
    expect(await agent.nextOf('message')).toMatchObject({ text: 'Ada', chatId });
  });

  test('a claim by another account takes the number over, and then the first one cannot text it', async () => {
    const phone = handset(gateway, '+15551240051');
    await send({ id: 'x', to: phone.number, parts: text('hello') });
    await phone.received('hello');

    const other = await addTenant(gateway);
    const theirs = await openSocket(`${gateway.wsUrl}/ws?key=${other.key}`);
    expect(await claim(phone.number, other.key)).toBe(200);
    await phone.text('to whom?');
    expect(await theirs.nextOf('message')).toMatchObject({ text: 'to whom?' });
    expect(await claim(phone.number)).toBe(409);
    const refused = await send({ id: 'y', to: phone.number, parts: text('still there?') });
    expect(refused).toMatchObject({ ok: false });
    expect(String(refused['error'])).not.toContain(other.id);
    expect((await phone.messages()).map((message) => message.text)).toEqual(['hello', 'to whom?']);
    await theirs.close();
  });
});
