/**
 * The SQL of a page and of its total, straight over messages and conversations. Every statement begins at an account or
 * a conversation of it in an index and never looks at another's rows; by default that index gives the order too, and
 * where other filters or sort keys come in, the rows left are filtered or sorted on the way. What waits and what is being
 * handed over are both `queued`.
 */
import { idNumber } from '#core/ids.ts';
import type { ConversationQuery, ConversationSort, ListQuery, MessageQuery, MessageSort } from '#ports/store/lists.ts';
import { conversationCode, directionCode, statusCode } from '../rules/codes.ts';
import { conversationColumns } from './conversation-rows.ts';
import { messageColumns, withChat } from './log.ts';

export interface PageSql {
  readonly page: string;
  readonly total: string;
  /** Of the total; those of the page have limit and offset behind them. */
  readonly values: readonly (string | number)[];
}

const shownStatus = `CASE WHEN m.status = ${statusCode.sending} THEN ${statusCode.queued} ELSE m.status END`;

const messageOrder = {
  created_at: 'm.created_at_ms',
  updated_at: 'm.updated_at_ms',
  platform: 'm.channel',
  status: shownStatus,
} as const satisfies Record<MessageSort, string>;

const conversationOrder = {
  created_at: 'c.created_at_ms',
  updated_at: 'c.updated_at_ms',
  last_message_at: 'coalesce(c.last_message_at_ms, -1)',
  platform: 'c.channel',
  status: 'c.status',
  message_count: 'c.message_count',
} as const satisfies Record<ConversationSort, string>;

export function messagePage(account: number, query: MessageQuery): PageSql {
  const { conversation, direction, status } = query;
  const where = filters('m', account, query);
  where.terms.push('NOT m.is_erased');
  // What was never a conversation's id has no messages.
  if (conversation !== null) where.add('m.conversation =', idNumber('conversation', conversation) ?? 0);
  if (direction !== null) where.add('m.direction =', directionCode[direction]);
  if (status !== null) where.add(`${shownStatus} =`, statusCode[status]);
  const rows = `FROM messages m WHERE ${where.terms.join(' AND ')}`;
  const order = orderOf(query.sort, messageOrder, 'm');
  // Cut first, then joined: a chat is looked up for the rows of the page alone.
  const cut = `(SELECT * ${rows} ORDER BY ${order} ${where.cut()}) m`;
  return {
    page: `SELECT ${messageColumns} FROM ${cut} ${withChat} ORDER BY ${order}`,
    total: `SELECT count(*) AS total ${rows}`,
    values: where.values,
  };
}

export function conversationPage(account: number, query: ConversationQuery): PageSql {
  const where = filters('c', account, query);
  if (query.status !== null) where.add('c.status =', conversationCode[query.status]);
  const rows = `FROM conversations c WHERE ${where.terms.join(' AND ')}`;
  const order = orderOf(query.sort, conversationOrder, 'c');
  const cut = `(SELECT * ${rows} ORDER BY ${order} ${where.cut()}) c`;
  return {
    page: `SELECT ${conversationColumns} FROM ${cut} JOIN connections k ON k.no = c.connection_no ORDER BY ${order}`,
    total: `SELECT count(*) AS total ${rows}`,
    values: where.values,
  };
}

interface Where {
  readonly terms: string[];
  readonly values: (string | number)[];
  /** A term that ends where its value belongs. */
  add(term: string, value: string | number): void;
  cut(): string;
}

function filters(table: 'm' | 'c', account: number, { fromMs, beforeMs, channel }: ListQuery<string>): Where {
  const [terms, values]: [string[], (string | number)[]] = [[], []];
  const where: Where = {
    terms,
    values,
    add(term, value) {
      values.push(value);
      terms.push(`${term} $${values.length}`);
    },
    cut: () => `LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
  };
  where.add(`${table}.account =`, account);
  if (fromMs !== null) where.add(`${table}.created_at_ms >=`, fromMs);
  if (beforeMs !== null) where.add(`${table}.created_at_ms <`, beforeMs);
  if (channel !== null) where.add(`${table}.channel =`, channel);
  return where;
}

/** The keys asked for, then the newest first: of two that are equal in all else, the later one. */
function orderOf<Field extends string>(
  sort: ListQuery<Field>['sort'],
  columns: Readonly<Record<Field | 'created_at', string>>,
  table: 'm' | 'c',
): string {
  const terms = new Map<string, string>();
  for (const { field, descending } of sort) {
    const column = columns[field];
    if (!terms.has(column)) terms.set(column, `${column} ${descending ? 'DESC' : 'ASC'}`);
  }
  const newest = columns.created_at;
  if (!terms.has(newest)) terms.set(newest, `${newest} DESC`);
  return [...terms.values(), `${table}.id DESC`].join(', ');
}
