/**
 * Conversations as rows, as the port knows them, and as the writer keeps them in memory.
 */
import type { Channel } from '#core/channel.ts';
import { connectionId, idText, remoteChat as chatOf, type ConnectionId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import { conversationCode } from '../rules/codes.ts';

/** Its conversation is replaced, never changed: whoever was given it keeps what was true then. */
export interface ConversationEntry {
  readonly number: number;
  readonly account: number;
  readonly connection: number;
  conversation: Conversation;
  /** As it stands in the index: the people, told apart by the chat where two groups have the same. */
  peer: string;
  /** The number of its newest message, to tell the liveliest of several. */
  newest: number;
  status: number;
  messageCount: number;
  lastMessageAtMs: number | null;
  updatedAtMs: number;
}

export interface ConversationRow {
  id: number;
  account: number;
  connection_no: number;
  connection: string;
  line: string;
  channel: Channel;
  is_group: boolean;
  peer_key: string;
  participants: string;
  remote_chat: string | null;
  thread: string;
  created_at_ms: number;
  newest_message: number;
  status: number;
  message_count: number;
  last_message_at_ms: number | null;
  updated_at_ms: number;
}

/** What a conversation is opened with. */
export interface Opening {
  readonly account: number;
  readonly connection: number;
  readonly line: string;
  readonly channel: Channel;
  readonly isGroup: boolean;
  readonly participants: readonly string[];
  readonly remoteChat: string | null;
  readonly thread: string | null;
}

/** A conversation as its key. */
export type Key = Pick<Opening, 'account' | 'connection' | 'line' | 'thread'> & { readonly peer: string };
/** Where an inbound message came from. */
export interface Place {
  readonly connection: number;
  readonly line: string;
  readonly remoteChat: string;
  readonly peer: string;
}

/** A whole row: what every reader of a conversation selects. `c` is the conversation and `k` its connection. */
export const conversationColumns = `c.id, c.account, c.connection_no, k.name AS connection, c.line, c.channel, c.is_group,
  c.peer_key, c.participants, c.remote_chat, c.thread, c.created_at_ms, c.newest_message, c.status, c.message_count,
  c.last_message_at_ms, c.updated_at_ms`;
export const fromConversations = 'FROM conversations c JOIN connections k ON k.no = c.connection_no';

/** The entry of a conversation that is opened now. */
export function opened(
  { account, connection, line, channel, isGroup, participants, remoteChat, thread }: Opening,
  number: number,
  peer: string,
  name: ConnectionId,
  nowMs: number,
): ConversationEntry {
  const conversation: Conversation = {
    id: idText('conversation', number),
    account: idText('account', account),
    connection: name,
    line,
    channel,
    isGroup,
    participants,
    remoteChat: remoteChat === null ? null : chatOf(remoteChat),
    thread,
    createdAtMs: nowMs,
  };
  const counts = { newest: 0, status: conversationCode.active, messageCount: 0, lastMessageAtMs: null };
  return { number, account, connection, conversation, peer, ...counts, updatedAtMs: nowMs };
}

export function entryOf(row: ConversationRow): ConversationEntry {
  return {
    number: row.id,
    account: row.account,
    connection: row.connection_no,
    conversation: shape(row),
    peer: row.peer_key,
    newest: row.newest_message,
    status: row.status,
    messageCount: row.message_count,
    lastMessageAtMs: row.last_message_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

export function shape(row: Omit<ConversationRow, 'peer_key' | 'newest_message'>): Conversation {
  return {
    id: idText('conversation', row.id),
    account: idText('account', row.account),
    connection: connectionId(row.connection),
    line: row.line,
    channel: row.channel,
    isGroup: row.is_group,
    participants: JSON.parse(row.participants) as readonly string[],
    remoteChat: row.remote_chat === null ? null : chatOf(row.remote_chat),
    thread: row.thread === '' ? null : row.thread,
    createdAtMs: row.created_at_ms,
  };
}
