/**
 * Wallets and the profiles of their accounts. Changes go through the writer, so that they are on disk when they are
 * answered; a wallet's row is found by account, address and handle, and those with a handle are listed from an index.
 */
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { MoltStore } from '#ports/store/molts.ts';
import { folded, profileColumns, profileOf, walletOf, type WalletRecord } from '../rules/molts.ts';
import type { AccountCache } from './account-cache.ts';
import type { Db } from './file.ts';
import type { GroupKeyTable } from './group-keys.ts';
import { groupVerbs } from './groups.ts';
import type { Writer } from './writer.ts';

const insertWallet = `INSERT INTO wallets (account, address, inbox_id, wrapped_key, wrapped_database_key, created_at_ms)
  VALUES (?, ?, ?, ?, ?, ?)`;
const selectWallet = 'SELECT * FROM wallets WHERE account = ?';
const selectWallets = 'SELECT * FROM wallets ORDER BY number';
const selectByHandle = 'SELECT * FROM wallets WHERE handle = ?';
const updateInbox = 'UPDATE wallets SET inbox_id = ? WHERE account = ?';
const rewrap = `UPDATE wallets SET wrapped_key = ?, wrapped_database_key = ?
  WHERE account = ? AND wrapped_key = ? AND wrapped_database_key = ?`;
const updateProfile = `UPDATE wallets SET handle = ?, name = ?, description = ?, x_url = ?, github_url = ?,
  website_url = ?, found = ? WHERE account = ?`;
const selectListed = `SELECT * FROM wallets WHERE handle IS NOT NULL ORDER BY number LIMIT ? OFFSET ?`;
const countListed = 'SELECT count(*) FROM wallets WHERE handle IS NOT NULL';
const selectFound = `SELECT * FROM wallets WHERE handle IS NOT NULL AND instr(found, ?) > 0
  ORDER BY number LIMIT ? OFFSET ?`;
const countFound = 'SELECT count(*) FROM wallets WHERE handle IS NOT NULL AND instr(found, ?) > 0';

export function moltVerbs(db: Db, accounts: AccountCache, groupKeys: GroupKeyTable, writer: Writer): MoltStore {
  const one = db.prepare<[number], WalletRecord>(selectWallet);
  const find = (account: AccountId): WalletRecord | undefined => {
    const entry = accounts.get(account);
    return entry && one.get(entry.number);
  };
  return {
    ...walletVerbs(db, accounts, writer, find),
    ...profileVerbs(db, writer, find),
    ...profileLists(db),
    ...groupVerbs(db, accounts, groupKeys, writer),
  };
}

type Find = (account: AccountId) => WalletRecord | undefined;

function walletVerbs(db: Db, accounts: AccountCache, writer: Writer, find: Find) {
  const insert = db.prepare<[number, string, string | null, string, string, number]>(insertWallet);
  const every = db.prepare<[], WalletRecord>(selectWallets);
  const inbox = db.prepare<[string, number]>(updateInbox);
  const change = db.prepare<[string, string, number, string, string]>(rewrap);
  return {
    insertWallet: (wallet) =>
      writer.once(() => {
        const known = find(wallet.account);
        if (known) return walletOf(known);
        const entry = accounts.get(wallet.account);
        if (!entry) throw refuse('not_found', 'This account does not exist');
        const { address, inboxId, wrappedKey, wrappedDatabaseKey, createdAtMs } = wallet;
        insert.run(entry.number, address, inboxId, wrappedKey, wrappedDatabaseKey, createdAtMs);
        return wallet;
      }),
    wallets: async () => every.all().map((row) => ({ ...walletOf(row), handle: row.handle, number: row.number })),
    setInbox: (account, inboxId) =>
      writer.once(() => {
        const row = find(account);
        if (row && row.inbox_id !== inboxId) inbox.run(inboxId, row.account);
      }),
    rewrapWallet: (before, after) =>
      writer.once(() => {
        const entry = accounts.get(before.account);
        if (!entry) return false;
        const { wrappedKey, wrappedDatabaseKey } = after;
        const values = [entry.number, before.wrappedKey, before.wrappedDatabaseKey] as const;
        return change.run(wrappedKey, wrappedDatabaseKey, ...values).changes > 0;
      }),
  } satisfies Partial<MoltStore>;
}

function profileVerbs(db: Db, writer: Writer, find: Find) {
  const byHandle = db.prepare<[string], WalletRecord>(selectByHandle);
  const update = db.prepare<[...ReturnType<typeof profileColumns>, number]>(updateProfile);
  return {
    async profile(account) {
      const row = find(account);
      return row && profileOf(row);
    },
    async profileByHandle(handle) {
      const row = byHandle.get(handle);
      return row && profileOf(row);
    },
    registerHandle: (account, { handle, ...change }) =>
      writer.once(() => {
        const row = find(account);
        if (!row) return 'no_wallet';
        if (row.handle !== null) return 'registered';
        if (byHandle.get(handle)) return 'taken';
        update.run(...profileColumns(profileOf(row), change, handle), row.account);
        return 'registered_now';
      }),
    updateProfile: (account, change) =>
      writer.once(() => {
        const row = find(account);
        if (!row) return undefined;
        update.run(...profileColumns(profileOf(row), change, row.handle), row.account);
        return { ...profileOf(row), ...change };
      }),
  } satisfies Partial<MoltStore>;
}

function profileLists(db: Db) {
  const listed = db.prepare<[number, number], WalletRecord>(selectListed);
  const listedCount = db.prepare<[], number>(countListed).pluck();
  const found = db.prepare<[string, number, number], WalletRecord>(selectFound);
  const foundCount = db.prepare<[string], number>(countFound).pluck();
  return {
    async listProfiles({ offset, limit, search }) {
      if (search === null) return { rows: listed.all(limit, offset).map(profileOf), total: listedCount.get() ?? 0 };
      const text = folded(search);
      return { rows: found.all(text, limit, offset).map(profileOf), total: foundCount.get(text) ?? 0 };
    },
  } satisfies Partial<MoltStore>;
}
