/**
 * The groups that molts coordinate in, and who belongs to them, in the order in which they came. Changes go through the
 * writer, so that they are in the database when they are answered.
 */
import { refuse } from '#core/failure.ts';
import { remoteChat } from '#core/ids.ts';
import type { GroupRow, MoltStore } from '#ports/store/molts.ts';
import { groupColumns, groupOf, memberOf, type GroupRecord, type MemberRecord } from '../rules/molts.ts';
import { findGroupKey, keepOpened } from './group-keys.ts';
import { ownerNumber } from './log.ts';
import type { Reads } from './reads.ts';
import { together, type Sql } from './sql.ts';
import type { Writer } from './writer.ts';

const summary = `SELECT g.*, w.handle AS owner_handle, w.address AS owner_address,
  (SELECT count(*) FROM molt_group_members m WHERE m.molt_group = g.number) AS member_count
  FROM molt_groups g JOIN wallets w ON w.account = g.owner`;
const insertGroup = `INSERT INTO molt_groups (id, owner, title, description, x_url, github_url, website_url,
  created_at_ms, updated_at_ms)
  SELECT $1::text, account, $2::text, $3::text, $4::text, $5::text, $6::text, $7::int8, $8::int8
  FROM wallets WHERE account = $9`;
const selectGroup = `${summary} WHERE g.id = $1`;
const selectGroups = `${summary} ORDER BY g.number DESC LIMIT $1 OFFSET $2`;
const countGroups = 'SELECT count(*) AS count FROM molt_groups';
const updateGroup = `UPDATE molt_groups SET title = $1, description = $2, x_url = $3, github_url = $4, website_url = $5,
  updated_at_ms = $6 WHERE number = $7`;
const deleteGroup = 'DELETE FROM molt_groups WHERE number = $1';
const deleteMembers = 'DELETE FROM molt_group_members WHERE molt_group = $1';
const selectMembers = `SELECT m.account, m.joined_at_ms, w.handle, w.address FROM molt_group_members m
  JOIN molt_groups g ON g.number = m.molt_group JOIN wallets w ON w.account = m.account WHERE g.id = $1
  ORDER BY m.number`;
const insertMember = `INSERT INTO molt_group_members (molt_group, account, joined_at_ms)
  SELECT g.number, w.account, $1::int8 FROM molt_groups g JOIN wallets w ON w.account = $2 WHERE g.id = $3
  ON CONFLICT DO NOTHING`;
const deleteMember = `DELETE FROM molt_group_members
  WHERE molt_group = (SELECT number FROM molt_groups WHERE id = $1) AND account = $2`;

type Verbs = Pick<
  MoltStore,
  'insertGroup' | 'group' | 'listGroups' | 'groupMembers' | 'joinGroup' | 'leaveGroup' | 'updateGroup' | 'deleteGroup'
>;

export function groupVerbs(reads: Reads, writer: Writer): Verbs {
  return {
    ...groupChanges(writer),
    ...memberVerbs(reads, writer),
    async group(id) {
      const row = await find(reads, id);
      return row && groupOf(row);
    },
    async listGroups({ offset, limit }) {
      const [rows, [counted]] = await reads.snapshot((sql) =>
        together([sql.rows<GroupRecord>(selectGroups, [limit, offset]), sql.rows<{ count: number }>(countGroups)]),
      );
      return { rows: rows.map(groupOf), total: counted?.count ?? 0 };
    },
  };
}

async function find(sql: Sql, id: string): Promise<GroupRecord | undefined> {
  const [row] = await sql.rows<GroupRecord>(selectGroup, [id]);
  return row;
}

async function add(sql: Sql, group: GroupRow): Promise<void> {
  if (await find(sql, group.id)) return;
  const owner = ownerNumber(group.owner);
  const values = [...groupColumns(group, {}), group.createdAtMs, group.updatedAtMs, owner];
  if ((await sql.run(insertGroup, [group.id, ...values])) === 0)
    throw refuse('not_found', 'This account has no wallet');
  await sql.run(insertMember, [group.createdAtMs, owner, group.id]);
}

function groupChanges(writer: Writer) {
  return {
    insertGroup: (group, key = null) =>
      writer.once(async ({ sql }) => {
        const { id, owner } = group;
        const earlier = key === null ? null : ((await findGroupKey(sql, owner, key))?.group_id ?? null);
        if (earlier !== null) return remoteChat(earlier);
        await add(sql, group);
        if (key !== null) await keepOpened(sql, owner, key, id);
        return id;
      }),
    updateGroup: (id, change, nowMs) =>
      writer.once(async ({ sql }) => {
        const row = await find(sql, id);
        if (!row) return undefined;
        await sql.run(updateGroup, [...groupColumns(groupOf(row), change), nowMs, row.number]);
        return { ...groupOf(row), ...change, updatedAtMs: nowMs };
      }),
    deleteGroup: (id) =>
      writer.once(async ({ sql }) => {
        const row = await find(sql, id);
        if (!row) return false;
        await sql.run(deleteMembers, [row.number]);
        await sql.run(deleteGroup, [row.number]);
        return true;
      }),
  } satisfies Partial<MoltStore>;
}

function memberVerbs(reads: Sql, writer: Writer) {
  return {
    groupMembers: async (id) => (await reads.rows<MemberRecord>(selectMembers, [id])).map(memberOf),
    joinGroup: (id, account, nowMs) =>
      writer.once(async ({ sql }) => (await sql.run(insertMember, [nowMs, ownerNumber(account), id])) > 0),
    leaveGroup: (id, account) =>
      writer.once(async ({ sql }) => (await sql.run(deleteMember, [id, ownerNumber(account)])) > 0),
  } satisfies Partial<MoltStore>;
}
