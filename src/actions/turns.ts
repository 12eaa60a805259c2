/**
 * Turns: what one account asks for enters the store in the order it was asked for, although each request may have to look
 * things up first, and one look takes longer than another. Only the way into the store is in turn; commits are not.
 */
import type { AccountId } from '#core/ids.ts';

export interface Turn {
  /** Undefined when nobody of the account is in front any more; else resolves then. */
  come(): Promise<void> | undefined;
  /** Into the store, or not at all: the next may go. Callable twice. */
  end(): void;
}

export interface Turns {
  take(account: AccountId): Turn;
}

export function createTurns(): Turns {
  const queues = new Map<AccountId, Queue>();
  return {
    take(account) {
      let queue = queues.get(account);
      if (!queue) {
        if (queues.size >= rememberedQueues) forgetIdle(queues);
        queues.set(account, (queue = { head: 0, next: 0, over: new Set(), waiting: new Map() }));
      }
      return new Ticket(queue);
    },
  };
}

/** One account's: tickets from `head` on, up to but not `next`, are not over. It stays for the account's next request. */
interface Queue {
  head: number;
  next: number;
  /** Those over before one in front of them. */
  readonly over: Set<number>;
  readonly waiting: Map<number, () => void>;
}

const rememberedQueues = 10_000;

function forgetIdle(queues: Map<AccountId, Queue>): void {
  for (const [account, { head, next }] of queues) if (head === next) queues.delete(account);
}

/** A class, because every send takes one and closures cost more. */
class Ticket implements Turn {
  readonly #queue: Queue;
  readonly #number: number;
  #ended = false;

  constructor(queue: Queue) {
    this.#queue = queue;
    this.#number = queue.next;
    queue.next += 1;
  }

  come(): Promise<void> | undefined {
    if (this.#queue.head >= this.#number) return undefined;
    return new Promise((go) => this.#queue.waiting.set(this.#number, go));
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const queue = this.#queue;
    if (queue.head !== this.#number) return void queue.over.add(this.#number);
    queue.head += 1;
    if (queue.over.size > 0) while (queue.over.delete(queue.head)) queue.head += 1;
    if (queue.waiting.size === 0) return;
    queue.waiting.get(queue.head)?.();
    queue.waiting.delete(queue.head);
  }
}

/** An action that takes its turn as it is asked, and ends it however it ends. */
export function inTurn<Command extends { readonly account: AccountId }, Answer>(
  turns: Turns,
  act: (command: Command, turn: Turn) => Promise<Answer>,
): (command: Command) => Promise<Answer> {
  return async (command) => {
    const turn = turns.take(command.account);
    try {
      return await act(command, turn);
    } finally {
      turn.end();
    }
  };
}
