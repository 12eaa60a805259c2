/**
 * Which message an idempotency key stands for. A key belongs to an account and an action, and lives as long as promised
 * after its message was stored.
 */
import type { Batch } from './batch.ts';
import { bulkInsert, turned } from './bulk.ts';
import type { Scalar } from './sql.ts';
import { indexed } from './text.ts';

export interface Key {
  readonly account: number;
  readonly action: string;
  readonly key: string;
}

export interface First {
  readonly message: number;
  readonly fingerprint: string;
}

export interface KeyTable {
  /** Bring several into memory at once; answers those that stand for a message. */
  load(batch: Batch, keys: readonly Key[]): Promise<readonly First[]>;
  find(batch: Batch, key: Key): Promise<First | undefined>;
  add(batch: Batch, key: Key, first: First): void;
  flush(batch: Batch): Promise<void>;
  /** At the end of a batch, and after a rollback. */
  forget(): void;
}

const selectKeys = `SELECT w.at, i.message, i.fingerprint
  FROM unnest($1::int8[], $2::text[], $3::text[]) WITH ORDINALITY AS w (account, action, key, at)
  JOIN idempotency i ON i.account = w.account AND i.action = w.action AND i.key = w.key`;
const insertKeys = bulkInsert('idempotency', {
  account: 'int8',
  action: 'text',
  key: 'text',
  message: 'int8',
  fingerprint: 'text',
  at_ms: 'int8',
});

export function keyTable(): KeyTable {
  const known = new Map<string, First | undefined>();
  let added: Scalar[][] = [];
  const nameOf = ({ account, action, key }: Key): string => JSON.stringify([account, action, key]);

  const load: KeyTable['load'] = async (batch, keys) => {
    const missing = keys.filter((key) => !known.has(nameOf(key)));
    if (missing.length === 0) return [];
    const wanted = turned(
      missing.map(({ account, action, key }) => [account, indexed(action), indexed(key)]),
      3,
    );
    const rows = await batch.sql.rows<First & { at: number }>(selectKeys, wanted);
    for (const key of missing) known.set(nameOf(key), undefined);
    for (const { at, message, fingerprint } of rows) {
      const key = missing[at - 1];
      if (key) known.set(nameOf(key), { message, fingerprint });
    }
    return rows;
  };
  return {
    load,
    async find(batch, key) {
      const name = nameOf(key);
      if (!known.has(name)) await load(batch, [key]);
      return known.get(name);
    },
    add(batch, key, first) {
      known.set(nameOf(key), first);
      added.push([key.account, indexed(key.action), indexed(key.key), first.message, first.fingerprint, batch.nowMs]);
    },
    async flush(batch) {
      const rows = added;
      added = [];
      await insertKeys(batch.sql, rows);
    },
    forget() {
      known.clear();
      added = [];
    },
  };
}
