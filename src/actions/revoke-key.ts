/**
 * Revoke an API key for good. Sockets opened with it hear of it once the revocation is on disk.
 */
import type { Principal } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import { idNumber, idText } from '#core/ids.ts';
import type { Bus } from '#ports/bus.ts';
import type { AccountStore } from '#ports/store/accounts.ts';

export interface RevokeKeyDependencies {
  readonly store: Pick<AccountStore, 'revokeKey'>;
  readonly bus: Pick<Bus, 'publish'>;
}

/** Throws `not_found` when the account has no such live key. A key may revoke itself. */
export async function revokeKey(
  { store, bus }: RevokeKeyDependencies,
  principal: Principal,
  id: string,
): Promise<void> {
  const number = idNumber('key', id);
  const key = number === undefined ? undefined : idText('key', number);
  if (key === undefined || !(await store.revokeKey(principal.account, key))) {
    throw refuse('not_found', 'This account has no live key with that id; GET /api/keys lists them');
  }
  bus.publish({ kind: 'key-revoked', account: principal.account, key });
}
