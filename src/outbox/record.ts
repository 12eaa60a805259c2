/**
 * Write down what became of a run. A receipt in hand must not be lost to a full disk: a write that fails is tried again
 * until it succeeds or the process stops, and its conversation waits meanwhile.
 */
import type { Counters } from '#ports/counters.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { SettleItem, Settlement } from '#ports/store/outbound.ts';
import type { Endings } from './endings.ts';
import type { Lane } from './lanes.ts';
import type { Verdict } from './verdict.ts';

export interface Recorder {
  /**
   * `done` is called once everything is on disk, or the recorder was stopped. `late`: not with the first commit, so
   * whatever was claimed behind it came too early. What comes in one wave of work goes to the store in one call.
   */
  settle(lane: Lane, list: readonly Verdict[], done: (late: boolean) => void): void;
  stop(): void;
}

const retryMs = 1_000;

export function createRecorder(deps: {
  readonly store: Pick<Store, 'settle'>;
  readonly runtime: Runtime;
  readonly counters: Counters;
  readonly log: Log;
  readonly endings: Endings;
}): Recorder {
  const stopped = new AbortController();

  let items: SettleItem[] = [];
  let dones: ((late: boolean) => void)[] = [];

  function flush(): void {
    void write(items, dones);
    items = [];
    dones = [];
  }

  async function write(wave: readonly SettleItem[], waiting: readonly ((late: boolean) => void)[]): Promise<void> {
    let late = false;
    while (!stopped.signal.aborted) {
      try {
        const outcomes = await deps.store.settle(wave);
        outcomes.forEach((outcome, index) => {
          const item = wave[index];
          if (item && outcome.outcome === 'settled') {
            count(deps.counters, item.settlement);
            deps.endings.tell(item);
          } else deps.log.warn('outbox.stale_settle', { message: item?.command });
        });
        break;
      } catch (error) {
        late = true;
        deps.log.error('outbox.settle_failed', { error });
        await deps.runtime.timers.sleep(retryMs, stopped.signal);
      }
    }
    for (const done of waiting) done(late);
  }

  return {
    settle({ account, conversation }, list, done) {
      if (dones.length === 0) queueMicrotask(flush);
      dones.push(done);
      for (const { command, settlements } of list) {
        for (const settlement of settlements) {
          items.push({ account, conversation, command: command.id, fence: command.fence, settlement });
        }
      }
    },
    stop: () => stopped.abort(),
  };
}

function count(counters: Counters, settlement: Settlement): void {
  switch (settlement.outcome) {
    case 'accepted':
      counters.sent += 1;
      return;
    case 'failed':
      counters.failed += 1;
      return;
    case 'unknown':
      counters.unknown += 1;
      return;
    case 'deferred':
      counters.deferred += 1;
      return;
    default:
      settlement satisfies never;
  }
}
