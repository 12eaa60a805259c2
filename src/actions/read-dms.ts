/**
 * A page of what was said with one other on the network of wallets, newest first.
 */
import type { Principal } from '#core/account.ts';
import type { Connections } from '#ports/connections.ts';
import type { ListStore, Page } from '#ports/store/lists.ts';
import type { LogStore, MessageInChat } from '#ports/store/log.ts';
import type { WalletBook } from '#ports/wallets.ts';
import { carrierOf } from './join-network.ts';
import { noSuchHandle } from './read-profile.ts';

export interface ReadDmsDependencies {
  readonly store: Pick<ListStore, 'listMessages'> & Pick<LogStore, 'findConversation'>;
  readonly connections: Pick<Connections, 'for'>;
  readonly wallets: Pick<WalletBook, 'of' | 'byHandle' | 'byInbox'>;
}

export interface PageAsked {
  readonly offset: number;
  readonly limit: number;
}

const isAddress = /^(0x[0-9a-f]{40}|[0-9a-f]{64})$/;
export const newestFirst = {
  fromMs: null,
  beforeMs: null,
  channel: null,
  direction: null,
  status: null,
  sort: [],
} as const;

/** `who` as the caller wrote it: a handle, an address, or an inbox id. Throws `not_found` for a handle that nobody has. */
export async function readDms(
  { store, connections, wallets }: ReadDmsDependencies,
  { account }: Principal,
  who: string,
  { offset, limit }: PageAsked,
): Promise<Page<MessageInChat>> {
  const peer = addressOf(wallets, who.toLowerCase());
  const line = wallets.of(account)?.address;
  const { id: connection } = carrierOf(connections, account);
  const key = line === undefined ? undefined : { connection, line, peerKey: peer, thread: null };
  const chat = key && (await store.findConversation(account, key));
  if (!chat) return { rows: [], total: 0 };
  return store.listMessages(account, { ...newestFirst, offset, limit, conversation: chat.id });
}

function addressOf(wallets: ReadDmsDependencies['wallets'], who: string): string {
  if (isAddress.test(who)) return wallets.byInbox(who)?.address ?? who;
  const found = wallets.byHandle(who);
  if (!found) throw noSuchHandle();
  return found.address;
}
