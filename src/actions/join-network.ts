/**
 * The network of wallets as an action uses it directly: which connection carries it for an account, whether it can be
 * reached now, and the account's own line on it, made when it has none.
 */
import { refuse, Refused } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { Connection, Connections } from '#ports/connections.ts';
import type { Driver } from '#ports/driver.ts';
import type { WalletBook } from '#ports/wallets.ts';

export interface Network {
  readonly connection: Connection;
  readonly driver: Driver;
}

export interface JoinDependencies {
  readonly connections: Pick<Connections, 'for'>;
  readonly wallets: Pick<WalletBook, 'of'>;
}

const joinMs = 15_000;

/** The connection of an account, whatever state it is in. Throws `unavailable` where nothing carries XMTP. */
export function carrierOf(connections: Pick<Connections, 'for'>, account: AccountId): Connection {
  const connection = connections.for('xmtp', account);
  if (connection) return connection;
  throw refuse('unavailable', 'Nothing carries XMTP on this gateway; its operator adds it to CLAWGATE_CHANNELS', {
    reason: 'channel_not_found',
  });
}

/** Throws `unavailable`, with what is the matter, unless the network can be asked now. */
export function reached(connection: Connection): Network {
  const { driver, health } = connection;
  if (driver && (health.state === 'connected' || health.state === 'connecting')) return { connection, driver };
  const why = 'error' in health ? `: ${health.error}; ${health.mend}` : '; try again in a moment';
  throw refuse('unavailable', `XMTP cannot be reached now${why}`, { reason: 'channel_down' });
}

/** The account's line, from memory where it is known to be on the network already. Throws `unavailable`. */
export async function joinNetwork(
  { connections, wallets }: JoinDependencies,
  account: AccountId,
): Promise<Network & { readonly line: string }> {
  const network = reached(carrierOf(connections, account));
  const { driver } = network;
  const known = wallets.of(account);
  if (known && known.inboxId !== null) return { ...network, line: known.address };
  return { ...network, line: await provisioned(driver, account) };
}

export function hasHandle({ wallets }: Pick<JoinDependencies, 'wallets'>, account: AccountId): boolean {
  const wallet = wallets.of(account);
  return wallet !== undefined && wallet.handle !== null;
}

/** Make the account's place on the network. Throws `unavailable` whenever it cannot be had now. */
export async function provisioned(driver: Driver, account: AccountId): Promise<string> {
  if (!driver.provision) throw refuse('unavailable', 'What carries XMTP on this gateway gives accounts no wallets');
  try {
    return await driver.provision(account, AbortSignal.timeout(joinMs));
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw refuse('unavailable', 'XMTP did not answer; try again in a moment', { reason: 'channel_down' });
  }
}
