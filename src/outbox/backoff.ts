/**
 * How long to wait before the next try: doubling from half a second to five minutes, spread by up to half either way so
 * that what failed together does not come back together. A provider's own wish is a floor. Pure.
 */
const firstMs = 500;
const longestMs = 5 * 60_000;

/** `attempt` is the try that just failed, from 1; `chance` a number in [0, 1). Milliseconds. */
export function backoffMs(attempt: number, chance: number, retryAfterMs = 0): number {
  const plain = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 20));
  return Math.max(Math.round(plain * (0.5 + chance)), retryAfterMs);
}
