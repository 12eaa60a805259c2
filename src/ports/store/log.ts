/**
 * Reading: the account's log and what its rows point at. Every verb takes the account and answers nothing of others'.
 */
import type { Event, EventKind, Reaction } from '#core/event.ts';
import type { AccountId, ConnectionId, ConversationId, MessageId, RemoteId } from '#core/ids.ts';
import type { Conversation, Message } from '#core/message.ts';

export interface MessageInChat {
  readonly message: Message;
  readonly conversation: Conversation;
}

export interface LogStore {
  /** The number of the restored copy this is; 1 on a fresh database. */
  epoch(): number;
  /** The seq of the newest event, 0 on an empty log. */
  headSeq(account: AccountId): Promise<number>;
  /** Events after a seq, in order, at most `limit`; only of one kind when it is given (answered from an index). */
  events(account: AccountId, afterSeq: number, limit: number, kind?: EventKind): Promise<readonly Event[]>;
  /** The seq of the last event at or before an instant; 0 when there is none. */
  seqAt(account: AccountId, tsUs: number): Promise<number>;
  /** The messages asked for that exist and are the account's, in the order asked. A tombstone does not exist. */
  messages(account: AccountId, ids: readonly MessageId[]): Promise<readonly MessageInChat[]>;
  /** The message of the account that a provider knows by this id; the newest where several chats have one. */
  messageByRemoteId(account: AccountId, remoteId: string): Promise<MessageId | undefined>;
  reactions(account: AccountId, numbers: readonly number[]): Promise<readonly Reaction[]>;
  conversation(account: AccountId, id: ConversationId): Promise<Conversation | undefined>;
  findConversation(
    account: AccountId,
    key: { connection: ConnectionId; line: string; peerKey: string; thread: string | null },
  ): Promise<Conversation | undefined>;
  /** The provider's id of the newest inbound message of a conversation; null when nothing came in. */
  newestInbound(account: AccountId, conversation: ConversationId): Promise<RemoteId | null>;
}
