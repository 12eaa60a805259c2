/**
 * Lists: an account's listing is brought up to what was committed before the question, and then page and total are read
 * together, with no commit between them. Status, channel and time of change are the listing's, so that what a row shows
 * is what it was found and sorted by; all else is read from the message or the conversation itself.
 */
import type { Channel } from '#core/channel.ts';
import { idNumber, type AccountId } from '#core/ids.ts';
import type { Event } from '#core/event.ts';
import type { ConversationSummary, ListStore, Page } from '#ports/store/lists.ts';
import type { MessageInChat } from '#ports/store/log.ts';
import { conversationCode, statusCode, statusOfCode } from '../rules/codes.ts';
import type { AccountCache } from './account-cache.ts';
import type { ConversationCache, ConversationEntry } from './conversations.ts';
import type { EventRow, EventTail } from './event-tail.ts';
import type { Db } from './file.ts';
import {
  conversationFields,
  conversationPage,
  messagePage,
  type ListedConversation,
  type ListedMessage,
  type PageSql,
} from './list-pages.ts';
import type { Listing } from './listing.ts';
import { eventOf, messageReader } from './log.ts';
import type { Writer } from './writer.ts';

const selectConversation = `SELECT ${conversationFields} FROM listed_conversations
  WHERE account = ? AND created_at_ms = ? AND conversation = ?`;
const setStatus = `UPDATE listed_conversations SET status = $status, archived_seq = $seq,
  updated_at_ms = CASE WHEN status = $status THEN updated_at_ms ELSE max(updated_at_ms, $nowMs) END
  WHERE account = $account AND created_at_ms = $createdAtMs AND conversation = $conversation`;
const selectSeqs = 'SELECT seq FROM listed_events WHERE account = ? AND message = ? ORDER BY seq';
const selectEvent = 'SELECT seq, ts_us, kind, detail, message FROM events WHERE account = ? AND seq = ?';

/** Statements are kept by their text; there are as many as ways to filter and sort that anybody uses. */
const keptStatements = 200;

export interface Parts {
  readonly db: Db;
  readonly tail: EventTail;
  readonly accounts: AccountCache;
  readonly conversations: ConversationCache;
  readonly listed: Listing;
  readonly writer: Writer;
}

type Verbs = Omit<ListStore, 'deleteMessage'>;

export function listVerbs(parts: Parts): Verbs {
  const { accounts, conversations } = parts;
  const caughtUp = catchingUp(parts);
  const summary = summaries(parts);
  const ownChat = (account: AccountId, id: Parameters<Verbs['conversationSummary']>[1]) => {
    const entry = conversations.get(id);
    return entry?.conversation.account === account ? entry : undefined;
  };
  return {
    ...pageVerbs(parts, caughtUp, summary.of),
    async conversationSummary(account, id) {
      const entry = ownChat(account, id);
      if (!entry) return undefined;
      await caughtUp(entry.account);
      return summary.read(entry);
    },
    timeline: timelines(parts, caughtUp),
    async setConversationStatus(account, id, status) {
      const entry = ownChat(account, id);
      if (!entry) return undefined;
      await caughtUp(entry.account);
      return parts.writer.once((batch) => {
        const seq = accounts.byNumber(entry.account)?.seq ?? 0;
        parts.listed.seat(entry.account, entry.number);
        summary.write(entry, conversationCode[status], seq, batch.nowMs);
        return summary.read(entry);
      });
    },
  };
}

type CaughtUp = (account: number) => Promise<void>;

/** Resolves once all that was committed before the call is listed. Whoever asks meanwhile shares the steps under way. */
export function catchingUp({ accounts, listed, writer }: Pick<Parts, 'accounts' | 'listed' | 'writer'>): CaughtUp {
  const under = new Map<number, Promise<void>>();
  const step = (account: number): Promise<void> => {
    const known = under.get(account);
    if (known) return known;
    const fresh = writer.once(() => listed.step(account)).finally(() => under.delete(account));
    under.set(account, fresh);
    return fresh;
  };
  return async (account) => {
    const target = accounts.byNumber(account)?.seq ?? 0;
    while (listed.mark(account) < target) await step(account);
  };
}

type SummaryOf = (entry: ConversationEntry, row: ListedConversation | undefined) => ConversationSummary;

function pageVerbs(
  parts: Parts,
  caughtUp: CaughtUp,
  summaryOf: SummaryOf,
): Pick<Verbs, 'listMessages' | 'listConversations'> {
  const { db, accounts, conversations } = parts;
  const read = messageReader(db, conversations);
  const readPage = pageReader(db);
  return {
    async listMessages(account, query) {
      const entry = accounts.get(account);
      if (!entry) return { rows: [], total: 0 };
      await caughtUp(entry.number);
      const { rows, total } = readPage<ListedMessage>(messagePage(entry.number, query), query);
      return { rows: rows.flatMap((row) => asListed(read(entry, row.message), row) ?? []), total };
    },
    async listConversations(account, query) {
      const entry = accounts.get(account);
      if (!entry) return { rows: [], total: 0 };
      await caughtUp(entry.number);
      const { rows, total } = readPage<ListedConversation>(conversationPage(entry.number, query), query);
      const summarised = rows.flatMap((row) => {
        const chat = conversations.byNumber(row.conversation);
        return chat ? [summaryOf(chat, row)] : [];
      });
      return { rows: summarised, total };
    },
  };
}

function asListed(found: MessageInChat | undefined, row: ListedMessage): MessageInChat | undefined {
  if (!found) return undefined;
  const { message, conversation } = found;
  const error = row.status === statusCode.failed || row.status === statusCode.unknown ? message.error : null;
  const status = statusOfCode(row.status);
  const channel = row.channel as Channel;
  return { message: { ...message, channel, status, error, updatedAtMs: row.updated_at_ms }, conversation };
}

function pageReader(db: Db) {
  const known = new Map<string, ReturnType<Db['prepare']>>();
  const prepared = (sql: string) => {
    const kept = known.get(sql);
    if (kept) return kept;
    if (known.size >= keptStatements) known.clear();
    const fresh = db.prepare(sql);
    known.set(sql, fresh);
    return fresh;
  };
  return <Row>({ page, total, values }: PageSql, { limit, offset }: { limit: number; offset: number }): Page<Row> => ({
    rows: prepared(page).all(...values, limit, offset) as Row[],
    total: (
      prepared(total)
        .raw()
        .get(...values) as [number]
    )[0],
  });
}

function summaries({ db }: Parts) {
  const select = db.prepare<[number, number, number], ListedConversation>(selectConversation);
  const set = db.prepare(setStatus);
  const of: SummaryOf = ({ conversation }, row) => ({
    conversation: row ? { ...conversation, channel: row.channel as Channel } : conversation,
    status: row?.status === conversationCode.archived ? 'archived' : 'active',
    messageCount: row?.message_count ?? 0,
    lastMessageAtMs: row?.last_message_at_ms ?? null,
    updatedAtMs: row?.updated_at_ms ?? conversation.createdAtMs,
  });
  return {
    of,
    read(entry: ConversationEntry): ConversationSummary {
      return of(entry, select.get(entry.account, entry.conversation.createdAtMs, entry.number));
    },
    write(entry: ConversationEntry, status: number, seq: number, nowMs: number): void {
      const { account, number: conversation } = entry;
      set.run({ status, seq, nowMs, account, conversation, createdAtMs: entry.conversation.createdAtMs });
    },
  };
}

function timelines({ db, tail, accounts, conversations }: Parts, caughtUp: CaughtUp): Verbs['timeline'] {
  const seqs = db.prepare<[number, number], number>(selectSeqs).pluck();
  const moved = db.prepare<[number, number], EventRow>(selectEvent).raw();
  const read = messageReader(db, conversations);
  return async (account, message): Promise<readonly Event[]> => {
    const entry = accounts.get(account);
    const number = idNumber('message', message);
    if (!entry || number === undefined) return [];
    await caughtUp(entry.number);
    if (!read(entry, number)) return [];
    const wanted = seqs.all(entry.number, number);
    const fresh = new Map(tail.fresh(entry.number, (wanted[0] ?? 1) - 1).map((row) => [row[0], row]));
    return wanted.flatMap((seq) => {
      const row = fresh.get(seq) ?? moved.get(entry.number, seq);
      return row ? [eventOf(account, row)] : [];
    });
  };
}
