/**
 * Which group an idempotency key opened. Few groups are opened, so each key is read and written by itself, unlike those
 * of messages.
 */
import type { AccountId } from '#core/ids.ts';
import type { GroupKeyStore } from '#ports/store/group-keys.ts';
import { keyedGroupOf, type GroupKeyRecord } from '../rules/group-keys.ts';
import { ownerNumber } from './log.ts';
import type { Sql } from './sql.ts';
import { indexed } from './text.ts';
import type { Writer } from './writer.ts';

const selectKey = 'SELECT fingerprint, network_key, group_id FROM group_keys WHERE account = $1 AND key = $2';
/** What is still being opened is as young as its last try, so that it is not forgotten during one. */
const insertKey = `INSERT INTO group_keys AS k (account, key, fingerprint, network_key, at_ms)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (account, key) DO UPDATE SET at_ms = excluded.at_ms WHERE k.group_id IS NULL`;
const updateGroup = 'UPDATE group_keys SET group_id = $1 WHERE account = $2 AND key = $3';

export async function findGroupKey(sql: Sql, account: AccountId, key: string): Promise<GroupKeyRecord | undefined> {
  const [row] = await sql.rows<GroupKeyRecord>(selectKey, [ownerNumber(account), indexed(key)]);
  return row;
}

/** Inside a batch. */
export async function keepOpened(sql: Sql, account: AccountId, key: string, group: string): Promise<void> {
  await sql.run(updateGroup, [group, ownerNumber(account), indexed(key)]);
}

export function groupKeyVerbs(reads: Sql, writer: Writer): GroupKeyStore {
  return {
    async keyedGroup(use) {
      const row = await findGroupKey(reads, use.account, use.key);
      return row && keyedGroupOf(row, use);
    },
    claimGroupKey: (use, networkKey) =>
      writer.once(async ({ sql, nowMs }) => {
        const { account, key, fingerprint } = use;
        const known = await findGroupKey(sql, account, key);
        const row = known ?? { fingerprint, network_key: networkKey, group_id: null };
        const keyed = keyedGroupOf(row, use);
        await sql.run(insertKey, [ownerNumber(account), indexed(key), row.fingerprint, row.network_key, nowMs]);
        return keyed;
      }),
  };
}
