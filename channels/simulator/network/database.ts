/**
 * The network's own database: its tables, how it is opened, and the one counter every id comes from. Write-ahead log
 * without an fsync per commit: what it acknowledged survives `kill -9`, not a power cut, which is enough for phones
 * that do not exist.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE handset (
  id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, channel TEXT NOT NULL,
  airplane INTEGER NOT NULL DEFAULT 0, faults TEXT NOT NULL DEFAULT '{}'
);

-- peer names the people of a chat that is found by who is in it; a group whose members were changed has none.
-- handset_read: everything the handset received up to there is read. agent_read: the same for the gateway.
CREATE TABLE chat (
  id INTEGER PRIMARY KEY, line TEXT NOT NULL, channel TEXT NOT NULL, is_group INTEGER NOT NULL, peer TEXT,
  title TEXT, key TEXT UNIQUE, gone INTEGER NOT NULL DEFAULT 0,
  agent_read INTEGER NOT NULL DEFAULT 0, handset_read INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX chat_peer ON chat (peer, line, channel) WHERE peer IS NOT NULL;
CREATE TABLE member (chat INTEGER NOT NULL, handset INTEGER NOT NULL, PRIMARY KEY (chat, handset)) WITHOUT ROWID;
CREATE INDEX member_handset ON member (handset);

-- sender is null when the gateway wrote it. prompt: the row itself is its report to the gateway (a message that came
-- in, or one delivered the moment it was sent), so the common case needs no row in event.
CREATE TABLE message (
  id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, sender INTEGER, channel TEXT NOT NULL, sent_ms INTEGER NOT NULL,
  status INTEGER NOT NULL, prompt INTEGER NOT NULL, key TEXT, body TEXT NOT NULL
);
CREATE UNIQUE INDEX message_key ON message (key) WHERE key IS NOT NULL;
-- The messages of a chat, filled in now and then: see places.ts.
CREATE TABLE place (chat INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (chat, message)) WITHOUT ROWID;

-- Who of a group has a message; a DM keeps that in the message itself.
CREATE TABLE delivery (
  handset INTEGER NOT NULL, message INTEGER NOT NULL, status INTEGER NOT NULL, PRIMARY KEY (handset, message)
) WITHOUT ROWID;
CREATE INDEX delivery_unread ON delivery (handset, message) WHERE status = 1;

CREATE TABLE event (
  seq INTEGER PRIMARY KEY, about INTEGER NOT NULL, kind TEXT NOT NULL, chat INTEGER NOT NULL, message INTEGER NOT NULL,
  actor TEXT, value TEXT
);

-- What is held back: by a delay (due_ms), by the reorder fault (due_ms), or until airplane mode ends (due_ms null).
CREATE TABLE waiting (
  id INTEGER PRIMARY KEY, handset INTEGER NOT NULL, due_ms INTEGER, kind TEXT NOT NULL, chat INTEGER NOT NULL,
  message INTEGER NOT NULL, report TEXT
);
CREATE INDEX waiting_handset ON waiting (handset);
CREATE INDEX waiting_due ON waiting (due_ms) WHERE due_ms IS NOT NULL;

CREATE TABLE reaction (
  message INTEGER NOT NULL, sender TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (message, sender, type)
) WITHOUT ROWID;
CREATE TABLE vote (
  message INTEGER NOT NULL, sender TEXT NOT NULL, options TEXT NOT NULL, PRIMARY KEY (message, sender)
) WITHOUT ROWID;
CREATE TABLE media (id INTEGER PRIMARY KEY, mime TEXT NOT NULL, bytes BLOB NOT NULL);
`;

const schemaVersion = 1;

/** Open the network below a folder, making both when they are absent. Throws when the folder cannot be used. */
export function openPhoneDatabase(dataDir: string): Database.Database {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const db = new Database(join(dataDir, 'phones.sqlite'), { timeout: 2_000 });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('wal_autocheckpoint = 4000');
    db.pragma('cache_size = -32000');
    db.pragma('temp_store = MEMORY');
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version > schemaVersion) throw new Error('the phone network was last run by a newer version of Clawgate');
    if (version === 0) {
      db.transaction(() => {
        db.exec(schema);
        db.pragma(`user_version = ${schemaVersion}`);
      }).immediate();
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Runs work in a transaction of its own: committed when it returns, rolled back when it throws. */
export function transactions(db: Database.Database): (work: () => void) => void {
  // The library's own wrapper asks more questions than a batch of sends costs.
  const [begin, commit, rollback] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT'), db.prepare('ROLLBACK')];
  return (work) => {
    begin.run();
    try {
      work();
      commit.run();
    } catch (error) {
      if (db.inTransaction) rollback.run();
      throw error;
    }
  };
}

/** Message status codes. In a DM they live in the message, in a group in each member's delivery. */
export const pending = 0;
export const arrived = 1;
export const read = 2;
export const gone = 3;

/** Every id of the network, rising: messages, chats and reports share it, which puts the feed in one order. */
export interface Sequence {
  next(): number;
  last(): number;
}

/** Milliseconds since 2026: where a new network starts, so that one begun after its folder was lost repeats no id. */
const originMs = Date.UTC(2026, 0, 1);

export function openSequence(db: Database.Database, nowMs: number): Sequence {
  const highest = db
    .prepare<[], number>(
      `SELECT max(n) FROM (SELECT max(id) AS n FROM message UNION ALL SELECT max(seq) FROM event
       UNION ALL SELECT max(id) FROM chat UNION ALL SELECT max(id) FROM waiting UNION ALL SELECT max(id) FROM media
       UNION ALL SELECT CAST(value AS INTEGER) FROM meta WHERE name IN ('cursor', 'origin'))`,
    )
    .pluck()
    .get();
  let last = highest ?? Math.max(0, Math.floor(nowMs) - originMs);
  if (highest === undefined || highest === null) setMeta(db, 'origin', String(last));
  return {
    next: () => (last += 1),
    last: () => last,
  };
}

export function metaOf(db: Database.Database, name: string): string | undefined {
  return db.prepare<[string], string>('SELECT value FROM meta WHERE name = ?').pluck().get(name);
}

export function setMeta(db: Database.Database, name: string, value: string): void {
  db.prepare(
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ).run(name, value);
}

/** The public text of a message's or chat's number, and the number behind a text (undefined when it never was one). */
export const messageText = (id: number): string => `m${id.toString(36)}`;
export const chatText = (id: number): string => `c${id.toString(36)}`;

export function numberOf(prefix: 'm' | 'c', text: string): number | undefined {
  if (text.length < 2 || text.length > 12 || text[0] !== prefix) return undefined;
  const number = Number.parseInt(text.slice(1), 36);
  return Number.isSafeInteger(number) && prefix + number.toString(36) === text ? number : undefined;
}
