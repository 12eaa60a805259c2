/**
 * Make an API key for the account that asks. A key never holds a scope its maker lacks.
 */
import { defaultScopes, holds, type Principal, type Scope } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import type { KeyMint } from '#ports/identity.ts';
import type { Clock } from '#ports/runtime.ts';
import type { AccountStore, KeyRow } from '#ports/store/accounts.ts';

export interface MakeKeyDependencies {
  readonly store: Pick<AccountStore, 'insertKey'>;
  readonly keyMint: KeyMint;
  readonly clock: Clock;
}

export interface KeyWish {
  readonly name?: string | undefined;
  /** Absent: the default scopes, as far as the maker holds them. */
  readonly scopes?: readonly Scope[] | undefined;
}

/** The row and, this once, the whole key. Throws `forbidden` for a scope the maker lacks. */
export async function makeKey(
  { store, keyMint, clock }: MakeKeyDependencies,
  principal: Principal,
  wish: KeyWish,
): Promise<{ row: KeyRow; key: string }> {
  const lacking = wish.scopes?.find((scope) => !holds(principal, scope));
  if (lacking !== undefined) {
    throw refuse('forbidden', `This key lacks the scope ${lacking}, so it cannot give it; leave it out of scopes`, {
      field: 'scopes',
    });
  }
  const minted = keyMint.mint();
  const row: KeyRow = {
    id: minted.id,
    account: principal.account,
    name: wish.name ?? '',
    prefix: minted.prefix,
    scopes: wish.scopes ?? defaultScopes.filter((scope) => holds(principal, scope)),
    createdAtMs: clock.nowMs(),
    lastUsedAtMs: null,
  };
  await store.insertKey({ ...row, hash: minted.hash });
  return { row, key: minted.text };
}
