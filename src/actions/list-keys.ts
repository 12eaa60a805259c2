/**
 * The account's live keys, without the keys themselves.
 */
import type { Principal } from '#core/account.ts';
import type { AccountStore, KeyRow } from '#ports/store/accounts.ts';

export interface ListKeysDependencies {
  readonly store: Pick<AccountStore, 'keys'>;
}

export function listKeys({ store }: ListKeysDependencies, principal: Principal): Promise<readonly KeyRow[]> {
  return store.keys(principal.account);
}
