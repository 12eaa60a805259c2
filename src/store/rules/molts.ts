/**
 * What the rows of wallets and groups mean, and what a change makes of them: the same on every engine, which name their
 * columns alike.
 */
import { idText, remoteChat } from '#core/ids.ts';
import type {
  GroupChange,
  GroupMember,
  GroupRow,
  GroupSummary,
  Profile,
  ProfileChange,
  WalletRow,
} from '#ports/store/molts.ts';

export interface WalletRecord {
  readonly number: number;
  readonly account: number;
  readonly address: string;
  readonly inbox_id: string | null;
  readonly wrapped_key: string;
  readonly wrapped_database_key: string;
  readonly handle: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly x_url: string | null;
  readonly github_url: string | null;
  readonly website_url: string | null;
  readonly created_at_ms: number;
}

/** For either engine. */
export const selectWrapped = `SELECT wrapped_key AS "wrappedKey", wrapped_database_key AS "wrappedDatabaseKey"
  FROM wallets`;

export const walletOf = (row: WalletRecord): WalletRow => ({
  account: idText('account', row.account),
  address: row.address,
  inboxId: row.inbox_id,
  wrappedKey: row.wrapped_key,
  wrappedDatabaseKey: row.wrapped_database_key,
  createdAtMs: row.created_at_ms,
});

export const profileOf = (row: WalletRecord): Profile => ({
  account: idText('account', row.account),
  number: row.number,
  address: row.address,
  inboxId: row.inbox_id,
  handle: row.handle,
  name: row.name,
  description: row.description,
  xUrl: row.x_url,
  githubUrl: row.github_url,
  websiteUrl: row.website_url,
  createdAtMs: row.created_at_ms,
});

/** What is looked for is folded the same way, so that neither engine has to know what a capital is. */
export const folded = (text: string): string => text.toLowerCase();

/** The columns that a person may change, in their order in both engines' statements; the handle is given once. */
export function profileColumns(before: Profile, change: ProfileChange, handle: string | null) {
  const after = { ...before, ...change };
  const found = handle === null ? null : folded(`${handle}\n${after.name ?? ''}`);
  return [handle, after.name, after.description, after.xUrl, after.githubUrl, after.websiteUrl, found] as const;
}

export interface GroupRecord {
  readonly number: number;
  readonly id: string;
  readonly owner: number;
  readonly title: string;
  readonly description: string;
  readonly x_url: string | null;
  readonly github_url: string | null;
  readonly website_url: string | null;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly owner_handle: string | null;
  readonly owner_address: string;
  readonly member_count: number;
}

export const groupOf = (row: GroupRecord): GroupSummary => ({
  id: remoteChat(row.id),
  owner: idText('account', row.owner),
  title: row.title,
  description: row.description,
  xUrl: row.x_url,
  githubUrl: row.github_url,
  websiteUrl: row.website_url,
  createdAtMs: row.created_at_ms,
  updatedAtMs: row.updated_at_ms,
  ownerHandle: row.owner_handle,
  ownerAddress: row.owner_address,
  memberCount: row.member_count,
});

/** The columns that an owner may change, in their order in both engines' statements. */
export function groupColumns(before: GroupRow, change: GroupChange) {
  const { title, description, xUrl, githubUrl, websiteUrl } = { ...before, ...change };
  return [title, description, xUrl, githubUrl, websiteUrl] as const;
}

export interface MemberRecord {
  readonly account: number;
  readonly handle: string | null;
  readonly address: string;
  readonly joined_at_ms: number;
}

export const memberOf = (row: MemberRecord): GroupMember => ({
  account: idText('account', row.account),
  handle: row.handle,
  address: row.address,
  joinedAtMs: row.joined_at_ms,
});
