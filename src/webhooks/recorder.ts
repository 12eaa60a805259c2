/**
 * Writes down what came of deliveries, those of all endpoints together and a few times a second at most: a delivery that
 * got through is then one row of a shared commit. Until it is written it may be sent again, under the same name.
 */
import type { Log, Timers } from '#ports/runtime.ts';
import type { WebhookDelivery, WebhookProgress, WebhookStore } from '#ports/store/webhooks.ts';
import { Wakeup } from './wakeup.ts';

export interface Outcomes {
  readonly deliveries: readonly WebhookDelivery[];
  readonly progress: WebhookProgress;
}

/** Somebody with something to write. */
export interface Source {
  /** Hands over what is not written yet, and how far that brings its endpoint. */
  take(): Outcomes;
  /** It could not be written: take it back, because it will be asked for again. */
  putBack(outcomes: Outcomes): void;
}

export interface Recorder {
  /** There is something of this source to write, soon. */
  mark(source: Source): void;
  /** Resolves when everything marked before is written, or was tried and is marked again. */
  flush(): Promise<void>;
  /** Writes what is left; afterwards nothing is written. */
  close(): Promise<void>;
}

const everyMs = 100;
const afterFailureMs = 1_000;

interface RecorderDependencies {
  readonly store: Pick<WebhookStore, 'recordDeliveries'>;
  readonly timers: Timers;
  readonly log: Log;
}

export function createRecorder(deps: RecorderDependencies): Recorder {
  const dirty = new Set<Source>();
  const bell = new Wakeup(deps.timers);
  let writing: Promise<void> | undefined;
  let pausing: Promise<void> | undefined;
  let isClosed = false;

  const flush = async (): Promise<void> => {
    // One at a time, so that what is written later is newer.
    while (writing) await writing;
    writing = write(deps, dirty).then((isWritten) => {
      writing = undefined;
      if (!isWritten) later(afterFailureMs);
    });
    await writing;
  };
  const later = (ms: number): void => {
    if (isClosed) return;
    pausing ??= bell.sleep(ms).then(() => {
      pausing = undefined;
      return isClosed ? undefined : flush();
    });
  };
  return {
    mark(source) {
      dirty.add(source);
      later(everyMs);
    },
    flush,
    async close() {
      isClosed = true;
      bell.ring();
      await flush();
    },
  };
}

/** False when it could not be written, and everything is as it was. Never throws. */
async function write({ store, log }: RecorderDependencies, dirty: Set<Source>): Promise<boolean> {
  const taken = [...dirty].map((source) => ({ source, outcomes: source.take() }));
  dirty.clear();
  if (taken.length === 0) return true;
  const deliveries = taken.flatMap(({ outcomes }) => outcomes.deliveries);
  const progress = taken.map(({ outcomes }) => outcomes.progress);
  try {
    await store.recordDeliveries(deliveries, progress);
    return true;
  } catch (error) {
    log.error('webhook.record_failed', { error });
    for (const { source, outcomes } of taken) {
      source.putBack(outcomes);
      dirty.add(source);
    }
    return false;
  }
}
