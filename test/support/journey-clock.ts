/**
 * The system's runtime with clocks that a test can step, for whole gateways: timers run in real time, so whoever waits
 * for an instant finds out within a second that it has come.
 */
import type { Runtime } from '#ports/runtime.ts';
import { createSystemRuntime } from '#runtime/system.ts';

export interface SteppedRuntime extends Runtime {
  /** Move the wall clock, either way. */
  step(ms: number): void;
  /** Move the steady clock on. */
  age(ms: number): void;
}

/** `steady` held: the steady clock stands still but for `age`, so that no deadline passes by itself. */
export function steppedRuntime({ steady }: { steady: 'running' | 'held' } = { steady: 'running' }): SteppedRuntime {
  let [wallOffsetMs, agedMs] = [0, 0];
  const startedMs = performance.now();
  const runtime = createSystemRuntime({
    wallMs: () => Date.now() + wallOffsetMs,
    steadyMs: () => (steady === 'held' ? startedMs : performance.now()) + agedMs,
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
