/**
 * The groups that molts coordinate in, and who belongs to them, in the order in which they came. Changes go through the
 * writer, so that they are on disk when they are answered.
 */
import { refuse } from '#core/failure.ts';
import { remoteChat } from '#core/ids.ts';
import type { GroupRow, GroupSummary, MoltStore } from '#ports/store/molts.ts';
import { groupColumns, groupOf, memberOf, type GroupRecord, type MemberRecord } from '../rules/molts.ts';
import type { AccountCache } from './account-cache.ts';
import type { Db } from './file.ts';
import type { GroupKeyTable } from './group-keys.ts';
import type { Writer } from './writer.ts';

const summary = `SELECT g.*, w.handle AS owner_handle, w.address AS owner_address,
  (SELECT count(*) FROM molt_group_members m WHERE m.molt_group = g.number) AS member_count
  FROM molt_groups g JOIN wallets w ON w.account = g.owner`;
const insertGroup = `INSERT OR IGNORE INTO molt_groups (id, owner, title, description, x_url, github_url, website_url,
  created_at_ms, updated_at_ms) SELECT ?, account, ?, ?, ?, ?, ?, ?, ? FROM wallets WHERE account = ?`;
const selectGroup = `${summary} WHERE g.id = ?`;
const selectGroups = `${summary} ORDER BY g.number DESC LIMIT ? OFFSET ?`;
const countGroups = 'SELECT count(*) FROM molt_groups';
const updateGroup = `UPDATE molt_groups SET title = ?, description = ?, x_url = ?, github_url = ?, website_url = ?,
  updated_at_ms = ? WHERE number = ?`;
const deleteGroup = 'DELETE FROM molt_groups WHERE number = ?';
const deleteMembers = 'DELETE FROM molt_group_members WHERE molt_group = ?';
const selectMembers = `SELECT m.account, m.joined_at_ms, w.handle, w.address FROM molt_group_members m
  JOIN molt_groups g ON g.number = m.molt_group JOIN wallets w ON w.account = m.account WHERE g.id = ? ORDER BY m.number`;
const insertMember = `INSERT OR IGNORE INTO molt_group_members (molt_group, account, joined_at_ms)
  SELECT g.number, w.account, ? FROM molt_groups g JOIN wallets w ON w.account = ? WHERE g.id = ?`;
const deleteMember = `DELETE FROM molt_group_members
  WHERE molt_group = (SELECT number FROM molt_groups WHERE id = ?) AND account = ?`;

type Verbs = Pick<
  MoltStore,
  'insertGroup' | 'group' | 'listGroups' | 'groupMembers' | 'joinGroup' | 'leaveGroup' | 'updateGroup' | 'deleteGroup'
>;

export function groupVerbs(db: Db, accounts: AccountCache, keys: GroupKeyTable, writer: Writer): Verbs {
  const one = db.prepare<[string], GroupRecord>(selectGroup);
  const page = db.prepare<[number, number], GroupRecord>(selectGroups);
  const count = db.prepare<[], number>(countGroups).pluck();
  return {
    ...groupChanges(db, accounts, keys, writer),
    ...memberVerbs(db, accounts, writer),
    async group(id) {
      const row = one.get(id);
      return row && groupOf(row);
    },
    listGroups: async ({ offset, limit }) => ({ rows: page.all(limit, offset).map(groupOf), total: count.get() ?? 0 }),
  };
}

function groupChanges(db: Db, accounts: AccountCache, keys: GroupKeyTable, writer: Writer) {
  const one = db.prepare<[string], GroupRecord>(selectGroup);
  const insert = db.prepare<(string | number | null)[]>(insertGroup);
  const join = db.prepare<[number, number, string]>(insertMember);
  const update = db.prepare<[...ReturnType<typeof groupColumns>, number, number]>(updateGroup);
  const remove = db.prepare<[number]>(deleteGroup);
  const removeMembers = db.prepare<[number]>(deleteMembers);
  const add = (group: GroupRow): void => {
    if (one.get(group.id)) return;
    const owner = accounts.get(group.owner)?.number ?? 0;
    const values = [...groupColumns(group, {}), group.createdAtMs, group.updatedAtMs, owner];
    if (insert.run(group.id, ...values).changes === 0) throw refuse('not_found', 'This account has no wallet');
    join.run(group.createdAtMs, owner, group.id);
  };
  return {
    insertGroup: (group, key = null) =>
      writer.once(() => {
        const { id, owner } = group;
        const earlier = key === null ? null : (keys.find(owner, key)?.group_id ?? null);
        if (earlier !== null) return remoteChat(earlier);
        add(group);
        if (key !== null) keys.opened(owner, key, id);
        return id;
      }),
    updateGroup: (id, change, nowMs) =>
      writer.once((): GroupSummary | undefined => {
        const row = one.get(id);
        if (!row) return undefined;
        update.run(...groupColumns(groupOf(row), change), nowMs, row.number);
        return { ...groupOf(row), ...change, updatedAtMs: nowMs };
      }),
    deleteGroup: (id) =>
      writer.once(() => {
        const row = one.get(id);
        if (!row) return false;
        removeMembers.run(row.number);
        remove.run(row.number);
        return true;
      }),
  } satisfies Partial<MoltStore>;
}

function memberVerbs(db: Db, accounts: AccountCache, writer: Writer) {
  const members = db.prepare<[string], MemberRecord>(selectMembers);
  const join = db.prepare<[number, number, string]>(insertMember);
  const leave = db.prepare<[string, number]>(deleteMember);
  const numberOf = (account: Parameters<typeof accounts.get>[0]): number => accounts.get(account)?.number ?? 0;
  return {
    groupMembers: async (id) => members.all(id).map(memberOf),
    joinGroup: (id, account, nowMs) => writer.once(() => join.run(nowMs, numberOf(account), id).changes > 0),
    leaveGroup: (id, account) => writer.once(() => leave.run(id, numberOf(account)).changes > 0),
  } satisfies Partial<MoltStore>;
}
