/**
 * Conversations and the numbers of connections: looked up through memory, opened inside a batch, and the questions an
 * inbound message asks about its chat. Dropped from memory after a rollback.
 */
import { connectionId, idNumber, idText, remoteChat as chatOf } from '#core/ids.ts';
import type { ConnectionId, ConversationId } from '#core/ids.ts';
import { peerKey, type Conversation } from '#core/message.ts';
import type { Channel } from '#core/channel.ts';
import type { Db } from './file.ts';

/** Its conversation is replaced, never changed: whoever was given it keeps what was true then. */
export interface ConversationEntry {
  readonly number: number;
  readonly account: number;
  readonly connection: number;
  conversation: Conversation;
  /** The number of its newest message, to tell the liveliest of several; on disk up to a minute late. */
  newest: number;
  newestOnDisk: number;
}

interface Row {
  id: number;
  account: number;
  connection_no: number;
  line: string;
  channel: Channel;
  is_group: number;
  participants: string;
  remote_chat: string | null;
  thread: string;
  created_at_ms: number;
  newest_message: number;
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

const selectConversation = 'SELECT * FROM conversations WHERE id = ?';
const selectByKey =
  'SELECT id FROM conversations WHERE connection_no = ? AND line = ? AND peer_key = ? AND account = ? AND thread = ?';
const insertConversation = `INSERT INTO conversations
  (id, account, connection_no, line, channel, is_group, peer_key, participants, remote_chat, thread, created_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const selectNewest = 'SELECT max(id) FROM conversations';
const setChannel = 'UPDATE conversations SET channel = ? WHERE id = ?';
const setRemoteChat = 'UPDATE conversations SET remote_chat = ? WHERE id = ?';
const setParticipants = 'UPDATE conversations SET participants = ?, peer_key = ? WHERE id = ?';
const setNewestMessage = 'UPDATE conversations SET newest_message = ? WHERE id = ?';
const selectConnections = 'SELECT no, name FROM connections';
const insertConnection = 'INSERT INTO connections (name) VALUES (?)';
/** Everybody's conversations with this chat, or, where the chat has no name yet, with this peer; the liveliest first. */
const selectByChat = `SELECT c.id FROM conversations c
  WHERE c.connection_no = ? AND c.line = ? AND c.remote_chat = ?`;
const selectByPeer = `SELECT c.id FROM conversations c
  WHERE c.connection_no = ? AND c.line = ? AND c.peer_key = ?`;

const remembered = 50_000;
/** Messages are numbered in microseconds. */
const touchEveryUs = 60_000_000;

export interface ConversationCache {
  get(id: ConversationId): ConversationEntry | undefined;
  byNumber(number: number): ConversationEntry | undefined;
  byKey(
    account: number,
    connection: number,
    line: string,
    peer: string,
    thread: string | null,
  ): ConversationEntry | undefined;
  byChat(connection: number, line: string, remoteChat: string): readonly ConversationEntry[];
  byPeer(connection: number, line: string, peer: string): readonly ConversationEntry[];
  open(opening: Opening, nowMs: number, nowUs: number): ConversationEntry;
  /** A message was stored in it. */
  touch(entry: ConversationEntry, message: number): void;
  learnChat(entry: ConversationEntry, remoteChat: string): void;
  /** The person writes on another channel of the connection now: that is where an answer to the chat belongs. */
  learnChannel(entry: ConversationEntry, channel: Channel): void;
  learnParticipants(entry: ConversationEntry, participants: readonly string[]): void;
  /** The number of a connection; `mint` gives a new one its own, inside a batch. */
  connection(id: ConnectionId): number | undefined;
  mintConnection(id: ConnectionId): number;
  /** Whether so many are in memory that, between batches, all had better be forgotten. */
  isFull(): boolean;
  forget(): void;
}

export function conversationCache(db: Db): ConversationCache {
  const entries = new Map<ConversationId, ConversationEntry>();
  const connections = connectionNumbers(db);
  const select = db.prepare<[number], Row>(selectConversation);
  const byKey = db.prepare<[number, string, string, number, string], number>(selectByKey).pluck();
  const byChat = db.prepare<[number, string, string], number>(selectByChat).pluck();
  const byPeer = db.prepare<[number, string, string], number>(selectByPeer).pluck();
  const find = (number: number): ConversationEntry | undefined => {
    const id = idText('conversation', number);
    const known = entries.get(id);
    if (known) return known;
    const row = select.get(number);
    if (!row) return undefined;
    const entry = {
      number,
      account: row.account,
      connection: row.connection_no,
      conversation: shape(row, connections.name(row.connection_no)),
      newest: row.newest_message,
      newestOnDisk: row.newest_message,
    };
    entries.set(id, entry);
    return entry;
  };
  const all = (numbers: readonly number[]) =>
    numbers.flatMap((number) => find(number) ?? []).toSorted((one, other) => other.newest - one.newest);

  return {
    get(id) {
      const known = entries.get(id);
      if (known) return known;
      const number = idNumber('conversation', id);
      return number === undefined ? undefined : find(number);
    },
    byNumber: find,
    byKey(account, connection, line, peer, thread) {
      const number = byKey.get(connection, line, peer, account, thread ?? '');
      return number === undefined ? undefined : find(number);
    },
    byChat: (connection, line, remoteChat) => all(byChat.all(connection, line, remoteChat)),
    byPeer: (connection, line, peer) => all(byPeer.all(connection, line, peer)),
    ...conversationWrites(db, find),
    connection: connections.number,
    mintConnection: connections.mint,
    isFull: () => entries.size > remembered,
    forget() {
      entries.clear();
      connections.forget();
    },
  };
}

type Writes = Pick<ConversationCache, 'open' | 'touch' | 'learnChat' | 'learnChannel' | 'learnParticipants'>;

function conversationWrites(db: Db, find: ConversationCache['byNumber']): Writes {
  const byKey = db.prepare<[number, string, string, number, string], number>(selectByKey).pluck();
  const insert = db.prepare(insertConversation);
  const newest = db.prepare<[], number | null>(selectNewest).pluck();
  const chat = db.prepare<[string, number]>(setRemoteChat);
  const people = db.prepare<[string, string, number]>(setParticipants);
  const onChannel = db.prepare<[string, number]>(setChannel);
  const newestMessage = db.prepare<[number, number]>(setNewestMessage);

  const freeKey = (opening: Opening, peer: string, but: number | null): string => {
    const holder = byKey.get(opening.connection, opening.line, peer, opening.account, opening.thread ?? '');
    // Two groups of the same people: the second is told apart by its chat.
    return holder === undefined || holder === but ? peer : `${peer}#${opening.remoteChat ?? ''}`;
  };
  return {
    open(opening, nowMs, nowUs) {
      const number = Math.max((newest.get() ?? 0) + 1, nowUs);
      const { account, connection, line, channel, isGroup, participants, remoteChat, thread } = opening;
      const peer = freeKey(opening, peerKey(participants, isGroup), null);
      const members = JSON.stringify(participants);
      const group = isGroup ? 1 : 0;
      insert.run(number, account, connection, line, channel, group, peer, members, remoteChat, thread ?? '', nowMs);
      const entry = find(number);
      if (!entry) throw new Error('a conversation just opened is not there');
      return entry;
    },
    touch(entry, message) {
      entry.newest = message;
      if (message - entry.newestOnDisk < touchEveryUs) return;
      newestMessage.run(message, entry.number);
      entry.newestOnDisk = message;
    },
    learnChat(entry, remoteChat) {
      chat.run(remoteChat, entry.number);
      entry.conversation = { ...entry.conversation, remoteChat: chatOf(remoteChat) };
    },
    learnChannel(entry, channel) {
      onChannel.run(channel, entry.number);
      entry.conversation = { ...entry.conversation, channel };
    },
    learnParticipants(entry, participants) {
      const { account, connection, conversation } = entry;
      const opening = { ...conversation, account, connection };
      const peer = freeKey(opening, peerKey(participants, conversation.isGroup), entry.number);
      people.run(JSON.stringify(participants), peer, entry.number);
      entry.conversation = { ...conversation, participants };
    },
  };
}

function connectionNumbers(db: Db) {
  const numbers = new Map<ConnectionId, number>();
  const names = new Map<number, ConnectionId>();
  const insert = db.prepare<[string]>(insertConnection);
  const select = db.prepare<[], { no: number; name: string }>(selectConnections);
  const remember = (no: number, id: ConnectionId) => {
    numbers.set(id, no);
    names.set(no, id);
    return no;
  };
  const load = () => {
    for (const { no, name } of select.all()) remember(no, connectionId(name));
  };
  load();
  return {
    number: (id: ConnectionId) => numbers.get(id),
    name(no: number): ConnectionId {
      const id = names.get(no);
      if (id === undefined) throw new Error(`no connection has the number ${no}`);
      return id;
    },
    mint: (id: ConnectionId) => numbers.get(id) ?? remember(Number(insert.run(id).lastInsertRowid), id),
    forget() {
      numbers.clear();
      names.clear();
      load();
    },
  };
}

function shape(row: Row, connection: ConnectionId): Conversation {
  return {
    id: idText('conversation', row.id),
    account: idText('account', row.account),
    connection,
    line: row.line,
    channel: row.channel,
    isGroup: row.is_group === 1,
    participants: JSON.parse(row.participants) as readonly string[],
    remoteChat: row.remote_chat === null ? null : chatOf(row.remote_chat),
    thread: row.thread === '' ? null : row.thread,
    createdAtMs: row.created_at_ms,
  };
}
