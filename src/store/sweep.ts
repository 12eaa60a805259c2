/**
 * Every now and then, let the store forget what it promised to keep only for a while.
 */
import type { Clock, Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';

const everyMs = 10 * 60_000;
const rowsAtOnce = 10_000;

/** Answers the way to stop. A sweep that fails is logged and tried again at the next turn. */
export function sweepNowAndThen(store: Pick<Store, 'sweep'>, clock: Clock, log: Log): () => void {
  const timer = setInterval(() => {
    store.sweep(clock.nowMs(), rowsAtOnce).catch((error: unknown) => log.error('store.sweep_failed', { error }));
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
