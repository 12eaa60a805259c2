/**
 * The providers' ids of messages, ours and theirs, unique per (connection, remote chat). Rows are written together at
 * the end of a batch; what was found or linked in it is in memory until then.
 */
import { idText, type MessageId } from '#core/ids.ts';
import type { Batch } from './batch.ts';
import { bulkInsert, turned } from './bulk.ts';
import type { ConversationEntry } from './conversation-rows.ts';
import type { ConversationCache } from './conversations.ts';
import type { Scalar } from './sql.ts';
import { indexed } from './text.ts';

/** A message somebody holds: its sender's command, or a remote id that names it. */
export interface Named {
  readonly number: number;
  readonly id: MessageId;
  readonly entry: ConversationEntry;
}

export interface RemoteName {
  readonly connection: number;
  readonly remoteId: string;
  readonly remoteChat: string;
}

export interface RemoteIdTable {
  /** Bring several into memory at once; answers the messages they name. */
  load(batch: Batch, names: readonly RemoteName[]): Promise<readonly Named[]>;
  find(batch: Batch, name: RemoteName): Promise<Named | undefined>;
  /** The first message keeps an id that is known in its chat already. */
  link(name: RemoteName, named: Named): void;
  flush(batch: Batch): Promise<void>;
  /** At the end of a batch, and after a rollback. */
  forget(): void;
}

const selectNames = `SELECT w.at, r.message, r.conversation
  FROM unnest($1::int8[], $2::text[], $3::text[]) WITH ORDINALITY AS w (no, remote_id, remote_chat, at)
  JOIN remote_ids r ON r.connection_no = w.no AND r.remote_id = w.remote_id AND r.remote_chat = w.remote_chat`;
const insertNames = bulkInsert(
  'remote_ids',
  { connection_no: 'int8', remote_id: 'text', remote_chat: 'text', message: 'int8', conversation: 'int8' },
  'ON CONFLICT DO NOTHING',
);

export function remoteIdTable(conversations: ConversationCache): RemoteIdTable {
  const known = new Map<string, Named | undefined>();
  /** Linked without a look at whether they were known before. */
  const unchecked = new Set<string>();
  let rows: Scalar[][] = [];
  const nameOf = ({ connection, remoteId, remoteChat }: RemoteName): string =>
    JSON.stringify([connection, remoteId, remoteChat]);

  const flush: RemoteIdTable['flush'] = async (batch) => {
    const fresh = rows;
    rows = [];
    unchecked.clear();
    await insertNames(batch.sql, fresh);
  };
  const load: RemoteIdTable['load'] = async (batch, names) => {
    const missing = names.filter((name) => !known.has(nameOf(name)));
    if (missing.length === 0) return [];
    if (missing.some((name) => unchecked.has(nameOf(name)))) await flush(batch);
    const wanted = turned(
      missing.map((name) => [name.connection, indexed(name.remoteId), indexed(name.remoteChat)]),
      3,
    );
    const found = await batch.sql.rows<{ at: number; message: number; conversation: number }>(selectNames, wanted);
    for (const name of missing) known.set(nameOf(name), undefined);
    await conversations.load(
      batch,
      found.map(({ conversation }) => conversation),
    );
    const named: Named[] = [];
    for (const { at, message, conversation } of found) {
      const [name, entry] = [missing[at - 1], await conversations.byNumber(batch, conversation)];
      if (!name || !entry) continue;
      const one = { number: message, id: idText('message', message), entry };
      known.set(nameOf(name), one);
      named.push(one);
    }
    return named;
  };
  return {
    load,
    async find(batch, name) {
      const text = nameOf(name);
      if (!known.has(text)) await load(batch, [name]);
      return known.get(text);
    },
    link(name, named) {
      const text = nameOf(name);
      if (known.get(text) !== undefined) return;
      if (known.has(text)) known.set(text, named);
      else unchecked.add(text);
      const { connection, remoteId, remoteChat } = name;
      rows.push([connection, indexed(remoteId), indexed(remoteChat), named.number, named.entry.number]);
    },
    flush,
    forget() {
      known.clear();
      unchecked.clear();
      rows = [];
    },
  };
}
