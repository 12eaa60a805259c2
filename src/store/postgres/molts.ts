/**
 * Wallets and the profiles of their accounts. Changes go through the writer, so that they are in the database when they
 * are answered; a wallet's row is found by account, address and handle, and those with a handle are listed from an index.
 */
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { MoltStore } from '#ports/store/molts.ts';
import { folded, profileColumns, profileOf, walletOf, type WalletRecord } from '../rules/molts.ts';
import type { AccountCache } from './account-cache.ts';
import { groupVerbs } from './groups.ts';
import { ownerNumber } from './log.ts';
import type { Reads } from './reads.ts';
import { together, type Sql } from './sql.ts';
import type { Writer } from './writer.ts';

const insertWallet = `INSERT INTO wallets (number, account, address, inbox_id, wrapped_key, wrapped_database_key,
  created_at_ms) SELECT coalesce(max(number), 0) + 1, $1::int8, $2::text, $3::text, $4::text, $5::text, $6::int8
  FROM wallets`;
const selectWallet = 'SELECT * FROM wallets WHERE account = $1';
const selectWallets = 'SELECT * FROM wallets ORDER BY number';
const selectByHandle = 'SELECT * FROM wallets WHERE handle = $1';
const updateInbox = 'UPDATE wallets SET inbox_id = $1 WHERE account = $2 AND inbox_id IS DISTINCT FROM $1';
const rewrap = `UPDATE wallets SET wrapped_key = $1, wrapped_database_key = $2
  WHERE account = $3 AND wrapped_key = $4 AND wrapped_database_key = $5`;
const updateProfile = `UPDATE wallets SET handle = $1, name = $2, description = $3, x_url = $4, github_url = $5,
  website_url = $6, found = $7 WHERE account = $8`;
const selectListed = 'SELECT * FROM wallets WHERE handle IS NOT NULL ORDER BY number LIMIT $1 OFFSET $2';
const countListed = 'SELECT count(*) AS count FROM wallets WHERE handle IS NOT NULL';
const selectFound = `SELECT * FROM wallets WHERE handle IS NOT NULL AND strpos(found, $3) > 0
  ORDER BY number LIMIT $1 OFFSET $2`;
const countFound = 'SELECT count(*) AS count FROM wallets WHERE handle IS NOT NULL AND strpos(found, $1) > 0';

export function moltVerbs(reads: Reads, accounts: AccountCache, writer: Writer): MoltStore {
  return {
    ...walletVerbs(reads, accounts, writer),
    ...profileVerbs(reads, writer),
    ...profileLists(reads),
    ...groupVerbs(reads, writer),
  };
}

async function find(sql: Sql, account: AccountId): Promise<WalletRecord | undefined> {
  const [row] = await sql.rows<WalletRecord>(selectWallet, [ownerNumber(account)]);
  return row;
}

function walletVerbs(reads: Sql, accounts: AccountCache, writer: Writer) {
  return {
    insertWallet: (wallet) =>
      writer.once(async (batch) => {
        const known = await find(batch.sql, wallet.account);
        if (known) return walletOf(known);
        const entry = await accounts.get(batch, wallet.account);
        if (!entry) throw refuse('not_found', 'This account does not exist');
        const { address, inboxId, wrappedKey, wrappedDatabaseKey, createdAtMs } = wallet;
        const secrets = [wrappedKey, wrappedDatabaseKey] as const;
        await batch.sql.run(insertWallet, [entry.number, address, inboxId, ...secrets, createdAtMs]);
        return wallet;
      }),
    wallets: async () => {
      const rows = await reads.rows<WalletRecord>(selectWallets);
      return rows.map((row) => ({ ...walletOf(row), handle: row.handle, number: row.number }));
    },
    setInbox: (account, inboxId) =>
      writer.once(async ({ sql }) => {
        await sql.run(updateInbox, [inboxId, ownerNumber(account)]);
      }),
    rewrapWallet: (before, after) =>
      writer.once(async ({ sql }) => {
        const { account, wrappedKey, wrappedDatabaseKey } = before;
        const values = [ownerNumber(account), wrappedKey, wrappedDatabaseKey];
        return (await sql.run(rewrap, [after.wrappedKey, after.wrappedDatabaseKey, ...values])) > 0;
      }),
  } satisfies Partial<MoltStore>;
}

function profileVerbs(reads: Sql, writer: Writer) {
  return {
    async profile(account) {
      const row = await find(reads, account);
      return row && profileOf(row);
    },
    async profileByHandle(handle) {
      const [row] = await reads.rows<WalletRecord>(selectByHandle, [handle]);
      return row && profileOf(row);
    },
    registerHandle: (account, { handle, ...change }) =>
      writer.once(async ({ sql }) => {
        const row = await find(sql, account);
        if (!row) return 'no_wallet';
        if (row.handle !== null) return 'registered';
        const [taken] = await sql.rows<WalletRecord>(selectByHandle, [handle]);
        if (taken) return 'taken';
        await sql.run(updateProfile, [...profileColumns(profileOf(row), change, handle), row.account]);
        return 'registered_now';
      }),
    updateProfile: (account, change) =>
      writer.once(async ({ sql }) => {
        const row = await find(sql, account);
        if (!row) return undefined;
        await sql.run(updateProfile, [...profileColumns(profileOf(row), change, row.handle), row.account]);
        return { ...profileOf(row), ...change };
      }),
  } satisfies Partial<MoltStore>;
}

function profileLists(reads: Reads) {
  const page = (sql: Sql, limit: number, offset: number, text: string | null) =>
    text === null
      ? together([sql.rows<WalletRecord>(selectListed, [limit, offset]), sql.rows<{ count: number }>(countListed)])
      : together([
          sql.rows<WalletRecord>(selectFound, [limit, offset, text]),
          sql.rows<{ count: number }>(countFound, [text]),
        ]);
  return {
    async listProfiles({ offset, limit, search }) {
      const text = search === null ? null : folded(search);
      const [rows, [counted]] = await reads.snapshot((sql) => page(sql, limit, offset, text));
      return { rows: rows.map(profileOf), total: counted?.count ?? 0 };
    },
  } satisfies Partial<MoltStore>;
}
