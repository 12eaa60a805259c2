/**
 * Commands born claimed. As long as all goes well such a send never has a row among the commands: its message carries
 * the rendered body until the provider took it, and memory knows that it is in hand. Whatever else becomes of it, and
 * whatever a dead process left, is first written out as an ordinary command.
 */
import { idText, type ConnectionId, type MessageId } from '#core/ids.ts';
import { commandKind, commandState, directionCode, statusCode } from '../rules/codes.ts';
import { bulk, type Value } from './bulk.ts';
import type { ConversationCache } from './conversations.ts';
import { named, type Named } from './fates.ts';
import type { Db } from './file.ts';

/** The fence of a command that was claimed as it was stored. */
export const bornFence = 1;

const insertMessages = (rows: string) => `INSERT INTO messages (id, account, conversation, direction, status, channel,
  sender, parts, created_at_ms, reply_to, body, expires_at_ms, key_action, key, fingerprint) VALUES ${rows}`;
const bornRow = `(?,?,?,${directionCode.outbound},${statusCode.sending},?,?,?,?,?,?,?,?,?,?)`;
const writeOut = `INSERT INTO commands (conversation, id, account, connection_no, kind, state, fence, attempt,
  first_sent_at_ms, created_at_ms, expires_at_ms, chunk_count, channel, body)
  SELECT m.conversation, m.id, m.account, c.connection_no, ${commandKind.send}, ${commandState.sending}, ${bornFence}, 1,
    m.created_at_ms, m.created_at_ms, m.expires_at_ms, 1, m.channel, m.body
  FROM messages m JOIN conversations c ON c.id = m.conversation
  WHERE m.id = ? AND m.body IS NOT NULL AND m.status <= ${statusCode.unknown}`;
const clearBody = 'UPDATE messages SET body = NULL, expires_at_ms = NULL WHERE id = ?';
const selectBorn = `SELECT id, conversation FROM messages
  WHERE id >= (SELECT value FROM meta WHERE name = 'born_from') AND body IS NOT NULL`;
const selectBornFrom = "SELECT value FROM meta WHERE name = 'born_from'";
const setBornFrom = "UPDATE meta SET value = ? WHERE name = 'born_from'";
const selectNewest = 'SELECT coalesce(max(id), 0) FROM messages';

/** The values of one message row, in the order of the statement. */
export type BornRow = readonly [
  id: number,
  account: number,
  conversation: number,
  channel: string,
  sender: string,
  parts: string,
  createdAtMs: number,
  replyTo: number | null,
  body: string,
  expiresAtMs: number,
  keyAction: string | null,
  key: string | null,
  fingerprint: string | null,
];

export interface BornTable {
  get(id: MessageId): Named | undefined;
  add(id: MessageId, born: Named, row: BornRow): void;
  /** It ended well: nothing is left of it but its message. */
  end(id: MessageId, born: Named): void;
  /** Make it an ordinary command, under way with fence 1. */
  writeOut(id: MessageId, born: Named): void;
  /** Make all of them ordinary commands: at start, when nobody has them in hand. */
  writeOutAll(): void;
  /** The oldest of a conversation in hand: nothing behind it may be claimed. */
  oldest(conversation: number): number | undefined;
  /** How many are in hand, and since when the oldest is: an id is the time it was minted at. */
  byConnection(): ReadonlyMap<ConnectionId, { readonly count: number; readonly oldestAtMs: number }>;
  /** Write the messages added so far, before any of them is read. */
  flush(): void;
  /** At the end of a batch: remember where a search for them has to begin. */
  mark(): void;
  forget(): void;
}

/** How many batches may pass before the beginning of the search is written again. */
const batchesPerMark = 16;

export function bornTable(db: Db, conversations: ConversationCache): BornTable {
  const write = db.prepare<[number]>(writeOut);
  const clear = db.prepare<[number]>(clearBody);
  const select = db.prepare<[], { id: number; conversation: number }>(selectBorn);
  const insert = bulk(db, bornRow, insertMessages);
  let rows: Value[] = [];
  const hands = handsFull();
  const mark = marking(db);

  const flush = () => {
    if (rows.length === 0) return;
    insert(rows);
    rows = [];
  };
  const out = (id: MessageId, born: Named) => {
    flush();
    write.run(born.number);
    clear.run(born.number);
    hands.drop(id, born);
  };
  const load = () => {
    for (const { id, conversation } of select.all()) {
      const entry = conversations.byNumber(conversation);
      if (!entry) continue;
      const text = idText('message', id);
      hands.take(text, named(id, text, entry));
    }
  };
  load();

  return {
    get: (id) => hands.all.get(id),
    add(id, born, row) {
      rows.push(...row);
      mark.add(born.number);
      hands.take(id, born);
    },
    end: hands.drop,
    writeOut: out,
    writeOutAll() {
      // A copy, because each is taken out of the map on its way.
      for (const [id, born] of new Map(hands.all)) out(id, born);
    },
    oldest: hands.oldest,
    byConnection: hands.byConnection,
    flush,
    mark: () => mark.atEnd(hands.all),
    forget() {
      rows = [];
      mark.forget();
      hands.clear();
      load();
    },
  };
}

/** What is in hand, by message and counted by conversation. */
function handsFull() {
  const all = new Map<MessageId, Named>();
  const lanes = new Map<number, number>();
  return {
    all: all as ReadonlyMap<MessageId, Named>,
    take: (id: MessageId, born: Named): void => {
      all.set(id, born);
      lanes.set(born.entry.number, (lanes.get(born.entry.number) ?? 0) + 1);
    },
    drop: (id: MessageId, { entry }: Named): void => {
      if (!all.delete(id)) return;
      const left = (lanes.get(entry.number) ?? 1) - 1;
      if (left === 0) lanes.delete(entry.number);
      else lanes.set(entry.number, left);
    },
    oldest: (conversation: number): number | undefined => {
      if (!lanes.has(conversation)) return undefined;
      let oldest = Number.MAX_SAFE_INTEGER;
      for (const { number, entry } of all.values()) {
        if (entry.number === conversation && number < oldest) oldest = number;
      }
      return oldest;
    },
    byConnection: (): ReadonlyMap<ConnectionId, { readonly count: number; readonly oldestAtMs: number }> => {
      const found = new Map<ConnectionId, { readonly count: number; readonly oldestAtMs: number }>();
      for (const { number, entry } of all.values()) {
        const { connection } = entry.conversation;
        const { count, oldestAtMs } = found.get(connection) ?? { count: 0, oldestAtMs: Number.MAX_SAFE_INTEGER };
        const atMs = Math.floor(number / 1_000);
        found.set(connection, { count: count + 1, oldestAtMs: Math.min(oldestAtMs, atMs) });
      }
      return found;
    },
    clear: (): void => {
      all.clear();
      lanes.clear();
    },
  };
}

/**
 * Where the search for what was in hand begins. Moved on now and then, and back at once for a message that was numbered
 * long before it was stored.
 */
function marking(db: Db) {
  const read = db.prepare<[], number>(selectBornFrom).pluck();
  const write = db.prepare<[number]>(setBornFrom);
  const newest = db.prepare<[], number>(selectNewest).pluck();
  let marked = read.get() ?? 0;
  let [batches, behind] = [0, false];
  return {
    add: (number: number): void => {
      if (number < marked) behind = true;
    },
    atEnd: (inHand: ReadonlyMap<MessageId, Named>): void => {
      batches += 1;
      if (!behind && batches % batchesPerMark !== 0) return;
      behind = false;
      marked = inHand.size === 0 ? (newest.get() ?? 0) : Number.MAX_SAFE_INTEGER;
      for (const { number } of inHand.values()) marked = Math.min(marked, number);
      write.run(marked);
    },
    forget: (): void => {
      marked = read.get() ?? 0;
      behind = false;
    },
  };
}
