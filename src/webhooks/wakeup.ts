/**
 * One sleeper that others can wake.
 */
import type { Timers } from '#ports/runtime.ts';

/** Without a reason of ours each abort would make an error with a stack, thousands of times a second. */
const rung = 'rung';

/** A ring while nobody sleeps is kept for the next who wants to. */
export class Wakeup {
  readonly #timers: Timers;
  #isRung = false;
  #sleeping: AbortController | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  ring(): void {
    this.#isRung = true;
    this.#sleeping?.abort(rung);
  }

  /** Resolves when it rings, or after `ms` at the latest. */
  async sleep(ms: number): Promise<void> {
    if (!this.#isRung && ms > 0) {
      this.#sleeping = new AbortController();
      await this.#timers.sleep(ms, this.#sleeping.signal);
      this.#sleeping = undefined;
    }
    this.#isRung = false;
  }
}
