// Rate tiers on /api/v1: who has which, what the headers say, when requests are refused and when they are taken again.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Response } from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { settingsAtFirst, type Account, type AccountKind } from '#core/account.ts';
import { Refused } from '#core/failure.ts';
import { idText, type KeyId } from '#core/ids.ts';
import type { Plan } from '#core/plan.ts';
import { tierOf, tiers, type Tier } from '#core/tier.ts';
import { noLimits } from '#http/limits.ts';
import { tieredLimits } from '#http/tiers.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { bookOf, type BookAnswer } from '../support/book.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { addTenant } from '../support/tenants.ts';

const limitOf = ({ headers }: BookAnswer) => headers.get('x-ratelimit-limit');

describe('a gateway', () => {
  let house: TestGateway;

  beforeAll(async () => {
    house = await openGateway();
  });
  afterAll(() => house.end());

  test.each<[Plan, number, number]>([
    ['base', 60, 1_000],
    ['molt', 60, 1_000],
    ['growth', 120, 3_000],
    ['plus', 300, 10_000],
    ['pro', 300, 10_000],
  ])(
    'gives the plan %s %i requests a minute and %i an hour, whatever key it comes with',
    async (plan, minute, hour) => {
      const tenant = await addTenant(house, plan);
      const first = await bookOf(house, tenant.key).get('/messages');
      expect(limitOf(first)).toBe(String(minute));
      expect(first.headers.get('ratelimit-policy')).toBe(`"minute";q=${minute};w=60, "hour";q=${hour};w=3600`);
      const second = await bookOf(house, await tenant.keyWith('read:messages')).get('/messages');
      expect(second.headers.get('x-ratelimit-remaining')).toBe(String(minute - 2));
      expect(second.headers.get('ratelimit')).toMatch(
        new RegExp(`^"minute";r=${minute - 2};t=\\d+, "hour";r=${hour - 2};t=\\d+$`),
      );
      const resetInS = Number(second.headers.get('x-ratelimit-reset')) - Date.now() / 1000;
      expect(resetInS).toBeGreaterThan(0);
      expect(resetInS).toBeLessThanOrEqual(62);
    },
  );

  test('takes sixty requests of Standard in a minute and tells the next how long to wait', async () => {
    const [one, other] = [await addTenant(house), await addTenant(house)];
    const book = bookOf(house, one.key);
    const statuses: number[] = [];
    for (let n = 0; n < 60; n += 1) statuses.push((await book.get(n % 2 ? '/messages/msg_1' : '/messages')).status);
    expect(new Set(statuses)).toEqual(new Set([200, 404]));
    const refused = await book.get('/messages');
    expect(refused).toMatchObject({
      status: 429,
      body: { success: false, error: { code: 'RATE_LIMITED', details: { retry_after: expect.any(Number) as number } } },
    });
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    const waitS = Number(refused.headers.get('retry-after'));
    expect(waitS).toBeGreaterThan(0);
    expect(waitS).toBeLessThanOrEqual(60);
    expect((await bookOf(house, other.key).get('/messages')).status).toBe(200);
    const elsewhere = await house.call('GET', '/api/routes', undefined, one.key);
    expect(elsewhere.status).toBe(200);
    expect(house.brokenAnswers).toEqual([]);
  });
});

describe('the owner', () => {
  test.each<[string, string | null]>([
    ['standard', '60'],
    ['pro', '120'],
    ['elite', '300'],
    ['unlimited', null],
  ])('has the tier %s where the configuration says so', async (tier, limit) => {
    const house = await openGateway({ env: { CLAWGATE_OWNER_TIER: tier } });
    try {
      const { headers } = await bookOf(house, house.key).get('/status');
      const policy = headers.get('ratelimit-policy') ?? '';
      expect(policy.startsWith(limit === null ? '"default"' : `"minute";q=${limit};`)).toBe(true);
    } finally {
      await house.end();
    }
  });

  test('is not counted where limits are off', async () => {
    const house = await openGateway({ env: { CLAWGATE_LIMITS: 'off' } });
    try {
      expect(limitOf(await bookOf(house, house.key).get('/status'))).toBeNull();
    } finally {
      await house.end();
    }
  });
});

describe('a tier', () => {
  const who = (kind: AccountKind, plan: Plan): Account => ({
    id: idText('account', 1),
    kind,
    name: '',
    plan,
    state: 'active',
    ...settingsAtFirst,
    createdAtMs: 0,
    trialEndsAtMs: null,
  });

  test.each<[AccountKind, Plan, Tier]>([
    ['owner', 'self-hosted', 'unlimited'],
    ['personal', 'base', 'standard'],
    ['personal', 'growth', 'pro'],
    ['agency', 'plus', 'elite'],
    ['personal', 'pro', 'elite'],
    ['subaccount', 'pro', 'standard'],
    ['molt', 'molt', 'standard'],
  ])('of %s with %s is %s', (kind, plan, tier) => {
    expect(tierOf(who(kind, plan), 'unlimited')).toBe(tier);
  });

  describe('over an hour', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
    afterEach(() => void vi.useRealTimers());

    const { clock } = createSystemRuntime();
    const limits = () => tieredLimits(noLimits, { clock, tierOf: () => 'standard' });

    /** Counts a request; answers what its headers say, and the wait when it was refused. */
    async function count(counting: ReturnType<typeof limits>) {
      const headers = new Map<string, unknown>();
      const res = { setHeader: (name: string, value: unknown) => void headers.set(name, value) } as unknown as Response;
      const account = who('personal', 'base');
      const principal = { account: account.id, key: 'key_1' as KeyId, scopes: [], operator: false };
      let waitMs: number | undefined;
      await counting.countCaller(res, { principal, account }, '').catch((error: unknown) => {
        if (!(error instanceof Refused)) throw error;
        waitMs = error.failure.retryAfterMs;
      });
      return { limit: headers.get('X-RateLimit-Limit'), left: headers.get('X-RateLimit-Remaining'), waitMs };
    }

    test('refuses once the hour is used up, tells of the hour then, and begins anew', async () => {
      const counting = limits();
      let taken = 0;
      for (let minute = 0; minute < 20 && taken < tiers.standard.perHour; minute += 1) {
        for (let n = 0; n < 50; n += 1) if ((await count(counting)).waitMs === undefined) taken += 1;
        vi.advanceTimersByTime(61_000);
      }
      expect(taken).toBe(1_000);
      const refused = await count(counting);
      expect(refused).toMatchObject({ limit: 1_000, left: 0 });
      expect(refused.waitMs).toBeGreaterThan(30 * 60_000);
      vi.advanceTimersByTime(60 * 60_000);
      await nextTurn();
      expect(await count(counting)).toEqual({ limit: 60, left: 59, waitMs: undefined });
    });

    test('does not count against the hour what the minute refused', async () => {
      const counting = limits();
      for (let n = 0; n < 2_000; n += 1) await count(counting);
      vi.advanceTimersByTime(61_000);
      expect(await count(counting)).toMatchObject({ limit: 60, left: 59 });
    });
  });
});
