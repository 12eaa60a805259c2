/**
 * Molts among themselves and with the world, on the real network: one identity on every protocol of the gateway, letters
 * to and from somebody who knows nothing of it, and groups that both are in.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bookOf } from '../support/book.ts';
import { openEvents } from '../support/event-source.ts';
import { openGateway, xmtpChannels, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/journey.ts';
import { ask, molt, type Molt, type Row } from '../support/molts.ts';
import { sinkTargets } from '../support/sink.ts';
import { openReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { openSocket, type AgentSocket } from '../support/ws-client.ts';
import { ethereum, person, type Person } from '../support/xmtp-people.ts';

let gateway: TestGateway;
let ada: Molt;
let bob: Molt;
let stranger: Person;
let hook: WebhookReceiver;

beforeAll(async () => {
  hook = await openReceiver();
  gateway = await openGateway({ env: { ...xmtpChannels, ...sinkTargets } });
  [ada, bob] = [await molt(gateway, 'ada'), await molt(gateway, 'bob')];
  const { body } = await gateway.call('GET', '/xmtp/network');
  stranger = await person(String(body['apiUrl']), gateway.dataDir);
});
afterAll(async () => {
  await stranger.leave();
  await gateway.end();
  await hook.close();
});

const socketOf = (path: string, { key }: Molt): Promise<AgentSocket> =>
  openSocket(`${gateway.wsUrl}${path}?key=${key}`);

test('a molt’s key opens every protocol, and a letter by handle reaches the other on all of them', async () => {
  const hooked = await bookOf(gateway, bob.key).post('/webhooks', { url: hook.url, events: ['message.received'] });
  expect(hooked.status).toBe(201);
  const [claw, open] = [await socketOf('/ws', bob), await socketOf('/', bob)];
  const events = await openEvents(`${gateway.url}/messages/stream`, bob.key);
  await events.next('ready');

  const parts = [{ type: 'text', value: 'over /ws' }];
  const from = await socketOf('/ws', ada);
  from.send({ type: 'send', id: '1', to: 'bob', service: 'XMTP', parts });
  expect(await from.nextOf('send.result')).toMatchObject({ ok: true });
  await from.close();
  const rpc = {
    id: 2,
    method: 'send',
    params: { to: 'bob', channel: 'xmtp', message: 'over rpc', idempotencyKey: 'rpc' },
  };
  expect((await gateway.call('POST', '/api/send', rpc, ada.key)).body).toMatchObject({ ok: true });
  await bookOf(gateway, ada.key).sent('bob', 'over rest', { platform: 'xmtp' });
  await ada.post('/messages/dm', { handle: 'bob', message: 'over the molts’ own' });

  const texts = ['over /ws', 'over rpc', 'over rest', 'over the molts’ own'];
  for (const text of texts) {
    expect(await claw.nextOf('message')).toMatchObject({ from: 'ada', text, service: 'XMTP' });
  }
  await expect.poll(() => events.texts()).toEqual(texts);
  expect(await bob.texts('/messages/ada')).toEqual(texts.toReversed());
  expect(await bob.texts('/messages/inbox')).toEqual([texts.at(-1)]);
  const [conversation] = (await bookOf(gateway, bob.key).get('/conversations')).rows;
  expect(conversation).toMatchObject({ platform: 'xmtp', participants: ['ada'], message_count: 4 });
  await until(async () => hook.events.length >= 4);
  events.close();
  await Promise.all([claw.close(), open.close()]);
});

test('an outside client and a molt write to each other, in order, and each sees who the other is', async () => {
  const nobody = `0x${'de'.repeat(20)}`;
  const reach = await stranger.client.canMessage(
    [ada.address, nobody].map((identifier) => ({ identifier, identifierKind: ethereum })),
  );
  // The SDK lists them in no order, and by the address in lower case.
  expect(Object.fromEntries(reach)).toEqual({ [ada.address.toLowerCase()]: true, [nobody]: false });
  const dm = await stranger.client.conversations.createDmWithIdentifier({
    identifier: ada.address,
    identifierKind: ethereum,
  });
  for (let number = 1; number <= 10; number += 1) await dm.sendText(`in ${number}`);
  await expect.poll(() => ada.texts(`/messages/${stranger.address}?limit=1`)).toEqual(['in 10']);
  for (let number = 1; number <= 10; number += 1) {
    const letter = { wallet_address: stranger.address, message: `out ${number}` };
    expect((await ada.post('/messages/dm/address', letter)).body['status']).toBe('sent');
  }
  await stranger.hears(10, ({ text }) => text.startsWith('out '));
  const outs = Array.from({ length: 10 }, (_, index) => `out ${index + 1}`);
  expect(stranger.heard.map(({ text }) => text).filter((text) => text.startsWith('out '))).toEqual(outs);
  expect(new Set(stranger.heard.map(({ from }) => from))).toEqual(new Set([ada.inboxId]));
  const { body } = await ada.get(`/messages/${stranger.address}`);
  const rows = body['messages'] as readonly Row[];
  const ins = outs.map((text) => text.replace('out', 'in'));
  expect(rows.map(({ content }) => content).toReversed()).toEqual([...ins, ...outs]);
  expect(rows.at(-1)).toMatchObject({ sender_id: null, sender_handle: null, sender_address: stranger.address });
});

test('a group of molts is one on the network, and an outside client that is let in hears it and is heard', async () => {
  const made = await ada.post('/groups', { title: 'Harbour', description: 'who is in port' });
  const id = String(made.body['id']);
  expect((await bob.post(`/groups/${id}/join`)).status).toBe(200);
  expect((await bob.post(`/groups/${id}/messages`, { message: 'from bob' })).body['status']).toBe('sent');
  await expect.poll(() => ada.texts(`/groups/${id}/messages`)).toEqual(['from bob']);
  expect((await ada.post(`/groups/${id}/messages`, { message: 'from ada' })).body['status']).toBe('sent');
  await expect.poll(() => bob.texts(`/groups/${id}/messages`)).toEqual(['from ada', 'from bob']);

  const theirs = await stranger.client.conversations.createGroupWithIdentifiers(
    [ada.address, bob.address].map((identifier) => ({ identifier, identifierKind: ethereum })),
  );
  const events = await openEvents(`${gateway.url}/messages/stream`, ada.key);
  await events.next('ready');
  await theirs.sendText('from outside');
  await expect.poll(() => events.texts()).toEqual(['from outside']);
  expect(events.events.find(({ name }) => name === 'message')?.data).toMatchObject({
    group_id: theirs.id,
    sender_address: stranger.address,
    sender_handle: null,
  });
  events.close();
  expect((await ask(gateway, null, 'GET', `/groups/${theirs.id}`)).status).toBe(404);
  expect(await ada.texts('/messages/inbox')).not.toContain('from outside');
});

test('whoever leaves a group hears no more of it, and nobody is in one that is closed', async () => {
  const made = await ada.post('/groups', { title: 'Quay', description: 'for a while' });
  const id = String(made.body['id']);
  await bob.post(`/groups/${id}/join`);
  await bob.post(`/groups/${id}/messages`, { message: 'while here' });
  await expect.poll(() => ada.texts(`/groups/${id}/messages`)).toEqual(['while here']);
  expect((await bob.post(`/groups/${id}/leave`)).status).toBe(200);
  expect((await ada.post(`/groups/${id}/messages`, { message: 'after' })).status).toBe(201);
  expect((await bob.get('/messages/xmtp/sync')).status).toBe(200);
  const heard = (await bookOf(gateway, bob.key).get('/messages?direction=inbound&per_page=100')).rows;
  expect(heard.map(({ content }) => content)).not.toContain('after');
  expect((await bob.post(`/groups/${id}/join`)).status).toBe(200);
  expect((await ada.delete(`/groups/${id}`)).status).toBe(204);
  expect((await bob.get(`/groups/${id}/messages`)).status).toBe(404);
});

test('a molt is who it was after a restart: its handle, its key, its letters and its groups', async () => {
  const wish = ['/groups', { title: 'Lighthouse', description: 'stays' }, { 'idempotency-key': 'light' }] as const;
  const twins = await Promise.all([ada.post(...wish), ada.post(...wish), ada.post(...wish)]);
  const [id = ''] = new Set(twins.map(({ body }) => String(body['id'])));
  expect(twins.map(({ status, body }) => [status, body['id']])).toEqual(twins.map(() => [201, id]));
  await bob.post(`/groups/${id}/join`);
  const before = (await ada.get('/account/me')).body;
  const letters = await bob.texts('/messages/ada');
  gateway = await gateway.reopen();
  const again = (who: Molt) => ({
    get: (path: string) => ask(gateway, who.key, 'GET', path),
    post: (path: string, body?: unknown, headers = {}) => ask(gateway, who.key, 'POST', path, body, headers),
  });
  const [adaAgain, bobAgain] = [again(ada), again(bob)];
  expect((await adaAgain.get('/account/me')).body).toEqual(before);
  expect(await adaAgain.post(...wish)).toMatchObject({ status: 201, body: { id, member_count: 2 } });
  const { body } = await bobAgain.get('/messages/ada');
  expect((body['messages'] as readonly Row[]).map(({ content }) => content)).toEqual(letters);
  const sent = await bobAgain.post(`/groups/${id}/messages`, { message: 'still lit' });
  expect(sent.status).toBe(201);
  await expect
    .poll(
      async () =>
        ((await adaAgain.get(`/groups/${id}/messages`)).body['messages'] as readonly Row[]).map(
          ({ content }) => content,
        ),
      { timeout: 20_000 },
    )
    .toEqual(['still lit']);
}, 60_000);
