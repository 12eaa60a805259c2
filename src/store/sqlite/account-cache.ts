/**
 * The accounts in memory, with the head of each one's log and the count of the current month: what the hot verbs move
 * forward inside a batch and write once at its end. Everything here is dropped after a rollback and read again.
 */
import type { Account } from '#core/account.ts';
import { idNumber, idText, type AccountId } from '#core/ids.ts';
import { monthOf } from '#core/plan.ts';
import { bulk } from './bulk.ts';
import type { EventTail } from './event-tail.ts';
import type { Db } from './file.ts';

/** When the batch happens. */
type Instant = { readonly nowMs: number };

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
  usedChanged: boolean;
}

export interface AccountCache {
  get(id: AccountId): AccountEntry | undefined;
  byNumber(number: number): AccountEntry | undefined;
  /** Messages counted in the month of the batch; makes that month the current one. */
  used(batch: Instant, entry: AccountEntry): number;
  count(batch: Instant, entry: AccountEntry): void;
  /** Write what was counted in a batch. */
  saveUsage(entries: Iterable<AccountEntry>): void;
  /** Only between batches, because a batch holds entries it moved forward: a cache that grew too large starts over. */
  trim(): void;
  forget(): void;
}

export interface AccountRow {
  id: number;
  kind: Account['kind'];
  name: string;
  plan: Account['plan'];
  state: Account['state'];
  unknown_policy: Account['unknownPolicy'];
  default_channel: Account['defaultChannel'];
  outbound: Account['outbound'];
  retention_days: number | null;
  created_at_ms: number;
  trial_ends_at_ms: number | null;
}

const selectAccount = 'SELECT * FROM accounts WHERE id = ?';
export const selectUsage = 'SELECT messages FROM usage WHERE account = ? AND month_start_ms = ?';
const upsertUsage = (rows: string) => `INSERT INTO usage (account, month_start_ms, messages) VALUES ${rows}
  ON CONFLICT DO UPDATE SET messages = excluded.messages`;

const remembered = 20_000;

export function accountCache(db: Db, tail: Pick<EventTail, 'head'>): AccountCache {
  const byId = new Map<AccountId, AccountEntry>();
  const byNumber = new Map<number, AccountEntry>();
  const select = db.prepare<[number], AccountRow>(selectAccount);
  const usage = db.prepare<[number, number], number>(selectUsage).pluck();
  const save = bulk(db, '(?,?,?)', upsertUsage);

  const saveUsage = (entries: Iterable<AccountEntry>) => {
    const rows: number[] = [];
    for (const entry of entries) {
      if (!entry.usedChanged) continue;
      rows.push(entry.number, entry.monthStartMs, entry.used);
      entry.usedChanged = false;
    }
    save(rows);
  };
  const forget = () => {
    byId.clear();
    byNumber.clear();
  };
  const load = (number: number): AccountEntry | undefined => {
    const row = select.get(number);
    if (!row) return undefined;
    const entry = entryOf(row, tail.head(number));
    byId.set(entry.id, entry);
    byNumber.set(number, entry);
    return entry;
  };
  const used = (batch: Instant, entry: AccountEntry) => {
    if (batch.nowMs >= entry.monthStartMs && batch.nowMs < entry.monthEndMs) return entry.used;
    saveUsage([entry]);
    const { startMs, endMs } = monthOf(batch.nowMs);
    entry.monthStartMs = startMs;
    entry.monthEndMs = endMs;
    entry.used = usage.get(entry.number, startMs) ?? 0;
    return entry.used;
  };
  return {
    get(id) {
      const known = byId.get(id);
      if (known) return known;
      const number = idNumber('account', id);
      return number === undefined ? undefined : load(number);
    },
    byNumber: (number) => byNumber.get(number) ?? load(number),
    used,
    count(batch, entry) {
      entry.used = used(batch, entry) + 1;
      entry.usedChanged = true;
    },
    saveUsage,
    trim() {
      if (byId.size > remembered) forget();
    },
    forget,
  };
}

export function accountOf(row: AccountRow): Account {
  return {
    id: idText('account', row.id),
    kind: row.kind,
    name: row.name,
    plan: row.plan,
    state: row.state,
    unknownPolicy: row.unknown_policy,
    defaultChannel: row.default_channel,
    outbound: row.outbound,
    retentionDays: row.retention_days,
    createdAtMs: row.created_at_ms,
    trialEndsAtMs: row.trial_ends_at_ms,
  };
}

function entryOf(row: AccountRow, { seq, tsUs }: { seq: number; tsUs: number }): AccountEntry {
  const account = accountOf(row);
  return {
    number: row.id,
    id: account.id,
    account,
    seq,
    tsUs,
    monthStartMs: 0,
    monthEndMs: 0,
    used: 0,
    usedChanged: false,
  };
}
