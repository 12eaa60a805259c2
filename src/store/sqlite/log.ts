/**
 * Reading an account's log and what its rows point at. Nothing here writes, and nothing answers for another account.
 */
import type { Channel } from '#core/channel.ts';
import type { Event, EventKind } from '#core/event.ts';
import { idNumber, idText, remoteId } from '#core/ids.ts';
import type { AccountId } from '#core/ids.ts';
import type { Message, Part } from '#core/message.ts';
import type { OutboundStatus } from '#core/delivery.ts';
import type { LogStore } from '#ports/store/log.ts';
import { directionCode, eventCode, statusOfCode } from '../rules/codes.ts';
import type { AccountCache } from './account-cache.ts';
import type { ConversationCache } from './conversations.ts';
import type { Db } from './file.ts';

const selectEpoch = "SELECT value FROM meta WHERE name = 'epoch'";
const selectEvents =
  'SELECT seq, ts_us, kind, detail, message FROM events WHERE account = ? AND seq > ? ORDER BY seq LIMIT ?';
/** The kind is written out, because only then does SQLite use that kind's own index. */
const selectEventsOf = (kind: EventKind) => `SELECT seq, ts_us, kind, detail, message FROM events
  WHERE account = ? AND seq > ? AND kind = ${eventCode[kind]} ORDER BY seq LIMIT ?`;
const selectTs = 'SELECT ts_us FROM events WHERE account = ? AND seq = ?';
const selectMessage = `SELECT id, conversation, direction, status, channel, sender, parts, created_at_ms, updated_at_ms,
  sent_at_ms, remote_id, error, reply_to FROM messages WHERE id = ? AND account = ?`;
const selectReaction =
  'SELECT message, sender, reaction_type AS reactionType, added FROM reactions WHERE number = ? AND account = ?';
const selectNewestInbound = `SELECT remote_id FROM messages WHERE conversation = ? AND direction = ${directionCode.inbound}
  ORDER BY id DESC LIMIT 1`;

interface EventRow {
  seq: number;
  ts_us: number;
  kind: number;
  detail: number;
  message: number;
}

interface MessageRow {
  id: number;
  conversation: number;
  direction: number;
  status: number;
  channel: Channel;
  sender: string;
  parts: string;
  created_at_ms: number;
  updated_at_ms: number | null;
  sent_at_ms: number | null;
  remote_id: string | null;
  error: string | null;
  reply_to: number | null;
}

export function logVerbs(db: Db, accounts: AccountCache, conversations: ConversationCache): LogStore {
  const epoch = db.prepare<[], number>(selectEpoch).pluck().get() ?? 1;
  const newest = db.prepare<[number], string | null>(selectNewestInbound).pluck();
  const own: LogStore['conversation'] = async (account, id) => {
    const entry = conversations.get(id);
    return entry?.conversation.account === account ? entry.conversation : undefined;
  };
  return {
    epoch: () => epoch,
    ...eventReads(db, accounts),
    messages: messageReads(db, accounts, conversations),
    reactions: reactionReads(db, accounts),
    conversation: own,
    async findConversation(account, { connection, line, peerKey, thread }) {
      const entry = accounts.get(account);
      const no = conversations.connection(connection);
      if (!entry || no === undefined) return undefined;
      return conversations.byKey(entry.number, no, line, peerKey, thread)?.conversation;
    },
    async newestInbound(account, id) {
      const entry = conversations.get(id);
      if (entry?.conversation.account !== account) return null;
      const found = newest.get(entry.number);
      return found === undefined || found === null ? null : remoteId(found);
    },
  };
}

function eventReads(db: Db, accounts: AccountCache): Pick<LogStore, 'headSeq' | 'events' | 'seqAt'> {
  const every = db.prepare<[number, number, number], EventRow>(selectEvents);
  const of = (kind: EventKind) => db.prepare<[number, number, number], EventRow>(selectEventsOf(kind));
  const byKind = { queued: of('queued'), received: of('received'), status: of('status'), reaction: of('reaction') };
  const ts = db.prepare<[number, number], number>(selectTs).pluck();
  return {
    headSeq: async (account) => accounts.get(account)?.seq ?? 0,
    async events(account, afterSeq, limit, kind) {
      const entry = accounts.get(account);
      if (!entry) return [];
      const rows = (kind === undefined ? every : byKind[kind]).all(entry.number, afterSeq, limit);
      return rows.map((row) => eventOf(account, row));
    },
    /** By halves over the gapless seq: no index on time has to be kept. */
    async seqAt(account, tsUs) {
      const entry = accounts.get(account);
      let [below, above] = [0, (entry?.seq ?? 0) + 1];
      while (entry && above - below > 1) {
        const middle = Math.floor((below + above) / 2);
        if ((ts.get(entry.number, middle) ?? 0) <= tsUs) below = middle;
        else above = middle;
      }
      return below;
    },
  };
}

function eventOf(account: AccountId, row: EventRow): Event {
  const base = { account, seq: row.seq, tsUs: row.ts_us, message: idText('message', row.message) };
  switch (row.kind) {
    case eventCode.queued:
      return { ...base, kind: 'queued' };
    case eventCode.received:
      return { ...base, kind: 'received' };
    case eventCode.status:
      return { ...base, kind: 'status', status: statusOfCode(row.detail) as OutboundStatus };
    case eventCode.reaction:
      return { ...base, kind: 'reaction', reaction: row.detail };
    default:
      throw new Error(`no event has the kind ${row.kind}`);
  }
}

function messageReads(db: Db, accounts: AccountCache, conversations: ConversationCache): LogStore['messages'] {
  const select = db.prepare<[number, number], MessageRow>(selectMessage);
  return async (account, ids) => {
    const entry = accounts.get(account);
    if (!entry) return [];
    return ids.flatMap((id) => {
      const number = idNumber('message', id);
      const row = number === undefined ? undefined : select.get(number, entry.number);
      const place = row && conversations.byNumber(row.conversation);
      return place ? [{ message: messageOf(account, row), conversation: place.conversation }] : [];
    });
  };
}

function messageOf(account: AccountId, row: MessageRow): Message {
  return {
    id: idText('message', row.id),
    account,
    conversation: idText('conversation', row.conversation),
    direction: row.direction === directionCode.inbound ? 'inbound' : 'outbound',
    channel: row.channel,
    sender: row.sender,
    parts: JSON.parse(row.parts) as readonly Part[],
    status: statusOfCode(row.status),
    error: row.error,
    remoteId: row.remote_id === null ? null : remoteId(row.remote_id),
    replyTo: row.reply_to === null ? null : idText('message', row.reply_to),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms ?? row.created_at_ms,
    sentAtMs: row.sent_at_ms,
  };
}

function reactionReads(db: Db, accounts: AccountCache): LogStore['reactions'] {
  type Row = { message: number; sender: string; reactionType: string; added: number };
  const select = db.prepare<[number, number], Row>(selectReaction);
  return async (account, numbers) => {
    const entry = accounts.get(account);
    if (!entry) return [];
    return numbers.flatMap((number) => {
      const row = select.get(number, entry.number);
      if (!row) return [];
      const { sender: from, reactionType } = row;
      return [{ number, message: idText('message', row.message), from, reactionType, added: row.added === 1 }];
    });
  };
}
