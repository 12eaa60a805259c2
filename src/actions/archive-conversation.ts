/**
 * Put a conversation away, or take it back out. What is said in it goes on arriving.
 */
import type { Principal } from '#core/account.ts';
import { isId } from '#core/ids.ts';
import type { ConversationStatus, ConversationSummary, ListStore } from '#ports/store/lists.ts';
import { noSuchConversation } from './read-conversation.ts';

export interface ArchiveConversationDependencies {
  readonly store: Pick<ListStore, 'setConversationStatus'>;
}

/** `id` as the caller wrote it. Answers the conversation after. Throws `not_found` for one that is not the account's. */
export async function archiveConversation(
  { store }: ArchiveConversationDependencies,
  principal: Principal,
  id: string,
  status: ConversationStatus,
): Promise<ConversationSummary> {
  const changed = isId('conversation', id)
    ? await store.setConversationStatus(principal.account, id, status)
    : undefined;
  if (!changed) throw noSuchConversation();
  return changed;
}
