/**
 * One sleeper that others can wake, and a bounded number of seats that many share in turn.
 */
import type { Timers } from '#ports/runtime.ts';

/** A ring while nobody sleeps is kept for the next who wants to. */
export class Wakeup {
  readonly #timers: Timers;
  #rung = false;
  #sleeping: AbortController | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  ring(): void {
    this.#rung = true;
    this.#sleeping?.abort();
  }

  /** Resolves when it rings, or after `ms` at the latest. */
  async sleep(ms: number): Promise<void> {
    if (!this.#rung && ms > 0) {
      this.#sleeping = new AbortController();
      await this.#timers.sleep(ms, this.#sleeping.signal);
      this.#sleeping = undefined;
    }
    this.#rung = false;
  }
}

export interface Seats {
  /** Waits for a seat, first come first served; answers the way to leave it. */
  take(): Promise<() => void>;
}

export function createSeats(count: number): Seats {
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
      return leave;
    },
  };
}
