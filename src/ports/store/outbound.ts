/**
 * The outbound half of the store: accepting, claiming and settling. Every verb takes an array, answers per item in the
 * same order once the commit is on disk, and never lets one bad item fail its neighbours; calls that arrive together
 * share one commit. A verb rejects only when the whole database is unusable (disk full, closed).
 */
import type { Channel } from '#core/channel.ts';
import type { ClaimedRun, SideCommand } from '#core/command.ts';
import type { OutboundStatus } from '#core/delivery.ts';
import type { Failure } from '#core/failure.ts';
import type { AccountId, ConnectionId, ConversationId, MessageId, RemoteChat, RemoteId } from '#core/ids.ts';
import type { Conversation, Message, Part } from '#core/message.ts';

/** A conversation as its key; the store finds it or opens it in the same transaction. */
export interface ConversationSpec {
  readonly connection: ConnectionId;
  readonly line: string;
  readonly channel: Channel;
  readonly isGroup: boolean;
  /** Remote addresses, normalised and sorted. */
  readonly participants: readonly string[];
  readonly thread: string | null;
  /**
   * `open`: phone numbers may be texted unless another account registered them, and the first account on the line gets
   * a provisional route (30 days). `registered`: every number must be the account's own. `none`: not a phone channel.
   */
  readonly numbers: 'open' | 'registered' | 'none';
}

export interface AcceptItem {
  readonly account: AccountId;
  /** Freshly minted; unused when the item repeats an earlier one. */
  readonly message: MessageId;
  /** A conversation of this account looked up moments ago, or the key to find or open it by. */
  readonly conversation: ConversationId | ConversationSpec;
  readonly channel: Channel;
  readonly sender: string;
  readonly parts: readonly Part[];
  /** The rendered bodies, one per chunk. */
  readonly chunks: readonly string[];
  readonly replyTo: MessageId | null;
  /** The monthly cap it counts against: a number, null for counted without a cap, `free` for not counted. */
  readonly cap: number | null | 'free';
  readonly idempotency: { readonly action: string; readonly key: string; readonly fingerprint: string } | null;
  /** Write the command already claimed (fence 1, attempt 1): only for a reserved conversation given by id. */
  readonly claimed: boolean;
  readonly expiresAtMs: number;
}

export type AcceptOutcome =
  | {
      readonly outcome: 'stored';
      readonly message: MessageId;
      readonly conversation: Conversation;
      readonly createdAtMs: number;
    }
  /** Same key, same command: the first message as it is now. */
  | {
      readonly outcome: 'repeated';
      readonly message: MessageId;
      readonly conversation: ConversationId;
      readonly status: Message['status'];
      readonly error: string | null;
    }
  | { readonly outcome: 'refused'; readonly failure: Failure };

export interface ClaimRequest {
  readonly conversation: ConversationId;
  /** At most this many chunks of consecutive sends, or one other command. */
  readonly max: number;
}

export interface Claim extends ClaimedRun {
  /** Something of the conversation may wait behind what was taken; false: surely nothing. */
  readonly more: boolean;
}

export type Settlement =
  /** The chunks from `fromChunk` on that were accepted, in order; the command ends when they reach its last. */
  | {
      readonly outcome: 'accepted';
      readonly fromChunk: number;
      readonly remoteIds: readonly RemoteId[];
      readonly remoteChat: RemoteChat | null;
      /** The channel that really carried it, where the provider fell back to another. */
      readonly channel: Channel | null;
    }
  | { readonly outcome: 'failed'; readonly error: string }
  /** Back to the head of its conversation, not before `notBeforeMs`. `maybeSent` once any try may have arrived. */
  | { readonly outcome: 'deferred'; readonly notBeforeMs: number; readonly error: string; readonly maybeSent: boolean }
  /** Nobody knows. It blocks its conversation until `heldUntilMs` (null: until somebody resolves it). */
  | { readonly outcome: 'unknown'; readonly error: string; readonly heldUntilMs: number | null };

export interface SettleItem {
  readonly account: AccountId;
  readonly conversation: ConversationId;
  readonly command: MessageId;
  readonly fence: number;
  readonly settlement: Settlement;
}

export type SettleOutcome =
  | { readonly outcome: 'settled'; readonly status: OutboundStatus }
  /** A newer claim owns it, or it is gone: nothing was written. */
  | { readonly outcome: 'stale' };

/** A conversation with commands waiting, as the outbox keeps it in memory. */
export interface Lane {
  readonly conversation: ConversationId;
  readonly account: AccountId;
  readonly connection: ConnectionId;
  /** Its head may not be tried before this; 0 when it may now. For a head that is unknown: the end of its hold, or null for ever. */
  readonly notBeforeMs: number | null;
}

export interface QueueState {
  readonly connection: ConnectionId;
  readonly queued: number;
  readonly sending: number;
  readonly unknown: number;
  /** When the oldest of what is queued or under way was accepted. */
  readonly oldestQueuedAtMs: number | null;
}

export interface UnknownMessage {
  readonly account: AccountId;
  readonly conversation: ConversationId;
  readonly connection: ConnectionId;
  readonly message: MessageId;
  readonly error: string | null;
  readonly sinceMs: number;
}

export type Resolution = 'sent' | 'failed' | 'resend';

export interface OutboundStore {
  accept(items: readonly AcceptItem[]): Promise<readonly AcceptOutcome[]>;
  /** Queue commands that are not sends. Resolves when committed; an item whose conversation is gone is refused. */
  enqueue(
    items: readonly {
      account: AccountId;
      id: MessageId;
      conversation: ConversationId;
      command: SideCommand;
      expiresAtMs: number;
    }[],
  ): Promise<readonly ({ outcome: 'stored' } | { outcome: 'refused'; failure: Failure })[]>;
  /**
   * The account's conversation in a chat that the provider has named, opened when there is none: before anything was said
   * in it. Where there is one already, its people become these.
   */
  openConversation(
    account: AccountId,
    chat: Omit<ConversationSpec, 'numbers' | 'thread'> & { readonly remoteChat: RemoteChat },
  ): Promise<Conversation>;
  /** Take the head run of each conversation: fence + 1 and `sending` are on disk before it answers. Empty runs where nothing may go. */
  claim(requests: readonly ClaimRequest[]): Promise<readonly (Claim | undefined)[]>;
  settle(items: readonly SettleItem[]): Promise<readonly SettleOutcome[]>;
  /** At start: put back what a dead process had in its hands (marked `maybeSent`), and answer every lane with work, oldest first. */
  recover(): Promise<readonly Lane[]>;
  /** A page of lanes with work after `after`, for a dispatcher that could not keep all in memory. */
  lanes(after: ConversationId | null, limit: number): Promise<readonly Lane[]>;
  /** Fail queued commands past their time (`unknown` for those that may have been sent); answers how many. Bounded by `limit`. */
  expire(nowMs: number, limit: number): Promise<number>;
  /** Decide an unknown message. Answers its status after; throws Refused `not_found`, or `conflict` when it is not unknown. */
  resolve(
    account: AccountId,
    message: MessageId,
    as: Resolution,
  ): Promise<{ status: Message['status']; lane: Lane | null }>;
  /** What waits, by connection; one with nothing open may be left out. Not for the way of a message: it may count rows. */
  queueStates(): Promise<readonly QueueState[]>;
  /** Messages of every account whose fate nobody knows and nobody decided, oldest first. */
  unknowns(limit: number): Promise<readonly UnknownMessage[]>;
}
