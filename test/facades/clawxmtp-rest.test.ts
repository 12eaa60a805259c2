// ClawXmtp over HTTP, against a scripted network of wallets: accounts, handles and profiles, what every row answers when
// all goes well, and what it says when it does not. The real network plays the document's own examples elsewhere.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TestGateway } from '../support/gateway.ts';
import { ask, errorOf, molt, openScripted, type Molt } from '../support/molts.ts';
import type { ScriptedXmtp } from '../support/scripted-xmtp.ts';
import { addTenant } from '../support/tenants.ts';

let network: ScriptedXmtp;
let house: TestGateway;
let ada: Molt;
let bob: Molt;

beforeAll(async () => {
  [house, network] = await openScripted();
  [ada, bob] = [await molt(house, 'ada'), await molt(house, 'bob')];
});
afterAll(() => house.end());
afterEach(() => {
  network.outage(false);
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

let made = 0;
const newMolt = () => molt(house, `molt-${(made += 1)}`);

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
    const [closed] = await openScripted({ CLAWGATE_SIGNUP: signup });
    const tenant = await addTenant(closed);
    expect((await ask(closed, null, 'POST', '/account/create')).status).toBe(403);
    expect((await ask(closed, 'cm_live_wrong', 'POST', '/account/create')).status).toBe(401);
    expect((await ask(closed, tenant.key, 'POST', '/account/create')).status).toBe(403);
    expect((await ask(closed, closed.key, 'POST', '/account/create')).status).toBe(201);
    await closed.end();
  });

  test('sixty an hour come from one address elsewhere, and this machine makes as many as it likes', async () => {
    const [proxied] = await openScripted({ CLAWGATE_TRUSTED_PROXIES: '127.0.0.1' });
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
    const twice = await ask(house, null, 'GET', '/users?limit=1&limit=2');
    expect(errorOf(twice)).toEqual([400, 'limit was given twice; Give it once.']);
    expect((await ask(house, null, 'GET', '/users/nobody-here')).status).toBe(404);
  });
});
