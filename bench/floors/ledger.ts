/**
 * What the two durable floors share, so that they differ in nothing but when they commit: the check of a send frame,
 * the tables, and the writes of one message (message row, outbox row, unique random key; the month's count beside).
 * Hand-prepared statements, rowid tables, ids that only rise.
 */
import { join } from 'node:path';
import { Ajv } from 'ajv';
import Database from 'better-sqlite3';

export interface SendFrame {
  readonly type: 'send';
  readonly id: string;
  readonly to: string;
  readonly parts: readonly { readonly type: 'text'; readonly value: string }[];
  readonly service?: string;
  readonly idempotencyKey: string;
}

export const isSendFrame = new Ajv().compile<SendFrame>({
  type: 'object',
  required: ['type', 'id', 'to', 'parts', 'idempotencyKey'],
  properties: {
    type: { const: 'send' },
    id: { type: 'string', minLength: 1, maxLength: 255 },
    to: { type: 'string', pattern: '^\\+\\d{7,15}$' },
    parts: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: {
        type: 'object',
        required: ['type', 'value'],
        properties: { type: { const: 'text' }, value: { type: 'string', minLength: 1, maxLength: 10_000 } },
      },
    },
    service: { enum: ['iMessage', 'RCS', 'SMS'] },
    idempotencyKey: { type: 'string', minLength: 1, maxLength: 255 },
  },
});

const tables = `
  CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY, account INTEGER NOT NULL, peer TEXT NOT NULL, parts TEXT NOT NULL, key TEXT NOT NULL,
    created_at INTEGER NOT NULL);
  CREATE UNIQUE INDEX messages_by_key ON messages (account, key);
  CREATE TABLE outbox (id INTEGER PRIMARY KEY, message INTEGER NOT NULL, state INTEGER NOT NULL);
  CREATE TABLE quota (account INTEGER PRIMARY KEY, used INTEGER NOT NULL);
`;

export function openLedger() {
  const file = process.env['BENCH_DATA'];
  if (file === undefined) throw new Error('BENCH_DATA must name the folder for the database');
  const database = new Database(join(file, `floor-${process.pid}.db`));
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'wal_autocheckpoint = 4000'])
    database.pragma(pragma);
  database.exec(tables);

  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const insertAccount = database.prepare<[string]>('INSERT INTO accounts (name) VALUES (?)');
  const insertMessage = database.prepare<[number, number, string, string, string, number]>(
    'INSERT INTO messages (id, account, peer, parts, key, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const insertCommand = database.prepare<[number]>('INSERT INTO outbox (message, state) VALUES (?, 0)');
  const addUsage = database.prepare<[number, number]>(
    'INSERT INTO quota (account, used) VALUES (?, ?) ON CONFLICT DO UPDATE SET used = used + excluded.used',
  );
  const accounts = new Map<string, number>();
  let lastId = 0;

  return {
    begin: () => void begin.run(),
    /** Returns once the log is on disk. */
    commit: () => void commit.run(),
    /** The number of an account, made on first sight: the floor knows nobody beforehand. */
    account(name: string): number {
      const known = accounts.get(name);
      if (known !== undefined) return known;
      const made = Number(insertAccount.run(name).lastInsertRowid);
      accounts.set(name, made);
      return made;
    },
    /** Inside a transaction. The new message's id, or 0 when its key was used before. */
    write(account: number, frame: SendFrame, nowMs: number): number {
      const id = lastId + 1;
      const { changes } = insertMessage.run(
        id,
        account,
        frame.to,
        JSON.stringify(frame.parts),
        frame.idempotencyKey,
        nowMs,
      );
      if (changes === 0) return 0;
      lastId = id;
      insertCommand.run(id);
      return id;
    },
    /** Inside a transaction. */
    count: (account: number, messages: number) => void addUsage.run(account, messages),
  };
}

export function answer(frame: SendFrame, message: number): string {
  if (message === 0) return JSON.stringify({ type: 'send.result', id: frame.id, ok: false, error: 'Key used before' });
  return JSON.stringify({
    type: 'send.result',
    id: frame.id,
    ok: true,
    messageId: `msg_${message.toString(36)}`,
    chatId: `cht_${frame.to.slice(1)}`,
    status: 'queued',
  });
}

/** The caller's key in the query names its account. */
export const accountName = (url: string | undefined): string =>
  new URL(url ?? '/', 'http://floor').searchParams.get('key') ?? 'nobody';
