/**
 * Which message a caller means by an id: one of ours, or the provider's, which some protocols hand out.
 */
import { idNumber, type AccountId, type MessageId } from '#core/ids.ts';
import type { Store } from '#ports/store.ts';

/** Undefined when the account has no such message; an id of ours is taken at its word. */
export type NameMessage = (account: AccountId, id: string) => Promise<MessageId | undefined>;

export function createNameMessage(store: Pick<Store, 'messageByRemoteId'>): NameMessage {
  return async (account, id) =>
    idNumber('message', id) === undefined ? store.messageByRemoteId(account, id) : (id as MessageId);
}
