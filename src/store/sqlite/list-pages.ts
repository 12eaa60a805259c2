/**
 * The SQL of a page and of its total. Every statement begins at an account in some tree of the listing and never looks
 * at another's rows: by default that tree gives the order too; where several filters or sort keys meet, the rows left
 * within the account are filtered or sorted on the way. Pure, so that a test can ask SQLite for the plan of each.
 */
import { idNumber, type ConversationId } from '#core/ids.ts';
import type { ConversationQuery, ConversationSort, ListQuery, MessageQuery, MessageSort } from '#ports/store/lists.ts';
import { conversationCode, directionCode, statusCode } from '../rules/codes.ts';

export interface PageSql {
  readonly page: string;
  readonly total: string;
  /** Of the total; those of the page have limit and offset behind them. */
  readonly values: readonly (string | number)[];
}

export interface ListedMessage {
  message: number;
  channel: string;
  status: number;
  updated_at_ms: number;
}

export interface ListedConversation {
  conversation: number;
  channel: string;
  status: number;
  message_count: number;
  last_message_at_ms: number | null;
  updated_at_ms: number;
}

const messageColumns = {
  created_at: 'created_at_ms',
  updated_at: 'updated_at_ms',
  platform: 'channel',
  status: 'status',
} as const satisfies Record<MessageSort, string>;

const conversationColumns = {
  created_at: 'created_at_ms',
  updated_at: 'updated_at_ms',
  last_message_at: 'last_message_at_ms',
  platform: 'channel',
  status: 'status',
  message_count: 'message_count',
} as const satisfies Record<ConversationSort, string>;

export const conversationFields = 'conversation, channel, status, message_count, last_message_at_ms, updated_at_ms';

export function messagePage(account: number, query: MessageQuery): PageSql {
  const { conversation, direction, status } = query;
  const where = filters(account, query);
  where.add('conversation = ?', conversation === null ? null : numberOf(conversation));
  where.add('direction = ?', direction === null ? null : directionCode[direction]);
  where.add('status = ?', status === null ? null : statusCode[status]);
  const order = orderOf(query.sort, messageColumns, 'message');
  return pageOf('listed_messages', 'message, channel, status, updated_at_ms', where, order);
}

export function conversationPage(account: number, query: ConversationQuery): PageSql {
  const where = filters(account, query);
  where.add('status = ?', query.status === null ? null : conversationCode[query.status]);
  const order = orderOf(query.sort, conversationColumns, 'conversation');
  return pageOf('listed_conversations', conversationFields, where, order);
}

/** What was never a conversation's id has no messages. */
const numberOf = (conversation: ConversationId): number => idNumber('conversation', conversation) ?? 0;

interface Where {
  readonly terms: string[];
  readonly values: (string | number)[];
  /** Null: not asked for. */
  add(term: string, value: string | number | null): void;
}

function filters(account: number, { fromMs, beforeMs, channel }: ListQuery<string>): Where {
  const [terms, values]: [string[], (string | number)[]] = [['account = ?'], [account]];
  const where: Where = {
    terms,
    values,
    add(term, value) {
      if (value === null) return;
      terms.push(term);
      values.push(value);
    },
  };
  where.add('created_at_ms >= ?', fromMs);
  where.add('created_at_ms < ?', beforeMs);
  where.add('channel = ?', channel);
  return where;
}

/** The keys asked for, then the newest first: of two that are equal in all else, the later one. */
function orderOf<Field extends string>(
  sort: ListQuery<Field>['sort'],
  columns: Readonly<Record<Field, string>>,
  id: string,
): string {
  const terms = new Map<string, string>();
  for (const { field, descending } of sort) {
    const column = columns[field];
    if (!terms.has(column)) terms.set(column, `${column} ${descending ? 'DESC' : 'ASC'}`);
  }
  if (!terms.has('created_at_ms')) terms.set('created_at_ms', 'created_at_ms DESC');
  return [...terms.values(), `${id} DESC`].join(', ');
}

function pageOf(table: string, columns: string, { terms, values }: Where, order: string): PageSql {
  const rows = `FROM ${table} WHERE ${terms.join(' AND ')}`;
  return {
    page: `SELECT ${columns} ${rows} ORDER BY ${order} LIMIT ? OFFSET ?`,
    total: `SELECT count(*) ${rows}`,
    values,
  };
}
