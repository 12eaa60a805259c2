/**
 * The network's own database: its tables, how it is opened, and the counters for ids and times. Every commit is on disk
 * before it is acknowledged (write-ahead log, fsync per commit), one process owns the file, and neither ids nor times go
 * back, whatever the clock does.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '#ports/runtime.ts';

export type Db = Database.Database;

/** Append-only: a step that ran somewhere is never changed. */
const migrations = [
  `
-- A topic is what clients read: a group's messages, an installation's welcomes, a group's commit log.
CREATE TABLE topic (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name BLOB NOT NULL, UNIQUE (kind, name));

-- body is what is answered, all but its id and time. digest tells a repeated publish; entries that may repeat have none.
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, created_us INTEGER NOT NULL, digest BLOB, body BLOB NOT NULL
);
CREATE INDEX entry_topic ON entry (topic, id);
CREATE UNIQUE INDEX entry_digest ON entry (topic, digest) WHERE digest IS NOT NULL;

-- Updates are kept as their authors signed them; state is what they add up to.
CREATE TABLE inbox (id TEXT PRIMARY KEY, updates INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE identity_update (
  id INTEGER PRIMARY KEY, inbox TEXT NOT NULL, created_us INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX identity_update_inbox ON identity_update (inbox, id);

-- Which inbox an address belongs to: the newest row that is not revoked.
CREATE TABLE address (
  address TEXT NOT NULL, inbox TEXT NOT NULL, linked INTEGER NOT NULL, revoked INTEGER, PRIMARY KEY (address, linked)
) WITHOUT ROWID;

CREATE TABLE key_package (installation BLOB PRIMARY KEY, created_us INTEGER NOT NULL, body BLOB NOT NULL);
`,
];

/** Opens or makes the file, and its folder. Throws a sentence when it cannot be had. */
export function openNetworkDatabase(file: string): Db {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new Database(file, { timeout: 0 });
  try {
    // Exclusive before anything is read: a second network on the same file would give out the same ids.
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('wal_autocheckpoint = 4000');
    db.pragma('journal_size_limit = 67108864');
    db.pragma('cache_size = -32000');
    db.pragma('temp_store = MEMORY');
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    const isBusy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
    if (isBusy) throw new Error('another process runs the XMTP network on this file', { cause: error });
    throw error;
  }
}

function migrate(db: Db): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > migrations.length) throw new Error('the XMTP network was last run by a newer version of Clawgate');
  db.transaction(() => {
    for (const step of migrations.slice(version)) db.exec(step);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

/** Where and when a thing came: the id clients page by, and its time in whole microseconds. */
export interface Stamp {
  readonly id: number;
  readonly createdUs: number;
}

export interface Stamps {
  next(): Stamp;
}

/** Milliseconds since 2026: where a new network starts, so that one begun after its file was lost repeats no id. */
const originMs = Date.UTC(2026, 0, 1);

/** Call it on an open database that nobody else writes. */
export function openStamps(db: Db, clock: Clock): Stamps {
  const last = db
    .prepare<[], { id: number | null; createdUs: number | null }>(
      `SELECT max(id) AS id, max(created_us) AS createdUs FROM (
         SELECT max(id) AS id, (SELECT created_us FROM entry ORDER BY id DESC LIMIT 1) AS created_us FROM entry
         UNION ALL
         SELECT max(id), (SELECT created_us FROM identity_update ORDER BY id DESC LIMIT 1) FROM identity_update)`,
    )
    .get();
  let id = last?.id ?? Math.max(0, Math.floor(clock.nowMs()) - originMs);
  let createdUs = last?.createdUs ?? 0;
  return {
    next() {
      id += 1;
      createdUs = Math.max(createdUs + 1, clock.nowUs());
      return { id, createdUs };
    },
  };
}

export const nanoseconds = (createdUs: number): bigint => BigInt(createdUs) * 1000n;
