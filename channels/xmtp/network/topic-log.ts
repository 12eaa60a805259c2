/**
 * Everything that clients page through: the messages of groups, the welcomes of installations, the commit logs of
 * groups. A topic's entries are in the order of their ids, the newest id is the highest, and the same publish twice is
 * one entry. Appending happens inside the caller's transaction.
 */
import { createHash } from 'node:crypto';
import type { Db, Stamps } from './database.ts';
import { maxPageBytes } from './limits.ts';

export type TopicKind = 'group' | 'welcome' | 'commitLog';

export interface Topic {
  readonly kind: TopicKind;
  readonly name: Buffer;
}

export interface Entry {
  readonly id: number;
  readonly createdUs: number;
  readonly body: Buffer;
}

export interface PageAsk {
  /** Ascending: ids above the cursor. Descending: ids below it, or from the newest when it is 0. */
  readonly cursor: number;
  readonly descending: boolean;
  readonly limit: number;
}

export interface Page {
  readonly entries: readonly Entry[];
  /** Whether it ends because it is full, so that there may be more. */
  readonly isFull: boolean;
}

export interface TopicLog {
  /** False when this very publish is there already. `identity` is what makes it the same; null: it never is. */
  append(topic: Topic, body: Buffer, identity: Buffer | null): boolean;
  /** As many as asked for, fewer when they are large. */
  page(topic: Topic, ask: PageAsk): Page;
  newest(topic: Topic): Entry | undefined;
}

const kindNumber = { group: 1, welcome: 2, commitLog: 3 } as const satisfies Record<TopicKind, number>;

/** One text per topic, for maps. */
export const topicText = ({ kind, name }: Topic): string => `${kind}:${name.toString('base64')}`;

export function openTopicLog(db: Db, stamps: Stamps): TopicLog {
  const sql = prepare(db);
  const numberOf = ({ kind, name }: Topic): number | undefined => sql.topic.get(kindNumber[kind], name);
  return {
    append(topic, body, identity) {
      const number = numberOf(topic) ?? Number(sql.addTopic.run(kindNumber[topic.kind], topic.name).lastInsertRowid);
      const digest = identity && createHash('sha256').update(identity).digest();
      if (digest && sql.known.get(number, digest) !== undefined) return false;
      const { id, createdUs } = stamps.next();
      sql.add.run(id, number, createdUs, digest, body);
      return true;
    },
    page(topic, { cursor, descending, limit }) {
      const number = numberOf(topic);
      if (number === undefined) return { entries: [], isFull: false };
      const rows = descending
        ? sql.before.iterate(number, cursor === 0 ? Number.MAX_SAFE_INTEGER : cursor, limit)
        : sql.after.iterate(number, cursor, limit);
      return takeUpTo(rows, limit);
    },
    newest(topic) {
      const number = numberOf(topic);
      return number === undefined ? undefined : sql.before.get(number, Number.MAX_SAFE_INTEGER, 1);
    },
  };
}

/** At least one, then as long as they fit into one answer. */
function takeUpTo(rows: Iterable<Entry>, limit: number): Page {
  const entries: Entry[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += row.body.length;
    if (entries.length > 0 && bytes > maxPageBytes) return { entries, isFull: true };
    entries.push(row);
  }
  return { entries, isFull: entries.length >= limit };
}

function prepare(db: Db) {
  const columns = 'id, created_us AS createdUs, body';
  return {
    topic: db.prepare<[number, Buffer], number>('SELECT id FROM topic WHERE kind = ? AND name = ?').pluck(),
    addTopic: db.prepare<[number, Buffer]>('INSERT INTO topic (kind, name) VALUES (?, ?)'),
    known: db.prepare<[number, Buffer], number>('SELECT id FROM entry WHERE topic = ? AND digest = ?').pluck(),
    add: db.prepare<[number, number, number, Buffer | null, Buffer]>(
      'INSERT INTO entry (id, topic, created_us, digest, body) VALUES (?, ?, ?, ?, ?)',
    ),
    after: db.prepare<[number, number, number], Entry>(
      `SELECT ${columns} FROM entry WHERE topic = ? AND id > ? ORDER BY id LIMIT ?`,
    ),
    before: db.prepare<[number, number, number], Entry>(
      `SELECT ${columns} FROM entry WHERE topic = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    ),
  };
}
