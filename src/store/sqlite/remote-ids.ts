/**
 * The providers' ids of messages, ours and theirs, unique per (connection, remote chat).
 */
import type { Db } from './file.ts';

const selectMessage = `SELECT message, conversation FROM remote_ids
  WHERE connection_no = ? AND remote_id = ? AND remote_chat = ?`;
const insertRemoteId = `INSERT INTO remote_ids (connection_no, remote_id, remote_chat, message, conversation)
  VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

type Find = (
  connection: number,
  remoteId: string,
  remoteChat: string,
) => { message: number; conversation: number } | undefined;

export function remoteIdFinder(db: Db): Find {
  const select = db.prepare<[number, string, string], { message: number; conversation: number }>(selectMessage);
  return (connection, remoteId, remoteChat) => select.get(connection, remoteId, remoteChat);
}

/** Answers false when the id is known in that chat already: the first message keeps it. */
type Link = (connection: number, remoteId: string, remoteChat: string, message: number, conversation: number) => boolean;

export function remoteIdLink(db: Db): Link {
  const insert = db.prepare<[number, string, string, number, number]>(insertRemoteId);
  return (connection, remoteId, remoteChat, message, conversation) =>
    insert.run(connection, remoteId, remoteChat, message, conversation).changes === 1;
}
