/**
 * How often one visitor may do something that costs more than a request does. This machine may as often as it likes.
 * In memory, so each node counts for itself.
 */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { refuse } from '#core/failure.ts';
import { visitor } from './addresses.ts';
import { consume } from './limits.ts';
import type { Visit } from './visit.ts';

/** Counts one. Throws `rate_limited` past the limit. */
export type VisitorLimit = (visit: Visit) => Promise<void>;

export function limitVisitors(times: number, windowSeconds: number, what: string): VisitorLimit {
  const limiter = new RateLimiterMemory({ points: times, duration: windowSeconds });
  return async ({ peer, fromLoopback }) => {
    if (fromLoopback) return;
    const spent = await consume(limiter, visitor(peer));
    if (spent.consumedPoints <= times) return;
    const minutes = Math.max(1, Math.ceil(spent.msBeforeNext / 60_000));
    throw refuse('rate_limited', `Too many ${what} from this address; try again in ${minutes} min`, {
      retryAfterMs: Math.max(1_000, spent.msBeforeNext),
    });
  };
}
