/**
 * Register a phone number: from then on, what it texts comes to this account.
 */
import type { Principal } from '#core/account.ts';
import { phoneNumber } from '#core/address.ts';
import { refuse } from '#core/failure.ts';
import type { Clock } from '#ports/runtime.ts';
import type { AccountStore } from '#ports/store/accounts.ts';

export interface ClaimRouteDependencies {
  readonly store: Pick<AccountStore, 'account' | 'claimRoute'>;
  readonly clock: Clock;
}

export const maxRoutes = 20;

/** Throws `conflict` for a number that another account holds, `forbidden` past the limit and for a molt. */
export async function claimRoute(
  { store, clock }: ClaimRouteDependencies,
  principal: Principal,
  phone: string,
): Promise<{ phoneNumber: string; alreadyClaimed: boolean }> {
  const number = phoneNumber(phone, 'phone_number');
  const account = await store.account(principal.account);
  if (!account) throw refuse('unauthenticated', 'This account no longer exists');
  if (account.plan === 'molt') {
    throw refuse('forbidden', 'A molt has no phone numbers; ask the owner of the gateway for a plan that has them');
  }
  const outcome = await store.claimRoute(account.id, number, maxRoutes, clock.nowMs());
  switch (outcome) {
    case 'claimed':
    case 'already_claimed':
      return { phoneNumber: number, alreadyClaimed: outcome === 'already_claimed' };
    case 'taken':
      throw refuse('conflict', 'This phone number is registered to another account; it must be released there first', {
        field: 'phone_number',
        reason: 'registered_elsewhere',
      });
    case 'full':
      throw refuse(
        'forbidden',
        `This account has ${maxRoutes} phone numbers, the most it may have; release one first`,
        {
          reason: 'route_limit',
        },
      );
    default:
      return outcome satisfies never;
  }
}
