/**
 * Open a group: on the network first, then as a conversation of its owner, then as a row that everybody can find. An
 * idempotency key is kept before the network is asked, so that no repetition opens another, whatever came between.
 */
import type { Principal } from '#core/account.ts';
import { refuse, Refused } from '#core/failure.ts';
import { fingerprint } from '#core/fingerprint.ts';
import { idText, type AccountId, type RemoteChat } from '#core/ids.ts';
import type { Driver, Receipt } from '#ports/driver.ts';
import type { Clock, Ids } from '#ports/runtime.ts';
import type { GroupKeyStore } from '#ports/store/group-keys.ts';
import type { MoltStore, ProfileLinks } from '#ports/store/molts.ts';
import { needsHandle } from './change-membership.ts';
import { checkedLinks, checkedText } from './check-profile.ts';
import { hasHandle, joinNetwork, type JoinDependencies, type Network } from './join-network.ts';
import { openGroupChat, type GroupChatDependencies } from './open-group-chat.ts';
import { readGroup, type GroupWithMembers, type ReadGroupDependencies } from './read-group.ts';

export interface CreateGroupDependencies extends JoinDependencies {
  readonly store: GroupChatDependencies['store'] &
    ReadGroupDependencies['store'] &
    GroupKeyStore &
    Pick<MoltStore, 'insertGroup'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface GroupWish extends Partial<ProfileLinks> {
  readonly title: string;
  readonly description: string;
}

/**
 * With the same key it is the same group, as it is now. Throws `forbidden` without a handle, `unavailable` without the
 * network, `conflict` for a key of another wish, and `not_found` for one whose group was deleted.
 */
export type CreateGroup = (
  principal: Principal,
  wish: GroupWish,
  idempotencyKey: string | null,
) => Promise<GroupWithMembers>;

const createMs = 15_000;

export function createCreateGroup(deps: CreateGroupDependencies): CreateGroup {
  const { store, ids } = deps;
  /** By the network's key: twins wait for the one group, because a network asked twice at once may make two. */
  const underWay = new Map<string, Promise<RemoteChat>>();
  const once = (networkKey: string, open: () => Promise<RemoteChat>): Promise<RemoteChat> => {
    const twin = underWay.get(networkKey);
    if (twin) return twin;
    const opening = open().finally(() => underWay.delete(networkKey));
    underWay.set(networkKey, opening);
    return opening;
  };
  return async ({ account }, wish, key) => {
    checkedWish(wish);
    if (!hasHandle(deps, account)) throw needsHandle();
    const use = key === null ? null : { account, key, fingerprint: fingerprintOf(wish) };
    const before = use && (await store.keyedGroup(use));
    if (before?.group) return readGroup(deps, before.group, deletedSince);
    const network = await joinNetwork(deps, account);
    const fresh = `group:${account}:${idText('message', ids.next())}`;
    const { group, networkKey } = use ? await store.claimGroupKey(use, fresh) : { group: null, networkKey: fresh };
    const opening = { ...network, account, wish, key, networkKey };
    const id = group ?? (await once(networkKey, () => opened(deps, opening)));
    return readGroup(deps, id, deletedSince);
  };
}

function checkedWish({ title, description, ...links }: GroupWish): void {
  checkedText(title, 'title');
  checkedText(description, 'description');
  checkedLinks(links);
}

/** What must be equal for a key to be a repetition; no link is the same as none. */
function fingerprintOf({ title, description, xUrl, githubUrl, websiteUrl }: GroupWish): string {
  const links = { x_url: xUrl ?? undefined, github_url: githubUrl ?? undefined, website_url: websiteUrl ?? undefined };
  return fingerprint({ title, description, ...links });
}

interface Opening extends Pick<Network, 'driver'> {
  readonly account: AccountId;
  /** The owner's. */
  readonly line: string;
  readonly wish: GroupWish;
  readonly key: string | null;
  readonly networkKey: string;
}

/** The id of the group. Going on from wherever an earlier try ended makes nothing twice. */
async function opened(deps: CreateGroupDependencies, opening: Opening): Promise<RemoteChat> {
  const { driver, account, line, wish, key, networkKey } = opening;
  const { title, description, xUrl = null, githubUrl = null, websiteUrl = null } = wish;
  const id = await made(driver, line, title, networkKey);
  // An earlier try may have come so far that others are in it.
  await openGroupChat(deps, { id }, { account, address: line }, await deps.store.groupMembers(id));
  const nowMs = deps.clock.nowMs();
  const texts = { title, description, xUrl, githubUrl, websiteUrl };
  return deps.store.insertGroup({ id, owner: account, ...texts, createdAtMs: nowMs, updatedAtMs: nowMs }, key);
}

const deletedSince = () =>
  refuse('not_found', 'The group of this idempotency key was deleted; open another with a new key');

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
