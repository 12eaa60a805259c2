/**
 * Opening a conversation before anything was said in it: an account came into a chat that the provider has named.
 */
import { peerKey } from '#core/message.ts';
import { refuse } from '#core/failure.ts';
import type { OutboundStore } from '#ports/store/outbound.ts';
import type { Tables } from './tables.ts';
import type { Writer } from './writer.ts';

export function conversationVerbs(
  { accounts, connections, conversations }: Pick<Tables, 'accounts' | 'connections' | 'conversations'>,
  writer: Writer,
): Pick<OutboundStore, 'openConversation'> {
  return {
    openConversation: (id, { connection: name, line, channel, isGroup, participants, remoteChat }) =>
      writer.once(async (batch) => {
        const account = (await accounts.get(batch, id))?.number;
        if (account === undefined) throw refuse('not_found', 'This account no longer exists');
        const connection = await connections.mint(batch, name);
        const place = { connection, line, remoteChat, peer: peerKey(participants, isGroup) };
        const known = (await conversations.byChat(batch, place)).find(
          (entry) => entry.account === account && entry.conversation.thread === null,
        );
        if (!known) {
          const opening = { account, connection, line, channel, isGroup, participants, remoteChat, thread: null };
          return (await conversations.open(batch, opening)).conversation;
        }
        if (peerKey(known.conversation.participants, isGroup) !== place.peer)
          await conversations.learnParticipants(batch, known, participants);
        return known.conversation;
      }),
  };
}
