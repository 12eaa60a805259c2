/**
 * The fate of an outbound message as its row and its events show it: read with its leaves, moved, and told to the log
 * when the sender should know. Used by settling, receipts, resolving and expiry, so that all of them move it alike.
 */
import type { Leaf, OutboundStatus } from '#core/delivery.ts';
import { idText } from '#core/ids.ts';
import { statusCode, statusOfCode } from '../rules/codes.ts';
import { simpleLeaf } from '../rules/leaves.ts';
import type { AccountCache } from './account-cache.ts';
import { appendStatus, type Batch } from './batch.ts';
import type { BornTable } from './born.ts';
import type { Fates } from './fates.ts';
import type { Db } from './file.ts';
import { relistingChannel } from './listing.ts';

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

interface Row {
  id: number;
  account: number;
  conversation: number;
  direction: number;
  status: number;
  error: string | null;
  leaves: string | null;
  remote_id: string | null;
}

const selectFate =
  'SELECT id, account, conversation, direction, status, error, leaves, remote_id FROM messages WHERE id = ?';
const updateFate = `UPDATE messages SET status = ?, error = ?, leaves = ?, remote_id = coalesce(remote_id, ?),
  channel = coalesce(?, channel), updated_at_ms = coalesce(?, updated_at_ms) WHERE id = ?`;

export interface Change {
  readonly status: OutboundStatus;
  readonly error: string | null;
  readonly leaves: readonly Leaf[] | null;
  readonly remoteId?: string | null;
  readonly channel?: string | null;
  /** The caller tells the log of it, although the status is an inner one. */
  readonly isTold?: boolean;
}

export interface MessageTable {
  /** Write what this batch holds in memory, before any row is read or moved. */
  flush(): void;
  /** Undefined for inbound messages and tombstones, which have no fate. */
  fate(id: number): FateRow | undefined;
  /** Write what is known now; an event when the status changed to one the sender should hear of. */
  move(batch: Batch, before: FateRow, change: Change): void;
}

/** The inner statuses change without an event. */
const quiet = { sending: true, queued: true } as Readonly<Record<string, boolean>>;

export function messageTable(
  db: Db,
  { accounts, borns, fates }: { accounts: AccountCache; borns: BornTable; fates: Fates },
): MessageTable {
  const select = db.prepare<[number], Row>(selectFate);
  const update = db.prepare(updateFate);
  const relist = relistingChannel(db);
  const flush = () => {
    borns.flush();
    fates.flush();
  };
  return {
    flush,
    fate(id) {
      flush();
      const row = select.get(id);
      if (!row || row.status > statusCode.read) return undefined;
      const status = statusOfCode(row.status) as OutboundStatus;
      const leaves = row.leaves === null ? null : (JSON.parse(row.leaves) as readonly Leaf[]);
      const { account, conversation, error, remote_id: remoteId } = row;
      return { id, account, conversation, status, error, leaves, remoteId };
    },
    move(batch, before, { status, error, leaves, remoteId = null, channel = null, isTold = false }) {
      const stored = leaves === null ? null : JSON.stringify(leaves);
      fates.moved(before.id);
      // A change is dated when it can be seen: what moves inside has no event, and lists know events alone.
      const isSilent = status === before.status || quiet[status];
      const atMs = isSilent && !isTold ? null : batch.nowMs;
      update.run(statusCode[status], error, stored, remoteId, channel, atMs, before.id);
      if (isSilent && channel !== null) relist(before.id, channel);
      if (isSilent) return;
      const account = accounts.byNumber(before.account);
      if (account) appendStatus(batch, account, idText('message', before.id), before.id, status);
    },
  };
}

/** The leaves of any message, the simple one's made from its row. */
export function leavesOf(fate: FateRow): readonly Leaf[] {
  return fate.leaves ?? simpleLeaf(fate.status, fate.remoteId, fate.error);
}
