/**
 * Looking back: pages of an account's messages and conversations, filtered and sorted, with totals; every page and every
 * total is answered from an index. Also the two changes a reader may make: a tombstone and an archived conversation.
 */
import type { Channel } from '#core/channel.ts';
import type { MessageStatus } from '#core/delivery.ts';
import type { Event } from '#core/event.ts';
import type { AccountId, ConversationId, MessageId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { MessageInChat } from './log.ts';

/**
 * One step of a sort; a field named again changes nothing. Ties are broken by the newest first (by creation, then by id),
 * so that pages never overlap; without any step that is the order. Platforms sort by name, character by character.
 */
export interface SortBy<Field extends string> {
  readonly field: Field;
  readonly descending: boolean;
}

/** `status` sorts by how far a message came: queued, unknown, sent, failed, delivered, read, received. */
export type MessageSort = 'created_at' | 'updated_at' | 'platform' | 'status';
/** Active ones sort before archived ones, and one without messages as if its last had been before all others. */
export type ConversationSort =
  | 'created_at'
  | 'updated_at'
  | 'last_message_at'
  | 'platform'
  | 'status'
  | 'message_count';
export type ConversationStatus = 'active' | 'archived';

export interface ListQuery<Field extends string> {
  /** Rows to pass over, and rows to answer. */
  readonly offset: number;
  readonly limit: number;
  /** By the time of creation: from this instant on, and before that one. Milliseconds since the epoch. */
  readonly fromMs: number | null;
  readonly beforeMs: number | null;
  readonly channel: Channel | null;
  readonly sort: readonly SortBy<Field>[];
}

export interface MessageQuery extends ListQuery<MessageSort> {
  readonly conversation: ConversationId | null;
  readonly direction: 'inbound' | 'outbound' | null;
  /**
   * As rows show it: whatever waits or is being handed over is `queued`, because only a change that has an event is
   * listed. So nothing is ever found as `sending`, or as `deleted`.
   */
  readonly status: MessageStatus | null;
}

export interface ConversationQuery extends ListQuery<ConversationSort> {
  readonly status: ConversationStatus | null;
}

export interface ConversationSummary {
  readonly conversation: Conversation;
  readonly status: ConversationStatus;
  /** Tombstones left out, and `lastMessageAtMs` is of the newest that is left. */
  readonly messageCount: number;
  readonly lastMessageAtMs: number | null;
  /** The latest of its creation, its newest message ever, and the last change of its own status. */
  readonly updatedAtMs: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many there are on all pages, at the same instant as the rows. */
  readonly total: number;
}

export interface ListStore {
  /**
   * Everything committed before the call is in it, with the status it has now; tombstones are left out. The first
   * question of an account with a long log may take seconds. An account that does not exist has nothing.
   */
  listMessages(account: AccountId, query: MessageQuery): Promise<Page<MessageInChat>>;
  listConversations(account: AccountId, query: ConversationQuery): Promise<Page<ConversationSummary>>;
  /** A conversation is opened by its first message, so it is listed from then on. Undefined when it does not exist or is another's. */
  conversationSummary(account: AccountId, id: ConversationId): Promise<ConversationSummary | undefined>;
  /** The events of one message, oldest first. Empty when it does not exist (a tombstone does not) or is another's. */
  timeline(account: AccountId, message: MessageId): Promise<readonly Event[]>;
  /**
   * Leave a tombstone: body, media and error go, the row, its events and its idempotency key stay, and no read of any
   * facade answers it again. A queued command of it goes with it. False when there is no such message (or already a
   * tombstone); throws Refused `conflict` while a provider has it in hand. What waited behind it in its conversation may
   * go now: tell the dispatcher. No event tells of it.
   */
  deleteMessage(account: AccountId, message: MessageId): Promise<boolean>;
  /**
   * The summary after the change; undefined when it does not exist or is another's. The next message in an archived
   * conversation, either way, makes it active again; reports and tapbacks do not.
   */
  setConversationStatus(
    account: AccountId,
    id: ConversationId,
    status: ConversationStatus,
  ): Promise<ConversationSummary | undefined>;
}
