/**
 * Every few seconds, end the queued commands whose time is over.
 */
import type { Clock, Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';

const everyMs = 5_000;
const atOnce = 500;

/** Answers the way to stop. */
export function expireNowAndThen(store: Pick<Store, 'expire'>, clock: Clock, log: Log): () => void {
  let stopped = false;
  async function expire(): Promise<void> {
    try {
      while (!stopped && (await store.expire(clock.nowMs(), atOnce)) === atOnce);
    } catch (error) {
      log.error('outbox.expire_failed', { error });
    }
  }
  const timer = setInterval(() => void expire(), everyMs);
  timer.unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
