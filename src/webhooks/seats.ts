/**
 * How much is delivered at once, and how fast: a bounded number of seats, and on a process that is busy with other things
 * no more than what they leave over. What has to wait is in the log; a delivery never slows the gateway.
 */
import type { Runtime } from '#ports/runtime.ts';

export interface Seats {
  /** Waits for a seat, first come first served; answers the way to leave it. */
  take(): Promise<() => void>;
}

export interface SeatDependencies {
  readonly count: number;
  /** The share of the time since it was asked last in which the process had work to do, from 0 to 1. */
  readonly load: () => number;
  readonly runtime: Pick<Runtime, 'clock' | 'timers'>;
}

export function createSeats({ count, load, runtime }: SeatDependencies): Seats {
  const pace = createPace(load, runtime);
  let free = count;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      const waitMs = pace();
      if (waitMs > 0) await runtime.timers.sleep(waitMs);
      return leave;
    },
  };
}

const sampleMs = 200;
/** A process with less idle time than this leaves is busy, whoever makes it so. */
const busyShare = 0.8;
/** So many a second are no pace at all; and so many may always, so that nobody starves. */
const mostPerSecond = 10_000;
const leastPerSecond = 100;
/** What a quiet moment leaves may be made up for. */
const burstMs = 20;

/** Answers how long the next delivery waits for its turn: the pace halves while the process is busy, and grows while not. */
function createPace(load: () => number, { clock }: SeatDependencies['runtime']): () => number {
  let [sampledAtMs, taken] = [clock.monotonicMs(), 0];
  let [perSecond, nextAtMs] = [mostPerSecond, 0];
  const sample = (nowMs: number): void => {
    const passedMs = nowMs - sampledAtMs;
    if (passedMs < sampleMs) return;
    const isBusy = load() > busyShare;
    const taking = Math.min(perSecond, (taken * 1_000) / passedMs);
    perSecond = isBusy
      ? Math.max(leastPerSecond, taking / 2)
      : Math.min(mostPerSecond, perSecond * 1.3 + leastPerSecond);
    [sampledAtMs, taken] = [nowMs, 0];
  };
  return () => {
    const nowMs = clock.monotonicMs();
    sample(nowMs);
    taken += 1;
    if (perSecond === mostPerSecond) return 0;
    nextAtMs = Math.max(nextAtMs, nowMs - burstMs) + 1_000 / perSecond;
    return nextAtMs - nowMs < 1 ? 0 : nextAtMs - nowMs;
  };
}
