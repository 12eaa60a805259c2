/**
 * The read model behind lists, brought along an account's log in steps that others hardly notice. An account's begins
 * with its first question; whoever never asks never pays, and accepting and settling know nothing of it. A conversation
 * is opened by its first message, so whatever can be listed has an event. A message that waits and one that is being
 * handed over are both listed as `queued`, because only what has an event can be listed.
 */
import { eventCode, statusCode } from '../rules/codes.ts';
import type { Clock } from '#ports/runtime.ts';
import type { ConversationCache } from './conversations.ts';
import type { EventTail } from './event-tail.ts';
import type { Db } from './file.ts';

const selectMark = 'SELECT seq FROM listings WHERE account = ?';
const setMark = `INSERT INTO listings (account, seq) VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq`;
const selectEvents = 'SELECT seq, kind, message FROM events WHERE account = ? AND seq > ? ORDER BY seq LIMIT ?';
const insertEvent = 'INSERT INTO listed_events (account, message, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';
const selectMessage = `SELECT conversation, direction, status, channel, created_at_ms AS createdAtMs,
  coalesce(updated_at_ms, created_at_ms) AS updatedAtMs FROM messages WHERE id = ?`;
const insertMessage = `INSERT INTO listed_messages
  (account, created_at_ms, message, conversation, direction, channel, status, updated_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const updateMessage = `UPDATE listed_messages SET channel = ?, status = ?, updated_at_ms = ?
  WHERE account = ? AND created_at_ms = ? AND message = ?`;
const deleteMessage = 'DELETE FROM listed_messages WHERE account = ? AND created_at_ms = ? AND message = ?';
const setChannel = `UPDATE listed_messages SET channel = ? WHERE (account, created_at_ms, message) =
  (SELECT account, created_at_ms, id FROM messages WHERE id = ?)`;
/** Messages of before it was archived, however late they are listed, leave it archived. */
const upsertConversation = `INSERT INTO listed_conversations (account, created_at_ms, conversation, channel, status,
    archived_seq, message_count, last_message_at_ms, updated_at_ms)
  VALUES ($account, $createdAtMs, $conversation, $channel, 0, 0, $added, $lastMs, $updatedMs)
  ON CONFLICT DO UPDATE SET channel = excluded.channel,
    status = CASE WHEN $newestSeq > archived_seq THEN 0 ELSE status END,
    message_count = message_count + excluded.message_count,
    last_message_at_ms = CASE WHEN last_message_at_ms > excluded.last_message_at_ms THEN last_message_at_ms
      ELSE coalesce(excluded.last_message_at_ms, last_message_at_ms) END,
    updated_at_ms = max(updated_at_ms, excluded.updated_at_ms)`;
const loseMessage = `UPDATE listed_conversations SET message_count = message_count - 1, last_message_at_ms =
    (SELECT created_at_ms FROM listed_messages m WHERE m.account = $account AND m.conversation = $conversation
     ORDER BY created_at_ms DESC LIMIT 1)
  WHERE account = $account AND created_at_ms = $createdAtMs AND conversation = $conversation`;

/** In one commit: a step stops early once it took this long, so that whoever sends meanwhile waits no longer. */
const eventsPerStep = 1024;
const stepMs = 2;
const eventsPerLook = 64;
const conversationsPerStep = 128;

interface MessageRow {
  conversation: number;
  direction: number;
  status: number;
  channel: string;
  createdAtMs: number;
  updatedAtMs: number;
}

/** What one step found out about a conversation. */
interface Found {
  added: number;
  lastMs: number | null;
  updatedMs: number;
  newestSeq: number;
}

type ListedEvent = readonly [seq: number, kind: number, message: number];

export interface Listing {
  /** How far along its log an account's listing is; 0 when it has none. */
  mark(account: number): number;
  /** Bring it further along by one step, inside a batch. */
  step(account: number): void;
  /** A message became a tombstone. Inside a batch. */
  drop(account: number, message: number, row: { readonly conversation: number; readonly createdAtMs: number }): void;
  /** See that a conversation is listed, though it holds no message yet. */
  seat(account: number, conversation: number): void;
}

export interface Parts {
  readonly db: Db;
  readonly tail: EventTail;
  readonly conversations: ConversationCache;
  readonly clock: Clock;
}

export function listing(parts: Parts): Listing {
  const { db, conversations } = parts;
  const mark = db.prepare<[number], number>(selectMark).pluck();
  const moveMark = db.prepare<[number, number]>(setMark);
  const drop = db.prepare<[number, number, number]>(deleteMessage);
  const lose = db.prepare(loseMessage);
  const events = eventsAfter(parts);
  const list = listingOf(db);
  const save = savingConversations(db, conversations);

  return {
    mark: (account) => mark.get(account) ?? 0,
    step(account) {
      const endsAtMs = parts.clock.monotonicMs() + stepMs;
      const found = new Map<number, Found>();
      const seen = new Set<number>();
      let count = 0;
      let reached = 0;
      for (const event of events(account, mark.get(account) ?? 0)) {
        count += 1;
        const isLate = count % eventsPerLook === 0 && parts.clock.monotonicMs() > endsAtMs;
        if (isLate || found.size >= conversationsPerStep) break;
        list(account, event, found, seen);
        [reached] = event;
      }
      for (const [conversation, what] of found) save(account, conversation, what);
      if (reached > 0) moveMark.run(account, reached);
    },
    drop(account, message, { conversation, createdAtMs }) {
      if (drop.run(account, createdAtMs, message).changes === 0) return;
      const entry = conversations.byNumber(conversation);
      if (entry) lose.run({ account, conversation, createdAtMs: entry.conversation.createdAtMs });
    },
    seat: (account, conversation) =>
      save(account, conversation, { added: 0, lastMs: null, updatedMs: 0, newestSeq: 0 }),
  };
}

/** Tells the listing of the rare change of a message's channel that has no event. Does nothing for an unlisted one. */
export function relistingChannel(db: Db): (message: number, channel: string) => void {
  const update = db.prepare<[string, number]>(setChannel);
  return (message, channel) => void update.run(channel, message);
}

/** The next events of an account that are on disk, moved ones and fresh ones. */
function eventsAfter({ db, tail }: Parts): (account: number, afterSeq: number) => readonly ListedEvent[] {
  const select = db.prepare<[number, number, number], ListedEvent>(selectEvents).raw();
  return (account, afterSeq) => {
    const rows = select.all(account, afterSeq, eventsPerStep);
    if (rows.length >= eventsPerStep) return rows;
    for (const [seq, , kind, , message] of tail.fresh(account, afterSeq)) {
      if (rows.length === eventsPerStep) break;
      rows.push([seq, kind, message]);
    }
    return rows;
  };
}

/** Lists what one event tells. A row is read once a step: it shows what is true now, whatever else comes. */
function listingOf(db: Db) {
  const note = db.prepare<[number, number, number]>(insertEvent);
  const select = db.prepare<[number], MessageRow>(selectMessage);
  const insert = db.prepare<[number, number, number, number, number, string, number, number]>(insertMessage);
  const update = db.prepare<[string, number, number, number, number, number]>(updateMessage);

  return (account: number, [seq, kind, message]: ListedEvent, found: Map<number, Found>, seen: Set<number>): void => {
    note.run(account, message, seq);
    const isFirst = kind === eventCode.queued || kind === eventCode.received;
    if ((!isFirst && kind !== eventCode.status) || (seen.has(message) && !isFirst)) return;
    const row = select.get(message);
    if (!row) return;
    seen.add(message);
    const { conversation, direction, channel, createdAtMs, updatedAtMs } = row;
    const status = row.status === statusCode.sending ? statusCode.queued : row.status;
    const isThere = status !== statusCode.deleted;
    if (!isFirst) {
      if (isThere) update.run(channel, status, updatedAtMs, account, createdAtMs, message);
      return;
    }
    if (isThere) insert.run(account, createdAtMs, message, conversation, direction, channel, status, updatedAtMs);
    const before = found.get(conversation);
    const lastMs = isThere ? Math.max(before?.lastMs ?? createdAtMs, createdAtMs) : (before?.lastMs ?? null);
    found.set(conversation, {
      added: (before?.added ?? 0) + (isThere ? 1 : 0),
      lastMs,
      updatedMs: Math.max(before?.updatedMs ?? 0, createdAtMs),
      newestSeq: seq,
    });
  };
}

function savingConversations(db: Db, conversations: ConversationCache) {
  const upsert = db.prepare(upsertConversation);
  return (account: number, conversation: number, found: Found): void => {
    const entry = conversations.byNumber(conversation);
    if (!entry) return;
    const { channel, createdAtMs } = entry.conversation;
    const updatedMs = Math.max(found.updatedMs, createdAtMs);
    upsert.run({ ...found, account, conversation, channel, createdAtMs, updatedMs });
  };
}
