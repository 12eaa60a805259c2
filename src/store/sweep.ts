/**
 * Every now and then, let the store and the attachments forget what they promised to keep only for a while.
 */
import type { Clock, Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';

const everyMs = 10 * 60_000;
const rowsAtOnce = 10_000;
const dayMs = 24 * 60 * 60_000;
const deliveriesKeptMs = 30 * dayMs;
/** Of each webhook; what failed stays its thirty days. */
const deliveriesKept = 10_000;

export interface SweepDependencies {
  readonly store: Pick<Store, 'sweep' | 'sweepRetention' | 'sweepDeliveries' | 'accounts'>;
  readonly media: { forgetBefore(beforeMs: number): Promise<number> };
  readonly clock: Clock;
  readonly log: Log;
  /** How long messages are kept for accounts that do not say; null: for ever. */
  readonly keepDays: number | null;
}

/** Answers the way to stop. A sweep that fails is logged and tried again at the next turn. */
export function sweepNowAndThen(deps: SweepDependencies): () => void {
  const state = { isUnderWay: false, isStopped: false };
  let mediaAtMs = 0;
  const turn = async () => {
    const nowMs = deps.clock.nowMs();
    await sweepOnce(deps, nowMs, () => state.isStopped);
    if (nowMs - mediaAtMs < dayMs || state.isStopped) return;
    mediaAtMs = nowMs;
    await sweepMedia(deps, nowMs);
  };
  const timer = setInterval(() => {
    if (state.isUnderWay) return;
    state.isUnderWay = true;
    turn()
      .catch((error: unknown) => {
        if (!state.isStopped) deps.log.error('store.sweep_failed', { error });
      })
      .finally(() => (state.isUnderWay = false));
  }, everyMs);
  timer.unref();
  return () => {
    state.isStopped = true;
    clearInterval(timer);
  };
}

async function sweepOnce({ store, keepDays }: SweepDependencies, nowMs: number, isStopped: () => boolean) {
  await store.sweep(nowMs, rowsAtOnce);
  while (!isStopped() && (await store.sweepRetention(nowMs, rowsAtOnce, keepDays)) === rowsAtOnce);
  const bounds = { olderThanMs: nowMs - deliveriesKeptMs, keep: deliveriesKept };
  while (!isStopped() && (await store.sweepDeliveries(bounds, rowsAtOnce)) === rowsAtOnce);
}

/** An attachment goes a day after the last message that can have shown it: where one account keeps for ever, it stays. */
async function sweepMedia({ store, media, keepDays }: SweepDependencies, nowMs: number): Promise<void> {
  let longest = keepDays ?? 0;
  for (const { retentionDays } of await store.accounts()) {
    const days = retentionDays ?? keepDays;
    if (days === null) return;
    longest = Math.max(longest, days);
  }
  if (longest > 0) await media.forgetBefore(nowMs - (longest + 1) * dayMs);
}
