/**
 * A time limit for calls to providers that costs next to nothing per call: one sweep a second over the calls under way,
 * oldest first. A call is told (its signal aborts) at the limit, and given up on a little later if it ignores that.
 */
import type { Clock } from '#ports/runtime.ts';

const sweepMs = 1_000;
const graceMs = 2_000;

export interface Deadlines {
  /** The call's answer, or `late()` when it gives none in time. A late answer is dropped. */
  run<Answer>(call: (signal: AbortSignal) => Promise<Answer>, late: () => Answer): Promise<Answer>;
  stop(): void;
}

interface Call {
  readonly startedMs: number;
  readonly slice: AbortController;
  giveUp(): void;
}

export function createDeadlines(clock: Clock, limitMs: number): Deadlines {
  const calls = new Set<Call>();
  let slice = new AbortController();
  let sliceStartedMs = Number.NEGATIVE_INFINITY;
  const timer = setInterval(sweep, sweepMs);
  timer.unref();

  /** Calls that start within one sweep share a signal. */
  function currentSlice(nowMs: number): AbortController {
    if (nowMs - sliceStartedMs >= sweepMs) [slice, sliceStartedMs] = [new AbortController(), nowMs];
    return slice;
  }

  function sweep(): void {
    const nowMs = clock.monotonicMs();
    for (const call of calls) {
      const ageMs = nowMs - call.startedMs;
      if (ageMs < limitMs) return;
      call.slice.abort(new Error('the provider did not answer in time'));
      if (ageMs >= limitMs + graceMs) call.giveUp();
    }
  }

  return {
    run(call, late) {
      const startedMs = clock.monotonicMs();
      const own = currentSlice(startedMs);
      return new Promise((resolve, reject) => {
        const entry: Call = { startedMs, slice: own, giveUp: () => resolve(late()) };
        calls.add(entry);
        call(own.signal).then(
          (answer) => {
            calls.delete(entry);
            resolve(answer);
          },
          (error: unknown) => {
            calls.delete(entry);
            reject(error as Error);
          },
        );
      });
    },
    stop() {
      clearInterval(timer);
      for (const call of calls) call.giveUp();
    },
  };
}
