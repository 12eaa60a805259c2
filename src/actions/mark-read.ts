/**
 * Tell the people of a chat that the agent has read what they wrote.
 */
import { serviceOf } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { Store } from '#ports/store.ts';
import { queueSideCommand, type SideDependencies } from './queue-side-command.ts';
import type { ChatName, ChatResolver } from './resolve-chat.ts';
import { inTurn } from './turns.ts';

/** One recipient or a chat; the rest of a chat's name takes its defaults. */
export interface OneChat {
  readonly account: AccountId;
  readonly to: string | null;
  readonly chatId: ChatName['chatId'];
  readonly channel: ChatName['channel'];
}

export type MarkRead = (command: OneChat) => Promise<void>;

export const chatNameOf = (one: OneChat): ChatName => ({
  to: one.to === null ? null : [one.to],
  chatId: one.chatId,
  channel: one.channel,
  connection: null,
  thread: null,
});

/** Resolves once stored. Throws `not_found` where there is no chat, `unsupported` where the channel has no read marks. */
export function createMarkRead(
  deps: SideDependencies & { readonly store: Pick<Store, 'account' | 'newestInbound'>; readonly chats: ChatResolver },
): MarkRead {
  return inTurn(deps.turns, async (command, turn) => {
    const account = await deps.store.account(command.account);
    if (!account) throw refuse('unauthenticated', 'This account no longer exists');
    const { chat, conversation } = await deps.chats.existing(account, chatNameOf(command));
    if (!chat.driver.markRead || !chat.can.readReceipts) {
      throw refuse('unsupported', `${serviceOf(chat.channel)} has no read receipts`);
    }
    const remoteId = await deps.store.newestInbound(account.id, conversation.id);
    if (remoteId === null) return;
    await queueSideCommand(deps, turn, account.id, conversation, chat.connection, { kind: 'markRead', remoteId });
  });
}
