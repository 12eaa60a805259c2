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
import type { Wrapper } from './wrap.ts';

export interface WalletsDependencies {
  readonly store: Pick<MoltStore, 'insertWallet' | 'wallets' | 'setInbox' | 'rewrapWallet' | 'registerHandle'>;
  readonly wrapper: Wrapper;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export interface WalletRoom extends Wallets {
  /** The store's own verb; whoever registers a handle does it here, so that the book hears of it. */
  readonly registerHandle: MoltStore['registerHandle'];
}

const databaseKeyBytes = 32;
const lockedSentence =
  'This wallet is locked: its secrets were wrapped with a master key that is not here. ' +
  'The operator brings it back by adding that key to CLAWGATE_MASTER_KEY, behind the present one';

export async function createWallets({ store, wrapper, clock }: WalletsDependencies): Promise<WalletRoom> {
  const { book, ...kept } = openBook();
  const lockOf = (row: WalletRow): string | null =>
    [row.wrappedKey, row.wrappedDatabaseKey].some((secret) => wrapper.keyOf(secret) === 'missing')
      ? lockedSentence
      : null;
  const keep = (row: WalletRow, handle: string | null): Wallet => kept.put(row, { handle, locked: lockOf(row) });
  for (const { handle, ...row } of await store.wallets()) keep(row, handle);

  const making = new Map<AccountId, Promise<Wallet>>();
  const makeOne = async (account: AccountId): Promise<Wallet> => {
    const { privateKey, address } = await newKey();
    const row = await store.insertWallet({
      account,
      address,
      inboxId: null,
      wrappedKey: wrapper.wrap(privateKey, keyPlace(account)),
      wrappedDatabaseKey: wrapper.wrap(randomBytes(databaseKeyBytes), databaseKeyPlace(account)),
      createdAtMs: clock.nowMs(),
    });
    return keep(row, null);
  };

  return {
    ...book,
    async make(account) {
      const known = book.of(account) ?? making.get(account);
      if (known) return known;
      const made = makeOne(account).finally(() => making.delete(account));
      making.set(account, made);
      return made;
    },
    async keepInbox(account, inboxId) {
      const row = kept.row(account);
      if (!row || row.inboxId === inboxId) return;
      await store.setInbox(account, inboxId);
      // What else is known of it may have changed meanwhile.
      keep({ ...(kept.row(account) ?? row), inboxId }, book.of(account)?.handle ?? null);
    },
    async sign(account, text) {
      const { wrappedKey } = unlocked(kept.row(account), book.of(account));
      return signText(openSecret(wrapper, wrappedKey, keyPlace(account)), text);
    },
    async databaseKey(account) {
      const { wrappedDatabaseKey } = unlocked(kept.row(account), book.of(account));
      return openSecret(wrapper, wrappedDatabaseKey, databaseKeyPlace(account));
    },
    async registerHandle(account, profile) {
      const outcome = await store.registerHandle(account, profile);
      const row = kept.row(account);
      if (outcome === 'registered_now' && row) keep(row, profile.handle);
      return outcome;
    },
  };
}

const keyPlace = (account: AccountId) => ({ owner: account, purpose: 'wallet' });
const databaseKeyPlace = (account: AccountId) => ({ owner: account, purpose: 'wallet-database' });

function unlocked(row: WalletRow | undefined, wallet: Wallet | undefined): WalletRow {
  if (!row || !wallet) throw refuse('not_found', 'This account has no wallet');
  if (wallet.locked !== null) throw refuse('unavailable', wallet.locked);
  return row;
}

function openSecret(wrapper: Wrapper, wrapped: string, place: ReturnType<typeof keyPlace>): Uint8Array {
  let secret: Uint8Array | undefined;
  try {
    secret = wrapper.unwrap(wrapped, place);
  } catch {
    throw refuse('unavailable', 'The secrets of this wallet are damaged; the operator restores them from a backup');
  }
  if (!secret) throw refuse('unavailable', lockedSentence);
  return secret;
}
