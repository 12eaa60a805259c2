/**
 * Plans and their hard monthly caps (the Claw Messenger seed's table), and the UTC calendar month they count in.
 */
export const plans = {
  'self-hosted': { messageLimit: null, trialDays: 0 },
  base: { messageLimit: 250, trialDays: 7 },
  growth: { messageLimit: 2_000, trialDays: 7 },
  plus: { messageLimit: 6_000, trialDays: 7 },
  pro: { messageLimit: 15_000, trialDays: 7 },
  molt: { messageLimit: null, trialDays: 0 },
} as const satisfies Record<string, { messageLimit: number | null; trialDays: number }>;
export type Plan = keyof typeof plans;

export const isPlan = (text: string): text is Plan => Object.hasOwn(plans, text);

/** The seed's exact words when a cap is reached. */
export const capReachedMessage = 'Monthly message limit reached';

/** Milliseconds since the epoch: the first instant of the UTC month of `nowMs`, and of the next one. */
export function monthOf(nowMs: number): { startMs: number; endMs: number } {
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) };
}
