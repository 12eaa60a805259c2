/**
 * The system's runtime with clocks that a test can step, for whole gateways: timers run in real time, so whoever waits
 * for an instant finds out within a second that it has come.
 */
import type { Runtime } from '#ports/runtime.ts';
import { createSystemRuntime } from '#runtime/system.ts';

export interface SteppedRuntime extends Runtime {
  /** Move the wall clock by whole milliseconds, either way. */
  step(ms: number): void;
  /** Move the steady clock on. */
  age(ms: number): void;
}

interface Held {
  /** The steady clock stands still but for `age`, so that no deadline passes by itself. */
  readonly steady?: boolean;
  /** The wall clock stands still but for `step`. */
  readonly wall?: boolean;
}

export function steppedRuntime(held: Held = {}): SteppedRuntime {
  let [wallOffsetMs, agedMs] = [0, 0];
  const [startedMs, startedSteadyMs] = [Date.now(), performance.now()];
  const runtime = createSystemRuntime({
    wallMs: () => (held.wall ? startedMs : Date.now()) + wallOffsetMs,
    steadyMs: () => (held.steady ? startedSteadyMs : performance.now()) + agedMs,
  });
  return {
    ...runtime,
    step: (ms) => {
      wallOffsetMs += ms;
    },
    age: (ms) => {
      agedMs += ms;
    },
  };
}
