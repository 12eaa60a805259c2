/**
 * Who is who among wallets, in memory: every wallet with the row it was read from, found by account, address, inbox and
 * handle. It knows no secret, only their wrappings, and asks the store nothing.
 */
import type { NameOf } from '#core/address.ts';
import type { AccountId } from '#core/ids.ts';
import type { WalletRow } from '#ports/store/molts.ts';
import type { Wallet, WalletBook } from '#ports/wallets.ts';

/** Handles are of one channel alone. */
export const namesIn =
  (book: Pick<WalletBook, 'at'>): NameOf =>
  (channel, address) =>
    channel === 'xmtp' ? (book.at(address)?.handle ?? address) : address;

interface Entry {
  readonly wallet: Wallet;
  readonly row: WalletRow;
}

export interface KeptBook {
  readonly book: WalletBook;
  row(account: AccountId): WalletRow | undefined;
  rows(): Iterable<WalletRow>;
  /** Put it in, or in the place of what was known of its account. */
  put(row: WalletRow, facts: Pick<Wallet, 'number' | 'handle' | 'locked'>): Wallet;
}

export function openBook(): KeptBook {
  const byAccount = new Map<AccountId, Entry>();
  const [byAddress, byInbox, byHandle] = [
    new Map<string, AccountId>(),
    new Map<string, AccountId>(),
    new Map<string, AccountId>(),
  ];
  const of = (account: AccountId | undefined): Wallet | undefined =>
    account === undefined ? undefined : byAccount.get(account)?.wallet;
  const book: WalletBook = {
    of,
    // Most addresses come as they are stored, and those are found without making another text.
    at: (address) => of(byAddress.get(address) ?? byAddress.get(address.toLowerCase())),
    byInbox: (inboxId) => of(byInbox.get(inboxId)),
    byHandle: (handle) => of(byHandle.get(handle)),
    *all() {
      for (const { wallet } of byAccount.values()) yield wallet;
    },
  };
  return {
    book,
    row: (account) => byAccount.get(account)?.row,
    *rows() {
      for (const { row } of byAccount.values()) yield row;
    },
    put(row, facts) {
      const { account, address, inboxId } = row;
      const wallet = { account, address, inboxId, ...facts };
      byAccount.set(account, { wallet, row });
      byAddress.set(address, account);
      if (inboxId !== null) byInbox.set(inboxId, account);
      if (facts.handle !== null) byHandle.set(facts.handle, account);
      return wallet;
    },
  };
}
