/**
 * The real clock, ids, timers and chance of this process: what `ports/runtime` promises, kept by the operating system.
 */
import { randomFillSync } from 'node:crypto';
import type { Clock, Ids, Runtime, Timers } from '#ports/runtime.ts';

/** What the clock is made of; tests hold these two. */
export interface TimeSources {
  /** Wall time in whole milliseconds. */
  readonly wallMs: () => number;
  /** Milliseconds with fractions that never step back. */
  readonly steadyMs: () => number;
}

const system: TimeSources = { wallMs: () => Date.now(), steadyMs: () => performance.now() };

export function createSystemRuntime(sources: TimeSources = system): Runtime {
  const clock = createClock(sources);
  return { clock, ids: createIds(clock), timers, chance: Math.random };
}

/**
 * Microseconds are the wall clock's millisecond, refined by the steady clock within it: they never leave the wall's
 * millisecond, so they follow every step of the wall clock at once.
 */
function createClock({ wallMs, steadyMs }: TimeSources): Clock {
  let anchorUs = wallMs() * 1000;
  let anchorSteadyMs = steadyMs();
  return {
    nowMs: wallMs,
    monotonicMs: steadyMs,
    nowUs() {
      const [floorUs, steady] = [wallMs() * 1000, steadyMs()];
      const refinedUs = anchorUs + Math.floor((steady - anchorSteadyMs) * 1000);
      if (refinedUs >= floorUs && refinedUs < floorUs + 1000) return refinedUs;
      // A little ahead is rounding; anything else is drift or a step, and the wall is right.
      if (refinedUs >= floorUs + 1000 && refinedUs < floorUs + 2000) return floorUs + 999;
      anchorUs = floorUs;
      anchorSteadyMs = steady;
      return floorUs;
    },
  };
}

function createIds(clock: Clock): Ids {
  let last = 0;
  return {
    next() {
      last = Math.max(last + 1, clock.nowUs());
      return last;
    },
    atLeast(newest) {
      last = Math.max(last, newest);
    },
    random: randomText,
  };
}

/** Chance is drawn for many texts at a time: every request takes one for its id, and each draw is a call to the system. */
const pool = Buffer.allocUnsafe(4_096);
const randomBytesEach = 16;
let drawnTo = pool.length;

function randomText(): string {
  if (drawnTo === pool.length) {
    randomFillSync(pool);
    drawnTo = 0;
  }
  drawnTo += randomBytesEach;
  return pool.toString('base64url', drawnTo - randomBytesEach, drawnTo);
}

const timers: Timers = {
  sleep(ms, signal) {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    });
  },
};
