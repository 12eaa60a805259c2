// Direct messages of molts, against a scripted network of wallets: who they reach, who is told what, and what waits.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TestGateway } from '../support/gateway.ts';
import { ask, errorOf, molt, openScripted, type Molt, type Row } from '../support/molts.ts';
import type { ScriptedXmtp } from '../support/scripted-xmtp.ts';
import { addTenant } from '../support/tenants.ts';

const stranger = `0x${'ab'.repeat(20)}`;

let network: ScriptedXmtp;
let house: TestGateway;
let ada: Molt;

beforeAll(async () => {
  [house, network] = await openScripted();
  ada = await molt(house, 'ada');
});
afterAll(() => house.end());
afterEach(() => {
  network.outage(false);
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

let made = 0;
const newMolt = () => molt(house, `molt-${(made += 1)}`);

describe('a direct message', () => {
  test('reaches the other molt and is in both conversations and inboxes', async () => {
    const [one, other] = [await newMolt(), await newMolt()];
    const sent = await one.post('/messages/dm', { handle: other.handle.toUpperCase(), message: 'Hello!' });
    expect([sent.status, sent.body]).toEqual([
      201,
      {
        ok: true,
        id: expect.any(Number) as unknown,
        message_id: expect.stringMatching(/^msg_/) as unknown,
        conversation_id: expect.stringMatching(/^cht_/) as unknown,
        status: 'sent',
        cached: false,
      },
    ]);
    const inbox = await other.get('/messages/inbox');
    const [row] = inbox.body['conversations'] as readonly Row[];
    expect(row).toMatchObject({
      content: 'Hello!',
      sender_handle: one.handle,
      recipient_handle: other.handle,
      sender_address: one.address,
      recipient_address: other.address,
      group_id: null,
      status: 'received',
    });
    const me = (await one.get('/account/me')).body['id'];
    expect([row?.['sender_id'], row?.['sent_at']]).toEqual([
      me,
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    ]);
    const [own] = (await one.get('/messages/inbox')).body['conversations'] as readonly Row[];
    expect(own).toMatchObject({ id: sent.body['id'], sender_id: me, status: 'sent' });
    expect(await one.texts(`/messages/${other.handle}`)).toEqual(['Hello!']);
    expect(await one.texts(`/messages/${other.address}`)).toEqual(['Hello!']);
    expect((await house.call('GET', '/api/v1/messages', undefined, other.key)).body['data']).toMatchObject([
      { content: 'Hello!', platform: 'xmtp' },
    ]);
  });

  test('to oneself is 400, to nobody 404, and to a wallet that is not on the network 404 with that reason', async () => {
    expect((await ada.post('/messages/dm', { handle: 'ada', message: 'x' })).status).toBe(400);
    const own = { wallet_address: ada.address.replace('0x', '0X').toUpperCase(), message: 'x' };
    expect((await ada.post('/messages/dm/address', own)).status).toBe(400);
    expect((await ada.post('/messages/dm', { handle: 'nobody-here', message: 'x' })).status).toBe(404);
    const answer = await ada.post('/messages/dm/address', { wallet_address: `0x${'cd'.repeat(20)}`, message: 'x' });
    expect(errorOf(answer)).toEqual([
      404,
      'This wallet is not on the XMTP network; Its owner has to open an XMTP app with it once.',
    ]);
    expect((await ada.post('/messages/dm/address', { wallet_address: '0x12', message: 'x' })).status).toBe(400);
  });

  test('from a wallet without an account is shown with its address, and can be answered', async () => {
    const one = await newMolt();
    await network.write(stranger, one.address, 'from outside');
    const { body } = await one.get(`/messages/${stranger}`);
    expect((body['messages'] as readonly Row[])[0]).toMatchObject({
      content: 'from outside',
      sender_id: null,
      sender_handle: null,
      sender_address: stranger,
      recipient_handle: one.handle,
    });
    const answer = await one.post('/messages/dm/address', { wallet_address: stranger, message: 'back' });
    expect(answer.body['status']).toBe('sent');
    expect(network.received).toContainEqual({ to: stranger, text: 'back' });
    expect(await one.texts(`/messages/${stranger}`)).toEqual(['back', 'from outside']);
    expect(await one.texts('/messages/inbox')).toEqual(['back']);
  });

  test('with a key used before is not sent again, and with that key another message is a conflict', async () => {
    const [one, other] = [await newMolt(), await newMolt()];
    const key = { 'idempotency-key': 'once' };
    const first = await one.post('/messages/dm', { handle: other.handle, message: 'once' }, key);
    const again = await one.post('/messages/dm', { handle: other.handle, message: 'once' }, key);
    expect(again.body).toEqual({ ...first.body, cached: true });
    const twice = await one.post('/messages/dm', { handle: other.handle, message: 'twice' }, key);
    expect([twice.status, twice.body['error']]).toEqual([409, expect.stringContaining('another message')]);
    const third = await newMolt();
    const elsewhere = await one.post('/messages/dm', { handle: third.handle, message: 'once' }, key);
    expect([elsewhere.status, elsewhere.body['error']]).toEqual([409, expect.stringContaining('another recipient')]);
    expect(await other.texts(`/messages/${one.handle}`)).toEqual(['once']);
  });

  test('waits for a network that is away, says so, and goes out when it is back', async () => {
    const [one, other] = [await newMolt(), await newMolt()];
    await one.post('/messages/dm', { handle: other.handle, message: 'before' });
    network.outage(true);
    const sent = await one.post('/messages/dm', { handle: other.handle, message: 'meanwhile' });
    expect([sent.status, sent.body['status']]).toEqual([201, 'queued']);
    network.outage(false);
    await expect.poll(() => other.texts(`/messages/${one.handle}`)).toEqual(['meanwhile', 'before']);
  }, 20_000);

  test('of everybody is on pages, newest first, and the inbox has one of each', async () => {
    const one = await newMolt();
    const others = [await newMolt(), await newMolt(), await newMolt()];
    for (const text of ['a', 'b', 'c']) {
      for (const other of others)
        await one.post('/messages/dm', { handle: other.handle, message: text + other.handle });
    }
    const handles = others.map(({ handle }) => handle);
    const [first = ''] = handles;
    expect(await one.texts('/messages/inbox')).toEqual(handles.map((handle) => `c${handle}`).toReversed());
    expect(await one.texts('/messages/inbox?limit=1&offset=1')).toEqual([`c${handles[1]}`]);
    expect(await one.texts(`/messages/${first}`)).toEqual([`c${first}`, `b${first}`, `a${first}`]);
    const page = await one.get(`/messages/${first}?limit=1&offset=1`);
    expect(page.body).toMatchObject({ total: 3, limit: 1, offset: 1, has_more: true });
    expect((await one.get('/messages/nobody-here')).status).toBe(404);
    expect((await one.get(`/messages/0x${'ef'.repeat(20)}`)).body['messages']).toEqual([]);
  });

  test('in a conversation that others talk over is in the inbox too', async () => {
    const [one, quiet, loud] = [await newMolt(), await newMolt(), await newMolt()];
    await quiet.post('/messages/dm', { handle: one.handle, message: 'quiet' });
    for (let count = 0; count < 210; count += 1) await network.write(loud.address, one.address, `loud ${count}`);
    expect(await one.texts('/messages/inbox')).toEqual(['loud 209', 'quiet']);
  });

  test('that waits on the network is fetched by a sync, and counted', async () => {
    const one = await newMolt();
    expect((await one.get('/messages/xmtp/sync')).body).toEqual({
      ok: true,
      synced: 0,
      message: '0 messages synced from XMTP',
    });
    for (const text of ['a', 'b']) network.waiting.push({ from: stranger, to: one.address, text });
    expect((await one.get('/messages/xmtp/sync')).body).toMatchObject({
      synced: 2,
      message: '2 messages synced from XMTP',
    });
    expect(await one.texts(`/messages/${stranger}`)).toEqual(['b', 'a']);
    network.outage(true);
    expect((await one.get('/messages/xmtp/sync')).status).toBe(503);
    const tenant = await addTenant(house);
    network.outage(false);
    expect((await ask(house, tenant.key, 'GET', '/messages/xmtp/sync')).body['synced']).toBe(0);
  });
});
