/**
 * Somebody with a handle is called by it on every protocol, from the moment it is registered, and everybody else by their
 * address. The phones of the simulator stand for the wallets: who carries the channel makes no difference to names.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountId } from '#core/ids.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { addTenant } from '../support/tenants.ts';
import { openReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { openSocket, type AgentSocket, type Frame } from '../support/ws-client.ts';

const known = `0x${'ab'.repeat(20)}`;
const stranger = `0x${'cd'.repeat(20)}`;

let gateway: TestGateway;
let claw: AgentSocket;
let open: AgentSocket;
let hook: WebhookReceiver;

beforeAll(async () => {
  gateway = await openGateway({ env: { CLAWGATE_CHANNELS: 'imessage=simulator,xmtp=simulator' } });
  const { id } = await addTenant(gateway, 'molt');
  await gateway.gateway.store.insertWallet(walletOf(id));
  // A wallet put there by hand is found at the next start.
  gateway = await gateway.reopen();
  claw = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  open = await openSocket(`${gateway.wsUrl}/?key=${gateway.key}`);
  hook = await openReceiver();
  await gateway.call('POST', '/api/v1/webhooks', { url: hook.url, events: ['message.received'] });
  await say(known, 'before the handle');
  await answer(known, 'who am I');
  const registered = { handle: 'claude-bot', name: 'Claude' };
  await gateway.gateway.store.registerHandle(id, registered);
});

afterAll(async () => {
  await Promise.all([claw.close(), open.close()]);
  await gateway.end();
  await hook.close();
});

const walletOf = (account: AccountId) => ({
  account,
  address: known,
  inboxId: null,
  wrappedKey: 'under no key that is here',
  wrappedDatabaseKey: 'under no key that is here',
  createdAtMs: 1,
});

async function say(to: string | readonly string[], text: string): Promise<void> {
  claw.send({ type: 'send', id: text, to, service: 'XMTP', parts: [{ type: 'text', value: text }] });
  const told = await until(async () => {
    const frame = await claw.nextOf('send.result');
    return frame['id'] === text && frame;
  });
  expect(told).toMatchObject({ ok: true });
  for (const each of [to].flat()) await handset(gateway, each).received(text);
}

/** What both sockets are told of an answer. */
async function answer(from: string, text: string, more: object = {}): Promise<{ onClaw: Frame; onOpen: Frame }> {
  await handset(gateway, from).text(text, { service: 'XMTP', ...more });
  const onClaw = await until(async () => {
    const frame = await claw.nextOf('message');
    return frame['text'] === text && frame;
  });
  const onOpen = await until(async () => {
    const { event, payload } = await open.next();
    return event === 'message' && (payload as Frame)['text'] === text && (payload as Frame);
  });
  return { onClaw, onOpen };
}

const data = async (path: string): Promise<readonly Frame[]> =>
  (await gateway.call('GET', `/api/v1/${path}`)).body['data'] as readonly Frame[];

test('a message comes from the handle, and from the address of whoever has none', async () => {
  const { onClaw, onOpen } = await answer(known, 'it is me');
  expect(onClaw).toMatchObject({ from: 'claude-bot', service: 'XMTP' });
  expect(onOpen).toMatchObject({ from: 'claude-bot', channel: 'xmtp' });
  const { data: pushed } = await hook.got('message.received', (event) => event.data['content'] === 'it is me');
  expect(pushed).toMatchObject({ sender: 'claude-bot' });
  await say(stranger, 'and you?');
  expect((await answer(stranger, 'nobody')).onClaw).toMatchObject({ from: stranger });
});

test('lists name the handle in old messages too, on both sides', async () => {
  const messages = await data('messages?platform=xmtp&sort=created_at');
  expect(messages.map(({ content, sender, recipient }) => [content, sender, recipient])).toEqual([
    ['before the handle', expect.any(String), 'claude-bot'],
    ['who am I', 'claude-bot', expect.any(String)],
    ['it is me', 'claude-bot', expect.any(String)],
    ['and you?', expect.any(String), stranger],
    ['nobody', stranger, expect.any(String)],
  ]);
  const [newest, oldest] = await data('conversations?platform=xmtp');
  expect([newest?.['participants'], oldest?.['participants']]).toEqual([[stranger], ['claude-bot']]);
  const { body } = await gateway.call('POST', '/api/send', { id: 1, method: 'messages.list', params: {} });
  const { messages: listed } = body['payload'] as { messages: readonly Frame[] };
  expect(listed.find(({ text }) => text === 'it is me')).toMatchObject({ from: 'claude-bot' });
  expect(listed.find(({ text }) => text === 'before the handle')).toMatchObject({ to: ['claude-bot'] });
});

test('a group is made of handles and addresses, and a tapback comes from the handle', async () => {
  await say([known, stranger], 'both of you');
  const got = await handset(gateway, known).received('both of you');
  const { onClaw, onOpen } = await answer(stranger, 'here', { chatId: got.chatId });
  for (const frame of [onClaw, onOpen]) expect(frame).toMatchObject({ participants: ['claude-bot', stranger] });
  await handset(gateway, known).act('reactions', { messageId: got.messageId, reactionType: 'love' });
  expect(await claw.nextOf('reaction')).toMatchObject({ from: 'claude-bot', reactionType: 'love' });
  const tapback = await until(async () => {
    const { event, payload } = await open.next();
    return event === 'message.reaction' && (payload as Frame);
  });
  expect(tapback).toMatchObject({ from: 'claude-bot' });
});

test('on another channel a name is never looked for', async () => {
  const person = handset(gateway, '+15550007001');
  claw.send({ type: 'send', id: 'x', to: person.number, service: 'iMessage', parts: [{ type: 'text', value: 'hi' }] });
  await person.received('hi');
  await person.text('hello');
  const frame = await until(async () => {
    const message = await claw.nextOf('message');
    return message['text'] === 'hello' && message;
  });
  expect(frame).toMatchObject({ from: person.number });
});
