/**
 * Messages as one batch knows them: read many at a time, moved in memory, and written together. The fate of an outbound
 * message, its leaves included, is moved here alone, so that settling, receipts, resolving and expiry move it alike; an
 * event tells the log when the sender should know.
 */
import type { Leaf, OutboundStatus } from '#core/delivery.ts';
import { idText } from '#core/ids.ts';
import { directionCode, statusCode, statusOfCode } from '../rules/codes.ts';
import { simpleLeaf } from '../rules/leaves.ts';
import type { AccountCache } from './account-cache.ts';
import { append, type Batch } from './batch.ts';
import { bulkInsert, bulkUpdate } from './bulk.ts';
import type { Scalar } from './sql.ts';

/** An outbound message as far as its fate goes. */
export interface FateRow {
  readonly id: number;
  readonly account: number;
  readonly conversation: number;
  readonly status: OutboundStatus;
  readonly error: string | null;
  /** Null for a message of one chunk nobody reported on by recipient. */
  readonly leaves: readonly Leaf[] | null;
  readonly remoteId: string | null;
}

export interface MessageRow {
  readonly id: number;
  readonly account: number;
  readonly conversation: number;
  readonly direction: number;
  status: number;
  error: string | null;
  leaves: string | null;
  remote_id: string | null;
  channel: string;
  updated_at_ms: number;
}

/** A message that is stored for the first time. */
export interface NewMessage {
  readonly id: number;
  readonly account: number;
  readonly conversation: number;
  readonly direction: keyof typeof directionCode;
  readonly status: number;
  readonly channel: string;
  readonly sender: string;
  readonly parts: string;
  readonly createdAtMs: number;
  readonly sentAtMs: number | null;
  readonly remoteId: string | null;
  readonly replyTo: number | null;
  readonly leaves: string | null;
}

export interface Change {
  readonly status: OutboundStatus;
  readonly error: string | null;
  readonly leaves: readonly Leaf[] | null;
  readonly remoteId?: string | null;
  readonly channel?: string | null;
  /** The caller tells the log of it, although the status is an inner one. */
  readonly isTold?: boolean;
}

export interface MessageBook {
  /** Bring several into memory at once. */
  load(batch: Batch, ids: readonly number[]): Promise<void>;
  get(batch: Batch, id: number): Promise<MessageRow | undefined>;
  add(message: NewMessage): void;
  /** Its row was changed elsewhere, behind a flush. */
  drop(id: number): void;
  /** Undefined for inbound messages and tombstones, which have no fate. */
  fate(batch: Batch, id: number): Promise<FateRow | undefined>;
  /** Write what is known now; an event when the status changed to one the sender should hear of. */
  move(batch: Batch, before: FateRow, change: Change): Promise<void>;
  /** Those that are queued are under way now. */
  showSending(batch: Batch, ids: readonly number[]): Promise<void>;
  /** The greatest id added since the start. */
  newestId(): number;
  /** Write what was added and moved: before rows are searched, and at the end of a batch. */
  flush(batch: Batch): Promise<void>;
  /** At the end of a batch, and after a rollback. */
  forget(): void;
}

const selectMessages = `SELECT id, account, conversation, direction, status, error, leaves, remote_id, channel,
  updated_at_ms FROM messages WHERE id = ANY($1::int8[])`;
const insertMessages = bulkInsert('messages', {
  id: 'int8',
  account: 'int8',
  conversation: 'int8',
  direction: 'int2',
  status: 'int2',
  channel: 'text',
  sender: 'text',
  parts: 'text',
  created_at_ms: 'int8',
  updated_at_ms: 'int8',
  sent_at_ms: 'int8',
  remote_id: 'text',
  reply_to: 'int8',
  leaves: 'text',
});
const updateMessages = bulkUpdate('messages', {
  id: 'int8',
  status: 'int2',
  error: 'text',
  leaves: 'text',
  remote_id: 'text',
  channel: 'text',
  updated_at_ms: 'int8',
});

/** The inner statuses change without an event. */
const quiet = { sending: true, queued: true } as Readonly<Record<string, boolean>>;

export function messageBook(accounts: AccountCache): MessageBook {
  const known = new Map<number, MessageRow>();
  const changes = pendingMessages();
  let newest = 0;

  const load: MessageBook['load'] = async (batch, ids) => {
    const missing = [...new Set(ids)].filter((id) => !known.has(id));
    if (missing.length === 0) return;
    for (const row of await batch.sql.rows<MessageRow>(selectMessages, [missing])) known.set(row.id, row);
  };
  const get: MessageBook['get'] = async (batch, id) => {
    if (!known.has(id)) await load(batch, [id]);
    return known.get(id);
  };
  return {
    load,
    get,
    add(message) {
      const { id, account, conversation, status, channel, createdAtMs, leaves, remoteId } = message;
      const direction = directionCode[message.direction];
      const row = { id, account, conversation, direction, status, channel, leaves, remote_id: remoteId };
      known.set(id, { ...row, error: null, updated_at_ms: createdAtMs });
      changes.added(valuesOf(message, direction));
      newest = Math.max(newest, id);
    },
    drop: (id) => void known.delete(id),
    async fate(batch, id) {
      return fateOfRow(await get(batch, id));
    },
    async move(batch, before, { status, error, leaves, remoteId = null, channel = null, isTold = false }) {
      const row = await get(batch, before.id);
      if (!row) throw new Error('a message that is moved is not there');
      row.status = statusCode[status];
      row.error = error;
      row.leaves = leaves === null ? null : JSON.stringify(leaves);
      row.remote_id ??= remoteId;
      row.channel = channel ?? row.channel;
      changes.changed(row);
      // A change is dated when it can be seen: what moves inside has no event.
      const isSilent = status === before.status || quiet[status] === true;
      if (!isSilent || isTold) row.updated_at_ms = batch.nowMs;
      if (isSilent) return;
      const account = await accounts.byNumber(batch, before.account);
      if (account) append(batch, account, idText('message', before.id), before.id, { kind: 'status', status });
    },
    async showSending(batch, ids) {
      await load(batch, ids);
      for (const id of ids) {
        const row = known.get(id);
        if (row?.status !== statusCode.queued) continue;
        row.status = statusCode.sending;
        changes.changed(row);
      }
    },
    newestId: () => newest,
    flush: (batch) => changes.flush(batch),
    forget() {
      known.clear();
      changes.forget();
    },
  };
}

/** What is in memory and not in the database yet. */
function pendingMessages() {
  const moved = new Set<MessageRow>();
  let fresh: Scalar[][] = [];
  return {
    added: (values: Scalar[]) => void fresh.push(values),
    changed: (row: MessageRow) => void moved.add(row),
    async flush({ sql }: Batch): Promise<void> {
      const [added, changed] = [fresh, [...moved]];
      fresh = [];
      moved.clear();
      await insertMessages(sql, added);
      await updateMessages(sql, changed.map(movedValues));
    },
    forget(): void {
      fresh = [];
      moved.clear();
    },
  };
}

function valuesOf(message: NewMessage, direction: number): Scalar[] {
  const { id, account, conversation, status, channel, sender, parts, createdAtMs } = message;
  const { sentAtMs, remoteId, replyTo, leaves } = message;
  const what = [id, account, conversation, direction, status, channel, sender, parts];
  return [...what, createdAtMs, createdAtMs, sentAtMs, remoteId, replyTo, leaves];
}

const movedValues = ({ id, status, error, leaves, remote_id, channel, updated_at_ms }: MessageRow): Scalar[] => [
  id,
  status,
  error,
  leaves,
  remote_id,
  channel,
  updated_at_ms,
];

function fateOfRow(row: MessageRow | undefined): FateRow | undefined {
  if (!row || row.status > statusCode.read) return undefined;
  const status = statusOfCode(row.status) as OutboundStatus;
  const leaves = row.leaves === null ? null : (JSON.parse(row.leaves) as readonly Leaf[]);
  const { id, account, conversation, error, remote_id: remoteId } = row;
  return { id, account, conversation, status, error, leaves, remoteId };
}

/** The leaves of any message, the simple one's made from its row. */
export function leavesOf(fate: FateRow): readonly Leaf[] {
  return fate.leaves ?? simpleLeaf(fate.status, fate.remoteId, fate.error);
}
