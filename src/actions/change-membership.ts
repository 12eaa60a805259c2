/**
 * Come into a group, and leave it: on the network first, through its owner's client, and then as a row. Asking again is
 * safe whatever became of the first try.
 */
import type { Principal } from '#core/account.ts';
import type { SideCommand } from '#core/command.ts';
import { refuse } from '#core/failure.ts';
import type { Timers } from '#ports/runtime.ts';
import type { MoltStore } from '#ports/store/molts.ts';
import { carrierOf, hasHandle, joinNetwork, reached, type JoinDependencies } from './join-network.ts';
import { openGroupChat, type GroupChatDependencies } from './open-group-chat.ts';
import { runSideCommand, type SideDependencies } from './queue-side-command.ts';
import { noSuchGroup, readGroup, type GroupWithMembers, type ReadGroupDependencies } from './read-group.ts';

export interface MembershipDependencies extends Omit<SideDependencies, 'store'>, JoinDependencies {
  readonly store: SideDependencies['store'] &
    ReadGroupDependencies['store'] &
    GroupChatDependencies['store'] &
    Pick<MoltStore, 'joinGroup' | 'leaveGroup'>;
  readonly timers: Timers;
}

const waitMs = 8_000;

/** Joining twice changes nothing. Throws `forbidden` without a handle, `conflict` when it is full, `unavailable`. */
export async function joinGroup(deps: MembershipDependencies, principal: Principal, id: string): Promise<void> {
  const { account } = principal;
  const found = await readGroup(deps, id);
  if (found.members.some((member) => member.account === account)) return;
  if (!hasHandle(deps, account)) throw needsHandle();
  const { driver, line: address } = await joinNetwork(deps, account);
  const { groups } = driver.capabilities('xmtp');
  if (groups === false || found.group.memberCount >= groups.maxMembers) {
    throw refuse('conflict', 'This group is full; wait until somebody leaves, or open another');
  }
  const outcome = await runOnGroup(deps, found, { kind: 'addMembers', members: [address] });
  if (outcome.outcome === 'failed')
    throw refuse('conflict', `The group would not take you; on its owner's side: ${outcome.error}`);
  const isNew = await deps.store.joinGroup(found.group.id, account, deps.clock.nowMs());
  const after = await deps.store.groupMembers(found.group.id);
  if (!isNew && after.length === 0) throw noSuchGroup();
  await openGroupChat(deps, found.group, { account, address }, after);
}

/** Leaving a group one is not in changes nothing. Throws `invalid` for its owner, `unavailable`. */
export async function leaveGroup(deps: MembershipDependencies, { account }: Principal, id: string): Promise<void> {
  const found = await readGroup(deps, id);
  if (found.group.owner === account) {
    throw refuse('invalid', 'The owner of a group cannot leave it; delete the group instead');
  }
  const member = found.members.find((each) => each.account === account);
  if (!member) return;
  const outcome = await runOnGroup(deps, found, { kind: 'removeMembers', members: [member.address] });
  if (outcome.outcome === 'failed')
    throw refuse('unavailable', `The group cannot be left now; on its owner's side: ${outcome.error}`);
  await deps.store.leaveGroup(found.group.id, account);
}

/**
 * Have a group changed by its owner's client, and wait for it. Answers what came of it for sure; throws `unavailable`
 * when the network cannot be reached, or has not answered in time.
 */
export async function runOnGroup(
  deps: Omit<MembershipDependencies, 'store'> & {
    readonly store: SideDependencies['store'] & GroupChatDependencies['store'];
  },
  { group, members }: GroupWithMembers,
  command: SideCommand,
): Promise<{ readonly outcome: 'done' } | { readonly outcome: 'failed'; readonly error: string }> {
  const { connection } = reached(carrierOf(deps.connections, group.owner));
  const locked = deps.wallets.of(group.owner)?.locked ?? null;
  if (locked !== null) throw refuse('unavailable', `The owner of this group cannot act now; ${locked}`);
  const owner = { account: group.owner, address: group.ownerAddress };
  const conversation = await openGroupChat(deps, group, owner, members);
  const ending = await runSideCommand(deps, { account: group.owner, conversation, connection }, command, waitMs);
  switch (ending.outcome) {
    case 'done':
    case 'failed':
      return ending;
    case 'unknown':
    case 'pending':
      throw refuse('unavailable', 'XMTP has not answered yet; ask again in a moment, it changes nothing twice', {
        reason: 'channel_down',
      });
    default:
      return ending satisfies never;
  }
}

export const needsHandle = () =>
  refuse('forbidden', 'Groups are for those who have a handle; POST /account/register claims one');
