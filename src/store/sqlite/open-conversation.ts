/**
 * Opening a conversation before anything was said in it: an account came into a chat that the provider has named.
 */
import { peerKey } from '#core/message.ts';
import { refuse } from '#core/failure.ts';
import type { OutboundStore } from '#ports/store/outbound.ts';
import type { AccountCache } from './account-cache.ts';
import type { ConversationCache } from './conversations.ts';
import type { Writer } from './writer.ts';

export function conversationVerbs(
  accounts: AccountCache,
  conversations: ConversationCache,
  writer: Writer,
): Pick<OutboundStore, 'openConversation'> {
  return {
    openConversation: (id, { connection: name, line, channel, isGroup, participants, remoteChat }) =>
      writer.once((batch) => {
        const account = accounts.get(id)?.number;
        if (account === undefined) throw refuse('not_found', 'This account no longer exists');
        const connection = conversations.mintConnection(name);
        const known = conversations
          .byChat(connection, line, remoteChat)
          .find((entry) => entry.account === account && entry.conversation.thread === null);
        if (!known) {
          const opening = { account, connection, line, channel, isGroup, participants, remoteChat, thread: null };
          return conversations.open(opening, batch.nowMs, batch.nowUs).conversation;
        }
        if (peerKey(known.conversation.participants, isGroup) !== peerKey(participants, isGroup))
          conversations.learnParticipants(known, participants);
        return known.conversation;
      }),
  };
}
