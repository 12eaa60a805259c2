/**
 * A new account together with its first key, as a person at the command line makes one.
 */
import { settingsAtFirst, type Account } from '#core/account.ts';
import { idText } from '#core/ids.ts';
import { plans, type Plan } from '#core/plan.ts';
import type { KeyMint } from '#ports/identity.ts';
import type { Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';

export interface AccountDependencies {
  readonly store: Pick<Store, 'createAccount' | 'insertKey'>;
  readonly mint: KeyMint;
  readonly runtime: Pick<Runtime, 'clock' | 'ids'>;
}

export interface NewAccount {
  readonly account: Account;
  /** The whole key: shown once. */
  readonly key: string;
}

const dayMs = 24 * 60 * 60 * 1000;

/** The key may do all that the account may. */
export async function createAccount(
  { store, mint, runtime }: AccountDependencies,
  { plan, name }: { readonly plan: Plan; readonly name: string },
): Promise<NewAccount> {
  const nowMs = runtime.clock.nowMs();
  const { trialDays } = plans[plan];
  const account: Account = {
    id: idText('account', runtime.ids.next()),
    kind: plan === 'molt' ? 'molt' : 'personal',
    name,
    plan,
    state: 'active',
    ...settingsAtFirst,
    createdAtMs: nowMs,
    trialEndsAtMs: trialDays > 0 ? nowMs + trialDays * dayMs : null,
  };
  await store.createAccount(account);
  const { text, ...key } = mint.mint();
  await store.insertKey({
    ...key,
    account: account.id,
    name: 'default',
    scopes: ['*'],
    createdAtMs: nowMs,
    lastUsedAtMs: null,
  });
  return { account, key: text };
}
