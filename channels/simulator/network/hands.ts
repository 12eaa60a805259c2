/**
 * What a person does with a handset: write, read, tap back, vote, switch airplane mode and faults, and look at what is
 * there. Refusals are thrown for the person at the control surface. Runs inside the caller's transaction.
 */
import type Database from 'better-sqlite3';
import { type Channel, serviceOf } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import { fits } from './addresses.ts';
import { bodyText } from './body.ts';
import type { Carrier } from './carrier.ts';
import { isTapback, voteProblem } from './commands.ts';
import { arrived, gone, numberOf, pending, read } from './database.ts';
import type { Deliveries } from './deliveries.ts';
import type { Chat, Directory, Handset } from './directory.ts';
import type { Places } from './places.ts';
import { type Body, type Faults, maxGroupMembers, tapbacks } from './terms.ts';

export interface Writing {
  readonly body: Body;
  readonly chatId: string | undefined;
  readonly channel: Channel | undefined;
  readonly line: string | undefined;
  /** The other people of a group that this message starts. */
  readonly others: readonly string[];
}

interface Held {
  readonly id: number;
  readonly chat: Chat;
  readonly body: string;
}

export class Hands {
  readonly #carrier: Carrier;
  readonly #deliveries: Deliveries;
  readonly #directory: Directory;
  readonly #places: Places;
  readonly #sql;

  constructor(
    db: Database.Database,
    parts: { carrier: Carrier; deliveries: Deliveries; directory: Directory; places: Places },
  ) {
    const { carrier, deliveries, directory, places } = parts;
    this.#places = places;
    this.#carrier = carrier;
    this.#deliveries = deliveries;
    this.#directory = directory;
    this.#sql = prepare(db);
  }

  /** Answers the new message's id. */
  write(handset: Handset, writing: Writing, lines: readonly string[]): number {
    const chat = this.#chatFor(handset, writing, lines);
    if (writing.body.replyTo !== undefined) this.#held(handset, writing.body.replyTo, 'replyTo');
    const channel = writing.channel ?? (chat.isGroup ? chat.channel : handset.channel);
    return this.#carrier.write(handset, chat, channel, bodyText(writing.body));
  }

  /** Read one message, a chat, or everything that is unread. */
  read(handset: Handset, what: { messageId: string | undefined; chatId: string | undefined }): void {
    if (what.messageId !== undefined) {
      const { id, chat } = this.#held(handset, what.messageId, 'messageId');
      this.#readOne(handset, chat, id);
      return;
    }
    this.#places.fill();
    const chats = what.chatId === undefined ? this.#directory.chatsOf(handset) : [this.chat(handset, what.chatId)];
    for (const chat of chats) if (!chat.isGroup) this.#readDirect(handset, chat);
    for (const { message, chat: id } of this.#sql.unreadInGroups.all(handset.id)) {
      const chat = this.#directory.chat(id);
      if (chat && (what.chatId === undefined || chat.text === what.chatId)) this.#readOne(handset, chat, message);
    }
  }

  react(handset: Handset, messageId: string, reactionType: string, remove: boolean): number {
    if (!isTapback(reactionType)) {
      throw refuse('invalid', `reactionType must be one of ${tapbacks.join(', ')}`, { field: 'reactionType' });
    }
    const { id, chat } = this.#held(handset, messageId, 'messageId');
    const statement = remove ? this.#sql.unreact : this.#sql.react;
    if (statement.run(id, handset.address, reactionType).changes > 0 && !chat.gone) {
      const value = (remove ? '-' : '+') + reactionType;
      this.#deliveries.report(handset, { kind: 'reaction', chat: chat.id, message: id, actor: handset.address, value });
    }
    return id;
  }

  vote(handset: Handset, messageId: string, options: readonly number[]): number {
    const { id, chat, body } = this.#held(handset, messageId, 'messageId');
    const problem = voteProblem(body, options);
    if (problem) throw refuse('invalid', problem, { field: 'options' });
    const value = JSON.stringify(options);
    this.#sql.vote.run(id, handset.address, value);
    if (!chat.gone)
      this.#deliveries.report(handset, { kind: 'vote', chat: chat.id, message: id, actor: handset.address, value });
    return id;
  }

  set(handset: Handset, to: { airplane?: boolean; faults?: Faults; channel?: Channel }): void {
    const landing = handset.airplane && to.airplane === false;
    this.#directory.change(handset, to);
    if (landing) this.#deliveries.release(handset);
  }

  /** A chat this handset is in. */
  chat(handset: Handset, chatId: string): Chat {
    const chat = this.#directory.chat(numberOf('c', chatId) ?? -1);
    if (chat?.members.includes(handset)) return chat;
    throw refuse('not_found', 'chatId names no chat of this handset; its chats are in its messages', {
      field: 'chatId',
    });
  }

  /** Messages the handset received and has not read. */
  unread(handset: Handset): number {
    this.#places.fill();
    let count = this.#sql.unreadInGroups.all(handset.id).length;
    for (const chat of this.#directory.chatsOf(handset)) {
      if (!chat.isGroup) count += this.#sql.unread.all(chat.id, chat.handsetRead, arrived).length;
    }
    return count;
  }

  #chatFor(handset: Handset, writing: Writing, lines: readonly string[]): Chat {
    if (writing.chatId !== undefined) return this.chat(handset, writing.chatId);
    const line = writing.line ?? lines[0] ?? '';
    if (!lines.includes(line)) {
      throw refuse('invalid', `line must be one of the gateway's lines: ${lines.join(', ')}`, { field: 'line' });
    }
    const channel = writing.channel ?? handset.channel;
    mustFit(handset.address, channel);
    const others = writing.others.filter((person) => person !== handset.address && !lines.includes(person));
    if (others.length === 0) return this.#directory.direct(line, channel, handset);
    const members = [...new Set([handset, ...others.map((person) => this.#directory.handset(person, channel))])];
    if (members.length > maxGroupMembers) {
      throw refuse('invalid', `to must name fewer people: a group holds at most ${maxGroupMembers}`, { field: 'to' });
    }
    return this.#directory.groupOf(line, channel, members);
  }

  /** A message this handset has. */
  #held(handset: Handset, messageId: string, field: string): Held {
    const row = this.#sql.find.get(numberOf('m', messageId) ?? -1, gone);
    const chat = row && this.#directory.chat(row.chat);
    if (row && chat) {
      const has = chat.isGroup
        ? this.#sql.has.get(handset.id, row.id) !== undefined
        : chat.members[0] === handset && (row.sender !== null || row.status !== pending);
      if (has) return { id: row.id, chat, body: row.body };
    }
    throw refuse('not_found', `${field} names no message on this handset`, { field });
  }

  #readDirect(handset: Handset, chat: Chat): void {
    const unread = this.#sql.unread.all(chat.id, chat.handsetRead, arrived);
    for (const { id } of unread) this.#readOne(handset, chat, id);
    const newest = unread.at(-1);
    if (newest) this.#directory.setChat(chat, { handsetRead: newest.id });
  }

  #readOne(handset: Handset, chat: Chat, id: number): void {
    const changed = chat.isGroup
      ? this.#sql.readDelivery.run(read, handset.id, id, arrived).changes
      : this.#sql.readMessage.run(read, id, arrived).changes;
    if (changed === 0 || chat.gone || this.#sql.sender.get(id) !== null) return;
    const actor = chat.isGroup ? handset.address : null;
    this.#deliveries.report(handset, { kind: 'receipt', chat: chat.id, message: id, actor, value: 'read' });
  }
}

function mustFit(text: string, channel: Channel): void {
  if (fits(text, channel)) return;
  throw refuse('invalid', `service ${serviceOf(channel)} does not reach ${text}: it has addresses of another form`, {
    field: 'service',
  });
}

function prepare(db: Database.Database) {
  return {
    find: db.prepare<
      [number, number],
      { id: number; chat: number; sender: number | null; status: number; body: string }
    >('SELECT id, chat, sender, status, body FROM message WHERE id = ? AND status <> ?'),
    has: db.prepare<[number, number], unknown>('SELECT 1 FROM delivery WHERE handset = ? AND message = ?'),
    sender: db.prepare<[number], number | null>('SELECT sender FROM message WHERE id = ?').pluck(),
    unread: db.prepare<[number, number, number], { id: number }>(
      `SELECT m.id FROM place p JOIN message m ON m.id = p.message
       WHERE p.chat = ? AND p.message > ? AND m.sender IS NULL AND m.status = ? ORDER BY p.message`,
    ),
    unreadInGroups: db.prepare<[number], { message: number; chat: number }>(
      `SELECT d.message, m.chat FROM delivery d JOIN message m ON m.id = d.message
       WHERE d.handset = ? AND d.status = 1 AND m.status <> 3 ORDER BY d.message`,
    ),
    readMessage: db.prepare('UPDATE message SET status = ? WHERE id = ? AND sender IS NULL AND status = ?'),
    readDelivery: db.prepare('UPDATE delivery SET status = ? WHERE handset = ? AND message = ? AND status = ?'),
    react: db.prepare('INSERT OR IGNORE INTO reaction (message, sender, type) VALUES (?, ?, ?)'),
    unreact: db.prepare('DELETE FROM reaction WHERE message = ? AND sender = ? AND type = ?'),
    vote: db.prepare(
      `INSERT INTO vote (message, sender, options) VALUES (?, ?, ?)
       ON CONFLICT (message, sender) DO UPDATE SET options = excluded.options`,
    ),
  };
}
