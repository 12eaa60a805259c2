/**
 * How many requests a visitor and a key may make: generous, because their purpose is to keep one runaway client from
 * starving the others. Failed authentications are counted apart and harder. In memory, so each node counts for itself.
 */
import type { RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { refuse, type Refused } from '#core/failure.ts';
import type { Clock } from '#ports/runtime.ts';
import { isLoopback, visitor } from './addresses.ts';
import { retryAfterSeconds } from './failures.ts';
import { peerOf, type Caller } from './visit.ts';

const windowSeconds = 60;
/** Requests a minute. A program on this machine is trusted to mean what it asks. */
const generous = {
  away: { visitor: 1_200, key: 3_000, failed: 30 },
  loopback: { visitor: 120_000, key: 120_000, failed: 3_000 },
} as const;

export interface Limits {
  /** Counts a request against its visitor; 429 past the limit. Sets the headers that say how many are left. */
  readonly perVisitor: RequestHandler;
  /** Counts a request against the key it came with. Throws `rate_limited`. */
  countCaller(res: Response, caller: Caller, peer: string): Promise<void>;
  /** Throws `rate_limited` while an address has failed to authenticate too often. */
  checkFailures(peer: string): Promise<void>;
  countFailure(peer: string): Promise<void>;
}

export function createLimits({ clock }: { readonly clock: Clock }): Limits {
  const near = limitersOf(generous.loopback);
  const far = limitersOf(generous.away);
  const at = (peer: string) => (isLoopback(peer) ? near : far);

  const count = async (limiter: RateLimiterMemory, name: string, res: Response): Promise<void> => {
    const spent = await consume(limiter, name);
    writeHeaders(res, limiter.points, spent, clock.nowMs());
    if (spent.consumedPoints > limiter.points) throw tooMany(spent);
  };
  return {
    perVisitor: async (req, res, next) => {
      const peer = peerOf(req);
      await count(at(peer).visitor, visitor(peer), res);
      next();
    },
    countCaller: (res, { principal }, peer) => count(at(peer).key, principal.key, res),
    checkFailures: async (peer) => {
      const limiter = at(peer).failed;
      const spent = await limiter.get(visitor(peer));
      if (spent !== null && spent.consumedPoints >= limiter.points) throw tooMany(spent);
    },
    countFailure: async (peer) => {
      await consume(at(peer).failed, visitor(peer));
    },
  };
}

/** For benches on loopback: nothing is counted, no header is set. */
export const noLimits: Limits = {
  perVisitor: (_req, _res, next) => next(),
  countCaller: () => Promise.resolve(),
  checkFailures: () => Promise.resolve(),
  countFailure: () => Promise.resolve(),
};

function limitersOf(points: { readonly visitor: number; readonly key: number; readonly failed: number }) {
  const limiter = (perWindow: number) => new RateLimiterMemory({ points: perWindow, duration: windowSeconds });
  return { visitor: limiter(points.visitor), key: limiter(points.key), failed: limiter(points.failed) };
}

/** The library rejects with the very value it resolves with when there are points. */
export async function consume(limiter: RateLimiterMemory, name: string): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(name);
  } catch (spent) {
    if (spent instanceof RateLimiterRes) return spent;
    throw spent;
  }
}

/** Two limits apply to most requests; the headers tell of the one that will bite first. */
function writeHeaders(res: Response, limit: number, spent: RateLimiterRes, nowMs: number): void {
  const remaining = Math.max(0, limit - spent.consumedPoints);
  const told = res.getHeader('X-RateLimit-Remaining');
  if (typeof told === 'number' && told < remaining) return;
  const seconds = retryAfterSeconds(spent.msBeforeNext);
  res.setHeader('X-RateLimit-Limit', limit);
  res.setHeader('X-RateLimit-Remaining', remaining);
  res.setHeader('X-RateLimit-Reset', Math.ceil((nowMs + spent.msBeforeNext) / 1000));
  res.setHeader('RateLimit', `"default";r=${remaining};t=${seconds}`);
  res.setHeader('RateLimit-Policy', `"default";q=${limit};w=${windowSeconds}`);
}

function tooMany(spent: RateLimiterRes): Refused {
  const retryAfterMs = Math.max(1000, spent.msBeforeNext);
  const seconds = retryAfterSeconds(retryAfterMs);
  return refuse('rate_limited', `Too many requests; try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`, {
    retryAfterMs,
  });
}
