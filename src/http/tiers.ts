/**
 * Rate tiers: requests of an account by the minute and by the hour, counted together however many keys it has. They take
 * the place of the generous limit on keys where they are used. In memory, so each node counts for itself; what an
 * account that fell silent had used is forgotten with its window.
 */
import type { Response } from 'express';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Account } from '#core/account.ts';
import { refuse, type Refused } from '#core/failure.ts';
import { tiers, type CountedTier, type Tier } from '#core/tier.ts';
import type { Clock } from '#ports/runtime.ts';
import { retryAfterSeconds } from './failures.ts';
import { consume, type Limits } from './limits.ts';

interface Window {
  readonly name: 'minute' | 'hour';
  readonly limiter: RateLimiterMemory;
}

/** The limits, but for callers, who are counted by the tier of their account. */
export function tieredLimits(
  limits: Limits,
  deps: { readonly clock: Clock; readonly tierOf: (account: Account) => Tier },
): Limits {
  const windows = {
    standard: windowsOf('standard'),
    pro: windowsOf('pro'),
    elite: windowsOf('elite'),
  } satisfies Record<CountedTier, readonly Window[]>;
  return {
    ...limits,
    countCaller: async (res, caller, peer) => {
      const tier = deps.tierOf(caller.account);
      if (tier === 'unlimited') return limits.countCaller(res, caller, peer);
      const spent: Spent[] = [];
      for (const window of windows[tier]) {
        const one = { ...window, result: await consume(window.limiter, caller.account.id) };
        spent.push(one);
        // What the minute refused is not counted against the hour too.
        if (isOver(one)) break;
      }
      writeHeaders(res, spent, deps.clock.nowMs());
      const over = spent.find(isOver);
      if (over) throw tooMany(over);
    },
  };
}

interface Spent extends Window {
  readonly result: RateLimiterRes;
}

const windowsOf = (tier: CountedTier): readonly Window[] => [
  { name: 'minute', limiter: new RateLimiterMemory({ points: tiers[tier].perMinute, duration: 60 }) },
  { name: 'hour', limiter: new RateLimiterMemory({ points: tiers[tier].perHour, duration: 3_600 }) },
];

const isOver = ({ limiter, result }: Spent): boolean => result.consumedPoints > limiter.points;
const remaining = ({ limiter, result }: Spent): number => Math.max(0, limiter.points - result.consumedPoints);

/** `X-RateLimit-*` tell of the window that will bite first, the other two of both. */
function writeHeaders(res: Response, spent: readonly Spent[], nowMs: number): void {
  const nearest = spent.toSorted((left, right) => remaining(left) - remaining(right))[0];
  if (!nearest) return;
  res.setHeader('X-RateLimit-Limit', nearest.limiter.points);
  res.setHeader('X-RateLimit-Remaining', remaining(nearest));
  res.setHeader('X-RateLimit-Reset', Math.ceil((nowMs + nearest.result.msBeforeNext) / 1000));
  const state = ({ name, result }: Spent, left: number) =>
    `"${name}";r=${left};t=${retryAfterSeconds(result.msBeforeNext)}`;
  res.setHeader('RateLimit', spent.map((one) => state(one, remaining(one))).join(', '));
  const policy = ({ name, limiter }: Spent) => `"${name}";q=${limiter.points};w=${limiter.duration}`;
  res.setHeader('RateLimit-Policy', spent.map(policy).join(', '));
}

function tooMany({ name, limiter, result }: Spent): Refused {
  const retryAfterMs = Math.max(1000, result.msBeforeNext);
  const seconds = retryAfterSeconds(retryAfterMs);
  const used = `The ${limiter.points} requests of this ${name} are used up`;
  return refuse('rate_limited', `${used}; try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`, {
    retryAfterMs,
  });
}
