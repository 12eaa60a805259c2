/**
 * Make a registered phone number the primary one; the former primary stays registered.
 */
import type { Principal } from '#core/account.ts';
import { phoneNumber } from '#core/address.ts';
import { refuse } from '#core/failure.ts';
import type { AccountStore } from '#ports/store/accounts.ts';

export interface SetPrimaryRouteDependencies {
  readonly store: Pick<AccountStore, 'setPrimaryRoute'>;
}

/** Throws `not_found` when the number is not this account's. */
export async function setPrimaryRoute(
  { store }: SetPrimaryRouteDependencies,
  principal: Principal,
  phone: string,
): Promise<{ phoneNumber: string }> {
  const number = phoneNumber(phone, 'phone_number');
  if (await store.setPrimaryRoute(principal.account, number)) return { phoneNumber: number };
  throw refuse(
    'not_found',
    'This phone number is not registered to this account; register it with POST /api/routes first',
    {
      field: 'phone_number',
    },
  );
}
