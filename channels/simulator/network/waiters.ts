/**
 * Who waits for what: promises that resolve when a name is woken, when their time is up or when their signal aborts.
 * A wake that nobody waits for is lost, so callers look first and wait after.
 */
import type { Timers } from '#ports/runtime.ts';

/** A reason of our own: without one every wake would make an error with a stack. */
const woken = 'woken';

export class Waiters<Name> {
  readonly #waiting = new Map<Name, Set<() => void>>();

  any(): boolean {
    return this.#waiting.size > 0;
  }

  wake(name: Name): void {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting.get(name);
    if (!waiting) return;
    this.#waiting.delete(name);
    for (const resume of waiting) resume();
  }

  async wait(name: Name, timers: Timers, waitMs: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const resume = () => over.abort(woken);
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting.add(resume));
    await timers.sleep(waitMs, either);
    waiting.delete(resume);
    if (waiting.size === 0 && this.#waiting.get(name) === waiting) this.#waiting.delete(name);
  }
}
