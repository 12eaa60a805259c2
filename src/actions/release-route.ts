/**
 * Release a phone number, so that others may register it. Releasing the primary promotes the oldest of the rest.
 */
import type { Principal } from '#core/account.ts';
import { phoneNumber } from '#core/address.ts';
import { refuse } from '#core/failure.ts';
import type { AccountStore } from '#ports/store/accounts.ts';

export interface ReleaseRouteDependencies {
  readonly store: Pick<AccountStore, 'releaseRoute'>;
}

/** Throws `not_found` when the number is not this account's, whoever else's it may be. */
export async function releaseRoute(
  { store }: ReleaseRouteDependencies,
  principal: Principal,
  phone: string,
): Promise<void> {
  const number = phoneNumber(phone, 'phone');
  if (await store.releaseRoute(principal.account, number)) return;
  throw refuse(
    'not_found',
    'This phone number is not registered to this account; GET /api/routes lists those that are',
  );
}
