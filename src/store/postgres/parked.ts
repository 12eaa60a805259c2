/**
 * Reports about messages that are not known yet: kept, so that they are joined when the send they are about is settled.
 * There are few, so all of them are in memory too.
 */
import type { Inbound } from '#ports/driver.ts';
import type { Batch } from './batch.ts';
import { bulkInsert } from './bulk.ts';
import type { RemoteName } from './remote-ids.ts';
import type { Scalar } from './sql.ts';

type Receipt = Extract<Inbound, { kind: 'receipt' }>;

export interface Parked {
  readonly no: number;
  readonly recipient: string | null;
  readonly status: Receipt['status'];
  readonly error: string | null;
}

export interface ParkedTable {
  load(batch: Batch): Promise<void>;
  /** False when there is no room. */
  add(batch: Batch, connection: number, row: Receipt): boolean;
  /** What was kept for a remote id, in the order it came; it is gone then. */
  take(name: RemoteName): readonly Parked[];
  flush(batch: Batch): Promise<void>;
  /** After a rollback or a sweep: memory may be ahead of the database. */
  forget(): void;
}

interface Row extends Parked {
  readonly connection_no: number;
  readonly remote_id: string;
  readonly remote_chat: string;
}

const selectParked =
  'SELECT no, connection_no, remote_id, remote_chat, recipient, status, error FROM parked_receipts ORDER BY no';
const deleteParked = 'DELETE FROM parked_receipts WHERE no = ANY($1::int8[])';
const insertParked = bulkInsert('parked_receipts', {
  no: 'int8',
  connection_no: 'int8',
  remote_id: 'text',
  remote_chat: 'text',
  recipient: 'text',
  status: 'text',
  error: 'text',
  at_ms: 'int8',
});

/** Reports about messages that are not ours must not fill the disk. */
const parkedLimit = 10_000;

export function parkedTable(): ParkedTable {
  const byName = new Map<string, Parked[]>();
  let [isLoaded, count, newest] = [false, 0, 0];
  let added = new Map<number, Scalar[]>();
  let taken: number[] = [];
  const nameOf = (connection: number, remoteId: string, remoteChat: string): string =>
    JSON.stringify([connection, remoteId, remoteChat]);
  const keep = (name: string, row: Parked): void => {
    const rows = byName.get(name);
    if (rows) rows.push(row);
    else byName.set(name, [row]);
    count += 1;
    newest = Math.max(newest, row.no);
  };
  return {
    async load({ sql }) {
      if (isLoaded) return;
      for (const row of await sql.rows<Row>(selectParked)) {
        keep(nameOf(row.connection_no, row.remote_id, row.remote_chat), row);
      }
      isLoaded = true;
    },
    add(batch, connection, { remoteId, remoteChat, recipient, status, error }) {
      const name = nameOf(connection, remoteId, remoteChat);
      if (byName.get(name)?.some((row) => row.recipient === recipient && row.status === status)) return true;
      if (count >= parkedLimit) return false;
      const no = newest + 1;
      keep(name, { no, recipient, status, error });
      added.set(no, [no, connection, remoteId, remoteChat, recipient, status, error, batch.nowMs]);
      return true;
    },
    take({ connection, remoteId, remoteChat }) {
      if (count === 0) return [];
      const name = nameOf(connection, remoteId, remoteChat);
      const rows = byName.get(name) ?? [];
      byName.delete(name);
      count -= rows.length;
      for (const { no } of rows) if (!added.delete(no)) taken.push(no);
      return rows;
    },
    async flush({ sql }) {
      const [fresh, gone] = [[...added.values()], taken];
      added = new Map();
      taken = [];
      await insertParked(sql, fresh);
      if (gone.length > 0) await sql.run(deleteParked, [gone]);
    },
    forget() {
      byName.clear();
      [isLoaded, count, newest] = [false, 0, 0];
      added = new Map();
      taken = [];
    },
  };
}
