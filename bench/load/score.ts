/**
 * What a load process counts: what was answered and how long that took, between the first and the second mark.
 */
import type { Counters, Finish } from './orders.ts';

/** Latencies kept of one window; past it every further one is dropped, and no window is that busy. */
const keptLatencies = 2_000_000;

export interface Score {
  asked(): void;
  /** `refusal` is what was answered where that was no success. */
  answered(askedAtMs: number, refusal: string | null): void;
  readonly underWay: number;
  mark(): Counters;
  finish(): Finish;
}

const latenciesMs = new Float64Array(keptLatencies);

export function newScore(): Score {
  let [marks, acked, refused, underWay, latencies] = [0, 0, 0, 0, 0];
  let firstRefusal: string | null = null;
  return {
    asked: () => void (underWay += 1),
    answered(askedAtMs, refusal) {
      underWay -= 1;
      if (refusal === null) acked += 1;
      else {
        refused += 1;
        firstRefusal ??= refusal.slice(0, 300);
      }
      if (marks === 1 && latencies < keptLatencies) latenciesMs[latencies++] = performance.now() - askedAtMs;
    },
    get underWay() {
      return underWay;
    },
    mark() {
      marks += 1;
      const { user, system } = process.cpuUsage();
      return { atMs: performance.now(), acked, refused, pushed: 0, cpuUs: user + system };
    },
    finish() {
      const sorted = latenciesMs.subarray(0, latencies).sort();
      const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
      return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), unanswered: underWay, firstRefusal };
    },
  };
}
