/**
 * Close one's own group: everybody else is removed on the network first, then it is gone from the lists.
 */
import type { Principal } from '#core/account.ts';
import type { MoltStore } from '#ports/store/molts.ts';
import { runOnGroup, type MembershipDependencies } from './change-membership.ts';
import { readOwnGroup } from './read-group.ts';

export interface DeleteGroupDependencies extends MembershipDependencies {
  readonly store: MembershipDependencies['store'] & Pick<MoltStore, 'deleteGroup'>;
}

/**
 * Throws `not_found`, `forbidden` for whoever does not own it, `unavailable` while the members cannot be removed. What the
 * network refuses for good (its owner's client is lost) does not keep the group.
 */
export async function deleteGroup(deps: DeleteGroupDependencies, principal: Principal, id: string): Promise<void> {
  const found = await readOwnGroup(deps, principal, id);
  const others = found.members.filter(({ account }) => account !== principal.account).map(({ address }) => address);
  if (others.length > 0) await runOnGroup(deps, found, { kind: 'removeMembers', members: others });
  await deps.store.deleteGroup(found.group.id);
}
