/**
 * The providers' ids of messages, ours and theirs, unique per (connection, remote chat). The latest are in memory,
 * because a report follows its send within seconds; rows are written together at the end of a batch.
 */
import { idText } from '#core/ids.ts';
import { bulk, type Value } from './bulk.ts';
import type { ConversationCache } from './conversations.ts';
import { named as namedBy, type Named } from './fates.ts';
import type { Db } from './file.ts';

const selectMessage = `SELECT message, conversation FROM remote_ids
  WHERE connection_no = ? AND remote_id = ? AND remote_chat = ?`;
const insertRemoteIds = (rows: string) => `INSERT INTO remote_ids
  (connection_no, remote_id, remote_chat, message, conversation) VALUES ${rows} ON CONFLICT DO NOTHING`;

export interface RemoteIdTable {
  find(connection: number, remoteId: string, remoteChat: string): Named | undefined;
  /** The first message keeps an id that is known in its chat already. */
  link(remoteId: string, remoteChat: string, named: Named): void;
  /** Write what was linked; before the end of every batch. */
  flush(): void;
  forget(): void;
}

/** Of each generation, and there are two. More than a batch can link, so that what is not written yet is always found. */
const remembered = 16_384;

export function remoteIdTable(db: Db, conversations: ConversationCache): RemoteIdTable {
  const select = db.prepare<[number, string, string], { message: number; conversation: number }>(selectMessage);
  const insert = bulk(db, '(?,?,?,?,?)', insertRemoteIds);
  // Forgetting a generation as a whole costs nothing; forgetting the oldest one by one does.
  let recent = new Map<string, Named>();
  let before = new Map<string, Named>();
  let rows: Value[] = [];

  return {
    find(connection, remoteId, remoteChat) {
      const name = `${connection} ${remoteId} ${remoteChat}`;
      const known = recent.get(name) ?? before.get(name);
      if (known) return known;
      const row = select.get(connection, remoteId, remoteChat);
      const entry = row && conversations.byNumber(row.conversation);
      return entry && namedBy(row.message, idText('message', row.message), entry);
    },
    link(remoteId, remoteChat, named) {
      const { connection, number } = named.entry;
      const name = `${connection} ${remoteId} ${remoteChat}`;
      if (recent.has(name) || before.has(name)) return;
      recent.set(name, named);
      rows.push(connection, remoteId, remoteChat, named.number, number);
    },
    flush() {
      if (rows.length > 0) insert(rows);
      rows = [];
      if (recent.size < remembered) return;
      before = recent;
      recent = new Map();
    },
    forget() {
      recent.clear();
      before.clear();
      rows = [];
    },
  };
}
