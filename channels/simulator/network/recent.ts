/**
 * The newest messages that are their own delivery report, kept at hand until the gateway has acknowledged them, so that
 * the feed need not read back what was written a moment ago. Only a memory: what is not here is on disk.
 */
import type { Chat } from './directory.ts';

export interface RecentMessage {
  readonly id: number;
  readonly chat: Chat;
  readonly messageId: string;
}

/** A gateway that is further behind reads from the disk. */
const maxRecent = 20_000;

export class Recent {
  /** Whatever reports itself and has a higher id is here. */
  #from: number;
  #messages: RecentMessage[] = [];

  constructor(newest: number) {
    this.#from = newest;
  }

  /** Ids rise. */
  add(message: RecentMessage): void {
    if (this.#messages.length >= maxRecent) this.restart(message.id - 1);
    this.#messages.push(message);
  }

  /** Everything up to there is on disk alone. */
  restart(newest: number): void {
    this.#from = newest;
    this.#messages = [];
  }

  /** The first messages after a place, or undefined when only the disk knows. */
  after(place: number, limit: number): readonly RecentMessage[] | undefined {
    if (place < this.#from) return undefined;
    const start = this.#messages.findIndex(({ id }) => id > place);
    return start === -1 ? [] : this.#messages.slice(start, start + limit);
  }

  /** The gateway has everything up to there. */
  drop(through: number): void {
    const kept = this.#messages.findIndex(({ id }) => id > through);
    if (kept !== 0) this.#messages.splice(0, kept === -1 ? this.#messages.length : kept);
    this.#from = Math.max(this.#from, through);
  }
}
