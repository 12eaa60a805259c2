/**
 * Finding conversations: by their key, by their chat, by their people. What one batch asked is remembered until its end,
 * and kept true while conversations are opened and named, so that a thousand messages ask the database once.
 */
import type { Batch } from './batch.ts';
import { turned } from './bulk.ts';
import type { PendingChanges } from './conversation-changes.ts';
import {
  conversationColumns,
  type ConversationEntry,
  type ConversationRow,
  type Key,
  type Place,
} from './conversation-rows.ts';
import { together, type Sql } from './sql.ts';
import { indexed } from './text.ts';

const selectByKey = `SELECT w.at, ${conversationColumns}
  FROM unnest($1::int8[], $2::text[], $3::text[], $4::int8[], $5::text[]) WITH ORDINALITY AS w (no, line, peer, account, thread, at)
  JOIN conversations c ON c.connection_no = w.no AND c.line_key = w.line AND c.peer_key = w.peer AND c.account = w.account
    AND c.thread_key = w.thread
  JOIN connections k ON k.no = c.connection_no`;
/** Everybody's conversations with this chat, and with these people. */
const selectByChat = `SELECT w.at, ${conversationColumns}
  FROM unnest($1::int8[], $2::text[], $3::text[]) WITH ORDINALITY AS w (no, line, chat, at)
  JOIN conversations c ON c.connection_no = w.no AND c.line_key = w.line AND c.chat_key = w.chat
  JOIN connections k ON k.no = c.connection_no`;
const selectByPeer = `SELECT w.at, ${conversationColumns}
  FROM unnest($1::int8[], $2::text[], $3::text[]) WITH ORDINALITY AS w (no, line, peer, at)
  JOIN conversations c ON c.connection_no = w.no AND c.line_key = w.line AND c.peer_key = w.peer
  JOIN connections k ON k.no = c.connection_no`;
const keyName = (connection: number, ...texts: string[]): string => JSON.stringify([connection, ...texts]);

const nameOf = ({ connection, line, peer, account, thread }: Key) =>
  keyName(connection, line, peer, String(account), thread ?? '');
const chatName = ({ connection, line, remoteChat }: Place) => keyName(connection, line, remoteChat);
const peerName = ({ connection, line, peer }: Place) => keyName(connection, line, peer);

export type Search = ReturnType<typeof searching>;

/** `take` is the entry of a row: the one in memory, where there is one. */
export function searching(take: (row: ConversationRow) => ConversationEntry, changes: PendingChanges) {
  const keys = new Map<string, ConversationEntry | undefined>();
  const chats = new Map<string, ConversationEntry[]>();
  const peers = new Map<string, ConversationEntry[]>();

  const loadKeys = async (batch: Batch, wanted: readonly Key[]): Promise<void> => {
    const missing = wanted.filter((key) => !keys.has(nameOf(key)));
    if (missing.length === 0) return;
    await changes.flush(batch);
    const rows = missing.map(({ connection, line, peer, account, thread }) => {
      return [connection, indexed(line), indexed(peer), account, indexed(thread ?? '')];
    });
    for (const key of missing) keys.set(nameOf(key), undefined);
    for (const row of await batch.sql.rows<ConversationRow & { at: number }>(selectByKey, turned(rows, 5))) {
      const key = missing[row.at - 1];
      if (key) keys.set(nameOf(key), take(row));
    }
  };
  const loadPlaces = async (batch: Batch, wanted: readonly Place[]): Promise<void> => {
    const places = wanted.filter((place) => !chats.has(chatName(place)) || !peers.has(peerName(place)));
    if (places.length === 0) return;
    await changes.flush(batch);
    await together([
      lookUp(batch.sql, selectByChat, places, chatName, chats, ({ remoteChat }) => remoteChat, take),
      lookUp(batch.sql, selectByPeer, places, peerName, peers, ({ peer }) => peer, take),
    ]);
  };
  const liveliest = (found: readonly ConversationEntry[] = []) =>
    found.toSorted((one, other) => other.newest - one.newest);
  return {
    loadKeys,
    loadPlaces,
    async byKey(batch: Batch, key: Key) {
      await loadKeys(batch, [key]);
      return keys.get(nameOf(key));
    },
    async byChat(batch: Batch, place: Place) {
      await loadPlaces(batch, [place]);
      return liveliest(chats.get(chatName(place)));
    },
    async byPeer(batch: Batch, place: Place) {
      await loadPlaces(batch, [place]);
      return liveliest(peers.get(peerName(place)));
    },
    /** A conversation was opened, or its chat got a name. */
    learn(entry: ConversationEntry): void {
      const { connection, account, peer, conversation } = entry;
      const { line, thread, remoteChat } = conversation;
      keys.set(nameOf({ connection, line, peer, account, thread }), entry);
      const place = { connection, line, peer, remoteChat: remoteChat ?? '' };
      add(peers.get(peerName(place)), entry);
      if (remoteChat !== null) add(chats.get(chatName(place)), entry);
    },
    forget(): void {
      keys.clear();
      chats.clear();
      peers.clear();
    },
  };
}

function add(list: ConversationEntry[] | undefined, entry: ConversationEntry): void {
  if (list && !list.includes(entry)) list.push(entry);
}

async function lookUp(
  sql: Sql,
  statement: string,
  places: readonly Place[],
  nameOf: (place: Place) => string,
  found: Map<string, ConversationEntry[]>,
  textOf: (place: Place) => string,
  take: (row: ConversationRow) => ConversationEntry,
): Promise<void> {
  const once = [...new Map(places.map((place) => [nameOf(place), place])).values()];
  for (const place of once) found.set(nameOf(place), []);
  const rows = once.map((place) => [place.connection, indexed(place.line), indexed(textOf(place))]);
  for (const row of await sql.rows<ConversationRow & { at: number }>(statement, turned(rows, 3))) {
    const place = once[row.at - 1];
    if (place) add(found.get(nameOf(place)), take(row));
  }
}
