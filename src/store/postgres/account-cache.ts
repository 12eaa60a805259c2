/**
 * The accounts in memory, with the head of each one's log and the count of the current month: what the hot verbs move
 * forward inside a batch and write once at its end. The writer's alone, because in the midst of a batch it is ahead of
 * the database; whoever reads asks the database. Dropped after a rollback and read again.
 */
import type { Account } from '#core/account.ts';
import { idNumber, idText, type AccountId } from '#core/ids.ts';
import { monthOf } from '#core/plan.ts';
import type { AccountEntry, Batch } from './batch.ts';
import { bulkInsert } from './bulk.ts';

export interface AccountCache {
  /** Bring several into memory at once. */
  load(batch: Batch, numbers: readonly number[]): Promise<void>;
  get(batch: Batch, id: AccountId): Promise<AccountEntry | undefined>;
  byNumber(batch: Batch, number: number): Promise<AccountEntry | undefined>;
  /** Messages counted in the month of the batch; makes that month the current one. */
  used(batch: Batch, entry: AccountEntry): Promise<number>;
  count(batch: Batch, entry: AccountEntry): Promise<void>;
  /** Write the counts; before the end of a batch. A cache that grew too large starts over. */
  flush(batch: Batch): Promise<void>;
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

type LoadedRow = AccountRow & { seq: number | null; ts_us: number | null; used: number | null };

const selectAccounts = `SELECT a.*, e.seq, e.ts_us, u.messages AS used FROM accounts a
  LEFT JOIN LATERAL (SELECT seq, ts_us FROM events WHERE account = a.id ORDER BY seq DESC LIMIT 1) e ON true
  LEFT JOIN usage u ON u.account = a.id AND u.month_start_ms = $2
  WHERE a.id = ANY($1::int8[])`;
export const selectUsage = 'SELECT messages FROM usage WHERE account = $1 AND month_start_ms = $2';
const upsertUsage = bulkInsert(
  'usage',
  { account: 'int8', month_start_ms: 'int8', messages: 'int8' },
  'ON CONFLICT (account, month_start_ms) DO UPDATE SET messages = excluded.messages',
);

const remembered = 20_000;

export function accountCache(): AccountCache {
  const known = new Map<number, AccountEntry>();
  const changed = new Set<AccountEntry>();

  const load: AccountCache['load'] = async (batch, numbers) => {
    const missing = [...new Set(numbers)].filter((number) => !known.has(number));
    if (missing.length === 0) return;
    const { startMs, endMs } = monthOf(batch.nowMs);
    for (const row of await batch.sql.rows<LoadedRow>(selectAccounts, [missing, startMs])) {
      known.set(row.id, entryOf(row, startMs, endMs));
    }
  };
  const byNumber: AccountCache['byNumber'] = async (batch, number) => {
    if (!known.has(number)) await load(batch, [number]);
    return known.get(number);
  };
  const saveUsage = async (batch: Batch, entries: Iterable<AccountEntry>) => {
    await upsertUsage(
      batch.sql,
      Array.from(entries, ({ number, monthStartMs, used }) => [number, monthStartMs, used]),
    );
  };
  const used: AccountCache['used'] = async (batch, entry) => {
    if (batch.nowMs >= entry.monthStartMs && batch.nowMs < entry.monthEndMs) return entry.used;
    if (changed.delete(entry)) await saveUsage(batch, [entry]);
    const { startMs, endMs } = monthOf(batch.nowMs);
    entry.monthStartMs = startMs;
    entry.monthEndMs = endMs;
    const [row] = await batch.sql.rows<{ messages: number }>(selectUsage, [entry.number, startMs]);
    entry.used = row?.messages ?? 0;
    return entry.used;
  };
  return {
    load,
    async get(batch, id) {
      const number = idNumber('account', id);
      return number === undefined ? undefined : byNumber(batch, number);
    },
    byNumber,
    used,
    async count(batch, entry) {
      entry.used = (await used(batch, entry)) + 1;
      changed.add(entry);
    },
    async flush(batch) {
      await saveUsage(batch, changed);
      changed.clear();
      if (known.size > remembered) known.clear();
    },
    forget() {
      known.clear();
      changed.clear();
    },
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

function entryOf(row: LoadedRow, monthStartMs: number, monthEndMs: number): AccountEntry {
  const account = accountOf(row);
  return {
    number: row.id,
    id: account.id,
    account,
    seq: row.seq ?? 0,
    tsUs: row.ts_us ?? 0,
    monthStartMs,
    monthEndMs,
    used: row.used ?? 0,
  };
}
