/**
 * Make an account for whoever asks: account, wallet and inbox first, and the key last, when the wallet is on the network.
 * An account that did not get so far has no key and is nobody's: the next who asks gets it.
 */
import { failureOf, refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { Connections } from '#ports/connections.ts';
import type { NewAccounts } from '#ports/identity.ts';
import type { WalletBook } from '#ports/wallets.ts';
import { provisioned, reached } from './join-network.ts';

export interface NewMolt {
  /** The whole key: shown once. */
  readonly key: string;
  readonly address: string;
  readonly inboxId: string;
}

export interface CreateMoltDependencies {
  readonly accounts: NewAccounts;
  readonly connections: Pick<Connections, 'all'>;
  readonly wallets: Pick<WalletBook, 'of'>;
}

/** Throws `unavailable`, with what is the matter, while the network cannot be reached: nothing is anybody's then. */
export type CreateMolt = () => Promise<NewMolt>;

const mostSpares = 100;

export function createCreateMolt({ accounts, connections, wallets }: CreateMoltDependencies): CreateMolt {
  const spares: AccountId[] = [];
  const onNetwork = async (account: AccountId, driver: Parameters<typeof provisioned>[0]) => {
    try {
      await provisioned(driver, account);
    } catch (error) {
      if (failureOf(error).code === 'unavailable' && spares.length < mostSpares) spares.push(account);
      throw error;
    }
  };
  return async () => {
    const shared = connections.all().find(({ account, channels }) => account === null && channels.includes('xmtp'));
    if (!shared) {
      throw refuse('unavailable', 'Nothing carries XMTP on this gateway; its operator adds it to CLAWGATE_CHANNELS');
    }
    const { driver } = reached(shared);
    const account = spares.shift() ?? (await accounts.makeAccount('molt', 'molt')).id;
    await onNetwork(account, driver);
    const wallet = wallets.of(account);
    if (!wallet || wallet.inboxId === null) throw new Error('a wallet on the network has no inbox');
    return { key: await accounts.makeKey(account), address: wallet.address, inboxId: wallet.inboxId };
  };
}
