/**
 * Open a group: on the network first, then as a conversation of its owner, then as a row that everybody can find.
 */
import type { Principal } from '#core/account.ts';
import { refuse, Refused } from '#core/failure.ts';
import { idText, type RemoteChat } from '#core/ids.ts';
import type { Driver, Receipt } from '#ports/driver.ts';
import type { Clock, Ids } from '#ports/runtime.ts';
import type { MoltStore, ProfileLinks } from '#ports/store/molts.ts';
import { needsHandle } from './change-membership.ts';
import { checkedLinks, checkedText } from './check-profile.ts';
import { hasHandle, joinNetwork, type JoinDependencies } from './join-network.ts';
import { openGroupChat, type GroupChatDependencies } from './open-group-chat.ts';
import { readGroup, type GroupWithMembers, type ReadGroupDependencies } from './read-group.ts';

export interface CreateGroupDependencies extends JoinDependencies {
  readonly store: GroupChatDependencies['store'] & ReadGroupDependencies['store'] & Pick<MoltStore, 'insertGroup'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface GroupWish extends Partial<ProfileLinks> {
  readonly title: string;
  readonly description: string;
}

const createMs = 15_000;

/** With the same key it is the same group. Throws `forbidden` without a handle, `unavailable` without the network. */
export async function createGroup(
  deps: CreateGroupDependencies,
  { account }: Principal,
  { title, description, ...links }: GroupWish,
  idempotencyKey: string | null,
): Promise<GroupWithMembers> {
  checkedText(title, 'title');
  checkedText(description, 'description');
  checkedLinks(links);
  if (!hasHandle(deps, account)) throw needsHandle();
  const { driver, line: address } = await joinNetwork(deps, account);
  const key = `group:${account}:${idempotencyKey ?? idText('message', deps.ids.next())}`;
  const id = await made(driver, address, title, key);
  await openGroupChat(deps, { id }, { account, address }, []);
  const nowMs = deps.clock.nowMs();
  const { xUrl = null, githubUrl = null, websiteUrl = null } = links;
  const texts = { title, description, xUrl, githubUrl, websiteUrl };
  await deps.store.insertGroup({ id, owner: account, ...texts, createdAtMs: nowMs, updatedAtMs: nowMs });
  const found = await readGroup(deps, id);
  if (found.group.title === title && found.group.description === description) return found;
  throw refuse('conflict', 'This Idempotency-Key was used for another group; use a new key', {
    reason: 'idempotency_conflict',
    field: 'Idempotency-Key',
  });
}

/** The network's id of a new group with nobody but its owner in it. */
async function made(driver: Driver, line: string, title: string, key: string): Promise<RemoteChat> {
  const target = { line, channel: 'xmtp', remoteChat: null, isGroup: true, participants: [], thread: null } as const;
  const command = { key, target, members: [], title };
  const signal = AbortSignal.timeout(createMs);
  let receipt: Receipt | undefined;
  try {
    receipt = await driver.createGroup?.(command, signal);
  } catch (error) {
    if (error instanceof Refused) throw error;
    receipt = { outcome: 'uncertain', message: 'it did not answer' };
  }
  switch (receipt?.outcome) {
    case 'accepted':
      return receipt.remoteChat;
    case 'refused':
    case undefined:
      throw refuse('unsupported', `XMTP made no group; ${receipt?.message ?? 'what carries it here has none'}`);
    case 'deferred':
    case 'uncertain':
      throw refuse('unavailable', `XMTP has made no group yet: ${receipt.message}; try again in a moment`, {
        reason: 'channel_down',
      });
    default:
      return receipt satisfies never;
  }
}
