/**
 * The database file itself: opened with the settings every promise rests on, owned by one gateway at a time, and known
 * to be ours and whole before anything reads it. What stops the start is a sentence that names the file and the mend.
 * The lock is a file beside the database, so that a person or a backup may still read while the gateway runs.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { StoreFault } from '../fault.ts';

export type Db = Sqlite.Database;

/** `Clwg`: tells our files from other SQLite databases. */
export const applicationId = 0x436c7767;

const checkpointPages = 4000;
/** Beyond this a whole-file check would hold up the start; a damaged page then shows when it is read. */
const checkedBytes = 64 * 1024 * 1024;

/** Open a database for writing. Throws StoreFault when the file is not a whole database of ours. */
export function openFile(file: string): Db {
  const fresh = !existsSync(file) || statSync(file).size === 0;
  const db = opened(file);
  try {
    if (!fresh) checkOurs(db, file);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
    db.pragma('journal_size_limit = 67108864');
    db.pragma('cache_size = -65536');
    db.pragma('temp_store = MEMORY');
    db.pragma('foreign_keys = OFF');
    if (!fresh && statSync(file).size <= checkedBytes) checkWhole(db, file);
    return db;
  } catch (error) {
    db.close();
    throw isSqlite(error) ? damaged(file, error.message) : error;
  }
}

/** Let the file grow to about so many bytes and no further. */
export function limitSize(db: Db, bytes: number): void {
  const pageBytes = Number(db.pragma('page_size', { simple: true }));
  db.pragma(`max_page_count = ${Math.ceil(bytes / pageBytes)}`);
}

/** Hold the file for this process until released, or until the process ends however it ends. */
export function lockFile(file: string): { release(): void } {
  const real = existsSync(file) ? realpathSync(file) : file;
  const lock = opened(`${real}.lock`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (isSqlite(error) && error.code.startsWith('SQLITE_BUSY')) {
      throw new StoreFault(
        `Another gateway is using the database ${file}; stop it first, or give this one a data folder of its own (CLAWGATE_DATA)`,
      );
    }
    throw isSqlite(error) ? unopened(`${real}.lock`, error.message) : error;
  }
  return { release: () => lock.close() };
}

/** Whether an error says that the database as a whole cannot be used now, rather than that one item is bad. */
export function isUnusable(error: unknown): boolean {
  if (!isSqlite(error)) return false;
  return /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CORRUPT|CANTOPEN|NOTADB|NOMEM|PROTOCOL|PERM)/.test(error.code);
}

export function isSqlite(error: unknown): error is InstanceType<typeof Sqlite.SqliteError> {
  return error instanceof Sqlite.SqliteError;
}

function opened(file: string): Db {
  try {
    return new Sqlite(file, { timeout: 0 });
  } catch (error) {
    throw unopened(file, error instanceof Error ? error.message : 'unknown');
  }
}

function checkOurs(db: Db, file: string): void {
  const id = db.pragma('application_id', { simple: true });
  if (id === applicationId) return;
  const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() ?? 0;
  if (tables === 0) return;
  throw new StoreFault(
    `The file ${file} is a database of another program; move it away, or point CLAWGATE_DATA at another folder`,
  );
}

function checkWhole(db: Db, file: string): void {
  const verdict = db.prepare<[], string>('PRAGMA quick_check(1)').pluck().get();
  if (verdict !== 'ok') throw damaged(file, verdict ?? 'no verdict');
}

function damaged(file: string, why: string): StoreFault {
  return new StoreFault(
    `The database ${file} is damaged (${why}); keep a copy of it, then restore the latest backup with clawgate restore`,
  );
}

function unopened(file: string, why: string): StoreFault {
  return new StoreFault(`The database ${file} cannot be opened (${why}); check that the folder exists and is writable`);
}
