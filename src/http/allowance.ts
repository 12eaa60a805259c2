/**
 * How many frames one socket may send: a bucket that is only refilled, and the clock only asked, when it has run dry.
 */
export interface AllowanceTerms {
  readonly perSecond: number;
  readonly burst: number;
}

export class Allowance {
  readonly #terms: AllowanceTerms;
  readonly #nowMs: () => number;
  #left: number;
  #filledAtMs: number;

  constructor(terms: AllowanceTerms, nowMs: () => number) {
    this.#terms = terms;
    this.#nowMs = nowMs;
    this.#left = terms.burst;
    this.#filledAtMs = nowMs();
  }

  /** False: this one is too many. */
  take(): boolean {
    if (this.#left < 1) this.#fill();
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  #fill(): void {
    const nowMs = this.#nowMs();
    const earned = ((nowMs - this.#filledAtMs) / 1000) * this.#terms.perSecond;
    this.#left = Math.min(this.#left + earned, this.#terms.burst);
    this.#filledAtMs = nowMs;
  }
}
