/**
 * The providers' ids of messages, ours and theirs, unique per (connection, remote chat). The latest are in memory,
 * because a report follows its send within seconds; rows are written together at the end of a batch.
 */
import type { MessageId } from '#core/ids.ts';
import { idText } from '#core/ids.ts';
import type { ConversationCache, ConversationEntry } from './conversations.ts';
import type { Db } from './file.ts';

const selectMessage = `SELECT message, conversation FROM remote_ids
  WHERE connection_no = ? AND remote_id = ? AND remote_chat = ?`;
const insertRemoteIds = (count: number) => `INSERT INTO remote_ids
  (connection_no, remote_id, remote_chat, message, conversation) VALUES ${Array(count).fill('(?,?,?,?,?)').join(',')}
  ON CONFLICT DO NOTHING`;

/** A message by its remote id. */
export interface Named {
  readonly number: number;
  readonly id: MessageId;
  readonly entry: ConversationEntry;
}

export interface RemoteIdTable {
  find(connection: number, remoteId: string, remoteChat: string): Named | undefined;
  /** The first message keeps an id that is known in its chat already. */
  link(remoteId: string, remoteChat: string, named: Named): void;
  /** Write what was linked; before the end of every batch. */
  flush(): void;
  forget(): void;
}

const columns = 5;
const rowsAtOnce = 16;
/** More than a batch can link, so that what is not written yet is always found. */
const remembered = 10_000;

export function remoteIdTable(db: Db, conversations: ConversationCache): RemoteIdTable {
  const select = db.prepare<[number, string, string], { message: number; conversation: number }>(selectMessage);
  const many = db.prepare<(number | string)[]>(insertRemoteIds(rowsAtOnce));
  const one = db.prepare<(number | string)[]>(insertRemoteIds(1));
  const recent = new Map<string, Named>();
  let rows: (number | string)[] = [];

  return {
    find(connection, remoteId, remoteChat) {
      const known = recent.get(`${connection} ${remoteId} ${remoteChat}`);
      if (known) return known;
      const row = select.get(connection, remoteId, remoteChat);
      const entry = row && conversations.byNumber(row.conversation);
      return entry && { number: row.message, id: idText('message', row.message), entry };
    },
    link(remoteId, remoteChat, named) {
      const { connection, number } = named.entry;
      const name = `${connection} ${remoteId} ${remoteChat}`;
      if (recent.has(name)) return;
      recent.set(name, named);
      rows.push(connection, remoteId, remoteChat, named.number, number);
    },
    flush() {
      const width = rowsAtOnce * columns;
      let at = 0;
      for (; at + width <= rows.length; at += width) many.run(...rows.slice(at, at + width));
      for (; at < rows.length; at += columns) one.run(...rows.slice(at, at + columns));
      rows = [];
      for (const name of recent.keys()) {
        if (recent.size <= remembered) break;
        recent.delete(name);
      }
    },
    forget() {
      recent.clear();
      rows = [];
    },
  };
}
