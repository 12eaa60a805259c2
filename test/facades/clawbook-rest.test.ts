// ClawBook's resources against a whole gateway: what each path answers and what it refuses, in the one envelope. Every
// answer is held to the contract on its way out.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bookOf, manyChannels, type Book } from '../support/book.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { addTenant } from '../support/tenants.ts';

let house: TestGateway;
let owner: Book;

beforeAll(async () => {
  house = await openGateway({
    env: { ...manyChannels, CLAWGATE_OWNER_TIER: 'unlimited', CLAWGATE_SIMULATOR_DEDUPE: 'none' },
  });
  owner = bookOf(house, house.key);
});
afterAll(() => house.end());
afterEach(() => {
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

let numbers = 0;
const freshNumber = (): string => `+1555${String((numbers += 1)).padStart(7, '0')}`;
const tenant = async (plan?: Parameters<typeof addTenant>[1]) => {
  const added = await addTenant(house, plan ?? 'plus');
  return { ...bookOf(house, added.key), ...added };
};
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const refusal = (code: string, field?: string) => ({
  code,
  message: expect.any(String) as string,
  ...(field === undefined ? {} : { details: expect.objectContaining({ field }) as object }),
});

describe('a send', () => {
  test('is answered with its ids once it is stored, and can be read at once', async () => {
    const { status, body, data } = await owner.post('/messages/send', {
      platform: 'telegram',
      recipient: '123456789',
      message: 'Hello from API!',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      success: true,
      data: {
        message_id: expect.stringMatching(/^msg_/) as string,
        conversation_id: expect.stringMatching(/^cht_/) as string,
        platform: 'telegram',
        status: 'queued',
      },
      meta: {
        request_id: expect.stringMatching(/^req_/) as string,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      },
    });
    const read = await owner.get(`/messages/${String(data['message_id'])}`);
    expect(read.data).toMatchObject({
      id: data['message_id'],
      conversation_id: data['conversation_id'],
      platform: 'telegram',
      direction: 'outbound',
      sender: expect.any(String) as string,
      recipient: '123456789',
      content: 'Hello from API!',
      attachments: [],
      error: null,
      created_at: instant,
      updated_at: instant,
    });
  });

  test('goes to the account’s default channel when it names no platform', async () => {
    const account = await tenant();
    const first = await account.post('/messages/send', { recipient: freshNumber(), message: 'Hi' });
    expect(first.data['platform']).toBe('imessage');
    await account.patch('/config', { default_channel: 'sms' });
    const second = await account.post('/messages/send', { recipient: freshNumber(), message: 'Hi' });
    expect(second.data['platform']).toBe('sms');
  });

  test('goes into a conversation by its id, with a picture, as an answer to a message', async () => {
    const phone = handset(house, freshNumber());
    const { id, conversation } = await owner.sent(phone.number, 'Hello');
    await owner.becomes(id, 'delivered');
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    const refused = await owner.post('/messages/send', { conversation_id: conversation, attachments: [{ url }] });
    expect([refused.status, refused.error]).toMatchObject([400, refusal('INVALID_PARAMETER', 'attachments[0].url')]);
    const answer = await owner.post('/messages/send', {
      conversation_id: conversation,
      message: 'and again',
      attachments: [{ url: 'https://example.com/image.jpg', mime_type: 'image/jpeg' }],
      reply_to: id,
    });
    expect(answer).toMatchObject({ status: 201, data: { conversation_id: conversation, platform: 'imessage' } });
    const { data } = await owner.get(`/messages/${String(answer.data['message_id'])}`);
    expect(data).toMatchObject({
      content: 'and again',
      attachments: [{ url: 'https://example.com/image.jpg', mime_type: 'image/jpeg' }],
    });
  });

  test('with the same key again answers the first message, cached, and sends nothing', async () => {
    const phone = handset(house, freshNumber());
    const body = { recipient: phone.number, message: 'only once' };
    const headers = { 'Idempotency-Key': 'book-1' };
    const first = await owner.post('/messages/send', body, headers);
    expect(first.meta['cached']).toBeUndefined();
    const again = await owner.post('/messages/send', body, headers);
    expect(again).toMatchObject({ status: 201, meta: { cached: true } });
    expect(again.data['message_id']).toBe(first.data['message_id']);
    await phone.received('only once');
    expect(await phone.messages()).toHaveLength(1);
  });

  test.each([
    ['recipient', { recipient: '+15559990002' }],
    ['message', { message: 'other' }],
    ['platform', { platform: 'sms' }],
  ])('with the same key and another %s is a conflict that says so', async (field, change) => {
    const headers = { 'Idempotency-Key': `book-${field}` };
    const body = { platform: 'imessage', recipient: '+15559990001', message: 'one' };
    expect((await owner.post('/messages/send', body, headers)).status).toBe(201);
    const conflict = await owner.post('/messages/send', { ...body, ...change }, headers);
    expect([conflict.status, conflict.error]).toMatchObject([409, refusal('IDEMPOTENCY_CONFLICT', field)]);
    expect(conflict.error.message).toContain(field);
  });

  test('with a key of no or too many characters is refused', async () => {
    const body = { recipient: freshNumber(), message: 'x' };
    for (const key of ['x'.repeat(256), '']) {
      const { status, error } = await owner.post('/messages/send', body, { 'Idempotency-Key': key });
      expect([status, error]).toMatchObject([400, refusal('INVALID_PARAMETER', 'Idempotency-Key')]);
    }
    expect((await owner.post('/messages/send', body, { 'Idempotency-Key': 'x'.repeat(255) })).status).toBe(201);
  });

  test.each<[string, string, unknown, RegExp]>([
    [
      'CHANNEL_NOT_FOUND',
      'platform',
      { platform: 'slack', recipient: 'U1', message: 'x' },
      /'slack' is not configured/,
    ],
    ['INVALID_PARAMETER', 'platform', { platform: 'fax', recipient: '1', message: 'x' }, /imessage.*whatsapp/],
    [
      'INVALID_PARAMETER',
      'platform',
      { platfrom: 'sms', recipient: '1', message: 'x' },
      /did you mean it by 'platfrom'/,
    ],
    ['INVALID_PARAMETER', 'message', { recipient: '1', mesage: 'x' }, /missing; did you mean it by 'mesage'/],
    ['INVALID_PARAMETER', 'recipient', { platform: 'sms', message: 'x' }, /recipient is missing; add it/],
    ['INVALID_PARAMETER', 'recipient', { recipient: '1', conversation_id: 'cht_1', message: 'x' }, /not both/],
    ['INVALID_PARAMETER', 'recipient', { platform: 'sms', recipient: '123456789', message: 'x' }, /recipient .*E\.164/],
    [
      'INVALID_PARAMETER',
      'recipient',
      { platform: 'sms', recipient: 7, message: 'x' },
      /recipient must be of type string/,
    ],
    ['INVALID_PARAMETER', 'message', { recipient: '+15550001111', message: '' }, /message/],
    ['INVALID_PARAMETER', 'message', { recipient: '+15550001111', message: 'x'.repeat(10_001) }, /10000/],
    ['INVALID_PARAMETER', 'attachments', { recipient: '+15550001111', attachments: [] }, /attachments/],
    [
      'INVALID_PARAMETER',
      'attachments[0].url',
      { recipient: '+15550001111', attachments: [{ url: 'ftp://example.com/a' }] },
      /must be an http or https URL/,
    ],
    ['NOT_FOUND', 'conversation_id', { conversation_id: 'cht_1', message: 'x' }, /conversation_id/],
    ['NOT_FOUND', 'conversation_id', { conversation_id: 'nonsense', message: 'x' }, /conversation_id/],
    ['NOT_FOUND', 'reply_to', { recipient: '+15550001111', message: 'x', reply_to: 'msg_1' }, /reply_to/],
  ])('is refused with %s about %s', async (code, field, body, words) => {
    const { status, error } = await owner.post('/messages/send', body);
    expect([status, error]).toMatchObject([code === 'NOT_FOUND' ? 404 : 400, refusal(code, field)]);
    expect(error.message).toMatch(words);
  });

  test.each<[unknown, RegExp]>([
    [[], /must be a JSON object/],
    ['text', /must be a JSON object/],
    [undefined, /body is missing/],
  ])('of %j is refused as no object', async (body, words) => {
    const { status, error } = await owner.post('/messages/send', body);
    expect([status, error.code]).toEqual([400, 'INVALID_PARAMETER']);
    expect(error.message).toMatch(words);
  });

  test('to a number of another account is refused without saying whose', async () => {
    const [one, other] = [await tenant(), await tenant()];
    const phone_number = freshNumber();
    await house.call('POST', '/api/routes', { phone_number }, one.key);
    const { status, error } = await other.post('/messages/send', { recipient: phone_number, message: 'x' });
    expect([status, error]).toMatchObject([403, refusal('INSUFFICIENT_PERMISSIONS', 'recipient')]);
  });

  test('of an account that has XMTP alone is refused on the other channels', async () => {
    const account = await tenant('molt');
    const { status, error } = await account.post('/messages/send', { recipient: freshNumber(), message: 'x' });
    expect([status, error]).toMatchObject([403, refusal('INSUFFICIENT_PERMISSIONS', 'platform')]);
  });
});

describe('a message', () => {
  test('from a person is listed and read with who wrote to whom', async () => {
    const phone = handset(house, freshNumber());
    await owner.sent(phone.number, 'Hello');
    await phone.received('Hello');
    await phone.text('Hello to you');
    const row = await until(async () => {
      const { rows } = await owner.get('/messages?direction=inbound&per_page=5');
      return rows.find(({ sender }) => sender === phone.number);
    });
    expect(row).toEqual({
      id: expect.stringMatching(/^msg_/) as string,
      conversation_id: expect.stringMatching(/^cht_/) as string,
      platform: 'imessage',
      direction: 'inbound',
      sender: phone.number,
      recipient: expect.stringMatching(/^\+/) as string,
      content: 'Hello to you',
      attachments: [],
      status: 'received',
      error: null,
      created_at: instant,
      updated_at: instant,
    });
    const { data } = await owner.get(`/messages/${String(row['id'])}`);
    expect(data).toEqual({ ...row, timeline: [{ status: 'received', at: row['created_at'] }] });
  });

  test('from a person brings its attachment as a link that opens', async () => {
    const phone = handset(house, freshNumber());
    await owner.sent(phone.number, 'Show me');
    await phone.received('Show me');
    const url =
      'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await phone.text('here', { attachments: [{ url, mimeType: 'image/png' }] });
    const row = await until(async () => {
      const { rows } = await owner.get('/messages?direction=inbound&per_page=5');
      return rows.find(({ content, sender }) => content === 'here' && sender === phone.number);
    });
    const [attachment] = row['attachments'] as { url: string; mime_type: string }[];
    expect(attachment?.mime_type).toBe('image/png');
    expect((await fetch(attachment?.url ?? '')).status).toBe(200);
  });

  test('tells every status it has had, in order, with its time', async () => {
    const phone = handset(house, freshNumber());
    const { id } = await owner.sent(phone.number, 'Read me');
    await phone.received('Read me');
    await owner.becomes(id, 'delivered');
    await phone.act('read', {});
    const data = await owner.becomes(id, 'read');
    const timeline = data['timeline'] as { status: string; at: string }[];
    expect(timeline.map(({ status }) => status)).toEqual(['queued', 'sent', 'delivered', 'read']);
    expect(timeline[0]?.at).toBe(data['created_at']);
    expect(timeline.map(({ at }) => at)).toEqual(timeline.map(({ at }) => at).toSorted());
  });

  test('that failed says why', async () => {
    const phone = handset(house, freshNumber());
    await phone.act('settings', { faults: { fail: true } });
    const { id } = await owner.sent(phone.number, 'never');
    const data = await owner.becomes(id, 'failed');
    expect(data['error']).toEqual(expect.any(String));
    const { rows } = await owner.get('/messages?status=failed');
    expect(rows.map((row) => row['id'])).toContain(id);
  });

  test('that was deleted is gone from every reading, its text from the disk’s answers, and not counted', async () => {
    const phone = handset(house, freshNumber());
    const account = await tenant();
    const { id, conversation } = await account.sent(phone.number, 'secret to forget');
    await account.sent(phone.number, 'stays');
    await account.becomes(id, 'delivered');
    const deleted = await account.delete(`/messages/${id}`);
    expect(deleted).toMatchObject({ status: 200, body: { success: true, data: { deleted: true, id } } });
    for (const again of [account.get(`/messages/${id}`), account.delete(`/messages/${id}`)]) {
      expect((await again).status).toBe(404);
    }
    expect((await account.post(`/messages/${id}/resolve`, { as: 'sent' })).status).toBe(404);
    for (const list of ['/messages', `/conversations/${conversation}/messages`]) {
      const { rows, meta } = await account.get(list);
      expect(rows.map(({ content }) => content)).toEqual(['stays']);
      expect(meta['pagination']).toMatchObject({ total: 1 });
    }
    expect((await account.get(`/conversations/${conversation}`)).data['message_count']).toBe(1);
  });

  test('that waits is not sent once it is deleted', async () => {
    const phone = handset(house, freshNumber());
    const account = await tenant();
    await phone.act('settings', { faults: { loseAck: true } });
    const { id: lost } = await account.sent(phone.number, 'who knows');
    await account.becomes(lost, 'unknown');
    await phone.act('settings', { faults: {} });
    const { id } = await account.sent(phone.number, 'not any more');
    await account.sent(phone.number, 'the last');
    expect((await account.delete(`/messages/${id}`)).status).toBe(200);
    await account.post(`/messages/${lost}/resolve`, { as: 'sent' });
    await phone.received('the last');
    expect((await phone.messages()).map(({ text }) => text)).toEqual(['who knows', 'the last']);
  });

  test('whose fate is unknown is resolved once, by whoever asks', async () => {
    const phone = handset(house, freshNumber());
    await phone.act('settings', { faults: { loseAck: true } });
    const { id } = await owner.sent(phone.number, 'who knows');
    const lost = await owner.becomes(id, 'unknown');
    expect(lost['error']).toEqual(expect.any(String));
    await phone.act('settings', { faults: {} });
    const wrong = await owner.post(`/messages/${id}/resolve`, { as: 'perhaps' });
    expect([wrong.status, wrong.error]).toMatchObject([400, refusal('INVALID_PARAMETER', 'as')]);
    const resolved = await owner.post(`/messages/${id}/resolve`, { as: 'sent' });
    expect(resolved).toMatchObject({ status: 200, data: { id, status: 'sent', error: null } });
    const twice = await owner.post(`/messages/${id}/resolve`, { as: 'sent' });
    expect([twice.status, twice.error]).toMatchObject([409, refusal('CONFLICT')]);
  });

  test('whose fate is unknown is sent again when it is to be', async () => {
    const phone = handset(house, freshNumber());
    await phone.act('settings', { faults: { loseAck: true } });
    const { id } = await owner.sent(phone.number, 'once more');
    await owner.becomes(id, 'unknown');
    await phone.act('settings', { faults: {} });
    expect((await owner.post(`/messages/${id}/resolve`, { as: 'resend' })).status).toBe(200);
    await owner.becomes(id, 'delivered');
  });
});

describe('a conversation', () => {
  test('is listed with its counts, archived, filtered, and goes on', async () => {
    const account = await tenant();
    const phone = handset(house, freshNumber());
    const { conversation } = await account.sent(phone.number, 'one');
    await account.sent(phone.number, 'two');
    const { data } = await account.get(`/conversations/${conversation}`);
    expect(data).toEqual({
      id: conversation,
      platform: 'imessage',
      participants: [phone.number],
      is_group: false,
      status: 'active',
      message_count: 2,
      last_message_at: instant,
      created_at: instant,
      updated_at: instant,
    });
    const archived = await account.patch(`/conversations/${conversation}`, { status: 'archived' });
    expect(archived).toMatchObject({ status: 200, data: { id: conversation, status: 'archived' } });
    const ids = async (status: string) =>
      (await account.get(`/conversations?status=${status}`)).rows.map(({ id }) => id);
    expect(await ids('active')).toEqual([]);
    expect(await ids('archived')).toEqual([conversation]);
    await account.sent(phone.number, 'three');
    expect((await account.get(`/conversations/${conversation}`)).data['message_count']).toBe(3);
    const wrong = await account.patch(`/conversations/${conversation}`, { status: 'closed' });
    expect([wrong.status, wrong.error]).toMatchObject([400, refusal('INVALID_PARAMETER', 'status')]);
    expect(wrong.error.message).toContain('active, archived');
  });

  test('with the newest message comes first', async () => {
    const account = await tenant();
    const [a, b] = [freshNumber(), freshNumber()];
    const first = await account.sent(a, '1');
    const second = await account.sent(b, '1');
    const order = async () => (await account.get('/conversations')).rows.map(({ id }) => id);
    expect(await order()).toEqual([second.conversation, first.conversation]);
    await account.sent(a, '2');
    expect(await order()).toEqual([first.conversation, second.conversation]);
  });
});

describe('a message of another facade', () => {
  test('is here too, and its key here is the same key', async () => {
    const account = await tenant();
    const phone_number = freshNumber();
    await house.call('POST', '/api/routes', { phone_number }, account.key);
    const answer = await house.call(
      'POST',
      '/api/send',
      {
        id: 1,
        method: 'send',
        params: { channel: 'imessage', to: phone_number, message: 'by JSON-RPC', idempotencyKey: 'k-1' },
      },
      account.key,
    );
    expect([answer.status, answer.body]).toMatchObject([200, { ok: true }]);
    const { rows } = await account.get('/messages');
    expect(rows).toMatchObject([{ content: 'by JSON-RPC', recipient: phone_number, platform: 'imessage' }]);
    const other = { recipient: phone_number, message: 'by REST' };
    expect((await account.post('/messages/send', other, { 'Idempotency-Key': 'k-1' })).status).toBe(409);
  });
});

describe('settings', () => {
  test('are the gateway’s until the account has its own, and the gateway’s again with null', async () => {
    const account = await tenant();
    const first = { default_channel: 'imessage', outbound: 'open', unknown_policy: 'release', retention_days: null };
    expect((await account.get('/config')).data).toEqual(first);
    const change = { default_channel: 'telegram', outbound: 'registered', unknown_policy: 'hold', retention_days: 30 };
    expect(await account.patch('/config', change)).toMatchObject({ status: 200, data: change });
    expect((await account.patch('/config', { retention_days: 7 })).data).toEqual({ ...change, retention_days: 7 });
    const back = { default_channel: null, outbound: null, retention_days: null };
    expect((await account.patch('/config', back)).data).toEqual({ ...first, unknown_policy: 'hold' });
  });

  test('hold at once: only registered numbers may be texted', async () => {
    const account = await tenant();
    await account.patch('/config', { outbound: 'registered' });
    const phone_number = freshNumber();
    const refused = await account.post('/messages/send', { recipient: phone_number, message: 'x' });
    expect([refused.status, refused.error]).toMatchObject([403, refusal('INSUFFICIENT_PERMISSIONS', 'recipient')]);
    await house.call('POST', '/api/routes', { phone_number }, account.key);
    expect((await account.post('/messages/send', { recipient: phone_number, message: 'x' })).status).toBe(201);
  });

  test.each<[object, string, string]>([
    [{ default_channel: 'slack' }, 'CHANNEL_NOT_FOUND', 'default_channel'],
    [{ default_channel: 'fax' }, 'INVALID_PARAMETER', 'default_channel'],
    [{ outbound: 'closed' }, 'INVALID_PARAMETER', 'outbound'],
    [{ unknown_policy: null }, 'INVALID_PARAMETER', 'unknown_policy'],
    [{ retention_days: 0 }, 'INVALID_PARAMETER', 'retention_days'],
    [{ retention_days: 1.5 }, 'INVALID_PARAMETER', 'retention_days'],
  ])('%j is refused with %s', async (change, code, field) => {
    const account = await tenant();
    const { status, error } = await account.patch('/config', change);
    expect([status, error]).toMatchObject([400, refusal(code, field)]);
  });

  test('nothing to change is refused', async () => {
    expect((await owner.patch('/config', {})).error).toMatchObject(refusal('INVALID_PARAMETER'));
  });
});

describe('an API key', () => {
  test('is made, shown once, listed by its prefix, opens every facade, and dies at once', async () => {
    const account = await tenant();
    const made = await account.post('/admin/api-keys', { name: 'agent', scopes: ['read:messages', 'read:status'] });
    expect(made).toMatchObject({
      status: 201,
      data: { name: 'agent', scopes: ['read:messages', 'read:status'], created_at: instant },
    });
    const { id, key, prefix } = made.data as Record<string, string>;
    const listed = await account.get('/admin/api-keys');
    expect(listed.rows).toHaveLength(2);
    expect(JSON.stringify(listed.body)).not.toContain((key ?? '').slice((prefix ?? '').length));
    expect((await bookOf(house, key ?? '').get('/messages')).status).toBe(200);
    expect((await house.call('GET', '/api/routes', undefined, key ?? '')).status).toBe(200);
    const revoked = await account.delete(`/admin/api-keys/${id}`);
    expect(revoked).toMatchObject({ status: 200, data: { revoked: true, id } });
    expect((await bookOf(house, key ?? '').get('/messages')).error.code).toBe('INVALID_API_KEY');
    expect((await account.delete(`/admin/api-keys/${id}`)).status).toBe(404);
  });

  test('is never given a scope that its maker lacks', async () => {
    const account = await tenant();
    const maker = bookOf(house, await account.keyWith('admin:users', 'read:messages'));
    const refused = await maker.post('/admin/api-keys', { scopes: ['write:messages'] });
    expect([refused.status, refused.error]).toMatchObject([403, refusal('INSUFFICIENT_PERMISSIONS', 'scopes')]);
    expect((await maker.post('/admin/api-keys', {})).data['scopes']).toEqual(['read:messages']);
  });
});

describe('the status', () => {
  test('is bare, and names each integration of the account', async () => {
    const { body, status } = await owner.get('/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'healthy',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      uptime_seconds: expect.any(Number) as number,
      integrations: {
        imessage: 'connected',
        rcs: 'connected',
        sms: 'connected',
        telegram: 'connected',
        whatsapp: 'connected',
        discord: 'connected',
      },
    });
  });
});
