/**
 * Accounts, their keys, their usage and their diagnostics reports. Changes go through the writer, so that the accounts
 * in memory and those on disk are always the same.
 */
import type { Account, Scope } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import { idNumber, idText, type AccountId, type KeyId } from '#core/ids.ts';
import type { AccountStore, KeyRow } from '#ports/store/accounts.ts';
import { accountOf, selectUsage, type AccountCache, type AccountEntry, type AccountRow } from './account-cache.ts';
import type { Db } from './file.ts';
import type { Writer } from './writer.ts';

const insertAccount = `INSERT INTO accounts (id, kind, created_at_ms, trial_ends_at_ms, name, plan, state,
  unknown_policy, default_channel, outbound, retention_days) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const selectOwner = "SELECT * FROM accounts WHERE kind = 'owner'";
const selectAccounts = 'SELECT * FROM accounts ORDER BY id';
const updateAccount = `UPDATE accounts SET name = ?, plan = ?, state = ?, unknown_policy = ?, default_channel = ?,
  outbound = ?, retention_days = ? WHERE id = ?`;
const insertKey = `INSERT INTO keys (id, account, hash, name, prefix, scopes, created_at_ms, last_used_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const selectKeyByHash = 'SELECT * FROM keys WHERE hash = ? AND revoked_at_ms IS NULL';
const selectKeys = 'SELECT * FROM keys WHERE account = ? AND revoked_at_ms IS NULL ORDER BY id';
const revokeKey = 'UPDATE keys SET revoked_at_ms = ? WHERE id = ? AND account = ? AND revoked_at_ms IS NULL';
const touchKey = 'UPDATE keys SET last_used_at_ms = max(coalesce(last_used_at_ms, 0), ?) WHERE id = ?';
const selectLastReport = 'SELECT max(at_ms) FROM reports WHERE account = ?';
const insertReport = 'INSERT INTO reports (id, account, body, at_ms) VALUES (?, ?, ?, ?)';

type Verbs = Pick<
  AccountStore,
  'createAccount' | 'account' | 'owner' | 'accounts' | 'updateAccount' | 'usage' | 'insertReport'
>;

export function accountVerbs(db: Db, cache: AccountCache, writer: Writer): Verbs {
  const insert = db.prepare(insertAccount);
  const owner = db.prepare<[], AccountRow>(selectOwner);
  const every = db.prepare<[], AccountRow>(selectAccounts);
  const update = db.prepare(updateAccount);
  const usage = db.prepare<[number, number], number>(selectUsage).pluck();
  const lastReport = db.prepare<[number], number | null>(selectLastReport).pluck();
  const report = db.prepare(insertReport);

  return {
    createAccount: (account) =>
      writer.once(() => {
        const number = idNumber('account', account.id);
        if (number === undefined) throw refuse('invalid', 'The account id was not minted by this gateway');
        if (account.kind === 'owner' && owner.get()) throw refuse('conflict', 'This gateway has an owner already');
        const { kind, createdAtMs, trialEndsAtMs } = account;
        insert.run(number, kind, createdAtMs, trialEndsAtMs, ...changeable(account));
      }),
    account: async (id) => cache.get(id)?.account,
    async owner() {
      const row = owner.get();
      return row && accountOf(row);
    },
    accounts: async () => every.all().map(accountOf),
    updateAccount: (id, change) =>
      writer.once((batch) => {
        const entry = existing(cache, id);
        const account: Account = { ...entry.account, ...change };
        update.run(...changeable(account), entry.number);
        const stopped = entry.account.state === 'active' && account.state !== 'active';
        entry.account = account;
        if (stopped) batch.hints.push({ kind: 'account-stopped', account: id });
        return account;
      }),
    async usage(id, monthStartMs) {
      const entry = cache.get(id);
      return entry ? (usage.get(entry.number, monthStartMs) ?? 0) : 0;
    },
    insertReport: (id, { id: reportId, body, atMs }, everyMs) =>
      writer.once(() => {
        const { number } = existing(cache, id);
        const last = lastReport.get(number) ?? null;
        const waitMs = last === null ? 0 : last + everyMs - atMs;
        if (waitMs > 0) return { outcome: 'too_soon', retryAfterMs: Math.min(waitMs, everyMs) };
        report.run(idNumber('report', reportId), number, body, atMs);
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

type KeyVerbs = Pick<AccountStore, 'insertKey' | 'keyByHash' | 'keys' | 'revokeKey' | 'touchKeys'>;

export function keyVerbs(db: Db, cache: AccountCache, writer: Writer): KeyVerbs {
  const insert = db.prepare(insertKey);
  const byHash = db.prepare<[string], KeyRecord>(selectKeyByHash);
  const list = db.prepare<[number], KeyRecord>(selectKeys);
  const revoke = db.prepare<[number, number, number]>(revokeKey);
  const touch = db.prepare<[number, number]>(touchKey);

  return {
    insertKey: (key) =>
      writer.once(() => {
        const { number } = existing(cache, key.account);
        const scopes = JSON.stringify(key.scopes);
        const id = idNumber('key', key.id);
        insert.run(id, number, key.hash, key.name, key.prefix, scopes, key.createdAtMs, key.lastUsedAtMs);
      }),
    async keyByHash(hash) {
      const row = byHash.get(hash);
      const entry = row && cache.byNumber(row.account);
      return entry && { key: keyOf(row), account: entry.account };
    },
    async keys(account) {
      const entry = cache.get(account);
      return entry ? list.all(entry.number).map(keyOf) : [];
    },
    revokeKey: (account: AccountId, key: KeyId) =>
      writer.once((batch) => {
        const entry = cache.get(account);
        const number = idNumber('key', key);
        if (!entry || number === undefined) return false;
        if (revoke.run(batch.nowMs, number, entry.number).changes === 0) return false;
        batch.hints.push({ kind: 'key-revoked', account, key });
        return true;
      }),
    touchKeys: (used) =>
      writer.once(() => {
        for (const { key, atMs } of used) touch.run(atMs, idNumber('key', key) ?? 0);
      }),
  };
}

function existing(cache: AccountCache, id: AccountId): AccountEntry {
  const entry = cache.get(id);
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
