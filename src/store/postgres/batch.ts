/**
 * What one transaction gathers before it commits: the instant all of it happened, the events of every account, and what
 * is to be told or done once it is on disk. Seq and ts advance in memory; events and usage are written together at the
 * end. After a rollback the batch and everything in memory are thrown away.
 */
import type { Account } from '#core/account.ts';
import type { Event } from '#core/event.ts';
import type { OutboundStatus } from '#core/delivery.ts';
import type { AccountId, MessageId } from '#core/ids.ts';
import type { Hint } from '#ports/bus.ts';
import type { Clock } from '#ports/runtime.ts';
import { eventCode, statusCode } from '../rules/codes.ts';
import { bulkInsert } from './bulk.ts';
import type { Scalar, Sql } from './sql.ts';

/** An account in memory, with the head of its log. */
export interface AccountEntry {
  readonly number: number;
  readonly id: AccountId;
  account: Account;
  seq: number;
  tsUs: number;
  /** The month `used` counts in. */
  monthStartMs: number;
  monthEndMs: number;
  used: number;
}

export interface Batch {
  readonly sql: Sql;
  readonly nowMs: number;
  readonly nowUs: number;
  readonly events: Map<AccountEntry, Event[]>;
  readonly rows: Scalar[][];
  /** Published after the commit, behind the events. */
  readonly hints: Hint[];
  /** Done once the commit is on disk. */
  readonly afterwards: (() => void)[];
}

export function openBatch(sql: Sql, clock: Clock): Batch {
  return { sql, nowMs: clock.nowMs(), nowUs: clock.nowUs(), events: new Map(), rows: [], hints: [], afterwards: [] };
}

type What =
  | { readonly kind: 'queued' | 'received' }
  | { readonly kind: 'status'; readonly status: OutboundStatus }
  | { readonly kind: 'reaction'; readonly reaction: number }
  | { readonly kind: 'vote'; readonly vote: number };

/** Append an event to an account's log; `number` is the message's. */
export function append(batch: Batch, account: AccountEntry, message: MessageId, number: number, what: What): void {
  account.seq += 1;
  account.tsUs = Math.max(account.tsUs + 1, batch.nowUs);
  const { id, seq, tsUs } = account;
  batch.rows.push([account.number, seq, tsUs, eventCode[what.kind], detailOf(what), number]);
  const events = batch.events.get(account);
  const event: Event = { account: id, seq, tsUs, message, ...what };
  if (events) events.push(event);
  else batch.events.set(account, [event]);
}

function detailOf(what: What): number {
  switch (what.kind) {
    case 'status':
      return statusCode[what.status];
    case 'reaction':
      return what.reaction;
    case 'vote':
      return what.vote;
    case 'queued':
    case 'received':
      return 0;
    default:
      return what satisfies never;
  }
}

export const writeEvents = bulkInsert('events', {
  account: 'int8',
  seq: 'int8',
  ts_us: 'int8',
  kind: 'int2',
  detail: 'int8',
  message: 'int8',
});
