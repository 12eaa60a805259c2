/**
 * Who is typing to which handset now. It is remembered for a minute at most, as phones do, and never stored.
 */
import type { Clock } from '#ports/runtime.ts';
import type { Handset } from './directory.ts';

const shownMs = 60_000;
/** Past this many handsets, what is over is looked for and forgotten. */
const crowded = 10_000;

export class TypingBoard {
  readonly #clock: Clock;
  readonly #until = new Map<number, Map<string, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  any(): boolean {
    return this.#until.size > 0;
  }

  set(handset: Handset, from: string, started: boolean): void {
    const known = this.#until.get(handset.id);
    if (!known && !started) return;
    if (!known && this.#until.size >= crowded) this.#forgetOver();
    const typists = known ?? new Map<string, number>();
    if (started) typists.set(from, this.#clock.monotonicMs() + shownMs);
    else typists.delete(from);
    if (typists.size > 0) this.#until.set(handset.id, typists);
    else this.#until.delete(handset.id);
  }

  typists(handset: Handset): readonly string[] {
    const now = this.#clock.monotonicMs();
    return [...(this.#until.get(handset.id) ?? [])].filter(([, untilMs]) => untilMs > now).map(([from]) => from);
  }

  #forgetOver(): void {
    const now = this.#clock.monotonicMs();
    for (const [handset, typists] of this.#until) {
      if ([...typists.values()].every((untilMs) => untilMs <= now)) this.#until.delete(handset);
    }
    if (this.#until.size >= crowded) this.#until.clear();
  }
}
