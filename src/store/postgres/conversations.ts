/**
 * Conversations and the numbers of connections as the writer knows them: in memory across batches, changed there and
 * written together at the end of a batch. Found by their key, and by the questions an inbound message asks about its
 * chat. Dropped from memory after a rollback.
 */
import type { Channel } from '#core/channel.ts';
import { idNumber, remoteChat as chatOf, type ConversationId } from '#core/ids.ts';
import { peerKey } from '#core/message.ts';
import { conversationCode } from '../rules/codes.ts';
import type { Batch } from './batch.ts';
import type { ConnectionNumbers } from './connection-numbers.ts';
import { pendingChanges, type PendingChanges } from './conversation-changes.ts';
import {
  conversationColumns,
  entryOf,
  fromConversations,
  opened,
  type ConversationEntry,
  type ConversationRow,
  type Key,
  type Opening,
  type Place,
} from './conversation-rows.ts';
import { searching, type Search } from './conversation-search.ts';

const selectById = `SELECT ${conversationColumns} ${fromConversations} WHERE c.id = ANY($1::int8[])`;
const selectNewest = 'SELECT coalesce(max(id), 0) AS newest FROM conversations';

const remembered = 50_000;

export interface ConversationCache {
  load(batch: Batch, numbers: readonly number[]): Promise<void>;
  loadKeys(batch: Batch, keys: readonly Key[]): Promise<void>;
  loadPlaces(batch: Batch, places: readonly Place[]): Promise<void>;
  get(batch: Batch, id: ConversationId): Promise<ConversationEntry | undefined>;
  byNumber(batch: Batch, number: number): Promise<ConversationEntry | undefined>;
  byKey(batch: Batch, key: Key): Promise<ConversationEntry | undefined>;
  /** The liveliest first. */
  byChat(batch: Batch, place: Place): Promise<readonly ConversationEntry[]>;
  byPeer(batch: Batch, place: Place): Promise<readonly ConversationEntry[]>;
  open(batch: Batch, opening: Opening): Promise<ConversationEntry>;
  /** A message was stored in it: it is active again. */
  touch(batch: Batch, entry: ConversationEntry, message: number): void;
  /** Its counts were changed. */
  changed(entry: ConversationEntry): void;
  learnChat(entry: ConversationEntry, remoteChat: string): void;
  /** The person writes on another channel of the connection now: that is where an answer to the chat belongs. */
  learnChannel(entry: ConversationEntry, channel: Channel): void;
  learnParticipants(batch: Batch, entry: ConversationEntry, participants: readonly string[]): Promise<void>;
  /** Write what changed: before rows are searched, and at the end of a batch. */
  flush(batch: Batch): Promise<void>;
  /** At the end of a batch: a cache that grew too large starts over. */
  trim(): void;
  forget(): void;
}

export function conversationCache(connections: ConnectionNumbers): ConversationCache {
  const entries = new Map<number, ConversationEntry>();
  const changes = pendingChanges();
  const take = (row: ConversationRow): ConversationEntry => {
    const known = entries.get(row.id);
    if (known) return known;
    const entry = entryOf(row);
    entries.set(row.id, entry);
    return entry;
  };
  const search = searching(take, changes);
  const opening = openingOf(connections, search);

  const load: ConversationCache['load'] = async (batch, numbers) => {
    const missing = [...new Set(numbers)].filter((number) => !entries.has(number));
    if (missing.length === 0) return;
    for (const row of await batch.sql.rows<ConversationRow>(selectById, [missing])) take(row);
  };
  const byNumber: ConversationCache['byNumber'] = async (batch, number) => {
    if (!entries.has(number)) await load(batch, [number]);
    return entries.get(number);
  };
  return {
    ...search,
    ...learning(search, changes),
    load,
    byNumber,
    async get(batch, id) {
      const number = idNumber('conversation', id);
      return number === undefined ? undefined : byNumber(batch, number);
    },
    async open(batch, wanted) {
      const entry = await opening.open(batch, wanted);
      entries.set(entry.number, entry);
      changes.opened(entry);
      search.learn(entry);
      return entry;
    },
    flush: (batch) => changes.flush(batch),
    trim() {
      search.forget();
      if (entries.size > remembered) entries.clear();
    },
    forget() {
      entries.clear();
      changes.forget();
      search.forget();
      opening.forget();
    },
  };
}

/** Two groups of the same people: the second is told apart by its chat. */
async function freePeer(
  search: Search,
  batch: Batch,
  key: Key,
  remoteChat: string | null,
  but: ConversationEntry | null,
): Promise<string> {
  const holder = await search.byKey(batch, key);
  return holder === undefined || holder === but ? key.peer : `${key.peer}#${remoteChat ?? ''}`;
}

/** Entries of conversations that are opened now, with numbers that only rise. */
function openingOf(connections: ConnectionNumbers, search: Search) {
  let newest: number | null = null;
  return {
    async open(batch: Batch, wanted: Opening): Promise<ConversationEntry> {
      newest ??= (await batch.sql.rows<{ newest: number }>(selectNewest))[0]?.newest ?? 0;
      newest = Math.max(newest + 1, batch.nowUs);
      const people = peerKey(wanted.participants, wanted.isGroup);
      const peer = await freePeer(search, batch, { ...wanted, peer: people }, wanted.remoteChat, null);
      return opened(wanted, newest, peer, connections.name(wanted.connection), batch.nowMs);
    },
    forget(): void {
      newest = null;
    },
  };
}

type Learning = Pick<ConversationCache, 'touch' | 'changed' | 'learnChat' | 'learnChannel' | 'learnParticipants'>;

function learning(search: Search, changes: PendingChanges): Learning {
  return {
    touch(batch, entry, message) {
      entry.newest = Math.max(entry.newest, message);
      entry.status = conversationCode.active;
      entry.messageCount += 1;
      entry.lastMessageAtMs = Math.max(entry.lastMessageAtMs ?? batch.nowMs, batch.nowMs);
      entry.updatedAtMs = Math.max(entry.updatedAtMs, batch.nowMs);
      changes.counts(entry);
    },
    changed: (entry) => changes.counts(entry),
    learnChat(entry, remoteChat) {
      entry.conversation = { ...entry.conversation, remoteChat: chatOf(remoteChat) };
      changes.people(entry);
      search.learn(entry);
    },
    learnChannel(entry, channel) {
      entry.conversation = { ...entry.conversation, channel };
      changes.people(entry);
    },
    async learnParticipants(batch, entry, participants) {
      const { account, connection, conversation } = entry;
      const key = { ...conversation, account, connection, peer: peerKey(participants, conversation.isGroup) };
      entry.peer = await freePeer(search, batch, key, conversation.remoteChat, entry);
      entry.conversation = { ...conversation, participants };
      changes.people(entry);
      search.forget();
    },
  };
}
