/**
 * Whose turn it is: conversations with something to claim, first come first served within an account and round robin
 * among accounts, so that one account's thousand conversations do not keep another's one waiting.
 */
import type { AccountId, ConversationId } from '#core/ids.ts';

export interface Turns {
  add(account: AccountId, conversation: ConversationId): void;
  /** Up to `max` conversations, fairly. */
  take(max: number): ConversationId[];
  readonly size: number;
}

export function createTurns(): Turns {
  const queues = new Map<AccountId, ConversationId[]>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(account, conversation) {
      const queue = queues.get(account);
      if (queue) queue.push(conversation);
      else queues.set(account, [conversation]);
      size += 1;
    },
    take(max) {
      const taken: ConversationId[] = [];
      while (taken.length < max && size > 0) {
        // One share each, then to the back: a Map keeps the order of insertion.
        const share = Math.max(1, Math.floor((max - taken.length) / queues.size));
        for (const [account, queue] of Array.from(queues)) {
          const some = queue.splice(0, Math.min(share, max - taken.length));
          taken.push(...some);
          size -= some.length;
          queues.delete(account);
          if (queue.length > 0) queues.set(account, queue);
          if (taken.length >= max) break;
        }
      }
      return taken;
    },
  };
}
