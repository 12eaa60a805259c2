/**
 * Hints between rooms and, later, nodes: something was committed, somebody types, a key died. A hint may be lost or
 * come twice; whoever must not miss anything reads the log. Listeners are called synchronously and must not throw.
 */
import type { Event } from '#core/event.ts';
import type { AccountId, ConversationId, KeyId } from '#core/ids.ts';

export type Hint =
  /** Events committed together, contiguous by seq. May be empty on many nodes: then the log has to be read. */
  | { readonly kind: 'events'; readonly account: AccountId; readonly events: readonly Event[] }
  | {
      readonly kind: 'typing';
      readonly account: AccountId;
      readonly conversation: ConversationId;
      readonly from: string;
      readonly started: boolean;
    }
  | { readonly kind: 'key-revoked'; readonly account: AccountId; readonly key: KeyId }
  | { readonly kind: 'account-stopped'; readonly account: AccountId };

/** Who is being listened to on this node. */
export interface Readers {
  isHeard(account: AccountId): boolean;
  /** Called when the first listener of an account comes and after its last one has gone. Answers the way to stop. */
  watch(listener: (account: AccountId, isHeard: boolean) => void): () => void;
}

export interface Bus {
  publish(hint: Hint): void;
  /** Hear the hints of one account. Answers the way to stop. */
  listen(account: AccountId, listener: (hint: Hint) => void): () => void;
}
