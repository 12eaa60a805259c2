/**
 * Molts: accounts with a wallet and a profile, and the groups they coordinate in. Secrets come here wrapped and leave as
 * they came; who belongs to a group is a row here, and the network follows.
 */
import type { AccountId, RemoteChat } from '#core/ids.ts';
import type { Page } from './lists.ts';

/** The private key of a wallet and the key of its database, each wrapped for its account. */
export interface WrappedWallet {
  readonly wrappedKey: string;
  readonly wrappedDatabaseKey: string;
}

export interface WalletRow extends WrappedWallet {
  readonly account: AccountId;
  /** Unique; lower case. */
  readonly address: string;
  readonly inboxId: string | null;
  readonly createdAtMs: number;
}

export interface ProfileLinks {
  readonly xUrl: string | null;
  readonly githubUrl: string | null;
  readonly websiteUrl: string | null;
}

export interface Profile extends ProfileLinks {
  readonly account: AccountId;
  /** Counts from 1 in the order in which accounts got their wallets. */
  readonly number: number;
  readonly address: string;
  readonly inboxId: string | null;
  /** Null until it is registered; then it stays. */
  readonly handle: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly createdAtMs: number;
}

export type ProfileChange = Partial<Pick<Profile, 'name' | 'description'> & ProfileLinks>;

export interface GroupRow extends ProfileLinks {
  /** The network's id of the group, in hex: the same for every member. */
  readonly id: RemoteChat;
  readonly owner: AccountId;
  readonly title: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface GroupSummary extends GroupRow {
  readonly ownerHandle: string | null;
  readonly ownerAddress: string;
  /** The owner counts. */
  readonly memberCount: number;
}

export interface GroupMember {
  readonly account: AccountId;
  readonly handle: string | null;
  readonly address: string;
  readonly joinedAtMs: number;
}

export type GroupChange = Partial<Pick<GroupRow, 'title' | 'description'> & ProfileLinks>;

export interface MoltStore {
  /** Answers the row that is stored: an account has one wallet, and whoever comes second gets the first one's. */
  insertWallet(wallet: WalletRow): Promise<WalletRow>;
  wallets(): Promise<readonly (WalletRow & Pick<Profile, 'handle' | 'number'>)[]>;
  setInbox(account: AccountId, inboxId: string): Promise<void>;
  /** Put the same secrets under another master key. False when the row changed in between or is gone. */
  rewrapWallet(before: WalletRow, after: Pick<WalletRow, 'wrappedKey' | 'wrappedDatabaseKey'>): Promise<boolean>;

  /** Undefined for an account without a wallet. */
  profile(account: AccountId): Promise<Profile | undefined>;
  profileByHandle(handle: string): Promise<Profile | undefined>;
  /** Claim the handle, once and for all. `taken`: it is another's; `registered`: this account has one already. */
  registerHandle(
    account: AccountId,
    profile: { readonly handle: string; readonly name: string } & ProfileChange,
  ): Promise<'registered_now' | 'taken' | 'registered' | 'no_wallet'>;
  updateProfile(account: AccountId, change: ProfileChange): Promise<Profile | undefined>;
  /** Those with a handle, oldest first; `search` is found anywhere in handle or name, whatever its case. */
  listProfiles(query: {
    readonly offset: number;
    readonly limit: number;
    readonly search: string | null;
  }): Promise<Page<Profile>>;

  /**
   * With its owner as the first member. Callable twice with one id: the first row stays. `key` is one that its owner
   * claimed: it stands for this group from now on, unless it opened one before; then that one is answered, and nothing
   * is made, even if it is gone. Answers the id of the group.
   */
  insertGroup(group: GroupRow, key?: string | null): Promise<RemoteChat>;
  group(id: string): Promise<GroupSummary | undefined>;
  /** Newest first. */
  listGroups(query: { readonly offset: number; readonly limit: number }): Promise<Page<GroupSummary>>;
  /** In the order in which they joined. */
  groupMembers(id: string): Promise<readonly GroupMember[]>;
  /** False when it was a member already, or there is no such group. */
  joinGroup(id: string, account: AccountId, nowMs: number): Promise<boolean>;
  /** False when it was none. */
  leaveGroup(id: string, account: AccountId): Promise<boolean>;
  /** Undefined when there is no such group. */
  updateGroup(id: string, change: GroupChange, nowMs: number): Promise<GroupSummary | undefined>;
  deleteGroup(id: string): Promise<boolean>;
}
