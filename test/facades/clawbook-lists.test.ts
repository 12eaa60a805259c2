// ClawBook's lists: pages that neither overlap nor end early, links that lead through them, filters and sorts, and what
// a list refuses, with the names that would do.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bookOf, manyChannels, type Book } from '../support/book.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { addTenant } from '../support/tenants.ts';

let house: TestGateway;
let account: Book;
let key: string;
const made: { id: string; conversation: string }[] = [];
const total = 23;

beforeAll(async () => {
  house = await openGateway({ env: { ...manyChannels, CLAWGATE_LIMITS: 'off' } });
  ({ key } = await addTenant(house, 'plus'));
  account = bookOf(house, key);
  for (let n = 0; n < total; n += 1) {
    const platform = ['telegram', 'whatsapp', 'discord'][n % 3];
    const recipient = platform === 'whatsapp' ? `+1555000000${n % 2}` : `${platform}-${n % 2}`;
    made.push(await account.sent(recipient, `message ${n}`, { platform }));
  }
  for (const { id } of made) await account.becomes(id, 'delivered');
});
afterAll(() => house.end());
afterEach(() => {
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

const links = (header: string | null): Record<string, string> =>
  Object.fromEntries(
    [...(header ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, url = '', name = '']): [string, string] => [
      name,
      url,
    ]),
  );
const ids = (rows: readonly Record<string, unknown>[]) => rows.map(({ id }) => id);

describe('pages', () => {
  test('are twenty long, the newest message first, with the totals', async () => {
    const { rows, meta } = await account.get('/messages');
    expect(ids(rows)).toEqual(
      made
        .map(({ id }) => id)
        .toReversed()
        .slice(0, 20),
    );
    expect(meta['pagination']).toEqual({ page: 1, per_page: 20, total, total_pages: 2 });
  });

  test('are walked by their links, each message once', async () => {
    const seen: unknown[] = [];
    let url: string | undefined = `${house.url}/api/v1/messages?per_page=5&sort=created_at`;
    while (url !== undefined) {
      const response: Response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
      const { data } = (await response.json()) as { data: Record<string, unknown>[] };
      seen.push(...ids(data));
      url = links(response.headers.get('link'))['next'];
    }
    expect(seen).toEqual(made.map(({ id }) => id));
  });

  test('link to the first, the last and both neighbours, absolute, with the other parameters and without a key', async () => {
    const response = await fetch(`${house.url}/api/v1/messages?page=2&per_page=5&platform=telegram&api_key=${key}`);
    const header = response.headers.get('link') ?? '';
    expect(header).not.toContain(key.slice(0, 12));
    const at = (page: number) => `${house.url}/api/v1/messages?page=${page}&per_page=5&platform=telegram`;
    expect(links(header)).toMatchObject({ first: at(1), prev: at(1), last: at(2) });
    expect(links(header)).not.toHaveProperty('next');
  });

  test('past the end are empty, with the totals as they are', async () => {
    const { status, rows, meta, headers } = await account.get('/messages?page=99&per_page=10');
    expect([status, rows]).toEqual([200, []]);
    expect(meta['pagination']).toEqual({ page: 99, per_page: 10, total, total_pages: 3 });
    expect(links(headers.get('link'))['prev']).toContain('page=3');
  });

  test('of nothing are empty', async () => {
    const nobody = bookOf(house, (await addTenant(house)).key);
    const { rows, meta } = await nobody.get('/messages');
    expect([rows, meta['pagination']]).toEqual([[], { page: 1, per_page: 20, total: 0, total_pages: 0 }]);
  });

  test('hold a hundred at most', async () => {
    expect((await account.get('/messages?per_page=100')).rows).toHaveLength(total);
    expect((await account.get('/messages?per_page=101')).error.code).toBe('INVALID_PARAMETER');
  });

  test('of API keys work alike', async () => {
    const { rows, meta, headers } = await account.get('/admin/api-keys?page=1&per_page=1');
    expect([rows.length, meta['pagination']]).toEqual([1, { page: 1, per_page: 1, total: 1, total_pages: 1 }]);
    expect(links(headers.get('link'))).toHaveProperty('last');
  });
});

describe('filters', () => {
  const today = new Date().toISOString().slice(0, 10);
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

  test('of a platform, a status and a direction narrow the list and its totals', async () => {
    const { rows, meta } = await account.get('/messages?platform=whatsapp&status=delivered&direction=outbound');
    expect(rows.every(({ platform }) => platform === 'whatsapp')).toBe(true);
    expect(meta['pagination']).toMatchObject({ total: rows.length });
    expect((await account.get('/messages?platform=whatsapp&status=failed')).rows).toEqual([]);
    expect((await account.get('/messages?direction=inbound')).rows).toEqual([]);
    expect((await account.get('/messages?platform=signal')).rows).toEqual([]);
  });

  test.each([
    [`start_date=${today}`, total],
    [`start_date=${today}&end_date=${today}`, total],
    [`end_date=${day(-1)}`, 0],
    [`start_date=${day(1)}`, 0],
    [`start_date=2026-01-01T00:00:00Z&end_date=2100-01-01T00:00:00Z`, total],
    ['start_date=2026-01-01T00:00:00+02:00', total],
    ['start_date=2026-01-01T00:00:00%2B0200', total],
    ['end_date=2026-01-01T00:00:00.123456Z', 0],
  ])('of dates are whole days, the last one included: %s', async (query, count) => {
    expect((await account.get(`/messages?${query}`)).meta['pagination']).toMatchObject({ total: count });
  });

  test('to the millisecond include the instant itself', async () => {
    const { data } = await account.get(`/messages/${made[4]?.id}`);
    const at = encodeURIComponent(String(data['created_at']));
    const { rows } = await account.get(`/messages?start_date=${at}&end_date=${at}`);
    expect(ids(rows)).toContain(made[4]?.id);
  });

  test('hold in a conversation too', async () => {
    const conversation = made[1]?.conversation;
    const { rows } = await account.get(`/conversations/${conversation}/messages?status=delivered&per_page=100`);
    const own = made.filter((each) => each.conversation === conversation).map(({ id }) => id);
    expect(ids(rows)).toEqual(own.toReversed());
    expect((await account.get(`/conversations/${conversation}/messages?platform=telegram`)).rows).toEqual([]);
  });
});

describe('sorts', () => {
  test('of several fields are applied in their order', async () => {
    const { rows } = await account.get('/messages?sort=platform,-created_at&per_page=100');
    const order = rows.map(({ platform, created_at }) => [String(platform), String(created_at)] as const);
    const expected = order.toSorted(([a, at], [b, bt]) => (a === b ? bt.localeCompare(at) : a.localeCompare(b)));
    expect(order).toEqual(expected);
    expect(order[0]?.[0]).toBe('discord');
  });

  test.each(['created_at', 'updated_at', 'last_message_at', 'message_count'])(
    'of conversations by %s go up, and down with a minus',
    async (field) => {
      const values = async (sort: string) =>
        (await account.get(`/conversations?sort=${sort}`)).rows.map((row) => row[field] as string | number);
      const up = await values(field);
      expect(up.length).toBe(6);
      expect(up).toEqual(up.toSorted((a, b) => (a < b ? -1 : Number(a > b))));
      const down = await values(`-${field}`);
      expect(down).toEqual(up.toReversed());
    },
  );
});

describe('a list refuses', () => {
  const messages = /page, per_page, start_date, end_date, platform, status, sort, direction/;
  test.each<[string, string, RegExp]>([
    ['/messages?plattform=sms', 'plattform', /did you mean platform\?/],
    ['/messages?colour=red', 'colour', messages],
    ['/conversations?direction=inbound', 'direction', /page, per_page, .*sort/],
    ['/admin/api-keys?sort=name', 'sort', /page, per_page/],
    ['/messages?page=0', 'page', /page must be >= 1/],
    ['/messages?page=one', 'page', /page must be of type integer/],
    ['/messages?page=1.5', 'page', /integer/],
    ['/messages?page=1&page=2', 'page', /^page was given twice; give it once$/],
    ['/messages?platform=sms&platform=sms&platform=sms', 'platform', /^platform was given 3 times; give it once$/],
    ['/messages?per_page=0', 'per_page', />= 1/],
    ['/messages?per_page=1000', 'per_page', /<= 100/],
    ['/messages?platform=fax', 'platform', /imessage.*whatsapp/],
    ['/messages?status=gone', 'status', /queued.*received/],
    ['/conversations?status=delivered', 'status', /active, archived/],
    ['/messages?sort=name', 'sort', /created_at.*status/],
    ['/messages?sort=--created_at', 'sort', /created_at/],
    ['/messages?sort=', 'sort', /sort/],
    ['/messages?sort=created_at,created_at', 'sort', /twice/],
    ['/messages?sort=created_at&sort=platform', 'sort', /^sort was given twice; give it once$/],
    ['/messages?start_date=yesterday', 'start_date', /start_date must be a date such as 2026-01-31, or an instant/],
    ['/messages?end_date=2026-01-01T14:30:00', 'end_date', /with Z or an offset/],
    ['/messages?start_date=2026-02-30', 'start_date', /no date/],
    ['/messages?end_date=2026-01-01T25:00:00Z', 'end_date', /no date/],
    ['/messages?start_date=2026-02-01&end_date=2026-01-01', 'start_date', /after end_date/],
  ])('%s, naming it and what would do', async (path, field, words) => {
    const { status, error } = await account.get(path);
    expect([status, error.code]).toEqual([400, 'INVALID_PARAMETER']);
    expect(String(error.details?.['field'])).toMatch(new RegExp(`^${field}`));
    expect(error.message).toMatch(words);
  });
});
