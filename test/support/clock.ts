// Fakes: a clock that stands still until a test moves it, ids counted from it, and sleeps that end when the clock
// passes them. For every test that must hold time in its hand.
import type { Log, Runtime } from '#ports/runtime.ts';

export interface FakeRuntime extends Runtime {
  /** Move time on; sleeps that end by then end now. The monotonic clock never goes back. */
  advance(ms: number): void;
  /** Step the wall clock to an instant, either way, leaving the monotonic clock as it is. */
  step(toMs: number): void;
}

export const fakeStartMs = Date.UTC(2030, 0, 15, 12, 0, 0);

export function fakeRuntime(startMs = fakeStartMs): FakeRuntime {
  let [wallMs, monotonicMs, last, drawn] = [startMs, 0, startMs * 1000, 0];
  const sleepers = new Set<{ atMs: number; wake: () => void }>();
  return {
    clock: { nowMs: () => Math.floor(wallMs), nowUs: () => Math.floor(wallMs * 1000), monotonicMs: () => monotonicMs },
    ids: {
      next: () => (last += 1),
      atLeast: (newest) => {
        last = Math.max(last, newest);
      },
      random: () => `random-${String((drawn += 1)).padStart(15, '0')}`,
    },
    timers: {
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted === true || ms <= 0) return resolve();
          const sleeper = { atMs: monotonicMs + ms, wake: () => wake() };
          const wake = () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', wake);
            resolve();
          };
          signal?.addEventListener('abort', wake, { once: true });
          sleepers.add(sleeper);
        }),
    },
    chance: () => 0.5,
    advance(ms) {
      wallMs += ms;
      monotonicMs += ms;
      for (const sleeper of [...sleepers].toSorted((one, two) => one.atMs - two.atMs)) {
        if (sleeper.atMs <= monotonicMs) sleeper.wake();
      }
    },
    step(toMs) {
      wallMs = toMs;
    },
  };
}

export interface FakeLog extends Log {
  readonly lines: { readonly level: string; readonly event: string; readonly fields: Record<string, unknown> }[];
}

/** A log that remembers what it was told. */
export function fakeLog(): FakeLog {
  const lines: FakeLog['lines'] = [];
  const at =
    (level: string) =>
    (event: string, fields: Record<string, unknown> = {}): void => {
      lines.push({ level, event, fields });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
