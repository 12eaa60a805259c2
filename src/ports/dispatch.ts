/**
 * The outbox as the accepting side sees it: may this conversation's next command be born claimed, and here is what was
 * stored. Memory only and never authoritative: whatever is lost with the process is found again in the store.
 */
import type { Channel } from '#core/channel.ts';
import type { ClaimedCommand } from '#core/command.ts';
import type { AccountId, ConversationId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { Connection } from './connections.ts';

export interface Dispatch {
  /**
   * Reserve an idle conversation: true when its connection is healthy, dedupes, and nothing of the conversation waits or
   * is under way. A reservation ends with `born` or `unborn`, exactly one of them.
   */
  reserve(conversation: Conversation, channel: Channel, connection: Connection): boolean;
  /** The command was committed already claimed: carry it out now. */
  born(conversation: Conversation, command: ClaimedCommand): void;
  /** The reserved command was not stored. */
  unborn(conversation: ConversationId): void;
  /** Something was committed as queued, or an unknown head was decided: claim in its turn. */
  queued(account: AccountId, conversation: ConversationId, connection: Connection): void;
}
