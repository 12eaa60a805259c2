/**
 * Reading an account's log and what its rows point at. Nothing here writes, and nothing answers for another account.
 */
import type { Channel } from '#core/channel.ts';
import type { Event, EventKind } from '#core/event.ts';
import { idNumber, idText, remoteId } from '#core/ids.ts';
import type { AccountId } from '#core/ids.ts';
import type { Message, Part } from '#core/message.ts';
import type { OutboundStatus } from '#core/delivery.ts';
import type { LogStore, MessageInChat } from '#ports/store/log.ts';
import { directionCode, eventCode, statusCode, statusOfCode } from '../rules/codes.ts';
import type { AccountCache, AccountEntry } from './account-cache.ts';
import type { ConversationCache } from './conversations.ts';
import type { EventRow, EventTail } from './event-tail.ts';
import type { Db } from './file.ts';

const selectEpoch = "SELECT value FROM meta WHERE name = 'epoch'";
const selectEvents =
  'SELECT seq, ts_us, kind, detail, message FROM events WHERE account = ? AND seq > ? ORDER BY seq LIMIT ?';
/** The kind is written out, because only then does SQLite use that kind's own index. */
const selectEventsOf = (kind: EventKind) => `SELECT seq, ts_us, kind, detail, message FROM events
  WHERE account = ? AND seq > ? AND kind = ${eventCode[kind]} ORDER BY seq LIMIT ?`;
const selectTs = 'SELECT ts_us FROM events WHERE account = ? AND seq = ?';
const selectMessage = `SELECT id, conversation, direction, status, channel, sender, parts, created_at_ms, updated_at_ms,
  sent_at_ms, remote_id, error, reply_to FROM messages WHERE id = ? AND account = ? AND status <> ${statusCode.deleted}`;
const selectReaction =
  'SELECT message, sender, reaction_type AS reactionType, added FROM reactions WHERE number = ? AND account = ?';
/** Connections are few, and each begins the tree of remote ids. */
const selectByRemoteId = `SELECT max(m.id) FROM connections c JOIN remote_ids r ON r.connection_no = c.no AND r.remote_id = ?
  JOIN messages m ON m.id = r.message WHERE m.account = ? AND m.status <> ${statusCode.deleted}`;
const selectNewestInbound = `SELECT remote_id FROM messages WHERE conversation = ? AND direction = ${directionCode.inbound}
  ORDER BY id DESC LIMIT 1`;

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

export function logVerbs(db: Db, tail: EventTail, accounts: AccountCache, conversations: ConversationCache): LogStore {
  const epoch = db.prepare<[], number>(selectEpoch).pluck().get() ?? 1;
  const newest = db.prepare<[number], string | null>(selectNewestInbound).pluck();
  const byRemoteId = db.prepare<[string, number], number | null>(selectByRemoteId).pluck();
  const own: LogStore['conversation'] = async (account, id) => {
    const entry = conversations.get(id);
    return entry?.conversation.account === account ? entry.conversation : undefined;
  };
  return {
    epoch: () => epoch,
    ...eventReads(db, tail, accounts),
    messages: messageReads(db, accounts, conversations),
    reactions: reactionReads(db, accounts),
    async messageByRemoteId(account, remote) {
      const entry = accounts.get(account);
      const number = entry && byRemoteId.get(remote, entry.number);
      return number === undefined || number === null ? undefined : idText('message', number);
    },
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

function eventReads(db: Db, tail: EventTail, accounts: AccountCache): Pick<LogStore, 'headSeq' | 'events' | 'seqAt'> {
  type Page = [account: number, afterSeq: number, limit: number];
  const every = db.prepare<Page, EventRow>(selectEvents).raw();
  const of = (kind: EventKind) => db.prepare<Page, EventRow>(selectEventsOf(kind)).raw();
  const byKind = {
    queued: of('queued'),
    received: of('received'),
    status: of('status'),
    reaction: of('reaction'),
    vote: of('vote'),
  };
  const ts = db.prepare<[number, number], number>(selectTs).pluck();
  return {
    headSeq: async (account) => accounts.get(account)?.seq ?? 0,
    async events(account, afterSeq, limit, kind) {
      const entry = accounts.get(account);
      if (!entry) return [];
      const rows = (kind === undefined ? every : byKind[kind]).all(entry.number, afterSeq, limit);
      if (rows.length < limit) {
        const fresh = tail.fresh(entry.number, afterSeq);
        const fitting = kind === undefined ? fresh : fresh.filter(([, , code]) => code === eventCode[kind]);
        rows.push(...fitting.slice(0, limit - rows.length));
      }
      return rows.map((row) => eventOf(account, row));
    },
    /** By halves over the gapless seq: no index on time has to be kept. */
    async seqAt(account, tsUs) {
      const entry = accounts.get(account);
      if (!entry) return 0;
      const fresh = tail.fresh(entry.number, 0);
      const [oldest] = fresh;
      if (oldest && oldest[1] <= tsUs) return fresh.findLast(([, at]) => at <= tsUs)?.[0] ?? 0;
      let [below, above] = [0, oldest ? oldest[0] : entry.seq + 1];
      while (above - below > 1) {
        const middle = Math.floor((below + above) / 2);
        if ((ts.get(entry.number, middle) ?? 0) <= tsUs) below = middle;
        else above = middle;
      }
      return below;
    },
  };
}

export function eventOf(account: AccountId, [seq, tsUs, kind, detail, number]: EventRow): Event {
  const base = { account, seq, tsUs, message: idText('message', number) };
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

/** One message of an account with its conversation; undefined when it is not there, is another's or a tombstone. */
export function messageReader(
  db: Db,
  conversations: ConversationCache,
): (account: AccountEntry, number: number) => MessageInChat | undefined {
  const select = db.prepare<[number, number], MessageRow>(selectMessage);
  return (account, number) => {
    const row = select.get(number, account.number);
    const place = row && conversations.byNumber(row.conversation);
    return place && { message: messageOf(account.id, row), conversation: place.conversation };
  };
}

function messageReads(db: Db, accounts: AccountCache, conversations: ConversationCache): LogStore['messages'] {
  const read = messageReader(db, conversations);
  return async (account, ids) => {
    const entry = accounts.get(account);
    if (!entry) return [];
    return ids.flatMap((id) => {
      const number = idNumber('message', id);
      return (number === undefined ? undefined : read(entry, number)) ?? [];
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
