/**
 * Which group an idempotency key opened. Few groups are opened, so each key is a row at once, unlike those of messages.
 */
import { idNumber, type AccountId } from '#core/ids.ts';
import type { GroupKeyStore } from '#ports/store/group-keys.ts';
import { keyedGroupOf, type GroupKeyRecord } from '../rules/group-keys.ts';
import type { Db } from './file.ts';
import type { Writer } from './writer.ts';

const selectKey = 'SELECT fingerprint, network_key, group_id FROM group_keys WHERE account = ? AND key = ?';
/** What is still being opened is as young as its last try, so that it is not forgotten during one. */
const insertKey = `INSERT INTO group_keys (account, key, fingerprint, network_key, at_ms) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms WHERE group_id IS NULL`;
const updateGroup = 'UPDATE group_keys SET group_id = ? WHERE account = ? AND key = ?';
const deleteOld = `DELETE FROM group_keys WHERE (account, key) IN
  (SELECT account, key FROM group_keys WHERE at_ms < ? LIMIT ?)`;

export interface GroupKeyTable {
  find(account: AccountId, key: string): GroupKeyRecord | undefined;
  /** Inside a batch, as the rest. */
  keep(account: AccountId, key: string, row: Omit<GroupKeyRecord, 'group_id'>, nowMs: number): void;
  opened(account: AccountId, key: string, group: string): void;
  /** Forget those older than an instant, no more than `limit`; answers how many. */
  sweep(olderThanMs: number, limit: number): number;
}

export function groupKeyTable(db: Db): GroupKeyTable {
  const select = db.prepare<[number, string], GroupKeyRecord>(selectKey);
  const insert = db.prepare<[number, string, string, string, number]>(insertKey);
  const update = db.prepare<[string, number, string]>(updateGroup);
  const remove = db.prepare<[number, number]>(deleteOld);
  return {
    find: (account, key) => select.get(numberOf(account), key),
    keep: (account, key, row, nowMs) =>
      void insert.run(numberOf(account), key, row.fingerprint, row.network_key, nowMs),
    opened: (account, key, group) => void update.run(group, numberOf(account), key),
    sweep: (olderThanMs, limit) => remove.run(olderThanMs, limit).changes,
  };
}

const numberOf = (account: AccountId): number => idNumber('account', account) ?? 0;

export function groupKeyVerbs(keys: GroupKeyTable, writer: Writer): GroupKeyStore {
  return {
    async keyedGroup(use) {
      const row = keys.find(use.account, use.key);
      return row && keyedGroupOf(row, use);
    },
    claimGroupKey: (use, networkKey) =>
      writer.once(({ nowMs }) => {
        const { account, key, fingerprint } = use;
        const row = keys.find(account, key) ?? { fingerprint, network_key: networkKey, group_id: null };
        const keyed = keyedGroupOf(row, use);
        keys.keep(account, key, row, nowMs);
        return keyed;
      }),
  };
}
