/**
 * Accounts of a test gateway, made as `clawgate accounts add` makes them: in its own store, with keys it knows.
 */
import { join } from 'node:path';
import type { Scope } from '#core/account.ts';
import type { AccountId } from '#core/ids.ts';
import type { Plan } from '#core/plan.ts';
import { createAccount } from '#identity/accounts.ts';
import { createKeyMint } from '#identity/keys.ts';
import { openSecrets } from '#identity/secrets.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import type { TestGateway } from './gateway.ts';

export interface Tenant {
  readonly id: AccountId;
  /** A key with every scope. */
  readonly key: string;
  /** A key of the account with just these scopes. */
  keyWith(...scopes: readonly Scope[]): Promise<string>;
}

const runtime = createSystemRuntime();

export async function addTenant({ gateway, dataDir }: TestGateway, plan: Plan = 'base'): Promise<Tenant> {
  const { secrets } = await openSecrets(join(dataDir, 'secrets.json'));
  const mint = createKeyMint(secrets.pepper, runtime.ids);
  const { account, key } = await createAccount({ store: gateway.store, mint, runtime }, { plan, name: 'tenant' });
  return {
    id: account.id,
    key,
    keyWith: async (...scopes) => {
      const { text, ...row } = mint.mint();
      const createdAtMs = runtime.clock.nowMs();
      await gateway.store.insertKey({ ...row, account: account.id, name: '', scopes, createdAtMs, lastUsedAtMs: null });
      return text;
    },
  };
}
