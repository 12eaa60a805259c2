/**
 * The two secrets of a wallet at rest: its private key and the key of its database, wrapped apart, each for its account
 * and its purpose alone. Opens them, says which key they are under, and puts them under another.
 */
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { WalletRow, WrappedWallet } from '#ports/store/molts.ts';
import { rewrapSecret, type Wrapper, type WrapPlace } from './wrap.ts';

type Row = WrappedWallet & Pick<WalletRow, 'account'>;

export interface WalletSecrets {
  wrap(account: AccountId, privateKey: Uint8Array, databaseKey: Uint8Array): WrappedWallet;
  /** Why they cannot be opened, for a person; null when they can. Looks at no more than which key they are under. */
  lockOf(row: WrappedWallet): string | null;
  /** Throws Refused `unavailable` when it cannot be opened. */
  privateKey(row: Row): Uint8Array;
  databaseKey(row: Row): Uint8Array;
  isOlder(row: WrappedWallet): boolean;
  /** Under the key that wraps now; undefined when they are damaged. */
  rewrapped(row: Row): WrappedWallet | undefined;
}

const lockedSentence =
  'This wallet is locked: its secrets were wrapped with a master key that is not here; ' +
  'the operator brings it back by adding that key to CLAWGATE_MASTER_KEY, behind the present one';

export function walletSecrets(wrapper: Wrapper): WalletSecrets {
  const keysOf = ({ wrappedKey, wrappedDatabaseKey }: WrappedWallet) =>
    [wrappedKey, wrappedDatabaseKey].map((secret) => wrapper.keyOf(secret));
  return {
    wrap: (account, privateKey, databaseKey) => ({
      wrappedKey: wrapper.wrap(privateKey, keyPlace(account)),
      wrappedDatabaseKey: wrapper.wrap(databaseKey, databaseKeyPlace(account)),
    }),
    lockOf: (row) => (keysOf(row).includes('missing') ? lockedSentence : null),
    privateKey: ({ account, wrappedKey }) => opened(wrapper, wrappedKey, keyPlace(account)),
    databaseKey: ({ account, wrappedDatabaseKey }) => opened(wrapper, wrappedDatabaseKey, databaseKeyPlace(account)),
    isOlder: (row) => keysOf(row).includes('older') && !keysOf(row).includes('missing'),
    rewrapped({ account, wrappedKey, wrappedDatabaseKey }) {
      const key = rewrapSecret(wrapper, wrappedKey, keyPlace(account));
      const databaseKey = rewrapSecret(wrapper, wrappedDatabaseKey, databaseKeyPlace(account));
      if (key === undefined || databaseKey === undefined) return undefined;
      return { wrappedKey: key, wrappedDatabaseKey: databaseKey };
    },
  };
}

const keyPlace = (account: AccountId): WrapPlace => ({ owner: account, purpose: 'wallet' });
const databaseKeyPlace = (account: AccountId): WrapPlace => ({ owner: account, purpose: 'wallet-database' });

function opened(wrapper: Wrapper, wrapped: string, place: WrapPlace): Uint8Array {
  let secret: Uint8Array | undefined;
  try {
    secret = wrapper.unwrap(wrapped, place);
  } catch {
    throw refuse('unavailable', 'The secrets of this wallet are damaged; the operator restores them from a backup');
  }
  if (!secret) throw refuse('unavailable', lockedSentence);
  return secret;
}
