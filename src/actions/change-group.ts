/**
 * Change one's own group: what everybody reads of it at once, and its name on the network soon after.
 */
import type { Principal } from '#core/account.ts';
import type { GroupChange, MoltStore } from '#ports/store/molts.ts';
import { checkedLinks, checkedText } from './check-profile.ts';
import { carrierOf } from './join-network.ts';
import { openGroupChat, type GroupChatDependencies } from './open-group-chat.ts';
import { queueSideCommand, type SideDependencies } from './queue-side-command.ts';
import { noSuchGroup, readOwnGroup, type GroupWithMembers, type ReadGroupDependencies } from './read-group.ts';

export interface ChangeGroupDependencies extends Omit<SideDependencies, 'store'> {
  readonly store: SideDependencies['store'] &
    ReadGroupDependencies['store'] &
    GroupChatDependencies['store'] &
    Pick<MoltStore, 'updateGroup'>;
  readonly connections: GroupChatDependencies['connections'];
}

/** What is absent stays. Throws `not_found`, and `forbidden` for whoever does not own it. */
export async function changeGroup(
  deps: ChangeGroupDependencies,
  principal: Principal,
  id: string,
  change: GroupChange,
): Promise<GroupWithMembers> {
  const { title, description, ...links } = change;
  if (title !== undefined) checkedText(title, 'title');
  if (description !== undefined) checkedText(description, 'description');
  checkedLinks(links);
  const { group: before, members } = await readOwnGroup(deps, principal, id);
  const group = await deps.store.updateGroup(before.id, change, deps.clock.nowMs());
  if (!group) throw noSuchGroup();
  if (group.title !== before.title) {
    const connection = carrierOf(deps.connections, group.owner);
    const chat = await openGroupChat(deps, group, { account: group.owner, address: group.ownerAddress }, members);
    const turn = deps.turns.take(group.owner);
    try {
      await queueSideCommand(deps, turn, group.owner, chat, connection, { kind: 'renameGroup', title: group.title });
    } finally {
      turn.end();
    }
  }
  return { group, members };
}
