// What every answer of /api/v1 has in common: the envelope around refusals of every kind, keys in all their places, what
// is deprecated, and the methods a path takes.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bookOf, type Book } from '../support/book.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { addTenant } from '../support/tenants.ts';

let house: TestGateway;
let key: string;
let account: Book;

beforeAll(async () => {
  house = await openGateway({ env: { CLAWGATE_LIMITS: 'off' } });
  ({ key } = await addTenant(house));
  account = bookOf(house, key);
});
afterAll(() => house.end());
afterEach(() => {
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

const raw = async (method: string, path: string, body: string | Uint8Array, headers: Record<string, string> = {}) => {
  const response = await fetch(house.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as unknown };
};
const refused = (code: string) => ({
  success: false,
  error: { code, message: expect.any(String) as string },
  meta: { request_id: expect.any(String) as string, timestamp: expect.stringMatching(/^[\d-]+T[\d:]+Z$/) as string },
});

describe('a refusal', () => {
  test('of a key is the protocol’s own, whether there was none or a wrong one', async () => {
    for (const nobody of [bookOf(house, null), bookOf(house, 'wrong'), bookOf(house, `${key}x`)]) {
      const { status, body, meta, headers } = await nobody.get('/messages');
      expect(status).toBe(401);
      expect(body).toEqual({
        success: false,
        error: { code: 'INVALID_API_KEY', message: 'The provided API key is invalid or expired', details: null },
        meta,
      });
      expect(meta['request_id']).toBe(headers.get('x-request-id'));
    }
  });

  test.each<[number, string, () => Promise<{ status: number; body: unknown }>]>([
    [400, 'INVALID_PARAMETER', () => raw('POST', '/api/v1/messages/send', '{')],
    [400, 'INVALID_PARAMETER', () => raw('POST', '/api/v1/messages/send', '{"__proto__":{}}')],
    [400, 'INVALID_PARAMETER', () => raw('POST', '/api/v1/messages/send', 'a=b', { 'content-type': 'text/plain' })],
    [400, 'INVALID_PARAMETER', () => raw('POST', '/api/v1/messages/send', '{}', { 'content-encoding': 'gzip' })],
    [400, 'INVALID_PARAMETER', () => raw('POST', '/api/v1/messages/send', new Uint8Array([0x22, 0xff, 0x22]))],
    [413, 'PAYLOAD_TOO_LARGE', () => raw('POST', '/api/v1/messages/send', `{"x":"${'x'.repeat(300_000)}"}`)],
    [404, 'NOT_FOUND', () => account.get('/nothing')],
    [404, 'NOT_FOUND', () => account.get('')],
    [404, 'NOT_FOUND', () => account.get('/messages/msg_1')],
    [405, 'METHOD_NOT_ALLOWED', () => account.ask('PUT', '/messages')],
    [405, 'METHOD_NOT_ALLOWED', () => account.ask('DELETE', '/messages/send')],
    [400, 'INVALID_PARAMETER', () => account.get('/messages/%E0%A4%A')],
    [400, 'INVALID_PARAMETER', () => account.get(`/messages/${'x'.repeat(200)}`)],
  ])('with %i has the envelope, and the code %s', async (status, code, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject(refused(code));
  });

  test('past the month’s cap has the plan’s own words', async () => {
    const book = bookOf(house, (await addTenant(house, 'base')).key);
    const sends = Array.from({ length: 250 }, (_, n) => book.sent(`+155510${String(n).padStart(5, '0')}`, 'x'));
    await Promise.all(sends);
    const { status, error } = await book.post('/messages/send', { recipient: '+15551000000', message: 'x' });
    expect([status, error]).toEqual([
      403,
      {
        code: 'INSUFFICIENT_PERMISSIONS',
        message: 'Monthly message limit reached',
        details: { reason: 'cap_reached' },
      },
    ]);
  });

  test('of a suspended account says so; it may still look', async () => {
    const tenant = await addTenant(house);
    const book = bookOf(house, tenant.key);
    await house.gateway.store.updateAccount(tenant.id, { state: 'suspended' });
    expect((await book.get('/messages')).status).toBe(200);
    const { status, error } = await book.post('/messages/send', { recipient: '+15550001111', message: 'x' });
    expect([status, error]).toMatchObject([
      403,
      { code: 'INSUFFICIENT_PERMISSIONS', details: { reason: 'suspended' } },
    ]);
  });
});

describe('a request', () => {
  test('brings its key in any of four places', async () => {
    const status = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(`${house.url}/api/v1${path}`, { headers })).status;
    expect(await status('/messages', { authorization: `Bearer ${key}` })).toBe(200);
    expect(await status('/messages', { 'x-api-key': key })).toBe(200);
    expect(await status(`/messages?api_key=${key}`)).toBe(200);
    expect(await status(`/messages?page=1&key=${key}`)).toBe(200);
  });

  test('is answered under the id it brings', async () => {
    const { meta, headers } = await account.ask('GET', '/messages', undefined, { 'x-request-id': 'req_abc123' });
    expect([meta['request_id'], headers.get('x-request-id')]).toEqual(['req_abc123', 'req_abc123']);
  });

  test('is never kept by a cache', async () => {
    expect((await account.get('/messages')).headers.get('cache-control')).toBe('no-store');
  });

  test('of HEAD is answered like GET without a body, and of OPTIONS by the methods', async () => {
    const head = await fetch(`${house.url}/api/v1/messages`, { method: 'HEAD', headers: { 'x-api-key': key } });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const options = await fetch(`${house.url}/api/v1/conversations/cht_1`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, PATCH']);
    expect((await account.ask('PUT', '/config')).headers.get('allow')).toBe('GET, HEAD, PATCH');
  });
});

describe('what is deprecated', () => {
  const told = (headers: Headers) => ['deprecation', 'sunset'].map((name) => headers.get(name));

  test('says so: a key in the URL, since when, until when, and what instead, refusals included', async () => {
    for (const path of [`/messages?api_key=${key}`, '/messages?api_key=wrong', `/nothing?api_key=${key}`]) {
      const { headers } = await bookOf(house, null).get(path);
      const [since = '', sunset = ''] = told(headers);
      expect(since).toMatch(/^@\d{10}$/);
      const [fromMs, untilMs] = [Number(since?.slice(1)) * 1000, Date.parse(sunset ?? '')];
      expect(untilMs - fromMs).toBeGreaterThan(365 * 86_400_000);
      expect(new Date(untilMs).toUTCString()).toBe(sunset);
      expect(headers.get('link')).toMatch(/<http:[^>]+>; rel="deprecation"/);
    }
  });

  test('is silent about everything else', async () => {
    const { headers } = await account.get('/messages');
    expect([...told(headers), headers.get('link')?.includes('deprecation')]).toEqual([null, null, false]);
  });
});
