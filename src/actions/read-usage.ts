/**
 * How much of its plan an account has used in the present UTC month.
 */
import type { Account, Principal } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import { monthOf, plans, type Plan } from '#core/plan.ts';
import type { Clock } from '#ports/runtime.ts';
import type { AccountStore } from '#ports/store/accounts.ts';

export interface ReadUsageDependencies {
  readonly store: Pick<AccountStore, 'account' | 'usage'>;
  readonly clock: Clock;
}

export interface Usage {
  readonly plan: Plan;
  readonly status: Account['state'] | 'trialing';
  readonly messageCount: number;
  /** null: no limit. */
  readonly messageLimit: number | null;
  readonly periodStartMs: number;
  readonly periodEndMs: number;
  readonly trialEndsAtMs: number | null;
}

export async function readUsage({ store, clock }: ReadUsageDependencies, principal: Principal): Promise<Usage> {
  const account = await store.account(principal.account);
  if (!account) throw refuse('unauthenticated', 'This account no longer exists');
  const nowMs = clock.nowMs();
  const month = monthOf(nowMs);
  const inTrial = account.trialEndsAtMs !== null && nowMs < account.trialEndsAtMs;
  return {
    plan: account.plan,
    status: account.state === 'active' && inTrial ? 'trialing' : account.state,
    messageCount: await store.usage(account.id, month.startMs),
    messageLimit: plans[account.plan].messageLimit,
    periodStartMs: month.startMs,
    periodEndMs: month.endMs,
    trialEndsAtMs: account.trialEndsAtMs,
  };
}
