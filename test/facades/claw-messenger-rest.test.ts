// Claw Messenger over HTTP, row by row, against a whole gateway: what each path answers, to whom, and what it refuses.
// Every answer is held to the contract on its way out.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '#core/account.ts';
import { loadContract } from '#facades/claw-messenger/rest/edge.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { addTenant, type Tenant } from '../support/tenants.ts';

let house: TestGateway;
let tenant: Tenant;
let other: Tenant;

beforeAll(async () => {
  house = await openGateway();
  [tenant, other] = [await addTenant(house), await addTenant(house)];
});
afterAll(() => house.end());
afterEach(() => {
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

const as = (key: string | null, method: string, path: string, body?: unknown) => house.call(method, path, body, key);
const text = expect.any(String) as string;
const refusal = { ok: false, error: text, detail: text };
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

/** The body as it is, whatever a JSON client would refuse to send. */
async function raw(method: string, path: string, body: string, type = 'application/json') {
  const headers = { authorization: `Bearer ${tenant.key}`, 'content-type': type };
  const response = await fetch(house.url + path, { method, headers, body });
  return { status: response.status, body: (await response.json()) as { error: string; detail: string } };
}

let numbers = 0;
const freshNumber = (): string => `+1555${String((numbers += 1)).padStart(7, '0')}`;

describe('routes', () => {
  test('a number is registered as the seed shows, again without harm, and listed', async () => {
    const { key } = await addTenant(house);
    const phone = '+1234567890';
    const first = await as(key, 'POST', '/api/routes', { phone_number: phone });
    expect(first).toMatchObject({ status: 200, body: { ok: true, phone_number: phone, already_claimed: false } });
    const again = await as(key, 'POST', '/api/routes', { phone_number: phone });
    expect(again).toMatchObject({ status: 200, body: { ok: true, phone_number: phone, already_claimed: true } });
    const { body } = await as(key, 'GET', '/api/routes');
    expect(body).toEqual({ ok: true, routes: [{ phone_number: phone, is_primary: true, created_at: instant }] });
    expect((await as(key, 'DELETE', '/api/routes/+1234567890')).body).toEqual({ ok: true });
  });

  test('the primary is the first until another is made so; releasing it promotes the oldest', async () => {
    const { key } = await addTenant(house);
    const [a, b, c] = [freshNumber(), freshNumber(), freshNumber()];
    for (const phone_number of [a, b, c]) await as(key, 'POST', '/api/routes', { phone_number });
    const order = async () => {
      const { routes } = (await as(key, 'GET', '/api/routes')).body as {
        routes: { phone_number: string; is_primary: boolean }[];
      };
      expect(routes.map(({ is_primary }) => is_primary)).toEqual(routes.map((_, index) => index === 0));
      return routes.map(({ phone_number }) => phone_number);
    };
    expect(await order()).toEqual([a, b, c]);
    const primary = await as(key, 'PUT', '/api/routes/primary', { phone_number: c });
    expect(primary).toMatchObject({ status: 200, body: { ok: true, phone_number: c, is_primary: true } });
    expect(await order()).toEqual([c, a, b]);
    expect(await as(key, 'DELETE', `/api/routes/${encodeURIComponent(c)}`)).toMatchObject({ status: 200 });
    expect(await order()).toEqual([a, b]);
  });

  test('a number of another account is refused without saying whose, and cannot be released or made primary', async () => {
    const phone_number = freshNumber();
    await as(other.key, 'POST', '/api/routes', { phone_number });
    const taken = await as(tenant.key, 'POST', '/api/routes', { phone_number });
    expect(taken).toMatchObject({ status: 409, body: refusal });
    expect(JSON.stringify(taken.body)).not.toContain(other.id);
    expect((await as(tenant.key, 'DELETE', `/api/routes/${phone_number}`)).status).toBe(404);
    expect((await as(tenant.key, 'PUT', '/api/routes/primary', { phone_number })).status).toBe(404);
    expect((await as(other.key, 'DELETE', `/api/routes/${phone_number}`)).status).toBe(200);
    expect((await as(tenant.key, 'POST', '/api/routes', { phone_number })).status).toBe(200);
  });

  test('the 21st number is refused, and fits once another was released', async () => {
    const { key } = await addTenant(house);
    const twenty = Array.from({ length: 20 }, freshNumber);
    for (const phone_number of twenty) {
      expect((await as(key, 'POST', '/api/routes', { phone_number })).status).toBe(200);
    }
    const phone_number = freshNumber();
    expect(await as(key, 'POST', '/api/routes', { phone_number })).toMatchObject({ status: 403, body: refusal });
    expect((await as(key, 'POST', '/api/routes', { phone_number: twenty[0] })).body).toMatchObject({
      already_claimed: true,
    });
    await as(key, 'DELETE', `/api/routes/${twenty[3]}`);
    expect((await as(key, 'POST', '/api/routes', { phone_number })).status).toBe(200);
  });

  test('a molt has none', async () => {
    const { key } = await addTenant(house, 'molt');
    expect((await as(key, 'POST', '/api/routes', { phone_number: freshNumber() })).status).toBe(403);
    expect((await as(key, 'GET', '/api/routes')).body).toEqual({ ok: true, routes: [] });
  });

  test.each(['1234567890', '(123)456-7890', '+12345', '+1234567890123456', '+1 234 567 890', ''])(
    '%j is refused with the E.164 hint, wherever it stands',
    async (phone_number) => {
      for (const [method, path] of [['POST', '/api/routes'] as const, ['PUT', '/api/routes/primary'] as const]) {
        const { status, body } = await as(tenant.key, method, path, { phone_number });
        expect([status, body]).toEqual([400, refusal]);
        expect(body['error']).toMatch(/phone_number .*E\.164/);
      }
      if (phone_number === '') return;
      expect((await as(tenant.key, 'DELETE', `/api/routes/${encodeURIComponent(phone_number)}`)).status).toBe(400);
    },
  );

  test('a missing field is named, with what was probably meant', async () => {
    const slip = await as(tenant.key, 'POST', '/api/routes', { phone_numbr: '+15550001111' });
    expect(slip.status).toBe(400);
    expect(slip.body['error']).toBe('phone_number is missing');
    expect(slip.body['detail']).toBe("Did you mean it by 'phone_numbr'?");
    expect((await as(tenant.key, 'POST', '/api/routes', {})).body).toMatchObject({
      error: 'phone_number is missing',
      detail: 'Add it.',
    });
  });

  test('unknown fields are ignored', async () => {
    const phone_number = freshNumber();
    const answer = await as(tenant.key, 'POST', '/api/routes?later=1', {
      phone_number,
      label: 'mum',
      nested: { a: [] },
    });
    expect(answer).toMatchObject({ status: 200, body: { ok: true, phone_number } });
  });
});

describe('keys', () => {
  test('a key is shown once, works at once, and is listed by its prefix alone', async () => {
    const { key } = await addTenant(house);
    const made = await as(key, 'POST', '/api/keys', { name: 'my agent' });
    expect(made).toMatchObject({ status: 201, body: { ok: true, name: 'my agent', created_at: instant } });
    const { id, key: secret, prefix } = made.body as { id: string; key: string; prefix: string };
    expect(secret.startsWith(`${prefix}_`)).toBe(true);
    expect((await as(secret, 'GET', '/api/routes')).status).toBe(200);
    const listed = await as(key, 'GET', '/api/keys');
    const { keys } = listed.body as { keys: { id: string; scopes: Scope[] }[] };
    expect(keys).toHaveLength(2);
    expect(keys.find((row) => row.id === id)?.scopes).toEqual([
      'read:status',
      'read:conversations',
      'read:messages',
      'write:messages',
    ]);
    expect(JSON.stringify(listed.body)).not.toContain(secret.slice(prefix.length));
  });

  test('a body is not needed, and a key without a name says so', async () => {
    const { key } = await addTenant(house);
    expect(await as(key, 'POST', '/api/keys')).toMatchObject({ status: 201, body: { name: null } });
    expect(await as(key, 'POST', '/api/keys', {})).toMatchObject({ status: 201 });
  });

  test('a revoked key opens nothing any more, and cannot be revoked twice', async () => {
    const { key } = await addTenant(house);
    const { id, key: secret } = (await as(key, 'POST', '/api/keys', {})).body as { id: string; key: string };
    expect((await as(secret, 'GET', '/api/routes')).status).toBe(200);
    expect(await as(key, 'DELETE', `/api/keys/${id}`)).toMatchObject({ status: 200, body: { ok: true } });
    expect(await as(secret, 'GET', '/api/routes')).toMatchObject({ status: 401, body: refusal });
    expect((await as(key, 'DELETE', `/api/keys/${id}`)).status).toBe(404);
  });

  test('another account’s key, and what was never a key, is not found', async () => {
    const { id } = (await as(other.key, 'POST', '/api/keys', {})).body as { id: string };
    expect(await as(tenant.key, 'DELETE', `/api/keys/${id}`)).toMatchObject({ status: 404, body: refusal });
    expect((await as(tenant.key, 'DELETE', '/api/keys/nonsense')).status).toBe(404);
    expect((await as(tenant.key, 'DELETE', `/api/keys/${'x'.repeat(200)}`)).status).toBe(400);
  });

  test.each([
    [{ scopes: 'read:status' }, /scopes must be of type array/],
    [{ scopes: ['read:everything'] }, /scopes\[0\].*one of/],
    [{ scopes: [] }, /scopes/],
    [{ name: 7 }, /name must be of type string/],
    [{ name: '' }, /name/],
    [[], /body/i],
    ['text', /body/i],
  ])('%j is refused, and the field is named', async (wish, words) => {
    const { status, body } = await as(tenant.key, 'POST', '/api/keys', wish);
    expect([status, body]).toEqual([400, refusal]);
    expect(body['error']).toMatch(words);
  });
});

describe('scopes', () => {
  const rows: readonly [string, string, Scope, unknown?][] = [
    ['POST', '/api/keys', '*', {}],
    ['GET', '/api/keys', '*'],
    ['DELETE', '/api/keys/key_1', '*'],
    ['POST', '/api/routes', 'write:messages', { phone_number: '+15550009999' }],
    ['GET', '/api/routes', 'read:status'],
    ['PUT', '/api/routes/primary', 'write:messages', { phone_number: '+15550009999' }],
    ['DELETE', '/api/routes/+15550009999', 'write:messages'],
    ['GET', '/api/billing/usage', '*'],
    ['POST', '/api/diagnostics', 'read:status', { plugin_version: '1' }],
    ['GET', '/api/channels/capabilities', 'read:status'],
  ];

  test.each(rows)('%s %s asks for a key with %s', async (method, path, scope, body) => {
    const narrowed = await addTenant(house);
    expect(await as(null, method, path, body)).toMatchObject({ status: 401, body: refusal });
    expect(await as('cm_live_wrong', method, path, body)).toMatchObject({ status: 401, body: refusal });
    const narrow = await narrowed.keyWith(scope === 'read:status' ? 'read:messages' : 'read:status');
    const refused = await as(narrow, method, path, body);
    expect(refused).toMatchObject({ status: 403, body: refusal });
    expect(refused.body['error']).toContain(scope);
    const fitting = await as(await narrowed.keyWith(scope), method, path, body);
    expect([200, 201, 404]).toContain(fitting.status);
  });

  test('are the contract’s, for every path of it', async () => {
    const { paths } = (await loadContract()) as { paths: Record<string, Record<string, { 'x-scope'?: Scope }>> };
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => [method.toUpperCase(), path, operation['x-scope']]),
    );
    const shape = (path: string) =>
      path.replace(/\/(key_1|\+\d+)/, (_, id: string) => (id === 'key_1' ? '/{id}' : '/{phone}'));
    const tested = rows.map(([method, path, scope]) => [method, shape(path), scope]);
    tested.push(['POST', '/api/channels/{channel}/restart', '*']);
    const ours = documented.filter(([, path]) => path?.startsWith('/api/'));
    expect(new Set(tested.map(String))).toEqual(new Set(ours.map(String)));
  });

  test('a key is judged before the body is', async () => {
    const narrowed = await addTenant(house);
    const key = await narrowed.keyWith('read:status');
    const response = await fetch(`${house.url}/api/routes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(403);
  });

  test('all three places for a key are good', async () => {
    const status = async (path: string, headers: Record<string, string>) =>
      (await fetch(house.url + path, { headers })).status;
    expect(await status('/api/routes', { 'x-api-key': tenant.key })).toBe(200);
    expect(await status('/api/routes', { authorization: `bearer ${tenant.key}` })).toBe(200);
    expect(await status(`/api/routes?key=${tenant.key}`, {})).toBe(200);
  });
});

describe('usage', () => {
  test('of the owner has no limit, and of a plan the seed’s', async () => {
    const owner = await as(house.key, 'GET', '/api/billing/usage');
    expect(owner).toMatchObject({
      status: 200,
      body: { ok: true, plan: 'self-hosted', status: 'active', message_limit: null, trial_ends_at: null },
    });
    const { key } = await addTenant(house, 'growth');
    const { body } = await as(key, 'GET', '/api/billing/usage');
    expect(body).toMatchObject({ plan: 'growth', status: 'trialing', message_count: 0, message_limit: 2000 });
    expect(body['trial_ends_at']).toEqual(instant);
    const [start, end] = [new Date(String(body['period_start'])), new Date(String(body['period_end']))];
    expect(start.getUTCDate()).toBe(1);
    expect(end.getTime()).toBe(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
  });

  test('says when an account is suspended, which may still look and not change anything', async () => {
    const { key, id } = await addTenant(house);
    await house.gateway.store.updateAccount(id, { state: 'suspended' });
    expect((await as(key, 'GET', '/api/billing/usage')).body).toMatchObject({ status: 'suspended' });
    const refused = await as(key, 'POST', '/api/routes', { phone_number: freshNumber() });
    expect(refused).toMatchObject({ status: 403, body: { error: 'Account suspended' } });
  });
});

describe('diagnostics', () => {
  const report = {
    plugin_version: '0.1.7',
    node_version: 'v22.0.0',
    errors: [{ ts: '...', type: 'error', detail: '...' }],
    connection_log: [{ ts: '...', type: 'connect' }],
    metadata: { connected: true },
  };

  test('takes the seed’s report, and the next one an hour later', async () => {
    const { key } = await addTenant(house);
    const first = await as(key, 'POST', '/api/diagnostics', report);
    expect(first).toMatchObject({ status: 200, body: { ok: true, report_id: text } });
    const second = await as(key, 'POST', '/api/diagnostics', report);
    expect(second).toMatchObject({ status: 429, body: refusal });
    const waitSeconds = Number(second.headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(3_500);
    expect(waitSeconds).toBeLessThanOrEqual(3_600);
  });

  test('refuses what is no report, or more than 64 KiB of one, and that does not use up the hour', async () => {
    const { key } = await addTenant(house);
    const send = async (body: unknown) => as(key, 'POST', '/api/diagnostics', body);
    expect((await send({})).status).toBe(400);
    expect((await send(undefined)).status).toBe(400);
    expect((await send({ errors: [{ type: 'error' }] })).body['error']).toContain('errors[0].ts');
    expect((await send({ metadata: 'no' })).status).toBe(400);
    expect(await send({ metadata: { text: 'x'.repeat(70_000) } })).toMatchObject({ status: 413, body: refusal });
    expect((await send(report)).status).toBe(200);
  });
});

describe('channels', () => {
  test('say who carries them and what they can do, the default one first', async () => {
    const { status, body } = await as(tenant.key, 'GET', '/api/channels/capabilities');
    expect(status).toBe(200);
    const { channels } = body as { channels: { channel: string; service: string; capabilities: object }[] };
    expect(channels[0]).toMatchObject({ channel: 'imessage', service: 'iMessage', driver: 'simulator' });
    expect(channels.map(({ channel }) => channel)).toEqual(expect.arrayContaining(['imessage', 'rcs', 'sms']));
  });

  test('are restarted by the owner alone', async () => {
    const path = '/api/channels/sms/restart';
    expect((await as(tenant.key, 'POST', path)).status).toBe(403);
    expect((await as(null, 'POST', path)).status).toBe(401);
    const restarted = await as(house.key, 'POST', path);
    expect(restarted).toMatchObject({ status: 200, body: { ok: true, channel: 'sms', restarted: 1 } });
    expect(restarted.body).toMatchObject({
      connections: [{ connection: 'simulator', state: 'connected', error: null }],
    });
    expect((await as(house.key, 'POST', '/api/channels/telegram/restart')).status).toBe(404);
    expect((await as(house.key, 'POST', '/api/channels/pigeon/restart')).status).toBe(400);
  });
});

describe('a body', () => {
  test.each([
    ['malformed', '{"phone_number": "+15550001111",}', 400, /malformed/],
    ['nested too deep', `{"a":${'['.repeat(33)}${']'.repeat(33)}}`, 400, /32 levels/],
    ['after a prototype', '{"phone_number":"+15550001111","__proto__":{"admin":true}}', 400, /__proto__/],
    ['after a constructor', '{"phone_number":"+15550001111","x":{"constructor":1}}', 400, /constructor/],
    ['of the wrong type', '{"phone_number":15550001111}', 400, /phone_number must be of type string/],
    ['an array', '[]', 400, /body must be a JSON object/],
    ['null', 'null', 400, /body must be a JSON object/],
    ['too large', `{"phone_number":"${'1'.repeat(262_200)}"}`, 413, /larger than 262144 bytes/],
  ])('that is %s is refused in our shape, with the cause', async (_what, body, status, words) => {
    const answer = await raw('POST', '/api/routes', body);
    expect([answer.status, answer.body]).toEqual([status, refusal]);
    expect(answer.body.error).toMatch(words);
  });

  test('that is missing or no JSON is refused with the mend', async () => {
    expect((await raw('POST', '/api/routes', '')).body.error).toMatch(/body is missing/);
    const form = await raw('POST', '/api/routes', 'phone_number=1', 'application/x-www-form-urlencoded');
    expect([form.status, form.body.detail]).toEqual([400, expect.stringContaining('Content-Type: application/json')]);
  });
});

describe('a path', () => {
  test('that does not exist is 404, and one that takes other methods is 405, both in our shape', async () => {
    for (const path of ['/api', '/api/nothing', '/api/keys/a/b', '/api/Keys']) {
      expect(await as(tenant.key, 'GET', path)).toMatchObject({ status: 404, body: refusal });
    }
    const wrong = await as(tenant.key, 'PATCH', '/api/routes', {});
    expect(wrong).toMatchObject({ status: 405, body: refusal });
    expect(wrong.headers.get('allow')).toBe('POST, GET, HEAD');
    expect((await as(tenant.key, 'GET', '/api/diagnostics')).headers.get('allow')).toBe('POST');
  });

  test('that is not well encoded is refused', async () => {
    expect(await as(tenant.key, 'DELETE', '/api/keys/%E0%A4%A')).toMatchObject({ status: 400, body: refusal });
  });

  test('answers with a request id and what is left of the limits', async () => {
    const { headers } = await as(tenant.key, 'GET', '/api/routes');
    expect(headers.get('x-request-id')).toMatch(/^req_/);
    expect(Number(headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
    expect(headers.get('ratelimit-policy')).toMatch(/^"default";q=\d+;w=60$/);
  });
});
