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
  keepAddress(inboxId: string, address: string): void;
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
  const one = <Row>(sql: string) => db.prepare<[string], Row>(sql);
  const send = one<KeptSend>('SELECT line, chat, message FROM send WHERE key = ?');
  const putSend = db.prepare('INSERT OR IGNORE INTO send (key, line, chat, message, at_ms) VALUES (?, ?, ?, ?, ?)');
  const group = one<{ id: string; whole: number }>('SELECT id, whole FROM made_group WHERE key = ?');
  const putGroup = db.prepare('INSERT OR REPLACE INTO made_group (key, id, whole) VALUES (?, ?, ?)');
  const mark = one<{ until_ns: string; edge: string }>('SELECT until_ns, edge FROM mark WHERE line = ?');
  const putMark = db.prepare('INSERT OR REPLACE INTO mark (line, until_ns, edge) VALUES (?, ?, ?)');
  const installation = one<{ inbox: string; id: string; count: number | null }>(
    'SELECT inbox, id, count FROM installation WHERE line = ?',
  );
  const putInstallation = db.prepare(
    'INSERT OR REPLACE INTO installation (line, inbox, id, count) VALUES (?, ?, ?, ?)',
  );
  const address = one<{ address: string }>('SELECT address FROM inbox WHERE id = ?');
  const putAddress = db.prepare('INSERT OR REPLACE INTO inbox (id, address) VALUES (?, ?)');
  const dropSends = db.prepare('DELETE FROM send WHERE at_ms < ?');
  const putSends = db.transaction((waves: readonly ReadonlyMap<string, KeptSend>[]) => {
    for (const wave of waves)
      for (const [key, kept] of wave) putSend.run(key, kept.line, kept.chat, kept.message, clock.nowMs());
  });
  let wave: ReadonlyMap<string, KeptSend>[] = [];
  let writing: Promise<void> | null = null;
  const write = async (): Promise<void> => {
    // Others that are ready in this turn of the loop come along.
    await new Promise((resolve) => void setImmediate(resolve));
    writing = null;
    const taken = wave;
    wave = [];
    putSends(taken);
  };
  return {
    send: (key) => send.get(key),
    keepSends(sends) {
      wave.push(sends);
      return (writing ??= write());
    },
    group(key) {
      const row = group.get(key);
      return row && { id: row.id, isWhole: row.whole === 1 };
    },
    keepGroup: (key, id, isWhole) => void putGroup.run(key, id, isWhole ? 1 : 0),
    mark(line) {
      const row = mark.get(line);
      return row && { untilNs: BigInt(row.until_ns), edge: JSON.parse(row.edge) as string[] };
    },
    keepMark: (line, { untilNs, edge }) => void putMark.run(line, String(untilNs), JSON.stringify(edge)),
    installation(line) {
      const row = installation.get(line);
      return row && { inboxId: row.inbox, installationId: row.id, count: row.count };
    },
    keepInstallation: (line, { inboxId, installationId, count }) =>
      void putInstallation.run(line, inboxId, installationId, count),
    addressOf: (inboxId) => address.get(inboxId)?.address,
    keepAddress: (inboxId, text) => void putAddress.run(inboxId, text),
    forgetSends: (beforeMs) => void dropSends.run(beforeMs),
    close: () => void db.close(),
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
