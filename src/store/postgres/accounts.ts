/**
 * Accounts, their keys, their usage and their diagnostics reports. Changes go through the writer, so that the accounts
 * it has in memory and those in the database are always the same.
 */
import type { Account, Scope } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import { idNumber, idText, type AccountId } from '#core/ids.ts';
import type { AccountStore, KeyRow } from '#ports/store/accounts.ts';
import { accountOf, selectUsage, type AccountCache, type AccountRow } from './account-cache.ts';
import type { AccountEntry, Batch } from './batch.ts';
import { ownerNumber } from './log.ts';
import type { Sql } from './sql.ts';
import type { Writer } from './writer.ts';

const insertAccount = `INSERT INTO accounts (id, kind, created_at_ms, trial_ends_at_ms, name, plan, state,
  unknown_policy, default_channel, outbound, retention_days) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;
const selectAccount = 'SELECT * FROM accounts WHERE id = $1';
const selectOwner = "SELECT * FROM accounts WHERE kind = 'owner'";
const selectAccounts = 'SELECT * FROM accounts ORDER BY id';
const updateAccount = `UPDATE accounts SET name = $1, plan = $2, state = $3, unknown_policy = $4, default_channel = $5,
  outbound = $6, retention_days = $7 WHERE id = $8`;
const insertKey = `INSERT INTO keys (id, account, hash, name, prefix, scopes, created_at_ms, last_used_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
const keyColumns = 'y.id, y.account, y.name, y.prefix, y.scopes, y.created_at_ms, y.last_used_at_ms';
const selectKeyByHash = `SELECT ${keyColumns}, a.name AS owner_name, a.created_at_ms AS owner_created_at_ms, a.kind, a.plan,
  a.state, a.unknown_policy, a.default_channel, a.outbound, a.retention_days, a.trial_ends_at_ms
  FROM keys y JOIN accounts a ON a.id = y.account WHERE y.hash = $1 AND y.revoked_at_ms IS NULL`;
const selectKeys = `SELECT ${keyColumns} FROM keys y WHERE y.account = $1 AND y.revoked_at_ms IS NULL ORDER BY y.id`;
const revokeKey = 'UPDATE keys SET revoked_at_ms = $1 WHERE id = $2 AND account = $3 AND revoked_at_ms IS NULL';
const touchKeys = `UPDATE keys y SET last_used_at_ms = greatest(coalesce(y.last_used_at_ms, 0), w.at_ms)
  FROM (SELECT id, max(at_ms) AS at_ms FROM unnest($1::int8[], $2::int8[]) AS u (id, at_ms) GROUP BY id) w
  WHERE y.id = w.id`;
const selectLastReport = 'SELECT max(at_ms) AS last FROM reports WHERE account = $1';
const insertReport = 'INSERT INTO reports (id, account, body, at_ms) VALUES ($1, $2, $3, $4)';

type Verbs = Pick<
  AccountStore,
  'createAccount' | 'account' | 'owner' | 'accounts' | 'updateAccount' | 'usage' | 'insertReport'
>;

export function accountVerbs(reads: Sql, cache: AccountCache, writer: Writer): Verbs {
  return {
    createAccount: (account) =>
      writer.once(async ({ sql }) => {
        const number = idNumber('account', account.id);
        if (number === undefined) throw refuse('invalid', 'The account id was not minted by this gateway');
        const [owner] = account.kind === 'owner' ? await sql.rows(selectOwner) : [];
        if (owner) throw refuse('conflict', 'This gateway has an owner already');
        const { kind, createdAtMs, trialEndsAtMs } = account;
        await sql.run(insertAccount, [number, kind, createdAtMs, trialEndsAtMs, ...changeable(account)]);
      }),
    async account(id) {
      const [row] = await reads.rows<AccountRow>(selectAccount, [ownerNumber(id)]);
      return row && accountOf(row);
    },
    async owner() {
      const [row] = await reads.rows<AccountRow>(selectOwner);
      return row && accountOf(row);
    },
    accounts: async () => (await reads.rows<AccountRow>(selectAccounts)).map(accountOf),
    updateAccount: (id, change) =>
      writer.once(async (batch) => {
        const entry = await existing(cache, batch, id);
        const account: Account = { ...entry.account, ...change };
        await batch.sql.run(updateAccount, [...changeable(account), entry.number]);
        const stopped = entry.account.state === 'active' && account.state !== 'active';
        entry.account = account;
        if (stopped) batch.hints.push({ kind: 'account-stopped', account: id });
        return account;
      }),
    async usage(id, monthStartMs) {
      const [row] = await reads.rows<{ messages: number }>(selectUsage, [ownerNumber(id), monthStartMs]);
      return row?.messages ?? 0;
    },
    insertReport: (id, { id: reportId, body, atMs }, everyMs) =>
      writer.once(async (batch) => {
        const { number } = await existing(cache, batch, id);
        const [row] = await batch.sql.rows<{ last: number | null }>(selectLastReport, [number]);
        const last = row?.last ?? null;
        const waitMs = last === null ? 0 : last + everyMs - atMs;
        if (waitMs > 0) return { outcome: 'too_soon', retryAfterMs: Math.min(waitMs, everyMs) };
        await batch.sql.run(insertReport, [idNumber('report', reportId) ?? 0, number, body, atMs]);
        return { outcome: 'stored' };
      }),
  };
}

/** The columns that may change, in their order in both statements. */
function changeable(account: Account) {
  const { name, plan, state, unknownPolicy, defaultChannel, outbound, retentionDays } = account;
  return [name, plan, state, unknownPolicy, defaultChannel, outbound, retentionDays] as const;
}

interface KeyRecord {
  id: number;
  account: number;
  name: string;
  prefix: string;
  scopes: string;
  created_at_ms: number;
  last_used_at_ms: number | null;
}

/** A key with what is its account's and not called alike. */
type OwnedKey = KeyRecord &
  Omit<AccountRow, 'id' | 'name' | 'created_at_ms'> & { owner_name: string; owner_created_at_ms: number };

type KeyVerbs = Pick<AccountStore, 'insertKey' | 'keyByHash' | 'keys' | 'revokeKey' | 'touchKeys'>;

export function keyVerbs(reads: Sql, cache: AccountCache, writer: Writer): KeyVerbs {
  return {
    insertKey: (key) =>
      writer.once(async (batch) => {
        const { number } = await existing(cache, batch, key.account);
        const { hash, name, prefix, createdAtMs, lastUsedAtMs } = key;
        const what = [hash, name, prefix, JSON.stringify(key.scopes), createdAtMs, lastUsedAtMs];
        await batch.sql.run(insertKey, [idNumber('key', key.id) ?? 0, number, ...what]);
      }),
    async keyByHash(hash) {
      const [row] = await reads.rows<OwnedKey>(selectKeyByHash, [hash]);
      if (!row) return undefined;
      const { account: id, owner_name: name, owner_created_at_ms } = row;
      return { key: keyOf(row), account: accountOf({ ...row, id, name, created_at_ms: owner_created_at_ms }) };
    },
    keys: async (account) => (await reads.rows<KeyRecord>(selectKeys, [ownerNumber(account)])).map(keyOf),
    revokeKey: (account, key) =>
      writer.once(async (batch) => {
        const values = [batch.nowMs, idNumber('key', key) ?? 0, ownerNumber(account)];
        if ((await batch.sql.run(revokeKey, values)) === 0) return false;
        batch.hints.push({ kind: 'key-revoked', account, key });
        return true;
      }),
    touchKeys: (used) =>
      writer.once(async ({ sql }) => {
        const keys = used.map(({ key }) => idNumber('key', key) ?? 0);
        if (keys.length > 0) await sql.run(touchKeys, [keys, used.map(({ atMs }) => atMs)]);
      }),
  };
}

async function existing(cache: AccountCache, batch: Batch, id: AccountId): Promise<AccountEntry> {
  const entry = await cache.get(batch, id);
  if (!entry) throw refuse('not_found', 'This account does not exist');
  return entry;
}

function keyOf(row: KeyRecord): KeyRow {
  return {
    id: idText('key', row.id),
    account: idText('account', row.account),
    name: row.name,
    prefix: row.prefix,
    scopes: JSON.parse(row.scopes) as readonly Scope[],
    createdAtMs: row.created_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
  };
}
