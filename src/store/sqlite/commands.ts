/**
 * The rows of the outbox: their shape, the questions several verbs ask of them, and the end of one's time. Only open
 * commands have rows; the search for expired ones rests until the earliest can have expired.
 */
import type { Channel } from '#core/channel.ts';
import { idText } from '#core/ids.ts';
import type { Lane } from '#ports/store/outbound.ts';
import { commandKind, commandState } from '../rules/codes.ts';
import type { ConversationCache } from './conversations.ts';
import type { Db } from './file.ts';

export interface CommandRow {
  conversation: number;
  id: number;
  account: number;
  connection_no: number;
  kind: number;
  state: number;
  fence: number;
  attempt: number;
  maybe_sent: number;
  first_sent_at_ms: number | null;
  not_before_ms: number | null;
  created_at_ms: number;
  expires_at_ms: number;
  next_chunk: number;
  chunk_count: number;
  /** Null for a command that is not a send. */
  channel: Channel | null;
  body: string;
}

const selectCommand = 'SELECT * FROM commands WHERE conversation = ? AND id = ?';
const deleteCommand = 'DELETE FROM commands WHERE conversation = ? AND id = ?';
const holdCommand = `UPDATE commands SET state = ${commandState.unknown}, not_before_ms = ?
  WHERE conversation = ? AND id = ?`;
/** The head of a lane: its oldest command, unknown ones whose hold is over left out. */
const selectHead = `SELECT id, state, not_before_ms FROM commands
  WHERE conversation = ? AND (state <> ${commandState.unknown} OR not_before_ms IS NULL OR not_before_ms > ?)
  ORDER BY id LIMIT 1`;
const selectSoonest = `SELECT min(expires_at_ms) FROM commands WHERE state <> ${commandState.unknown}`;

export interface CommandTable {
  get(conversation: number, id: number): CommandRow | undefined;
  remove(conversation: number, id: number): void;
  /** Make it unknown, blocking its conversation until an instant (null: until somebody decides). */
  hold(conversation: number, id: number, untilMs: number | null): void;
  /** The conversation as a lane; undefined when nothing of it waits. */
  lane(conversation: number, nowMs: number): Lane | undefined;
  /** A command was stored that expires then. */
  expiresAt(atMs: number): void;
  /** Whether any may have expired by now; `none` says that a search found no more. */
  mayExpire(nowMs: number): boolean;
  none(): void;
}

export function commandTable(db: Db, conversations: ConversationCache): CommandTable {
  const select = db.prepare<[number, number], CommandRow>(selectCommand);
  const remove = db.prepare<[number, number]>(deleteCommand);
  const hold = db.prepare<[number | null, number, number]>(holdCommand);
  const head = db.prepare<[number, number], Pick<CommandRow, 'id' | 'state' | 'not_before_ms'>>(selectHead);
  const soonest = db.prepare<[], number | null>(selectSoonest).pluck();
  let earliestMs = 0;

  return {
    get: (conversation, id) => select.get(conversation, id),
    remove: (conversation, id) => void remove.run(conversation, id),
    hold: (conversation, id, untilMs) => void hold.run(untilMs, conversation, id),
    lane(conversation, nowMs) {
      const entry = conversations.byNumber(conversation);
      const row = entry && head.get(conversation, nowMs);
      if (!row) return undefined;
      const { account, connection } = entry.conversation;
      const at = row.not_before_ms;
      const notBeforeMs = at !== null && at <= nowMs ? 0 : at;
      return { conversation: idText('conversation', conversation), account, connection, notBeforeMs };
    },
    expiresAt(atMs) {
      if (atMs < earliestMs) earliestMs = atMs;
    },
    mayExpire: (nowMs) => nowMs >= earliestMs,
    none() {
      earliestMs = soonest.get() ?? Number.MAX_SAFE_INTEGER;
    },
  };
}

export const isSend = (row: Pick<CommandRow, 'kind'>): boolean => row.kind === commandKind.send;
