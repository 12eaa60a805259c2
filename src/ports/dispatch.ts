/**
 * The outbox as the accepting side sees it: may this conversation's next command be born claimed, and here is what was
 * stored. Memory only and never authoritative: whatever is lost with the process is found again in the store.
 */
import type { ClaimedCommand } from '#core/command.ts';
import type { ConversationId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { Connection } from './connections.ts';

export interface Dispatch {
  /**
   * Reserve an idle conversation: true when its connection is healthy, dedupes, and nothing of the conversation waits or
   * is under way. A reservation ends with `born` or `unborn`, exactly one of them.
   */
  reserve(conversation: ConversationId, connection: Connection): boolean;
  /** The command was committed already claimed: carry it out now. */
  born(conversation: Conversation, command: ClaimedCommand): void;
  /** The reserved command was not stored. */
  unborn(conversation: ConversationId): void;
  /** Something was committed as queued: claim it in its turn. */
  queued(conversation: ConversationId, connection: Connection): void;
}
