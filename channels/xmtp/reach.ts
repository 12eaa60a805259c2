/**
 * Whether somebody is on the network: of the gateway's own wallets from memory, of all others by asking, through the
 * client of whoever wants to know.
 */
import type { AccountId } from '#core/ids.ts';
import type { Driver, DriverHost } from '#ports/driver.ts';
import type { Engine } from './engine.ts';
import { NotNow, unavailable } from './faults.ts';
import { isInboxId, isWalletAddress } from './ids.ts';

export function reachWith(host: DriverHost, current: () => Engine | null): NonNullable<Driver['reach']> {
  return async (text, signal, asker) => {
    const address = text.toLowerCase();
    if (!isWalletAddress(address) && !isInboxId(address)) return [];
    const known = host.wallets.at(address) ?? host.wallets.byInbox(address);
    if (known && known.inboxId !== null) return ['xmtp'];
    try {
      const engine = current();
      const account = askerOf(host, asker);
      if (!engine || account === undefined) throw new NotNow('The XMTP network cannot be asked now');
      const { clients, people } = engine;
      const inbox = await clients.use(account, (session) => people.inboxOf(session, address), { signal });
      return inbox === null ? [] : ['xmtp'];
    } catch (error) {
      throw unavailable(error);
    }
  };
}

/** Whoever asks, once they are on the network; else anybody who is. */
function askerOf({ wallets }: DriverHost, asker: AccountId | undefined): AccountId | undefined {
  const own = asker === undefined ? undefined : wallets.of(asker);
  if (own && own.inboxId !== null) return own.account;
  for (const wallet of wallets.all()) {
    if (wallet.inboxId !== null && wallet.locked === null) return wallet.account;
  }
  return undefined;
}
