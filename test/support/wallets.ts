/**
 * Wallets without a database: real keys and real signatures, kept in memory only. Stands in for the identity room where
 * a driver or an outbox is tested alone.
 */
import { randomBytes } from 'node:crypto';
import { Wallet as EthersWallet } from 'ethers';
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { Wallet, Wallets } from '#ports/wallets.ts';

export interface MemoryWallets extends Wallets {
  /** As if the account had registered it. */
  register(account: AccountId, handle: string): void;
  /** As if its secrets had been wrapped with a master key that is gone. */
  lock(account: AccountId, why: string): void;
}

interface Kept {
  wallet: Wallet;
  readonly key: EthersWallet;
  readonly databaseKey: Uint8Array;
}

export function memoryWallets(): MemoryWallets {
  const kept = new Map<AccountId, Kept>();
  const find = (fits: (wallet: Wallet) => boolean) => [...kept.values()].find(({ wallet }) => fits(wallet))?.wallet;
  const open = (account: AccountId): Kept => {
    const found = kept.get(account);
    if (!found) throw refuse('not_found', 'This account has no wallet');
    if (found.wallet.locked !== null) throw refuse('unavailable', found.wallet.locked);
    return found;
  };
  const change = (account: AccountId, fields: Partial<Wallet>): void => {
    const found = kept.get(account);
    if (found) found.wallet = { ...found.wallet, ...fields };
  };
  return {
    of: (account) => kept.get(account)?.wallet,
    at: (address) => find((wallet) => wallet.address === address.toLowerCase()),
    byInbox: (inboxId) => find((wallet) => wallet.inboxId === inboxId),
    byHandle: (handle) => find((wallet) => wallet.handle === handle),
    all: () => [...kept.values()].map(({ wallet }) => wallet),
    async make(account) {
      const known = kept.get(account);
      if (known) return known.wallet;
      const key = new EthersWallet(`0x${randomBytes(32).toString('hex')}`);
      const address = key.address.toLowerCase();
      const wallet = { account, number: kept.size + 1, address, inboxId: null, handle: null, locked: null };
      kept.set(account, { wallet, key, databaseKey: randomBytes(32) });
      return wallet;
    },
    async keepInbox(account, inboxId) {
      change(account, { inboxId });
    },
    sign: async (account, text) => Buffer.from((await open(account).key.signMessage(text)).slice(2), 'hex'),
    databaseKey: async (account) => open(account).databaseKey,
    register: (account, handle) => change(account, { handle }),
    lock: (account, why) => change(account, { locked: why }),
  };
}
