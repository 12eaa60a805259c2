/**
 * Plain messages on their way into the table, many rows to a statement: gathered while a batch is carried, written when
 * there are enough and at its end. Each is answered as accepted when it is gathered; where its key turns out to be
 * known, the answer becomes the first one's. Runs inside the caller's transaction, which must end with `flush`.
 */
import type Database from 'better-sqlite3';
import type { Channel } from '#core/channel.ts';
import { arrived, chatText, messageText } from './database.ts';
import type { Chat } from './directory.ts';
import type { Outcome } from './terms.ts';

export interface PlainMessage {
  readonly id: number;
  readonly chat: Chat;
  readonly channel: Channel;
  readonly sentMs: number;
  /** Null where the network keeps no keys. */
  readonly key: string | null;
  readonly body: string;
  /** The answers of its run; its own is put behind them. */
  readonly outcomes: Outcome[];
}

interface Gathered {
  readonly id: number;
  readonly chat: Chat;
  readonly messageId: string;
  readonly outcomes: Outcome[];
  readonly at: number;
}

type Value = string | number | null;

/** More rows to a statement were no faster. */
const rowsAtOnce = 16;
const valuesOfRow = 6;
const keyOfRow = 4;

export class PlainRows {
  readonly #added: (id: number, chat: Chat, messageId: string) => void;
  readonly #many;
  readonly #one;
  readonly #byKey;
  #gathered: Gathered[] = [];
  #values: Value[] = [];

  /** `added` is told of every row that is in the table, in the order of their ids. */
  constructor(db: Database.Database, added: (id: number, chat: Chat, messageId: string) => void) {
    this.#added = added;
    this.#many = db.prepare<[Value[]]>(insertRows(rowsAtOnce));
    this.#one = db.prepare<[Value[]]>(insertRows(1));
    this.#byKey = db.prepare<[string], { id: number; chat: number; channel: Channel }>(
      'SELECT id, chat, channel FROM message WHERE key = ?',
    );
  }

  add({ id, chat, channel, sentMs, key, body, outcomes }: PlainMessage): void {
    const messageId = messageText(id);
    this.#gathered.push({ id, chat, messageId, outcomes, at: outcomes.length });
    this.#values.push(id, chat.id, channel, sentMs, key, body);
    outcomes.push({ outcome: 'accepted', messageId, chatId: chat.text, channel });
    if (this.#gathered.length === rowsAtOnce) this.flush();
  }

  /** Write what is gathered: what is asked of the table afterwards finds it. */
  flush(): void {
    const [gathered, values] = [this.#gathered, this.#values];
    if (gathered.length === 0) return;
    this.forget();
    if (this.#insert(gathered.length, values) < gathered.length) {
      this.#correct(gathered, values);
      return;
    }
    for (const { id, chat, messageId } of gathered) this.#added(id, chat, messageId);
  }

  /** After a rollback. */
  forget(): void {
    this.#gathered = [];
    this.#values = [];
  }

  /** What the message with a key was answered; undefined when there is none. */
  first(key: string): Outcome | undefined {
    const row = this.#byKey.get(key);
    return (
      row && { outcome: 'accepted', messageId: messageText(row.id), chatId: chatText(row.chat), channel: row.channel }
    );
  }

  /** How many of the rows were new. */
  #insert(count: number, values: Value[]): number {
    if (count === rowsAtOnce) return this.#many.run(values).changes;
    let added = 0;
    for (let at = 0; at < values.length; at += valuesOfRow) {
      added += this.#one.run(values.slice(at, at + valuesOfRow)).changes;
    }
    return added;
  }

  /** Some keys were known, in the table or from a row before: those messages are the first ones again. */
  #correct(gathered: readonly Gathered[], values: readonly Value[]): void {
    for (const [row, { id, chat, messageId, outcomes, at }] of gathered.entries()) {
      const first = this.first(String(values[row * valuesOfRow + keyOfRow]));
      if (first?.outcome === 'accepted' && first.messageId !== messageId) outcomes[at] = first;
      else this.#added(id, chat, messageId);
    }
  }
}

/** The row is delivered where it stands and is its own report. */
const insertRows = (count: number): string =>
  `INSERT INTO message (id, chat, sender, channel, sent_ms, status, prompt, key, body)
   VALUES ${Array(count).fill(`(?, ?, NULL, ?, ?, ${arrived}, 1, ?, ?)`).join(', ')}
   ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING`;
