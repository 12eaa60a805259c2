/**
 * Lists: a page and its total, read at one instant. What a row shows is what it was found and sorted by. The two changes
 * a reader may make go through the writer.
 */
import { idNumber, type AccountId, type ConversationId } from '#core/ids.ts';
import type { ConversationSummary, ListStore, Page } from '#ports/store/lists.ts';
import type { MessageInChat } from '#ports/store/log.ts';
import { conversationCode, statusCode } from '../rules/codes.ts';
import { shape, type ConversationEntry, type ConversationRow } from './conversation-rows.ts';
import { conversationPage, messagePage, type PageSql } from './list-pages.ts';
import {
  eventColumns,
  eventOf,
  inChat,
  ownerNumber,
  selectConversation,
  type EventRow,
  type MessageInChatRow,
} from './log.ts';
import type { Reads } from './reads.ts';
import type { Tables } from './tables.ts';
import type { Writer } from './writer.ts';

const selectTimeline = `SELECT ${eventColumns} FROM events WHERE message = $2 AND account = $1
  AND EXISTS (SELECT FROM messages m WHERE m.id = $2 AND m.account = $1 AND NOT m.is_erased) ORDER BY seq`;

type Verbs = Omit<ListStore, 'deleteMessage'>;

export function listVerbs(reads: Reads, { conversations }: Tables, writer: Writer): Verbs {
  return {
    async listMessages(account, query) {
      const { rows, total } = await readPage<MessageInChatRow>(reads, messagePage(ownerNumber(account), query), query);
      return { rows: rows.map(asListed), total };
    },
    async listConversations(account, query) {
      const sql = conversationPage(ownerNumber(account), query);
      const { rows, total } = await readPage<ConversationRow>(reads, sql, query);
      return { rows: rows.map(summaryOf), total };
    },
    async conversationSummary(account, id) {
      const values = [idNumber('conversation', id) ?? 0, ownerNumber(account)];
      const [row] = await reads.rows<ConversationRow>(selectConversation, values);
      return row && summaryOf(row);
    },
    async timeline(account, message) {
      const values = [ownerNumber(account), idNumber('message', message) ?? 0];
      return (await reads.rows<EventRow>(selectTimeline, values)).map((row) => eventOf(account, row));
    },
    setConversationStatus: (account: AccountId, id: ConversationId, status) =>
      writer.once(async (batch) => {
        const entry = await conversations.get(batch, id);
        if (entry?.conversation.account !== account) return undefined;
        if (entry.status !== conversationCode[status]) {
          entry.status = conversationCode[status];
          entry.updatedAtMs = Math.max(entry.updatedAtMs, batch.nowMs);
          conversations.changed(entry);
        }
        return summaryOfEntry(entry);
      }),
  };
}

async function readPage<Row>(
  reads: Reads,
  { page, total, values }: PageSql,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<Page<Row>> {
  return reads.snapshot(async (sql) => {
    const [counted] = await sql.compose<{ total: number }>(total, values);
    const count = counted?.total ?? 0;
    const rows = offset < count ? await sql.compose<Row>(page, [...values, limit, offset]) : [];
    return { rows, total: count };
  });
}

/** An error belongs to what failed or is unknown. */
function asListed(row: MessageInChatRow): MessageInChat {
  const status = row.m_status === statusCode.sending ? statusCode.queued : row.m_status;
  const error = status === statusCode.failed || status === statusCode.unknown ? row.error : null;
  return inChat({ ...row, m_status: status, error });
}

const summaryOf = (row: ConversationRow): ConversationSummary => ({
  conversation: shape(row),
  status: row.status === conversationCode.archived ? 'archived' : 'active',
  messageCount: row.message_count,
  lastMessageAtMs: row.last_message_at_ms,
  updatedAtMs: row.updated_at_ms,
});

const summaryOfEntry = (entry: ConversationEntry): ConversationSummary => ({
  conversation: entry.conversation,
  status: entry.status === conversationCode.archived ? 'archived' : 'active',
  messageCount: entry.messageCount,
  lastMessageAtMs: entry.lastMessageAtMs,
  updatedAtMs: entry.updatedAtMs,
});
