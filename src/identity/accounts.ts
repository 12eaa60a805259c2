/**
 * New accounts and their first keys: at once, as a person at the command line makes one, or in two steps, for a network
 * that has to be joined before anybody may have the key.
 */
import { settingsAtFirst, type Account } from '#core/account.ts';
import { idText } from '#core/ids.ts';
import { plans, type Plan } from '#core/plan.ts';
import type { KeyMint, NewAccounts } from '#ports/identity.ts';
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
  deps: AccountDependencies,
  { plan, name }: { readonly plan: Plan; readonly name: string },
): Promise<NewAccount> {
  const accounts = newAccounts(deps);
  const account = await accounts.makeAccount(plan, name);
  return { account, key: await accounts.makeKey(account.id) };
}

export function newAccounts({ store, mint, runtime }: AccountDependencies): NewAccounts {
  return {
    async makeAccount(plan, name) {
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
      return account;
    },
    async makeKey(account) {
      const { text, ...key } = mint.mint();
      await store.insertKey({
        ...key,
        account,
        name: 'default',
        scopes: ['*'],
        createdAtMs: runtime.clock.nowMs(),
        lastUsedAtMs: null,
      });
      return text;
    },
  };
}
