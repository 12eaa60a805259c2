/**
 * Commands: what the outbox carries out, one row each, in order within a conversation. A send belongs to a message and
 * shows its fate there; the others are wishes about a chat or a message that already exists.
 */
import type { Account } from './account.ts';
import type { Channel } from './channel.ts';
import type { AccountId, MessageId, RemoteId } from './ids.ts';
import type { Conversation } from './message.ts';

export type SideCommand =
  | { readonly kind: 'react'; readonly remoteId: RemoteId; readonly reactionType: string; readonly remove: boolean }
  | { readonly kind: 'markRead'; readonly remoteId: RemoteId | null }
  | { readonly kind: 'addMembers'; readonly members: readonly string[] }
  | { readonly kind: 'removeMembers'; readonly members: readonly string[] }
  | { readonly kind: 'renameGroup'; readonly title: string };

interface Claimed {
  /** Names the row: the message's id for a send, an id of its own kind for the rest. Also the provider's idempotency key. */
  readonly id: MessageId;
  readonly account: AccountId;
  /** Every write about this try must carry it; a newer claim makes it stale. */
  readonly fence: number;
  /** 1 on the first try. */
  readonly attempt: number;
  /** An earlier try may have reached the provider: only a deduping or asked provider may be tried again. */
  readonly maybeSent: boolean;
  /** When the first try went out, milliseconds since the epoch. */
  readonly firstSentAtMs: number;
  readonly expiresAtMs: number;
  readonly unknownPolicy: Account['unknownPolicy'];
}

export type ClaimedCommand =
  | (Claimed & {
      readonly kind: 'send';
      readonly channel: Channel;
      readonly chunks: readonly string[];
      readonly nextChunk: number;
    })
  | (Claimed & { readonly kind: 'side'; readonly command: SideCommand });

/** Commands of one conversation, claimed together, to be carried out in order. */
export interface ClaimedRun {
  readonly conversation: Conversation;
  readonly commands: readonly ClaimedCommand[];
}

/** Queued commands live this long unless the sender said `ttlSeconds`. */
export const commandLifetimeMs = 24 * 60 * 60 * 1000;
