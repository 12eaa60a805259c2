/**
 * A fake clock that only moves when a test moves it, with the timers that sleep by it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Timers } from '#ports/runtime.ts';

export interface HeldClock extends Clock {
  readonly timers: Timers;
  /** Wake whoever sleeps until then, in order, a second at a time, as a real clock would. */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

export function holdClock(startMs = Date.UTC(2026, 3, 10, 14, 30)): HeldClock {
  let elapsedMs = 0;
  const sleepers = new Set<Sleeper>();

  async function step(ms: number): Promise<void> {
    elapsedMs += ms;
    for (const sleeper of sleepers) if (sleeper.untilMs <= elapsedMs) sleeper.wake();
    await nextTurn();
  }

  return {
    nowMs: () => startMs + elapsedMs,
    nowUs: () => (startMs + elapsedMs) * 1000,
    monotonicMs: () => elapsedMs,
    timers: {
      sleep(ms, signal) {
        if (signal?.aborted) return Promise.resolve();
        return new Promise((resolve) => {
          const wake = () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', wake);
            resolve();
          };
          const sleeper: Sleeper = { untilMs: elapsedMs + ms, wake };
          sleepers.add(sleeper);
          signal?.addEventListener('abort', wake, { once: true });
        });
      },
    },
    async advance(ms) {
      for (let left = ms; left > 0; left -= 1_000) await step(Math.min(left, 1_000));
    },
  };
}
