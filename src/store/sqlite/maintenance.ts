/**
 * Housekeeping while the gateway runs: forgetting what was promised only for a time, copying the database, and asking
 * whether it can still be written.
 */
import { existsSync, rmSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { refuse } from '#core/failure.ts';
import type { MaintenanceStore } from '#ports/store.ts';
import type { Db } from './file.ts';
import type { Writer } from './writer.ts';

/** Promised: a day. The second is for clients whose clock or patience is off. */
const keysKeptMs = 48 * 60 * 60 * 1000;
/** Promised: seven days. */
const inboxKeptMs = 8 * 24 * 60 * 60 * 1000;
const parkedKeptMs = 24 * 60 * 60 * 1000;

const deleteInbox = `DELETE FROM inbox WHERE no IN (SELECT no FROM
  (SELECT no, at_ms FROM inbox ORDER BY no LIMIT ?) WHERE at_ms < ?)`;
const deleteParked = `DELETE FROM parked_receipts WHERE no IN (SELECT no FROM
  (SELECT no, at_ms FROM parked_receipts ORDER BY no LIMIT ?) WHERE at_ms < ?)`;
const deleteProvisional = `DELETE FROM provisional_routes WHERE (address, connection_no, line) IN
  (SELECT address, connection_no, line FROM provisional_routes WHERE expires_at_ms < ? LIMIT ?)`;
const selectNewestId = `SELECT max(coalesce((SELECT max(id) FROM messages), 0), coalesce((SELECT max(id) FROM commands), 0),
  coalesce((SELECT max(id) FROM conversations), 0))`;
const setChecked = "UPDATE meta SET value = ? WHERE name = 'checked_at_ms'";

/** Pages copied before the event loop gets its turn: about a millisecond of copying. */
const pagesAtOnce = 200;

/** What holds idempotency keys. Called inside a batch. */
interface Sweepable {
  sweep(olderThanMs: number, limit: number): number;
}

type Verbs = Pick<MaintenanceStore, 'newestId' | 'backup' | 'sweep' | 'check'>;

export function maintenanceVerbs(db: Db, writer: Writer, keys: readonly Sweepable[], recountParked: () => void): Verbs {
  const inbox = db.prepare<[number, number]>(deleteInbox);
  const parked = db.prepare<[number, number]>(deleteParked);
  const provisional = db.prepare<[number, number]>(deleteProvisional);
  const checked = db.prepare<[number]>(setChecked);
  const newest = db.prepare<[], number>(selectNewestId).pluck();
  return {
    newestId: () => newest.get() ?? 0,
    backup: (file) => copyTo(db, file),
    sweep: (nowMs, limit) =>
      writer.once(() => {
        let gone = inbox.run(limit, nowMs - inboxKeptMs).changes;
        gone += parked.run(limit, nowMs - parkedKeptMs).changes;
        gone += provisional.run(nowMs, limit).changes;
        for (const index of keys) gone += index.sweep(nowMs - keysKeptMs, limit);
        recountParked();
        return gone;
      }),
    check: () => writer.once((batch) => void checked.run(batch.nowMs)),
  };
}

/**
 * Copies page by page between commits on the writer's own connection, so that what is written meanwhile is in the copy
 * too. The file takes its name only once it is whole.
 */
async function copyTo(db: Db, file: string): Promise<void> {
  if (existsSync(file)) throw refuse('conflict', `The file ${file} exists; choose another name for the backup`);
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  try {
    await db.backup(partial, { progress: () => pagesAtOnce });
    await link(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
