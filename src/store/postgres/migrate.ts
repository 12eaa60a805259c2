/**
 * Brings a database to the version this gateway knows. Each migration runs in its own transaction and leaves its number
 * and checksum; a database from the future, or whose history differs from ours, is left untouched and stops the start.
 */
import { createHash } from 'node:crypto';
import { migrations as known } from '../migrations/postgres/all.ts';
import { StoreFault } from '../fault.ts';
import type { Sql } from './sql.ts';

const selectServer = `SELECT current_setting('server_version_num')::int4 AS version,
  current_setting('server_encoding') AS encoding, current_setting('server_version') AS name`;
const selectTables = `SELECT count(*) AS tables, count(*) FILTER (WHERE tablename = 'migrations') AS ours
  FROM pg_tables WHERE schemaname = 'public'`;
const createHistory = `CREATE TABLE IF NOT EXISTS migrations (
  version int8 PRIMARY KEY, checksum text NOT NULL, applied_at_ms int8 NOT NULL)`;
const selectHistory = 'SELECT version, checksum FROM migrations ORDER BY version';
const insertHistory = 'INSERT INTO migrations (version, checksum, applied_at_ms) VALUES ($1, $2, $3)';

const oldestServer = 140_000;

/** How many migrations wait. Throws StoreFault when the server cannot serve us or the database cannot be ours to change. */
export async function pendingMigrations(sql: Sql, list = known): Promise<number> {
  const [server] = await sql.rows<{ version: number; encoding: string; name: string }>(selectServer);
  if (!server || server.version < oldestServer) {
    throw new StoreFault(`PostgreSQL ${server?.name ?? ''} is too old; version 14 or newer is needed`);
  }
  if (server.encoding !== 'UTF8') {
    throw new StoreFault(
      `The PostgreSQL database is in ${server.encoding}; make one in UTF8 (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0)`,
    );
  }
  const [found] = await sql.rows<{ tables: number; ours: number }>(selectTables);
  if (!found || found.tables === 0) return list.length;
  if (found.ours === 0) {
    throw new StoreFault(
      'The PostgreSQL database holds tables of another program; give this gateway a database of its own (CLAWGATE_DATABASE_URL)',
    );
  }
  const applied = await sql.rows<{ version: number; checksum: string }>(selectHistory);
  if (applied.length > list.length) {
    throw new StoreFault(
      `The PostgreSQL database was written by a newer Clawgate (schema ${applied.length}, this one knows ${list.length}); start that version or a newer one, or restore a dump made before the upgrade`,
    );
  }
  if (applied.every((row, at) => row.version === at + 1 && row.checksum === checksum(list[at] ?? ''))) {
    return list.length - applied.length;
  }
  throw new StoreFault(
    'The PostgreSQL database was migrated by a build that differs from this one; start the version that made it, or restore a dump',
  );
}

/** Apply what waits. The caller holds the lock. Callable twice. */
export async function migrate(sql: Sql, nowMs: number, list = known): Promise<void> {
  const pending = await pendingMigrations(sql, list);
  for (const [at, text] of list.entries()) {
    if (at < list.length - pending) continue;
    await sql.run('BEGIN');
    try {
      await sql.run(createHistory);
      await sql.compose(text);
      await sql.run(insertHistory, [at + 1, checksum(text), nowMs]);
      await sql.run('COMMIT');
    } catch (error) {
      await sql.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}

/** Of the meaning, not the layout: white space may be reformatted. */
function checksum(text: string): string {
  return createHash('sha256').update(text.replace(/\s+/g, ' ').trim()).digest('hex').slice(0, 32);
}
