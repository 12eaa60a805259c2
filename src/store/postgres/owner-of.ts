/**
 * Whose a chat is, for signals that are never stored; a registration outranks the chat only in direct messages.
 */
import type { InboundStore } from '#ports/store/inbound.ts';
import { conversationColumns, fromConversations, shape, type ConversationRow } from './conversation-rows.ts';
import { holdersOf } from './routes.ts';
import { together, type Sql } from './sql.ts';
import { indexed } from './text.ts';

const select = (column: 'chat_key' | 'peer_key') => `SELECT ${conversationColumns} ${fromConversations}
  WHERE k.name = $1 AND c.line_key = $2 AND c.${column} = $3 ORDER BY c.newest_message DESC`;
const selectByChat = select('chat_key');
const selectByPeer = select('peer_key');

export function ownerLookup(reads: Sql): InboundStore['ownerOf'] {
  return async (connection, line, remoteChat, from) => {
    const [byChat, byPeer, holders] = await together([
      reads.rows<ConversationRow>(selectByChat, [connection, indexed(line), indexed(remoteChat)]),
      reads.rows<ConversationRow>(selectByPeer, [connection, indexed(line), indexed(from)]),
      holdersOf(reads, [from]),
    ]);
    const group = byChat.find((row) => row.is_group);
    const direct = byChat.length > 0 ? byChat : byPeer;
    const holder = holders.get(from);
    const row =
      group ?? direct.find(({ account }) => account === holder) ?? (holder === undefined ? direct[0] : undefined);
    if (!row) return undefined;
    const { account, id } = shape(row);
    return { account, conversation: id };
  };
}
