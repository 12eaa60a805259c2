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

/** One account's: tickets from `head` on, up to but not `next`, are not over. */
interface Queue {
  head: number;
  next: number;
  readonly over: Set<number>;
  readonly waiting: Map<number, () => void>;
}

export function createTurns(): Turns {
  const queues = new Map<AccountId, Queue>();
  return {
    take(account) {
      const queue = queues.get(account) ?? { head: 0, next: 0, over: new Set(), waiting: new Map() };
      queues.set(account, queue);
      const ticket = queue.next;
      queue.next += 1;
      return {
        come: () => (queue.head >= ticket ? undefined : new Promise((go) => queue.waiting.set(ticket, go))),
        end() {
          if (queue.head > ticket || queue.over.has(ticket)) return;
          queue.over.add(ticket);
          while (queue.over.delete(queue.head)) queue.head += 1;
          queue.waiting.get(queue.head)?.();
          queue.waiting.delete(queue.head);
          if (queue.head === queue.next) queues.delete(account);
        },
      };
    },
  };
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
