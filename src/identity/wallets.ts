/**
 * Wallets: made for an account when it first needs one, their secrets wrapped before they are stored and opened only to
 * be used. Who has which address is read once and then kept true in memory, so every change of it comes through here. A
 * wallet whose wrapping key is gone is locked, and only that wallet.
 */
import { randomBytes } from 'node:crypto';
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { Clock } from '#ports/runtime.ts';
import type { MoltStore, WalletRow } from '#ports/store/molts.ts';
import type { Wallet, Wallets } from '#ports/wallets.ts';
import { openBook } from './wallet-book.ts';
import { newKey, signText } from './wallet-key.ts';
import { walletSecrets } from './wallet-secrets.ts';
import type { Wrapper } from './wrap.ts';

export interface WalletsDependencies {
  readonly store: Pick<
    MoltStore,
    'insertWallet' | 'wallets' | 'profile' | 'setInbox' | 'rewrapWallet' | 'registerHandle'
  >;
  readonly wrapper: Wrapper;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export interface WalletRoom extends Wallets {
  /** The store's own verb; whoever registers a handle does it here, so that the book hears of it. */
  readonly registerHandle: MoltStore['registerHandle'];
  /** Put what an older key wrapped under the one that wraps now. Answers how many wallets; damaged ones stay. */
  rewrap(signal: AbortSignal): Promise<number>;
}

const databaseKeyBytes = 32;
const rewrapsAtOnce = 64;

export async function createWallets({ store, wrapper, clock }: WalletsDependencies): Promise<WalletRoom> {
  const { book, ...kept } = openBook();
  const secrets = walletSecrets(wrapper);
  type Known = Pick<Wallet, 'number' | 'handle'>;
  const keep = (row: WalletRow, { number, handle }: Known): Wallet =>
    kept.put(row, { number, handle, locked: secrets.lockOf(row) });
  const knownOf = (account: AccountId): Known => book.of(account) ?? { number: 0, handle: null };
  /** What else is known of it may have changed meanwhile. */
  const change = (before: WalletRow, fields: Partial<WalletRow>): Wallet =>
    keep({ ...(kept.row(before.account) ?? before), ...fields }, knownOf(before.account));
  for (const { handle, number, ...row } of await store.wallets()) keep(row, { handle, number });

  const makeOne = async (account: AccountId): Promise<Wallet> => {
    const { privateKey, address } = await newKey();
    const wrapped = secrets.wrap(account, privateKey, randomBytes(databaseKeyBytes));
    const createdAtMs = clock.nowMs();
    const row = await store.insertWallet({ account, address, inboxId: null, ...wrapped, createdAtMs });
    const profile = await store.profile(account);
    if (!profile) throw refuse('not_found', 'This account no longer exists');
    return keep(row, profile);
  };
  const rewrapOne = async (before: WalletRow): Promise<boolean> => {
    const after = secrets.rewrapped(before);
    if (!after || !(await store.rewrapWallet(before, after))) return false;
    change(before, after);
    return true;
  };
  const rowOf = (account: AccountId): WalletRow => {
    const row = kept.row(account);
    if (!row) throw refuse('not_found', 'This account has no wallet');
    return row;
  };

  return {
    ...book,
    make: oneAtATime(book, makeOne),
    async keepInbox(account, inboxId) {
      const row = kept.row(account);
      if (!row || row.inboxId === inboxId) return;
      await store.setInbox(account, inboxId);
      change(row, { inboxId });
    },
    sign: async (account, text) => signText(secrets.privateKey(rowOf(account)), text),
    databaseKey: async (account) => secrets.databaseKey(rowOf(account)),
    async registerHandle(account, profile) {
      const outcome = await store.registerHandle(account, profile);
      const row = kept.row(account);
      if (outcome === 'registered_now' && row) keep(row, { ...knownOf(account), handle: profile.handle });
      return outcome;
    },
    async rewrap(signal) {
      const older = [...kept.rows()].filter((row) => secrets.isOlder(row));
      let count = 0;
      while (older.length > 0 && !signal.aborted) {
        // Together they share a commit.
        const outcomes = await Promise.all(older.splice(0, rewrapsAtOnce).map(rewrapOne));
        count += outcomes.filter(Boolean).length;
      }
      return count;
    },
  };
}

/** Whoever asks while a wallet is made waits for that one. */
function oneAtATime(book: Pick<Wallets, 'of'>, makeOne: (account: AccountId) => Promise<Wallet>): Wallets['make'] {
  const making = new Map<AccountId, Promise<Wallet>>();
  return async (account) => {
    const known = book.of(account) ?? making.get(account);
    if (known) return known;
    const made = makeOne(account).finally(() => making.delete(account));
    making.set(account, made);
    return made;
  };
}
