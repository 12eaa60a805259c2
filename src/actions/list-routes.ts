/**
 * The phone numbers registered to the account, the primary one first.
 */
import type { Principal } from '#core/account.ts';
import type { AccountStore, RouteRow } from '#ports/store/accounts.ts';

export interface ListRoutesDependencies {
  readonly store: Pick<AccountStore, 'routes'>;
}

/** The primary, then the others by age. */
export async function listRoutes(
  { store }: ListRoutesDependencies,
  principal: Principal,
): Promise<readonly RouteRow[]> {
  const routes = await store.routes(principal.account);
  return routes.toSorted((left, right) => Number(right.isPrimary) - Number(left.isPrimary));
}
