/**
 * A page of an account's conversations, filtered and sorted.
 */
import type { Principal } from '#core/account.ts';
import type { ConversationQuery, ConversationSummary, ListStore, Page } from '#ports/store/lists.ts';

export type { ConversationQuery, ConversationStatus, ConversationSummary } from '#ports/store/lists.ts';

export interface ListConversationsDependencies {
  readonly store: Pick<ListStore, 'listConversations'>;
}

export function listConversations(
  { store }: ListConversationsDependencies,
  principal: Principal,
  query: ConversationQuery,
): Promise<Page<ConversationSummary>> {
  return store.listConversations(principal.account, query);
}
