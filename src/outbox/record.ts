/**
 * Write down what became of a run. A receipt in hand must not be lost to a full disk: a write that fails is tried again
 * until it succeeds or the process stops, and its conversation waits meanwhile.
 */
import type { Counters } from '#ports/counters.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { SettleItem, Settlement } from '#ports/store/outbound.ts';
import type { Lane } from './lanes.ts';
import type { Verdict } from './verdict.ts';

export interface Recorder {
  /**
   * Resolves once everything is on disk, or the recorder was stopped; never rejects. `late`: not with the first commit,
   * so whatever was claimed behind it came too early.
   */
  settle(lane: Lane, list: readonly Verdict[]): Promise<{ readonly late: boolean }>;
  stop(): void;
}

const retryMs = 1_000;

export function createRecorder(deps: {
  readonly store: Pick<Store, 'settle'>;
  readonly runtime: Runtime;
  readonly counters: Counters;
  readonly log: Log;
}): Recorder {
  const stopped = new AbortController();

  function count(settlement: Settlement): void {
    switch (settlement.outcome) {
      case 'accepted':
        deps.counters.sent += 1;
        return;
      case 'failed':
        deps.counters.failed += 1;
        return;
      case 'unknown':
        deps.counters.unknown += 1;
        return;
      case 'deferred':
        deps.counters.deferred += 1;
        return;
      default:
        settlement satisfies never;
    }
  }

  return {
    async settle(lane, list) {
      const items: SettleItem[] = [];
      for (const { command, settlements } of list) {
        for (const settlement of settlements) {
          items.push({
            account: lane.account,
            conversation: lane.conversation,
            command: command.id,
            fence: command.fence,
            settlement,
          });
        }
      }
      let late = false;
      while (!stopped.signal.aborted) {
        try {
          const outcomes = await deps.store.settle(items);
          outcomes.forEach((outcome, index) => {
            const item = items[index];
            if (item && outcome.outcome === 'settled') count(item.settlement);
            else deps.log.warn('outbox.stale_settle', { message: item?.command });
          });
          break;
        } catch (error) {
          late = true;
          deps.log.error('outbox.settle_failed', { error });
          await deps.runtime.timers.sleep(retryMs, stopped.signal);
        }
      }
      return { late };
    },
    stop: () => stopped.abort(),
  };
}
