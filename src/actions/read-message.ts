/**
 * One message with everything that happened to it.
 */
import type { Principal } from '#core/account.ts';
import type { Event } from '#core/event.ts';
import { refuse, type Refused } from '#core/failure.ts';
import { isId } from '#core/ids.ts';
import type { ListStore } from '#ports/store/lists.ts';
import type { LogStore, MessageInChat } from '#ports/store/log.ts';

export interface ReadMessageDependencies {
  readonly store: Pick<LogStore, 'messages'> & Pick<ListStore, 'timeline'>;
}

export interface MessageWithTimeline extends MessageInChat {
  /** Oldest first; never empty. */
  readonly timeline: readonly Event[];
}

/** `id` as the caller wrote it. Throws `not_found` for one that is not the account's, or was deleted. */
export async function readMessage(
  { store }: ReadMessageDependencies,
  principal: Principal,
  id: string,
): Promise<MessageWithTimeline> {
  if (!isId('message', id)) throw noSuchMessage();
  const [[found], timeline] = await Promise.all([
    store.messages(principal.account, [id]),
    store.timeline(principal.account, id),
  ]);
  if (!found) throw noSuchMessage();
  return { ...found, timeline };
}

/** The same words whether it never was, is another's, or was deleted. */
export const noSuchMessage = (): Refused =>
  refuse('not_found', 'This account has no such message; list the messages to see which there are');
