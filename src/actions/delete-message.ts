/**
 * Forget a message: a tombstone stays in its place, and no facade shows it again. What its recipient has stays theirs.
 */
import type { Principal } from '#core/account.ts';
import { isId } from '#core/ids.ts';
import type { ListStore } from '#ports/store/lists.ts';
import { noSuchMessage } from './read-message.ts';

export interface DeleteMessageDependencies {
  readonly store: Pick<ListStore, 'deleteMessage'>;
}

/**
 * `id` as the caller wrote it. Throws `not_found` for one that is not the account's or was deleted, `conflict` while a
 * provider has it in hand.
 */
export async function deleteMessage(
  { store }: DeleteMessageDependencies,
  principal: Principal,
  id: string,
): Promise<void> {
  if (!isId('message', id) || !(await store.deleteMessage(principal.account, id))) throw noSuchMessage();
}
