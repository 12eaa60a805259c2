/**
 * What a handset shows: its messages, seen from the handset. `in` is what it received: `delivered`, then `read` once the
 * person read it. `out` is what it wrote: `sent`, then `read` once the gateway marked it so. A message held back by a
 * delay or by airplane mode is not on the handset yet, and one that was unsent is no longer.
 */
import type Database from 'better-sqlite3';
import { type Channel, serviceOf } from '#core/channel.ts';
import { bodyOf } from './body.ts';
import { chatText, gone, messageText, pending, read } from './database.ts';
import type { Directory, Handset } from './directory.ts';

export interface HandsetMessage {
  readonly messageId: string;
  readonly chatId: string;
  readonly direction: 'in' | 'out';
  readonly from: string;
  readonly text: string;
  readonly attachments: readonly { readonly url: string; readonly mimeType: string }[];
  readonly service: string;
  readonly sentAt: string;
  readonly status: 'sent' | 'delivered' | 'read';
  readonly reactions: readonly { readonly from: string; readonly reactionType: string }[];
  readonly readByAgent: boolean;
  readonly replyTo?: string;
  /** The question is the message's text. */
  readonly poll?: {
    readonly options: readonly string[];
    readonly maxSelections: number;
    readonly votes: readonly { readonly from: string; readonly options: readonly number[] }[];
  };
}

export interface Filter {
  readonly match?: string;
  /** Only what was sent at or after this instant. */
  readonly sinceMs?: number;
  /** Only what has a higher id. */
  readonly afterId?: number;
  /** The newest so many. */
  readonly limit?: number;
}

interface Row {
  id: number;
  chat: number;
  sender: number | null;
  channel: Channel;
  sent_ms: number;
  status: number;
  body: string;
}

export class View {
  readonly #directory: Directory;
  readonly #sql;

  constructor(db: Database.Database, directory: Directory) {
    this.#directory = directory;
    this.#sql = prepare(db);
  }

  /** Oldest first; complete unless the filter limits it. The index of places must be full. */
  list(handset: Handset, filter: Filter): readonly HandsetMessage[] {
    const from = filter.afterId ?? 0;
    const since = filter.sinceMs ?? Number.MIN_SAFE_INTEGER;
    const limit = filter.limit ?? Number.MAX_SAFE_INTEGER;
    const rows: Row[] = [];
    for (const chat of this.#directory.chatsOf(handset)) {
      if (!chat.isGroup) take(rows, this.#sql.direct.iterate(chat.id, from, since, gone, pending), limit, filter.match);
    }
    take(rows, this.#sql.inGroups.iterate(handset.id, from, since, gone), limit, filter.match);
    rows.sort((one, other) => one.id - other.id);
    return (filter.limit === undefined ? rows : rows.slice(-filter.limit)).map((row) => this.#show(handset, row));
  }

  one(handset: Handset, id: number): HandsetMessage {
    const row = this.#sql.one.get(handset.id, id);
    if (!row) throw new Error('a message was named that is not there');
    return this.#show(handset, row);
  }

  #show(handset: Handset, row: Row): HandsetMessage {
    const chat = this.#directory.chat(row.chat);
    const body = bodyOf(row.body);
    const direction = row.sender === handset.id ? 'out' : 'in';
    const readByAgent = row.sender !== null && row.id <= (chat?.agentRead ?? 0);
    return {
      messageId: messageText(row.id),
      chatId: chatText(row.chat),
      direction,
      from: row.sender === null ? (chat?.line ?? '') : this.#directory.handsetById(row.sender).address,
      text: body.text,
      attachments: (body.media ?? []).map(({ url, mimeType }) => ({
        url,
        mimeType: mimeType ?? 'application/octet-stream',
      })),
      service: serviceOf(row.channel),
      sentAt: new Date(row.sent_ms).toISOString(),
      status: statusOf(direction, row.status, readByAgent),
      reactions: this.#sql.reactions.all(row.id).map(({ sender, type }) => ({ from: sender, reactionType: type })),
      readByAgent,
      ...(body.replyTo !== undefined && { replyTo: body.replyTo }),
      ...(body.poll && { poll: { ...body.poll, votes: this.#votes(row.id) } }),
    };
  }

  #votes(id: number) {
    return this.#sql.votes
      .all(id)
      .map(({ sender, options }) => ({ from: sender, options: JSON.parse(options) as number[] }))
      .filter((vote) => vote.options.length > 0);
  }
}

function take(rows: Row[], newestFirst: Iterable<Row>, limit: number, match: string | undefined): void {
  let taken = 0;
  for (const row of newestFirst) {
    if (taken >= limit) break;
    if (match !== undefined && !bodyOf(row.body).text.includes(match)) continue;
    rows.push(row);
    taken += 1;
  }
}

function statusOf(direction: 'in' | 'out', status: number, readByAgent: boolean): HandsetMessage['status'] {
  if (direction === 'out') return readByAgent ? 'read' : 'sent';
  return status === read ? 'read' : 'delivered';
}

function prepare(db: Database.Database) {
  const columns = 'm.id, m.chat, m.sender, m.channel, m.sent_ms, m.body';
  return {
    direct: db.prepare<[number, number, number, number, number], Row>(
      `SELECT ${columns}, m.status FROM place p JOIN message m ON m.id = p.message
       WHERE p.chat = ? AND p.message > ? AND m.sent_ms >= ? AND m.status <> ? AND (m.sender IS NOT NULL OR m.status <> ?)
       ORDER BY p.message DESC`,
    ),
    inGroups: db.prepare<[number, number, number, number], Row>(
      `SELECT ${columns}, d.status FROM delivery d JOIN message m ON m.id = d.message
       WHERE d.handset = ? AND d.message > ? AND m.sent_ms >= ? AND m.status <> ? ORDER BY d.message DESC`,
    ),
    one: db.prepare<[number, number], Row>(
      `SELECT ${columns}, coalesce(d.status, m.status) AS status FROM message m
       LEFT JOIN delivery d ON d.handset = ? AND d.message = m.id WHERE m.id = ?`,
    ),
    reactions: db.prepare<[number], { sender: string; type: string }>(
      'SELECT sender, type FROM reaction WHERE message = ?',
    ),
    votes: db.prepare<[number], { sender: string; options: string }>(
      'SELECT sender, options FROM vote WHERE message = ?',
    ),
  };
}
