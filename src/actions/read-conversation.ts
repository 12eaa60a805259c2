/**
 * One conversation with its counts.
 */
import type { Principal } from '#core/account.ts';
import { refuse, type Refused } from '#core/failure.ts';
import { isId } from '#core/ids.ts';
import type { ConversationSummary, ListStore } from '#ports/store/lists.ts';

export interface ReadConversationDependencies {
  readonly store: Pick<ListStore, 'conversationSummary'>;
}

/** `id` as the caller wrote it. Throws `not_found` for one that is not the account's. */
export async function readConversation(
  { store }: ReadConversationDependencies,
  principal: Principal,
  id: string,
): Promise<ConversationSummary> {
  const found = isId('conversation', id) ? await store.conversationSummary(principal.account, id) : undefined;
  if (!found) throw noSuchConversation();
  return found;
}

/** The same words whether it never was or is another's. */
export const noSuchConversation = (): Refused =>
  refuse('not_found', 'This account has no such conversation; list the conversations to see which there are');
