/**
 * Where the messages of a chat are: an index kept by hand, a few thousand messages at a time. Kept by the database for
 * every message it would touch one page per chat and commit, and cost more than the message itself.
 */
import type Database from 'better-sqlite3';
import { metaOf, setMeta } from './database.ts';

/** This many messages may be missing from the index before somebody fills it in without being asked. */
const slack = 20_000;

export class Places {
  readonly #db: Database.Database;
  readonly #fill;
  readonly #lastMessage: () => number;
  #mark = 0;
  #missing = 0;

  constructor(db: Database.Database, lastMessage: () => number) {
    this.#db = db;
    this.#lastMessage = lastMessage;
    this.#fill = db.prepare(
      'INSERT INTO place (chat, message) SELECT chat, id FROM message WHERE id > ? ORDER BY chat, id',
    );
    this.forget();
    this.#missing = lastMessage() - this.#mark;
  }

  /** After a rollback: believe the disk. */
  forget(): void {
    this.#mark = Number(metaOf(this.#db, 'placed') ?? 0);
  }

  /** Some more messages were added; answers whether it is time to fill the index. */
  grew(messages: number): boolean {
    this.#missing += messages;
    return this.#missing >= slack;
  }

  /** Bring the index up to date. Inside the caller's transaction; nothing to do costs nothing. */
  fill(): void {
    const last = this.#lastMessage();
    if (last <= this.#mark) return;
    this.#fill.run(this.#mark);
    this.#mark = last;
    this.#missing = 0;
    setMeta(this.#db, 'placed', String(last));
  }
}
