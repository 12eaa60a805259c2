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

/** One step of a sort. Ties are broken by the newest first, so that pages never overlap. */
export interface SortBy<Field extends string> {
  readonly field: Field;
  readonly descending: boolean;
}

export type MessageSort = 'created_at' | 'updated_at' | 'platform' | 'status';
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
  readonly status: MessageStatus | null;
}

export interface ConversationQuery extends ListQuery<ConversationSort> {
  readonly status: ConversationStatus | null;
}

export interface ConversationSummary {
  readonly conversation: Conversation;
  readonly status: ConversationStatus;
  readonly messageCount: number;
  readonly lastMessageAtMs: number | null;
  readonly updatedAtMs: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many there are on all pages, at the same instant as the rows. */
  readonly total: number;
}

export interface ListStore {
  /** Everything committed before the call is in it, with the status it has now; tombstones are left out. */
  listMessages(account: AccountId, query: MessageQuery): Promise<Page<MessageInChat>>;
  listConversations(account: AccountId, query: ConversationQuery): Promise<Page<ConversationSummary>>;
  /** Undefined when it does not exist or is another's. */
  conversationSummary(account: AccountId, id: ConversationId): Promise<ConversationSummary | undefined>;
  /** The events of one message, oldest first. Empty when it does not exist or is another's. */
  timeline(account: AccountId, message: MessageId): Promise<readonly Event[]>;
  /**
   * Leave a tombstone: body, media and error go, the row, its events and its idempotency key stay, and no read of any
   * facade answers it again. A queued command of it goes with it. False when there is no such message (or already a
   * tombstone); throws Refused `conflict` while a provider has it in hand.
   */
  deleteMessage(account: AccountId, message: MessageId): Promise<boolean>;
  /** The summary after the change; undefined when it does not exist or is another's. */
  setConversationStatus(
    account: AccountId,
    id: ConversationId,
    status: ConversationStatus,
  ): Promise<ConversationSummary | undefined>;
}
