/**
 * The feed: everything the gateway must be told, in one order, from one place that is kept on disk and moves only when
 * the gateway acknowledges. It is read from two tables that share a counter: messages that report themselves, and the
 * event table for the rest. Typing rides along and is forgotten.
 */
import type Database from 'better-sqlite3';
import type { Channel } from '#core/channel.ts';
import { bodyOf } from './body.ts';
import { type Sequence, messageText, metaOf } from './database.ts';
import type { Chat, Directory } from './directory.ts';
import type { Recent, RecentMessage } from './recent.ts';
import { type FeedBatch, type FeedEvent, type Typing, feedBatch } from './terms.ts';

interface MessageRow {
  id: number;
  chat: number;
  sender: number | null;
  channel: Channel;
  sent_ms: number;
  body: string | null;
}

interface EventRow {
  seq: number;
  about: number;
  kind: 'message' | 'receipt' | 'reaction' | 'vote';
  chat: number;
  message: number;
  actor: string | null;
  value: string | null;
}

/** What is new, as those who write it know. */
export interface Newest {
  readonly recent: Recent;
  lastMessage(): number;
  lastEvent(): number;
}

/** Typing nobody fetched is dropped, oldest first. */
const maxTyping = 1_000;

export class Feed {
  readonly #sequence: Sequence;
  readonly #directory: Directory;
  readonly #newest: Newest;
  readonly #sql;
  #cursor: number;
  #typing: Typing[] = [];

  constructor(db: Database.Database, sequence: Sequence, directory: Directory, newest: Newest) {
    this.#sequence = sequence;
    this.#directory = directory;
    this.#newest = newest;
    this.#sql = prepare(db);
    this.#cursor = Number(metaOf(db, 'cursor') ?? 0);
  }

  /** Move on; a number from before is ignored, and one from the future is another network's. */
  acknowledge(through: number): void {
    if (through <= this.#cursor || through > this.#sequence.last()) return;
    this.#cursor = through;
    this.#newest.recent.drop(through);
    this.#sql.setCursor.run(String(through));
  }

  hasMore(): boolean {
    return (
      this.#typing.length > 0 || this.#newest.lastMessage() > this.#cursor || this.#newest.lastEvent() > this.#cursor
    );
  }

  addTyping(typing: Typing): void {
    if (this.#typing.length >= maxTyping) this.#typing.shift();
    this.#typing.push(typing);
  }

  /** The next reports after the acknowledged place. Called again, the same ones. */
  next(): FeedBatch {
    const typing = this.#typing;
    if (typing.length > 0) this.#typing = [];
    const recent =
      this.#newest.lastEvent() > this.#cursor ? undefined : this.#newest.recent.after(this.#cursor, feedBatch);
    return recent ? this.#ofRecent(recent, typing) : this.#fromDisk(typing);
  }

  /** The common case: nothing but messages that were delivered when they were sent. */
  #ofRecent(recent: readonly RecentMessage[], typing: readonly Typing[]): FeedBatch {
    const last = recent.at(-1)?.id ?? this.#cursor;
    const drained = recent.length < feedBatch;
    return {
      events: recent.map(deliveredOf),
      through: drained ? Math.max(last, this.#newest.lastMessage()) : last,
      typing,
    };
  }

  #fromDisk(typing: readonly Typing[]): FeedBatch {
    const messages = this.#newest.lastMessage() > this.#cursor ? this.#sql.messages.all(this.#cursor, feedBatch) : [];
    const rows = this.#newest.lastEvent() > this.#cursor ? this.#sql.events.all(this.#cursor, feedBatch) : [];
    const events: FeedEvent[] = [];
    let through = this.#cursor;
    let [message, row] = [0, 0];
    while (events.length < feedBatch) {
      const [own, other] = [messages[message], rows[row]];
      if (own && (!other || own.id < other.seq)) {
        message += 1;
        through = own.id;
        push(events, this.#ofMessage(own, own.id));
      } else if (other) {
        row += 1;
        through = other.seq;
        push(events, this.#ofEvent(other));
      } else break;
    }
    const drained = events.length < feedBatch && messages.length < feedBatch && rows.length < feedBatch;
    return {
      events,
      through: drained ? Math.max(through, this.#newest.lastMessage(), this.#newest.lastEvent()) : through,
      typing,
    };
  }

  #ofMessage(row: MessageRow, about: number): FeedEvent | undefined {
    const chat = this.#directory.chat(row.chat);
    if (!chat) return undefined;
    const report = { eventId: eventText(about), line: chat.line, chatId: chat.text, messageId: messageText(row.id) };
    if (row.sender === null) return { ...report, kind: 'receipt', recipient: null, status: 'delivered' };
    const body = bodyOf(row.body ?? '');
    return {
      ...report,
      kind: 'message',
      channel: row.channel,
      from: this.#directory.handsetById(row.sender).address,
      isGroup: chat.isGroup,
      people: peopleOf(chat),
      text: body.text,
      media: (body.media ?? []).map(({ url, mimeType }) => ({ url, mimeType: mimeType ?? 'application/octet-stream' })),
      replyTo: body.replyTo ?? null,
      sentAtMs: row.sent_ms,
    };
  }

  #ofEvent(row: EventRow): FeedEvent | undefined {
    if (row.kind === 'message') {
      const message = this.#sql.message.get(row.message);
      return message && this.#ofMessage(message, row.about);
    }
    const chat = this.#directory.chat(row.chat);
    if (!chat) return undefined;
    const report = {
      eventId: eventText(row.about),
      line: chat.line,
      chatId: chat.text,
      messageId: messageText(row.message),
    };
    const value = row.value ?? '';
    switch (row.kind) {
      case 'receipt':
        return { ...report, kind: 'receipt', recipient: row.actor, status: value === 'read' ? 'read' : 'delivered' };
      case 'reaction':
        return {
          ...report,
          kind: 'reaction',
          from: row.actor ?? '',
          reactionType: value.slice(1),
          added: value.startsWith('+'),
        };
      case 'vote':
        return { ...report, kind: 'vote', from: row.actor ?? '', options: JSON.parse(value) as number[] };
      default:
        return row.kind satisfies never;
    }
  }
}

function peopleOf(chat: Chat): readonly string[] {
  return chat.members.map((member) => member.address);
}

const eventText = (about: number): string => `e${about.toString(36)}`;

const deliveredOf = ({ chat, messageId }: RecentMessage): FeedEvent => ({
  // A message that reports itself lends the report its own number.
  eventId: `e${messageId.slice(1)}`,
  line: chat.line,
  chatId: chat.text,
  messageId,
  kind: 'receipt',
  recipient: null,
  status: 'delivered',
});

function push(events: FeedEvent[], event: FeedEvent | undefined): void {
  if (event) events.push(event);
}

function prepare(db: Database.Database) {
  return {
    setCursor: db.prepare(
      "INSERT INTO meta (name, value) VALUES ('cursor', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ),
    messages: db.prepare<[number, number], MessageRow>(
      `SELECT id, chat, sender, channel, sent_ms, CASE WHEN sender IS NULL THEN NULL ELSE body END AS body
       FROM message WHERE id > ? AND prompt = 1 ORDER BY id LIMIT ?`,
    ),
    message: db.prepare<[number], MessageRow>(
      'SELECT id, chat, sender, channel, sent_ms, body FROM message WHERE id = ?',
    ),
    events: db.prepare<[number, number], EventRow>(
      'SELECT seq, about, kind, chat, message, actor, value FROM event WHERE seq > ? ORDER BY seq LIMIT ?',
    ),
  };
}
