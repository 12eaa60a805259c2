/**
 * The inbound half of the store: what drivers hand over, deduped, given an owner and appended to the owner's log in the
 * commit that the provider's acknowledgement waits for.
 */
import type { AccountId, ConnectionId, ConversationId, MessageId } from '#core/ids.ts';
import type { Part } from '#core/message.ts';
import type { Inbound } from '../driver.ts';

export interface ReceiveItem {
  readonly connection: ConnectionId;
  /** The account of a dedicated connection; null on a shared one. */
  readonly dedicatedTo: AccountId | null;
  readonly row: Inbound;
  /** For a message: its freshly minted id and its parts, attachments already in our hands. Null for other rows. */
  readonly message: { readonly id: MessageId; readonly parts: readonly Part[] } | null;
}

export type ReceiveOutcome =
  | {
      readonly outcome: 'stored';
      readonly account: AccountId;
      readonly conversation: ConversationId;
      readonly message: MessageId;
    }
  /** This provider event was stored before. */
  | { readonly outcome: 'duplicate' }
  /** A report about a message we have not committed yet: kept, and joined when the send settles. */
  | { readonly outcome: 'parked' }
  /** Nobody's, or it changes nothing. */
  | { readonly outcome: 'ignored'; readonly why: 'nobody' | 'no_change' | 'unknown_message' };

export interface InboundStore {
  /** Store what came in, in order; answers per item once the commit is on disk. A bad item never fails its neighbours. */
  receive(items: readonly ReceiveItem[]): Promise<readonly ReceiveOutcome[]>;
  /** Who owns a chat on a line, for signals that are never stored; undefined when nobody does. */
  ownerOf(
    connection: ConnectionId,
    line: string,
    remoteChat: string,
    from: string,
  ): Promise<{ account: AccountId; conversation: ConversationId } | undefined>;
}
