/**
 * What the driver must know after a crash, in a SQLite file of its own that one process at a time may open: which
 * message a key became, which group a key made, how far each wallet's messages were handed over, which installation a
 * wallet has, and whose inbox is whose. What `keepSend` answered is on disk (fsync); the rest is only as safe as it needs
 * to be, because losing it costs nothing but work.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RemoteChat } from '#core/ids.ts';

/** A message that was prepared under a key: it may be published, and no other may be made for the key. */
export interface KeptSend {
  readonly line: string;
  /** As the gateway knows it. */
  readonly chat: RemoteChat;
  readonly message: string;
}

/** How far a wallet's messages were handed over: everything stored by then, and these ids that a look from then on finds. */
export interface Mark {
  readonly untilNs: bigint;
  readonly edge: readonly string[];
}

export interface Installation {
  readonly inboxId: string;
  readonly installationId: string;
  /** How many the inbox had when it was last counted; ten is all it can ever have. */
  readonly count: number | null;
}

export interface Journal {
  send(key: string): KeptSend | undefined;
  /** Resolves when all of them are on disk. What comes in one wave of work shares a commit. */
  keepSends(sends: ReadonlyMap<string, KeptSend>): Promise<void>;
  group(key: string): { readonly id: string; readonly isWhole: boolean } | undefined;
  keepGroup(key: string, id: string, isWhole: boolean): void;
  mark(line: string): Mark | undefined;
  keepMark(line: string, mark: Mark): void;
  installation(line: string): Installation | undefined;
  keepInstallation(line: string, installation: Installation): void;
  addressOf(inboxId: string): string | undefined;
  keepAddresses(addresses: ReadonlyMap<string, string>): void;
  /** Forget the keys of sends older than that. */
  forgetSends(beforeMs: number): void;
  close(): void;
}

const migrations = [
  `
CREATE TABLE send (key TEXT PRIMARY KEY, line TEXT NOT NULL, chat TEXT NOT NULL, message TEXT NOT NULL,
  at_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE made_group (key TEXT PRIMARY KEY, id TEXT NOT NULL, whole INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE mark (line TEXT PRIMARY KEY, until_ns TEXT NOT NULL, edge TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE installation (line TEXT PRIMARY KEY, inbox TEXT NOT NULL, id TEXT NOT NULL, count INTEGER) WITHOUT ROWID;
CREATE TABLE inbox (id TEXT PRIMARY KEY, address TEXT NOT NULL) WITHOUT ROWID;
`,
];

/** Opens or makes the file, and its folder. Throws a sentence when it cannot be had. */
export function openJournal(dataDir: string, clock: { nowMs(): number }): Journal {
  const db = openFile(dataDir);
  const sql = statements(db);
  /** Without waiting for the disk: what is lost with the power is found out again. */
  const quick = (write: () => void): void => {
    db.pragma('synchronous = NORMAL');
    try {
      write();
    } finally {
      db.pragma('synchronous = FULL');
    }
  };
  return {
    send: (key) => sql.send.get(key),
    keepSends: together(db, (key, { line, chat, message }) => sql.putSend.run(key, line, chat, message, clock.nowMs())),
    group(key) {
      const row = sql.group.get(key);
      return row && { id: row.id, isWhole: row.whole === 1 };
    },
    keepGroup: (key, id, isWhole) => void sql.putGroup.run(key, id, isWhole ? 1 : 0),
    mark(line) {
      const row = sql.mark.get(line);
      return row && { untilNs: BigInt(row.until_ns), edge: JSON.parse(row.edge) as string[] };
    },
    keepMark: (line, { untilNs, edge }) => quick(() => sql.putMark.run(line, String(untilNs), JSON.stringify(edge))),
    installation(line) {
      const row = sql.installation.get(line);
      return row && { inboxId: row.inbox, installationId: row.id, count: row.count };
    },
    keepInstallation: (line, { inboxId, installationId, count }) =>
      void sql.putInstallation.run(line, inboxId, installationId, count),
    addressOf: (inboxId) => sql.address.get(inboxId)?.address,
    keepAddresses: (addresses) =>
      quick(
        db.transaction(() => {
          for (const [inboxId, text] of addresses) sql.putAddress.run(inboxId, text);
        }),
      ),
    forgetSends: (beforeMs) => void sql.dropSends.run(beforeMs),
    close: () => void db.close(),
  };
}

function statements(db: Database.Database) {
  const one = <Row>(text: string) => db.prepare<[string], Row>(text);
  return {
    send: one<KeptSend>('SELECT line, chat, message FROM send WHERE key = ?'),
    putSend: db.prepare('INSERT OR IGNORE INTO send (key, line, chat, message, at_ms) VALUES (?, ?, ?, ?, ?)'),
    dropSends: db.prepare('DELETE FROM send WHERE at_ms < ?'),
    group: one<{ id: string; whole: number }>('SELECT id, whole FROM made_group WHERE key = ?'),
    putGroup: db.prepare('INSERT OR REPLACE INTO made_group (key, id, whole) VALUES (?, ?, ?)'),
    mark: one<{ until_ns: string; edge: string }>('SELECT until_ns, edge FROM mark WHERE line = ?'),
    putMark: db.prepare('INSERT OR REPLACE INTO mark (line, until_ns, edge) VALUES (?, ?, ?)'),
    installation: one<{ inbox: string; id: string; count: number | null }>(
      'SELECT inbox, id, count FROM installation WHERE line = ?',
    ),
    putInstallation: db.prepare('INSERT OR REPLACE INTO installation (line, inbox, id, count) VALUES (?, ?, ?, ?)'),
    address: one<{ address: string }>('SELECT address FROM inbox WHERE id = ?'),
    putAddress: db.prepare('INSERT OR REPLACE INTO inbox (id, address) VALUES (?, ?)'),
  };
}

/** Everything that is kept in one turn of the loop shares a commit; each answer waits for it. */
function together(
  db: Database.Database,
  put: (key: string, kept: KeptSend) => void,
): (sends: ReadonlyMap<string, KeptSend>) => Promise<void> {
  const putAll = db.transaction((waves: readonly ReadonlyMap<string, KeptSend>[]) => {
    for (const sends of waves) for (const [key, kept] of sends) put(key, kept);
  });
  let wave: ReadonlyMap<string, KeptSend>[] = [];
  let writing: Promise<void> | null = null;
  const write = async (): Promise<void> => {
    await new Promise((resolve) => void setImmediate(resolve));
    writing = null;
    const taken = wave;
    wave = [];
    putAll(taken);
  };
  return (sends) => {
    wave.push(sends);
    return (writing ??= write());
  };
}

function openFile(dataDir: string): Database.Database {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const db = new Database(join(dataDir, 'driver.sqlite'), { timeout: 0 });
  try {
    // Exclusive before anything is read: two drivers on one folder would each think a key was never sent.
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version > migrations.length) throw new Error('the wallets were last used by a newer version of Clawgate');
    db.transaction(() => {
      for (const step of migrations.slice(version)) db.exec(step);
      db.pragma(`user_version = ${migrations.length}`);
    }).immediate();
    return db;
  } catch (error) {
    db.close();
    const isBusy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
    if (isBusy) throw new Error("another process uses this gateway's wallets", { cause: error });
    throw error;
  }
}
