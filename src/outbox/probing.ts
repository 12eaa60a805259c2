/**
 * Whether a connection still is what it last said: a driver that has not shown for a while that it is connected is asked,
 * when somebody wants to know and by itself now and then. One that does not answer, or throws, is down and says why.
 */
import type { Driver, Health } from '#ports/driver.ts';
import type { Runtime } from '#ports/runtime.ts';
import { tooLate, within } from './patience.ts';

/** What is asked: the supervisor's own entry. */
export interface Asked {
  readonly driver: Driver | undefined;
  readonly health: Health;
  readonly lastOutboundAtMs: number | null;
  /** When it last said or was asked how it is, on the monotonic clock. */
  heardAtMs: number;
  asking: Promise<void> | undefined;
}

export interface Probing<Entry extends Asked> {
  /** Ask this one now, unless it is being asked. */
  ask(entry: Entry): Promise<void>;
  /** Resolves when every entry that claims to be connected has shown it within the last seconds, or was found out. */
  refresh(entries: Iterable<Entry>): Promise<void>;
  /** Look after these by itself until it is stopped. */
  watch(entries: readonly Entry[]): () => void;
}

/** For so long a connection is taken at its word. */
const freshMs = 3_000;
/** One that is down is not asked more often, and nobody waits for its answer: what it says of itself is already bad. */
const downFreshMs = 1_000;
const answerWithinMs = 2_000;
const watchEveryMs = 5_000;
const watchedFreshMs = 30_000;

export function createProbing<Entry extends Asked>(
  { clock, timers }: Pick<Runtime, 'clock' | 'timers'>,
  changed: (entry: Entry, health: Health) => void,
): Probing<Entry> {
  const isStale = (entry: Entry, limitMs: number): boolean => clock.monotonicMs() - entry.heardAtMs >= limitMs;
  /** A message the provider accepted a moment ago says more than any probe. */
  const provenAgoMs = (entry: Entry): number => {
    const agoMs = clock.nowMs() - (entry.lastOutboundAtMs ?? Number.NEGATIVE_INFINITY);
    return agoMs >= 0 ? agoMs : Number.POSITIVE_INFINITY;
  };
  const ask = (entry: Entry): Promise<void> =>
    (entry.asking ??= question(entry).finally(() => (entry.asking = undefined)));

  async function question(entry: Entry): Promise<void> {
    const { driver, health: before } = entry;
    if (!driver) return;
    const answer = await probe(driver);
    // Restarted meanwhile, or it has spoken itself: that is newer than what it was asked.
    if (entry.driver !== driver || entry.health !== before) return;
    entry.heardAtMs = clock.monotonicMs();
    if (answer === tooLate && before.state === 'connected' && provenAgoMs(entry) <= answerWithinMs) return;
    const health = answer === tooLate ? silent : answer;
    if (!isSame(before, health)) changed(entry, health);
  }

  async function probe(driver: Driver): Promise<Health | typeof tooLate> {
    try {
      return (await within(timers, answerWithinMs, (signal) => driver.probe(signal))) ?? silent;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { state: 'down', error: `its driver failed when it was asked: ${reason}`, mend: silent.mend };
    }
  }

  return {
    ask,
    async refresh(entries) {
      const waiting: Promise<void>[] = [];
      for (const entry of entries) {
        if (!entry.driver) continue;
        const { state } = entry.health;
        if (state === 'connected' && isStale(entry, freshMs) && provenAgoMs(entry) > freshMs) waiting.push(ask(entry));
        else if (state === 'down' && isStale(entry, downFreshMs)) void ask(entry);
      }
      await Promise.all(waiting);
    },
    watch(entries) {
      const timer = setInterval(() => {
        for (const entry of entries) {
          const { state } = entry.health;
          const limitMs = state === 'down' ? downFreshMs : state === 'connected' ? watchedFreshMs : undefined;
          if (limitMs !== undefined && isStale(entry, limitMs)) void ask(entry);
        }
      }, watchEveryMs);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

const silent = {
  state: 'down',
  error: `its driver gave no answer within ${answerWithinMs / 1_000} s when it was asked`,
  mend: 'It is asked again by itself; POST /api/channels/:channel/restart starts it anew',
} as const satisfies Health;

function isSame(one: Health, other: Health): boolean {
  if ('error' in one && 'error' in other) return one.state === other.state && one.error === other.error;
  return one.state === other.state;
}
