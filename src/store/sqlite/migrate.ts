/**
 * Brings a database to the version this gateway knows. Each migration runs in its own transaction and leaves its number
 * and checksum; a database from the future, or whose history differs from ours, is left untouched and stops the start.
 */
import { createHash } from 'node:crypto';
import { migrations as known } from '../migrations/sqlite/all.ts';
import { StoreFault } from '../fault.ts';
import { applicationId, type Db } from './file.ts';

const createHistory = `CREATE TABLE IF NOT EXISTS migrations (
  version INTEGER PRIMARY KEY, checksum TEXT NOT NULL, applied_at_ms INTEGER NOT NULL) STRICT`;
const selectHistory = 'SELECT version, checksum FROM migrations ORDER BY version';
const insertHistory = 'INSERT INTO migrations (version, checksum, applied_at_ms) VALUES (?, ?, ?)';

/** How many migrations wait, and whether the database existed before. Throws StoreFault when it cannot be ours to change. */
export function pendingMigrations(db: Db, file: string, list = known): { existing: boolean; count: number } {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > list.length) {
    throw new StoreFault(
      `The database ${file} was written by a newer Clawgate (schema ${version}, this one knows ${list.length}); start that version or a newer one, or restore a backup made before the upgrade`,
    );
  }
  if (version > 0) checkHistory(db, file, version, list);
  return { existing: version > 0, count: list.length - version };
}

/** Apply what waits. Callable twice. */
export function migrate(db: Db, nowMs: number, list = known): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  for (const [index, sql] of list.entries()) {
    if (index < version) continue;
    db.transaction(() => {
      db.exec(createHistory);
      db.exec(sql);
      db.prepare(insertHistory).run(index + 1, checksum(sql), nowMs);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
}

function checkHistory(db: Db, file: string, version: number, list: readonly string[]): void {
  const applied = db.prepare<[], { version: number; checksum: string }>(selectHistory).all();
  const same =
    applied.length === version && applied.every((row) => row.checksum === checksum(list[row.version - 1] ?? ''));
  if (same) return;
  throw new StoreFault(
    `The database ${file} was migrated by a build that differs from this one; start the version that made it, or restore a backup`,
  );
}

/** Of the meaning, not the layout: white space may be reformatted. */
function checksum(sql: string): string {
  return createHash('sha256').update(sql.replace(/\s+/g, ' ').trim()).digest('hex').slice(0, 32);
}
