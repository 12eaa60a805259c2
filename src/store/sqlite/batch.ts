/**
 * What one commit gathers before it is written: the instant all of it happened, the events of every account, and the
 * hints to publish once it is on disk. Seq and ts advance in memory here; events and usage are written together at
 * the end. After a rollback the batch and every cache are thrown away.
 */
import type { Event } from '#core/event.ts';
import type { MessageId } from '#core/ids.ts';
import type { OutboundStatus } from '#core/delivery.ts';
import type { Hint } from '#ports/bus.ts';
import type { Clock } from '#ports/runtime.ts';
import { eventCode, statusCode } from '../rules/codes.ts';
import type { AccountCache, AccountEntry } from './account-cache.ts';
import type { EventTail, OwnedRow } from './event-tail.ts';

export interface Batch {
  readonly nowMs: number;
  readonly nowUs: number;
  readonly events: Map<AccountEntry, Event[]>;
  /** The rows of `events`, in the order they happened. */
  readonly rows: OwnedRow[];
  /** Published after the commit, behind the events. */
  readonly hints: Hint[];
}

export function openBatch(clock: Clock): Batch {
  return { nowMs: clock.nowMs(), nowUs: clock.nowUs(), events: new Map(), rows: [], hints: [] };
}

export function appendQueued(batch: Batch, account: AccountEntry, message: MessageId, number: number): void {
  advance(batch, account, eventCode.queued, 0, number);
  list(batch, account).push({ account: account.id, seq: account.seq, tsUs: account.tsUs, message, kind: 'queued' });
}

export function appendReceived(batch: Batch, account: AccountEntry, message: MessageId, number: number): void {
  advance(batch, account, eventCode.received, 0, number);
  list(batch, account).push({ account: account.id, seq: account.seq, tsUs: account.tsUs, message, kind: 'received' });
}

export function appendStatus(
  batch: Batch,
  account: AccountEntry,
  message: MessageId,
  number: number,
  status: OutboundStatus,
): void {
  advance(batch, account, eventCode.status, statusCode[status], number);
  list(batch, account).push({
    account: account.id,
    seq: account.seq,
    tsUs: account.tsUs,
    message,
    kind: 'status',
    status,
  });
}

export function appendReaction(
  batch: Batch,
  account: AccountEntry,
  message: MessageId,
  number: number,
  reaction: number,
): void {
  advance(batch, account, eventCode.reaction, reaction, number);
  const { id, seq, tsUs } = account;
  list(batch, account).push({ account: id, seq, tsUs, message, kind: 'reaction', reaction });
}

export function appendVote(
  batch: Batch,
  account: AccountEntry,
  message: MessageId,
  number: number,
  vote: number,
): void {
  advance(batch, account, eventCode.vote, vote, number);
  const { id, seq, tsUs } = account;
  list(batch, account).push({ account: id, seq, tsUs, message, kind: 'vote', vote });
}

function advance(batch: Batch, account: AccountEntry, kind: number, detail: number, message: number): void {
  account.seq += 1;
  account.tsUs = Math.max(account.tsUs + 1, batch.nowUs);
  batch.rows.push([account.number, account.seq, account.tsUs, kind, detail, message]);
}

function list(batch: Batch, account: AccountEntry): Event[] {
  const known = batch.events.get(account);
  if (known) return known;
  const fresh: Event[] = [];
  batch.events.set(account, fresh);
  return fresh;
}

/** Writes what the batch gathered; the last thing before COMMIT. */
export function batchEnd(tail: EventTail, accounts: AccountCache): (batch: Batch) => void {
  return ({ rows, events }) => {
    if (rows.length > 0) tail.write(rows);
    accounts.saveUsage(events.keys());
    accounts.trim();
  };
}
