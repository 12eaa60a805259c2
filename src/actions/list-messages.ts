/**
 * A page of an account's messages, of all conversations or of one, filtered and sorted.
 */
import type { Principal } from '#core/account.ts';
import { isId } from '#core/ids.ts';
import { noSuchConversation } from './read-conversation.ts';
import type { ListStore, MessageQuery, Page } from '#ports/store/lists.ts';
import type { LogStore, MessageInChat } from '#ports/store/log.ts';

export type { ListQuery, MessageQuery, Page, SortBy } from '#ports/store/lists.ts';
export type { MessageInChat } from '#ports/store/log.ts';

export interface ListMessagesDependencies {
  readonly store: Pick<ListStore, 'listMessages'> & Pick<LogStore, 'conversation'>;
}

/** `conversation` as the caller wrote it; null for all. Throws `not_found` for one that is not the account's. */
export async function listMessages(
  { store }: ListMessagesDependencies,
  principal: Principal,
  conversation: string | null,
  query: Omit<MessageQuery, 'conversation'>,
): Promise<Page<MessageInChat>> {
  if (conversation === null) return store.listMessages(principal.account, { ...query, conversation });
  if (!isId('conversation', conversation)) throw noSuchConversation();
  if (!(await store.conversation(principal.account, conversation))) throw noSuchConversation();
  return store.listMessages(principal.account, { ...query, conversation });
}
