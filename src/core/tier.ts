/**
 * Rate tiers of /api/v1 and who has which: the ClawBook seed's table. Pure; counting is the http room's.
 */
import type { Account } from './account.ts';
import type { Plan } from './plan.ts';

export const tiers = {
  standard: { perMinute: 60, perHour: 1_000 },
  pro: { perMinute: 120, perHour: 3_000 },
  elite: { perMinute: 300, perHour: 10_000 },
} as const;
export type CountedTier = keyof typeof tiers;
/** `unlimited` is the owner's alone, where the configuration says so. */
export type Tier = CountedTier | 'unlimited';

const tierOfPlan = {
  'self-hosted': 'elite',
  base: 'standard',
  growth: 'pro',
  plus: 'elite',
  pro: 'elite',
  molt: 'standard',
} as const satisfies Record<Plan, CountedTier>;

export function tierOf({ kind, plan }: Pick<Account, 'kind' | 'plan'>, ownerTier: Tier): Tier {
  switch (kind) {
    case 'owner':
      return ownerTier;
    case 'subaccount':
    case 'molt':
      return 'standard';
    case 'personal':
    case 'agency':
      return tierOfPlan[plan];
    default:
      return kind satisfies never;
  }
}
