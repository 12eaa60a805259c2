/**
 * Patience with a driver outside of sending: a call is told at the limit (its signal aborts) and not waited for any
 * longer, whether it listens or not.
 */
import type { Timers } from '#ports/runtime.ts';

export const tooLate = Symbol('too late');

/** The call's answer or its error, or `tooLate`; what it answers after that is dropped. */
export async function within<Answer>(
  timers: Timers,
  limitMs: number,
  call: (signal: AbortSignal) => Promise<Answer> | undefined,
): Promise<Answer | typeof tooLate | undefined> {
  const [answered, late] = [new AbortController(), new AbortController()];
  const bell = timers.sleep(limitMs, answered.signal).then((): typeof tooLate => {
    if (!answered.signal.aborted) late.abort(new Error(`no answer within ${limitMs} ms`));
    return tooLate;
  });
  // In a function of its own, so that a call that throws at once is an error like any other.
  const answer = (async () => call(late.signal))();
  try {
    return await Promise.race([answer, bell]);
  } finally {
    answered.abort();
  }
}
