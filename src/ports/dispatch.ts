/**
 * The outbox as the accepting side sees it: how the next command of a conversation is to be written, and what became of
 * the write. Memory only and never authoritative: whatever is lost with the process is found again in the store.
 */
import type { Channel } from '#core/channel.ts';
import type { ClaimedCommand } from '#core/command.ts';
import type { AccountId, ConversationId, MessageId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { Connection } from './connections.ts';

/**
 * A command's place in the order of its conversation, taken in the tick in which it goes to the store. Exactly one of
 * its three ends is called, in the tick in which the store answers; the order of both is what keeps a conversation in order.
 */
export interface Place {
  /** Write it already claimed: it goes out as soon as it is on disk and its turn has come. */
  readonly claimed: boolean;
  /** Committed as claimed. */
  born(command: ClaimedCommand): void;
  /** Committed as queued. */
  queued(): void;
  /** Nothing was committed. */
  abandoned(): void;
}

/** What became of a command that is no send, once it is on disk. */
export type Ending =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'failed'; readonly error: string }
  | { readonly outcome: 'unknown'; readonly error: string };

export interface Dispatch {
  /** `channel` null: a command that is not a send, which is never written claimed. */
  place(conversation: Conversation, channel: Channel | null, connection: Connection): Place;
  /** Something of a conversation without a place was committed as queued, or its unknown head was decided. */
  queued(account: AccountId, conversation: ConversationId, connection: Connection): void;
  /**
   * Hear how a command ends; ask before it is committed. Called at most once, and never when this process ends first.
   * Answers the way to stop.
   */
  onEnding(command: MessageId, listener: (ending: Ending) => void): () => void;
}
