/**
 * Who is behind an address of the network of wallets, as far as they have an account here. From memory, so that it can be
 * asked for every message that is shown.
 */
import type { AccountId } from '#core/ids.ts';
import type { WalletBook } from '#ports/wallets.ts';

export interface Peer {
  readonly account: AccountId;
  readonly number: number;
  readonly handle: string | null;
  readonly address: string;
}

/** An address in lower case, or an inbox id. Undefined for whoever has no account here. */
export type NamePeer = (address: string) => Peer | undefined;

export function createNamePeer(wallets: Pick<WalletBook, 'at' | 'byInbox'>): NamePeer {
  return (address) => wallets.at(address) ?? wallets.byInbox(address);
}
