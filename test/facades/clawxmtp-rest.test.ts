// ClawXmtp over HTTP, against a scripted network of wallets: what every row answers when all goes well, and what it says
// when it does not. The real network plays the documents' own examples elsewhere.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { ask, molt, type Molt, type Row } from '../support/molts.ts';
import { maxMembers, scriptedXmtp, type ScriptedXmtp } from '../support/scripted-xmtp.ts';
import { addTenant } from '../support/tenants.ts';

const channels = { CLAWGATE_CHANNELS: 'xmtp=xmtp' };
const stranger = `0x${'ab'.repeat(20)}`;

let network: ScriptedXmtp;
let house: TestGateway;
let ada: Molt;
let bob: Molt;

async function open(env: Readonly<Record<string, string>> = {}): Promise<[TestGateway, ScriptedXmtp]> {
  const scripted = scriptedXmtp();
  const loadDriver = async () => scripted.create;
  return [await openGateway({ env: { ...channels, ...env }, loadDriver }), scripted];
}

beforeAll(async () => {
  [house, network] = await open();
  [ada, bob] = [await molt(house, 'ada'), await molt(house, 'bob')];
});
afterAll(() => house.end());
afterEach(() => {
  network.outage(false);
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

let made = 0;
const newMolt = () => molt(house, `molt-${(made += 1)}`);
const newGroup = async (owner: Molt = ada) => {
  const { body } = await owner.post('/groups', { title: 'Ships', description: 'who sails when' });
  return String(body['id']);
};
const errorOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => [
  status,
  `${String(body['error'])}; ${String(body['detail'])}`,
];

describe('an account', () => {
  test('is made with a wallet on the network, its key shown once, and opens every facade', async () => {
    const { status, body } = await ask(house, null, 'POST', '/account/create');
    expect([status, body]).toEqual([
      201,
      {
        ok: true,
        api_key: expect.stringMatching(/^cm_live_/) as unknown,
        wallet_address: expect.stringMatching(/^0x[0-9a-f]{40}$/) as unknown,
        xmtp_inbox_id: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        message: 'Account created. Save your api_key!',
      },
    ]);
    const key = String(body['api_key']);
    expect((await house.call('GET', '/api/v1/conversations', undefined, key)).status).toBe(200);
    expect((await house.call('GET', '/account/me', undefined, key)).body).toMatchObject({ handle: null, ok: true });
  });

  test('is refused with the reason while the network is away, and nobody has a key of half an account', async () => {
    network.outage(true);
    const answer = await ask(house, null, 'POST', '/account/create');
    expect(errorOf(answer)[0]).toBe(503);
    expect(errorOf(answer)[1]).toContain('the scripted network is away');
    expect(answer.headers.get('retry-after')).not.toBeNull();
    network.outage(false);
    expect((await ask(house, null, 'POST', '/account/create')).status).toBe(201);
  });

  test('is not made by another site’s page', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await ask(house, null, 'POST', '/account/create', undefined, headers)).status).toBe(403);
  });

  test('shows its profile, and never a secret', async () => {
    const { body } = await ada.get('/account/me');
    expect(Object.keys(body)).toEqual([
      'ok',
      'id',
      'wallet_address',
      'xmtp_inbox_id',
      'handle',
      'name',
      'description',
      'x_url',
      'github_url',
      'website_url',
      'created_at',
    ]);
    expect(body['created_at']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(body).toMatchObject({ handle: 'ada', wallet_address: ada.address, xmtp_inbox_id: ada.inboxId });
  });

  test('that is not a molt has no wallet until it claims a handle, and gets one then', async () => {
    const tenant = await addTenant(house);
    const before = await ask(house, tenant.key, 'GET', '/account/me');
    expect([before.status, before.body['wallet_address'], before.body['id']]).toEqual([200, null, null]);
    expect((await ask(house, tenant.key, 'PATCH', '/account/me', { name: 'x' })).status).toBe(404);
    const wish = { handle: 'tenant', name: 'Tenant' };
    expect((await ask(house, tenant.key, 'POST', '/account/register', wish)).status).toBe(201);
    expect((await ada.post('/messages/dm', { handle: 'tenant', message: 'hi' })).status).toBe(201);
  });
});

describe('where not everybody may sign up', () => {
  test.each(['invite', 'off'])('with sign-up %s only the operator makes accounts', async (signup) => {
    const [closed] = await open({ CLAWGATE_SIGNUP: signup });
    const tenant = await addTenant(closed);
    expect((await ask(closed, null, 'POST', '/account/create')).status).toBe(403);
    expect((await ask(closed, 'cm_live_wrong', 'POST', '/account/create')).status).toBe(401);
    expect((await ask(closed, tenant.key, 'POST', '/account/create')).status).toBe(403);
    expect((await ask(closed, closed.key, 'POST', '/account/create')).status).toBe(201);
    await closed.end();
  });

  test('sixty an hour come from one address elsewhere, and this machine makes as many as it likes', async () => {
    const [proxied] = await open({ CLAWGATE_TRUSTED_PROXIES: '127.0.0.1' });
    const from = (address: string) =>
      ask(proxied, null, 'POST', '/account/create', undefined, { 'x-forwarded-for': address });
    const statuses: number[] = [];
    for (let count = 0; count < 61; count += 1) statuses.push((await from('203.0.113.9')).status);
    expect(statuses).toEqual([...Array.from({ length: 60 }, () => 201), 429]);
    expect((await from('203.0.113.9')).headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await from('203.0.113.10')).status).toBe(201);
    expect((await ask(proxied, null, 'POST', '/account/create')).status).toBe(201);
    await proxied.end();
  });
});

describe('a handle', () => {
  test('is lower-cased, claimed once, and nobody else’s from then on', async () => {
    const [one, other] = [await molt(house, ''), await molt(house, '')];
    const first = await one.post('/account/register', { handle: 'Mixed-Case_1', name: 'One' });
    expect([first.status, first.body]).toEqual([
      201,
      { ok: true, handle: 'mixed-case_1', wallet_address: one.address, profile_url: '/users/mixed-case_1' },
    ]);
    expect(errorOf(await other.post('/account/register', { handle: 'MIXED-CASE_1', name: 'Two' }))).toEqual([
      409,
      'This handle is taken; Choose another.',
    ]);
    expect((await one.post('/account/register', { handle: 'another', name: 'One' })).status).toBe(409);
    expect((await one.patch('/account/me', { handle: 'another' })).status).toBe(409);
    expect((await one.patch('/account/me', { handle: 'Mixed-case_1' })).status).toBe(200);
    expect((await ask(house, null, 'GET', '/users/Mixed-Case_1')).body['handle']).toBe('mixed-case_1');
  });

  test.each([
    'inbox',
    'xmtp',
    'DM',
    'me',
    'address',
    'stream',
    'a',
    '-ab',
    'a b',
    'a/b',
    `a${'b'.repeat(32)}`,
    'ünïcode',
  ])('is not %j', async (handle) => {
    const { status, body } = await bob.post('/account/register', { handle, name: 'x' });
    expect([status, body['ok']]).toEqual([400, false]);
  });

  test.each(['javascript:alert(1)', 'ftp://example.com', 'example.com', '', 'https://user@example.com', 'https:// x'])(
    'is not claimed with the link %j',
    async (url) => {
      const answer = await bob.post('/account/register', { handle: 'unclaimed', name: 'x', x_url: url });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain('x_url');
    },
  );

  test('that is missing is named with what was probably meant', async () => {
    const answer = await bob.post('/account/register', { handel: 'x', name: 'x' });
    expect(errorOf(answer)).toEqual([400, "handle is missing; Did you mean it by 'handel'?"]);
    expect(errorOf(await bob.post('/messages/dm', { handle: 'ada', mesage: 'x' }))).toEqual([
      400,
      "message is missing; Did you mean it by 'mesage'?",
    ]);
  });
});

describe('a profile', () => {
  test('is changed field by field, null clears a link, and unknown fields are ignored', async () => {
    const one = await newMolt();
    const links = { x_url: 'https://x.com/one', github_url: 'http://github.com/one' };
    expect(
      (await one.patch('/account/me', { name: 'One', description: 'first', ...links, later: 1 })).body,
    ).toMatchObject({ name: 'One', description: 'first', ...links, website_url: null });
    const { body } = await one.patch('/account/me', { x_url: null });
    expect(body).toMatchObject({ name: 'One', description: 'first', x_url: null, github_url: links.github_url });
    expect((await one.patch('/account/me', {})).body).toEqual(body);
    expect((await one.patch('/account/me', { name: '   ' })).status).toBe(400);
    expect((await one.patch('/account/me', { name: null })).status).toBe(400);
    expect((await one.patch('/account/me', { website_url: 7 })).status).toBe(400);
  });

  test('is found by handle and name, on pages, by anybody', async () => {
    const one = await molt(house, 'searched-for');
    await one.patch('/account/me', { name: 'The Needle' });
    const search = async (query: string) => {
      const { body } = await ask(house, null, 'GET', `/users?${query}`);
      return (body['users'] as readonly { handle: string }[]).map(({ handle }) => handle);
    };
    expect(await search('search=NEEDLE')).toEqual(['searched-for']);
    expect(await search('search=arched-f')).toEqual(['searched-for']);
    expect(await search('search=%25')).toEqual([]);
    expect((await search('limit=2')).length).toBe(2);
    expect(await search('search=&limit=1&offset=1')).toEqual(['bob']);
    expect((await ask(house, null, 'GET', '/users?limit=1')).body).toMatchObject({
      limit: 1,
      offset: 0,
      has_more: true,
    });
    for (const wrong of ['limit=0', 'limit=x', 'offset=-1', 'limit=1&limit=2']) {
      expect((await ask(house, null, 'GET', `/users?${wrong}`)).status).toBe(400);
    }
    expect((await ask(house, null, 'GET', '/users/nobody-here')).status).toBe(404);
  });
});

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
    expect((await one.post('/messages/dm', { handle: other.handle, message: 'twice' }, key)).status).toBe(409);
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

describe('a group', () => {
  test('is opened, found by anybody, joined twice without harm, talked in and left', async () => {
    const [owner, other] = [await newMolt(), await newMolt()];
    const made = await owner.post('/groups', {
      title: 'Ships',
      description: 'who sails when',
      x_url: 'https://x.com/s',
    });
    expect(made.status).toBe(201);
    const id = String(made.body['id']);
    expect(made.body).toMatchObject({
      owner_handle: owner.handle,
      owner_address: owner.address,
      member_count: 1,
      x_url: 'https://x.com/s',
      members: [{ handle: owner.handle, wallet_address: owner.address }],
    });
    expect(made.body['created_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    for (const _ of [1, 2]) {
      expect((await other.post(`/groups/${id}/join`)).body).toEqual({ ok: true, group_id: id, member: true });
    }
    expect([...(network.groups.get(id)?.members ?? [])]).toEqual([owner.address, other.address]);
    const list = await ask(house, null, 'GET', '/groups?limit=1');
    expect(list.body).toMatchObject({ groups: [{ id, member_count: 2 }], limit: 1, offset: 0 });
    expect(Object.keys(list.body)).toEqual(['groups', 'total', 'limit', 'offset', 'has_more']);

    expect((await other.post(`/groups/${id}/messages`, { message: 'ahoy' })).body['status']).toBe('sent');
    expect((await owner.post(`/groups/${id}/messages`, { message: 'back' })).body['status']).toBe('sent');
    expect(await owner.texts(`/groups/${id}/messages`)).toEqual(['back', 'ahoy']);
    const [row] = (await other.get(`/groups/${id}/messages`)).body['messages'] as readonly Row[];
    expect(row).toMatchObject({ content: 'back', group_id: id, recipient_id: null, sender_handle: owner.handle });
    expect(await other.texts('/messages/inbox')).toEqual([]);

    for (const _ of [1, 2]) {
      expect((await other.post(`/groups/${id}/leave`)).body).toEqual({ ok: true, group_id: id, member: false });
    }
    expect((await other.get(`/groups/${id}/messages`)).status).toBe(403);
    expect((await other.post(`/groups/${id}/messages`, { message: 'x' })).status).toBe(403);
    expect((await owner.post(`/groups/${id}/leave`)).status).toBe(400);
  });

  test('is changed and deleted by its owner alone, and its name on the network follows', async () => {
    const [owner, other] = [await newMolt(), await newMolt()];
    const id = await newGroup(owner);
    await other.post(`/groups/${id}/join`);
    expect((await other.patch(`/groups/${id}`, { title: 'Mine' })).status).toBe(403);
    expect((await other.delete(`/groups/${id}`)).status).toBe(403);
    const after = await owner.patch(`/groups/${id}`, { title: 'Boats', website_url: 'https://example.com' });
    expect(after.body).toMatchObject({ title: 'Boats', description: 'who sails when', member_count: 2 });
    await expect.poll(() => network.groups.get(id)?.title).toBe('Boats');
    expect((await owner.patch(`/groups/${id}`, { website_url: null })).body['website_url']).toBeNull();
    expect((await owner.delete(`/groups/${id}`)).status).toBe(204);
    expect([...(network.groups.get(id)?.members ?? [])]).toEqual([owner.address]);
    for (const answer of [await owner.delete(`/groups/${id}`), await other.post(`/groups/${id}/join`)]) {
      expect(answer.status).toBe(404);
    }
    expect((await ask(house, null, 'GET', `/groups/${id}`)).status).toBe(404);
  });

  test('is for those who have a handle', async () => {
    const nameless = await molt(house, '');
    const id = await newGroup();
    expect((await nameless.post('/groups', { title: 'x', description: 'x' })).status).toBe(403);
    expect((await nameless.post(`/groups/${id}/join`)).status).toBe(403);
  });

  test('that is full is 409, also when the network is the one to say so', async () => {
    const id = await newGroup();
    for (let count = 1; count < maxMembers; count += 1) await (await newMolt()).post(`/groups/${id}/join`);
    expect((await bob.post(`/groups/${id}/join`)).status).toBe(409);
    const other = await newGroup();
    network.next({ outcome: 'refused', code: 'full', message: 'a group holds no more' });
    expect(errorOf(await bob.post(`/groups/${other}/join`))).toEqual([
      409,
      'The group takes no more members; A group holds no more.',
    ]);
    expect((await ask(house, null, 'GET', `/groups/${other}`)).body['member_count']).toBe(1);
  });

  test('cannot be opened, joined, left or closed while the network is away, and can be when it is back', async () => {
    const owner = await newMolt();
    const id = await newGroup(owner);
    const [inside, outside] = [await newMolt(), await newMolt()];
    await inside.post(`/groups/${id}/join`);
    network.outage(true);
    const answers = [
      await owner.post('/groups', { title: 'x', description: 'x' }),
      await outside.post(`/groups/${id}/join`),
      await inside.post(`/groups/${id}/leave`),
      await owner.delete(`/groups/${id}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect((await ask(house, null, 'GET', `/groups/${id}`)).body['member_count']).toBe(2);
    network.outage(false);
    expect((await outside.post(`/groups/${id}/join`)).status).toBe(200);
    expect((await inside.post(`/groups/${id}/leave`)).status).toBe(200);
    expect((await owner.delete(`/groups/${id}`)).status).toBe(204);
  });

  test('whose network gave no clear answer is asked again, and changes nothing twice', async () => {
    const id = await newGroup();
    const one = await newMolt();
    network.next({ outcome: 'uncertain', message: 'no answer' });
    const first = await one.post(`/groups/${id}/join`);
    expect([200, 503]).toContain(first.status);
    expect((await one.post(`/groups/${id}/join`)).status).toBe(200);
    expect((await ask(house, null, 'GET', `/groups/${id}`)).body['member_count']).toBe(2);
  }, 20_000);

  test('opened twice with one key is one group, and another by that key is a conflict', async () => {
    const owner = await newMolt();
    const key = { 'idempotency-key': 'open' };
    const wish = { title: 'Once', description: 'only' };
    const [first, again] = [await owner.post('/groups', wish, key), await owner.post('/groups', wish, key)];
    expect(again.body).toEqual(first.body);
    expect((await owner.post('/groups', { ...wish, title: 'Twice' }, key)).status).toBe(409);
  });

  test.each([
    [{ title: 'x' }, 'description is missing'],
    [{ title: ' ', description: 'x' }, 'title is blank'],
    [{ title: 'x'.repeat(201), description: 'x' }, 'title must not have more than 200 characters'],
    [{ title: 'x', description: 'x'.repeat(10_001) }, 'description must not have more than 10000 characters'],
    [{ title: 'x', description: 'x', github_url: 'nowhere' }, 'github_url'],
  ])('is not opened as %j', async (wish, why) => {
    const answer = await ada.post('/groups', wish);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)[1]).toContain(why);
  });
});
