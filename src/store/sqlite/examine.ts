/**
 * A look at the database of a gateway that does not run, for a person: whether it is whole and of this version, and which
 * keys its wallets are under. It holds the file meanwhile, and changes nothing in it.
 */
import type { WrappedWallet } from '#ports/store/molts.ts';
import { selectWrapped } from '../rules/molts.ts';
import { lockFile, openFile } from './file.ts';
import { pendingMigrations } from './migrate.ts';

const hasWallets = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'wallets'";

/** How many migrations wait. Throws StoreFault. */
export function examineSqlite(file: string): { readonly pending: number; readonly wallets: readonly WrappedWallet[] } {
  const lock = lockFile(file);
  try {
    const db = openFile(file);
    try {
      const { count } = pendingMigrations(db, file);
      // A database from before there were wallets has no table of them.
      const isThere = db.prepare(hasWallets).get() !== undefined;
      return { pending: count, wallets: isThere ? db.prepare<[], WrappedWallet>(selectWrapped).all() : [] };
    } finally {
      db.close();
    }
  } finally {
    lock.release();
  }
}
