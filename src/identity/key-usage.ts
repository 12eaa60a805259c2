/**
 * When keys were last used, written in batches and at most once a minute for each key, so that a busy key costs the
 * store nothing. What was not written yet goes with `stop`.
 */
import type { KeyId } from '#core/ids.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';

export interface KeyUsage {
  used(key: KeyId): void;
  /** Writes what is waiting. Callable twice. */
  stop(): Promise<void>;
}

const everyMs = 60_000;
const gatherMs = 250;
const maxRemembered = 20_000;

export function createKeyUsage(deps: {
  readonly store: Pick<Store, 'touchKeys'>;
  readonly runtime: Pick<Runtime, 'clock' | 'timers'>;
  readonly log: Log;
}): KeyUsage {
  const { clock, timers } = deps.runtime;
  /** When each key was last put to be written, on the monotonic clock. */
  const noted = new Map<KeyId, number>();
  const waiting = new Map<KeyId, number>();
  const stopping = new AbortController();
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    await timers.sleep(gatherMs, stopping.signal);
    const batch = [...waiting].map(([key, atMs]) => ({ key, atMs }));
    waiting.clear();
    writing = undefined;
    if (batch.length === 0) return;
    try {
      await deps.store.touchKeys(batch);
    } catch (error) {
      deps.log.warn('key.usage_not_written', { keys: batch.length, error });
    }
  }

  return {
    used(key) {
      const nowMs = clock.monotonicMs();
      const last = noted.get(key);
      if (last !== undefined && nowMs - last < everyMs) return;
      if (noted.size >= maxRemembered) noted.clear();
      noted.set(key, nowMs);
      waiting.set(key, clock.nowMs());
      writing ??= write();
    },
    async stop() {
      stopping.abort();
      await (writing ?? write());
    },
  };
}
