/**
 * Reading an account's log and what its rows point at. Nothing here writes, and nothing answers for another account.
 */
import type { Channel } from '#core/channel.ts';
import type { Event, EventKind } from '#core/event.ts';
import type { OutboundStatus } from '#core/delivery.ts';
import { connectionId, idNumber, idText, remoteId, type AccountId } from '#core/ids.ts';
import type { Message, Part } from '#core/message.ts';
import type { LogStore, MessageInChat } from '#ports/store/log.ts';
import { directionCode, eventCode, statusCode, statusOfCode } from '../rules/codes.ts';
import { conversationColumns, fromConversations, shape, type ConversationRow } from './conversation-rows.ts';
import type { Sql } from './sql.ts';
import { indexed } from './text.ts';

export const eventColumns = 'seq, ts_us, kind, detail, message';
const selectHead = 'SELECT seq FROM events WHERE account = $1 ORDER BY seq DESC LIMIT 1';
const selectEvents = `SELECT ${eventColumns} FROM events WHERE account = $1 AND seq > $2 ORDER BY seq LIMIT $3`;
/** The kind is written out, because only then is that kind's own index used. */
const selectEventsOf = (kind: EventKind) => `SELECT ${eventColumns} FROM events
  WHERE account = $1 AND seq > $2 AND kind = ${eventCode[kind]} ORDER BY seq LIMIT $3`;
/** By halves over the gapless seq: no index on time has to be kept. */
const selectSeqAt = `WITH RECURSIVE halves (below, above) AS (
    SELECT 0::int8, coalesce((SELECT max(seq) FROM events WHERE account = $1), 0) + 1
    UNION ALL
    SELECT CASE WHEN e.ts_us <= $2 THEN e.seq ELSE h.below END, CASE WHEN e.ts_us <= $2 THEN h.above ELSE e.seq END
    FROM halves h JOIN events e ON e.account = $1 AND e.seq = (h.below + h.above) / 2 WHERE h.above - h.below > 1
  ) SELECT max(below) AS seq FROM halves`;
/** A message in its chat: `m` and `c`. */
export const messageColumns = `m.id AS m_id, m.direction, m.status AS m_status, m.channel AS m_channel, m.sender, m.parts,
  m.created_at_ms AS m_created_at_ms, m.updated_at_ms AS m_updated_at_ms, m.sent_at_ms, m.remote_id, m.error, m.reply_to,
  c.id, c.account, k.name AS connection, c.connection_no, c.line, c.channel, c.is_group, c.participants, c.remote_chat,
  c.thread, c.created_at_ms, c.status, c.message_count, c.last_message_at_ms, c.updated_at_ms`;
export const withChat = 'JOIN conversations c ON c.id = m.conversation JOIN connections k ON k.no = c.connection_no';
const selectMessages = `SELECT ${messageColumns} FROM unnest($2::int8[]) WITH ORDINALITY AS w (wanted, at)
  JOIN messages m ON m.id = w.wanted AND m.account = $1 AND m.status <> ${statusCode.deleted} ${withChat} ORDER BY w.at`;
const selectReactions = `SELECT r.number, r.message, r.sender, r.reaction_type, r.added
  FROM unnest($2::int8[]) WITH ORDINALITY AS w (wanted, at) JOIN reactions r ON r.number = w.wanted AND r.account = $1
  ORDER BY w.at`;
/** Connections are few, and each begins the tree of remote ids. */
const selectByRemoteId = `SELECT max(m.id) AS message FROM connections k
  JOIN remote_ids r ON r.connection_no = k.no AND r.remote_id = $1
  JOIN messages m ON m.id = r.message WHERE m.account = $2 AND m.status <> ${statusCode.deleted}`;
const selectNewestInbound = `SELECT m.remote_id FROM conversations c
  JOIN LATERAL (SELECT remote_id FROM messages WHERE conversation = c.id AND direction = ${directionCode.inbound}
    ORDER BY id DESC LIMIT 1) m ON true WHERE c.id = $1 AND c.account = $2`;
export const selectConversation = `SELECT ${conversationColumns} ${fromConversations} WHERE c.id = $1 AND c.account = $2`;
const selectByKey = `SELECT ${conversationColumns} ${fromConversations}
  WHERE k.name = $1 AND c.line_key = $2 AND c.peer_key = $3 AND c.account = $4 AND c.thread_key = $5`;

export interface EventRow {
  readonly seq: number;
  readonly ts_us: number;
  readonly kind: number;
  readonly detail: number;
  readonly message: number;
}

export type ChatRow = Omit<ConversationRow, 'peer_key' | 'newest_message'>;

export interface MessageInChatRow extends ChatRow {
  readonly m_id: number;
  readonly direction: number;
  readonly m_status: number;
  readonly m_channel: Channel;
  readonly sender: string;
  readonly parts: string;
  readonly m_created_at_ms: number;
  readonly m_updated_at_ms: number;
  readonly sent_at_ms: number | null;
  readonly remote_id: string | null;
  readonly error: string | null;
  readonly reply_to: number | null;
}

/** 0 is nobody's: whatever was never an id of ours has nothing. */
export const ownerNumber = (account: AccountId): number => idNumber('account', account) ?? 0;

export function logVerbs(reads: Sql, epoch: number): LogStore {
  return {
    epoch: () => epoch,
    ...eventReads(reads),
    async messages(account, ids) {
      const numbers = ids.flatMap((id) => idNumber('message', id) ?? []);
      if (numbers.length === 0) return [];
      return (await reads.rows<MessageInChatRow>(selectMessages, [ownerNumber(account), numbers])).map(inChat);
    },
    async reactions(account, numbers) {
      if (numbers.length === 0) return [];
      type Row = { number: number; message: number; sender: string; reaction_type: string; added: boolean };
      const rows = await reads.rows<Row>(selectReactions, [ownerNumber(account), numbers]);
      return rows.map(({ number, message, sender: from, reaction_type: reactionType, added }) => {
        return { number, message: idText('message', message), from, reactionType, added };
      });
    },
    async messageByRemoteId(account, remote) {
      const values = [indexed(remote), ownerNumber(account)];
      const [row] = await reads.rows<{ message: number | null }>(selectByRemoteId, values);
      return row?.message ? idText('message', row.message) : undefined;
    },
    async conversation(account, id) {
      const values = [idNumber('conversation', id) ?? 0, ownerNumber(account)];
      const [row] = await reads.rows<ConversationRow>(selectConversation, values);
      return row && shape(row);
    },
    async findConversation(account, { connection, line, peerKey, thread }) {
      const place = [indexed(line), indexed(peerKey), ownerNumber(account), indexed(thread ?? '')];
      const [row] = await reads.rows<ConversationRow>(selectByKey, [connectionId(connection), ...place]);
      return row && shape(row);
    },
    async newestInbound(account, id) {
      const values = [idNumber('conversation', id) ?? 0, ownerNumber(account)];
      const [row] = await reads.rows<{ remote_id: string | null }>(selectNewestInbound, values);
      const newest = row?.remote_id ?? null;
      return newest === null ? null : remoteId(newest);
    },
  };
}

function eventReads(reads: Sql): Pick<LogStore, 'headSeq' | 'events' | 'seqAt'> {
  return {
    async headSeq(account) {
      return (await reads.rows<{ seq: number }>(selectHead, [ownerNumber(account)]))[0]?.seq ?? 0;
    },
    async events(account, afterSeq, limit, kind) {
      const statement = kind === undefined ? selectEvents : selectEventsOf(kind);
      const rows = await reads.rows<EventRow>(statement, [ownerNumber(account), afterSeq, limit]);
      return rows.map((row) => eventOf(account, row));
    },
    async seqAt(account, tsUs) {
      const [row] = await reads.rows<{ seq: number | null }>(selectSeqAt, [ownerNumber(account), tsUs]);
      return row?.seq ?? 0;
    },
  };
}

export function eventOf(account: AccountId, { seq, ts_us: tsUs, kind, detail, message }: EventRow): Event {
  const base = { account, seq, tsUs, message: idText('message', message) };
  switch (kind) {
    case eventCode.queued:
      return { ...base, kind: 'queued' };
    case eventCode.received:
      return { ...base, kind: 'received' };
    case eventCode.status:
      return { ...base, kind: 'status', status: statusOfCode(detail) as OutboundStatus };
    case eventCode.reaction:
      return { ...base, kind: 'reaction', reaction: detail };
    case eventCode.vote:
      return { ...base, kind: 'vote', vote: detail };
    default:
      throw new Error(`no event has the kind ${kind}`);
  }
}

export function inChat(row: MessageInChatRow): MessageInChat {
  const message: Message = {
    id: idText('message', row.m_id),
    account: idText('account', row.account),
    conversation: idText('conversation', row.id),
    direction: row.direction === directionCode.inbound ? 'inbound' : 'outbound',
    channel: row.m_channel,
    sender: row.sender,
    parts: JSON.parse(row.parts) as readonly Part[],
    status: statusOfCode(row.m_status),
    error: row.error,
    remoteId: row.remote_id === null ? null : remoteId(row.remote_id),
    replyTo: row.reply_to === null ? null : idText('message', row.reply_to),
    createdAtMs: row.m_created_at_ms,
    updatedAtMs: row.m_updated_at_ms,
    sentAtMs: row.sent_at_ms,
  };
  return { message, conversation: shape(row) };
}
