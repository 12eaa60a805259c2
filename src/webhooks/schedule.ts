/**
 * When a delivery is tried again, when an endpoint is taken to be down, and when it is given up. Pure.
 */
const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

export interface Schedule {
  /** The wait after each failed try; after the last one the delivery has failed. */
  readonly retryMs: readonly number[];
  /** So many failures in a row and the endpoint is down: then one delivery at a time probes it, after these waits. */
  readonly failuresUntilDown: number;
  readonly probeMs: readonly number[];
}

/** Eight tries over more than 27 hours. */
export const usualSchedule: Schedule = {
  retryMs: [5 * secondMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 10 * hourMs],
  failuresUntilDown: 5,
  probeMs: [10 * secondMs, 30 * secondMs, minuteMs, 2 * minuteMs, 5 * minuteMs],
};

/** An endpoint that nothing got through to for so long is disabled. */
export const patienceMs = ({ retryMs }: Schedule): number => retryMs.reduce((sum, wait) => sum + wait, 0);

/** `attempts` were made, all in vain; null when there is no other. Spread upwards alone, so that the whole never shrinks. */
export function retryWaitMs({ retryMs }: Schedule, attempts: number, chance: number): number | null {
  const wait = retryMs[attempts - 1];
  return wait === undefined ? null : spread(wait, chance);
}

/** How long to leave an endpoint alone after so many failures in a row; 0 while it is not taken to be down. */
export function probeWaitMs({ failuresUntilDown, probeMs }: Schedule, failures: number, chance: number): number {
  if (failures < failuresUntilDown) return 0;
  return spread(probeMs[Math.min(failures - failuresUntilDown, probeMs.length - 1)] ?? 0, chance);
}

const spread = (waitMs: number, chance: number): number => Math.round(waitMs * (1 + chance / 5));
