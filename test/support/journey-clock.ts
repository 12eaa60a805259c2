/**
 * The system's runtime with a wall clock that a test can step, for whole gateways: timers run in real time, so whoever
 * waits for an instant finds out within a second that it has come.
 */
import type { Runtime } from '#ports/runtime.ts';
import { createSystemRuntime } from '#runtime/system.ts';

export interface SteppedRuntime extends Runtime {
  /** Move the wall clock, either way. */
  step(ms: number): void;
}

export function steppedRuntime(): SteppedRuntime {
  let offsetMs = 0;
  const runtime = createSystemRuntime({
    wallMs: () => Date.now() + offsetMs,
    steadyMs: () => performance.now(),
  });
  return {
    ...runtime,
    step: (ms) => {
      offsetMs += ms;
    },
  };
}
