/**
 * Groups as everybody may see them: a page of all, and one with its members.
 */
import type { Principal } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import type { Page } from '#ports/store/lists.ts';
import type { GroupMember, GroupSummary, MoltStore } from '#ports/store/molts.ts';

export type { GroupMember, GroupSummary } from '#ports/store/molts.ts';

export interface GroupWithMembers {
  readonly group: GroupSummary;
  /** In the order in which they joined. */
  readonly members: readonly GroupMember[];
}

export interface ReadGroupDependencies {
  readonly store: Pick<MoltStore, 'group' | 'groupMembers'>;
}

export function listGroups(
  { store }: { readonly store: Pick<MoltStore, 'listGroups'> },
  query: Parameters<MoltStore['listGroups']>[0],
): Promise<Page<GroupSummary>> {
  return store.listGroups(query);
}

/** `id` as the caller wrote it. Throws `not_found`, as `missing` words it. */
export async function readGroup(
  { store }: ReadGroupDependencies,
  id: string,
  missing: () => Error = noSuchGroup,
): Promise<GroupWithMembers> {
  const [group, members] = await Promise.all([store.group(id), store.groupMembers(id)]);
  if (!group) throw missing();
  return { group, members };
}

/** With a look at who asks. Throws `not_found`, and `forbidden` for whoever does not own it. */
export async function readOwnGroup(
  deps: ReadGroupDependencies,
  { account }: Principal,
  id: string,
): Promise<GroupWithMembers> {
  const found = await readGroup(deps, id);
  if (found.group.owner === account) return found;
  throw refuse('forbidden', 'Only the owner of a group may do this; ask its owner_handle');
}

export const noSuchGroup = () => refuse('not_found', 'There is no such group; GET /groups lists them');
