/**
 * Write to one other on the network of wallets, by handle or address, and say how far the message came within a few
 * seconds. It is an ordinary message: every facade shows it, and it goes out later when it cannot go out now.
 */
import type { Principal } from '#core/account.ts';
import { isSettled, type MessageStatus } from '#core/delivery.ts';
import { refuse } from '#core/failure.ts';
import type { ConversationId, MessageId } from '#core/ids.ts';
import type { Connections } from '#ports/connections.ts';
import type { LogStore } from '#ports/store/log.ts';
import type { WalletBook } from '#ports/wallets.ts';
import type { AwaitReceipt } from './await-receipt.ts';
import { carrierOf, reached } from './join-network.ts';
import { noSuchHandle } from './read-profile.ts';
import type { ChatName } from './resolve-chat.ts';
import type { SendMessage } from './send-message.ts';

export interface SendDmDependencies {
  readonly sendMessage: SendMessage;
  readonly awaitReceipt: AwaitReceipt;
  readonly connections: Pick<Connections, 'for'>;
  readonly wallets: Pick<WalletBook, 'of' | 'at' | 'byHandle'>;
  readonly store: Pick<LogStore, 'findConversation'>;
}

export interface DmCommand extends Letter {
  readonly to: { readonly handle: string } | { readonly address: string };
}

export interface Letter {
  readonly text: string;
  readonly idempotencyKey: string | null;
  /** Ends when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

export interface SentDm {
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  readonly status: MessageStatus;
  readonly cached: boolean;
}

export type SendDm = (principal: Principal, command: DmCommand) => Promise<SentDm>;

const receiptWaitMs = 5_000;
const reachMs = 5_000;

/** Throws `not_found` for nobody and for a wallet that is not on the network, `invalid` for oneself, and like a send. */
export function createSendDm(deps: SendDmDependencies): SendDm {
  return async (principal, { to, ...letter }) => {
    const recipient = 'handle' in to ? deps.wallets.byHandle(to.handle.toLowerCase()) : undefined;
    if ('handle' in to && !recipient) throw noSuchHandle();
    const address = 'address' in to ? to.address.toLowerCase() : (recipient?.address ?? '');
    const own = deps.wallets.of(principal.account);
    const field = 'address' in to ? 'wallet_address' : 'handle';
    if (own?.address === address) throw refuse('invalid', 'You cannot message yourself; name somebody else', { field });
    const isStranger = !(await isKnown(deps, principal, address));
    if (isStranger && !(await isOnNetwork(deps, principal, address))) throw notOnNetwork(field);
    const chat = { to: [address], chatId: null, channel: 'xmtp', connection: null, thread: null } as const;
    return sendLetter(deps, principal, chat, letter, async (error) =>
      (await isOnNetwork(deps, principal, address)) ? refusedByNetwork(error) : notOnNetwork(field),
    );
  };
}

/** Send, wait for the network a while, and tell; what the network refused is thrown as `failed` words it. */
export async function sendLetter(
  deps: Pick<SendDmDependencies, 'sendMessage' | 'awaitReceipt'>,
  { account }: Principal,
  chat: ChatName,
  { text, idempotencyKey, gone }: Letter,
  failed: (error: string | null) => Promise<Error> | Error,
): Promise<SentDm> {
  const parts = [{ type: 'text', value: text }] as const;
  const sent = await deps.sendMessage({ ...chat, account, parts, replyTo: null, idempotencyKey, ttlMs: null });
  const { messageId, conversationId, cached } = sent;
  const { status, error } = isSettled(sent.status)
    ? sent
    : await deps.awaitReceipt(account, messageId, receiptWaitMs, gone);
  if (status === 'failed') throw await failed(error);
  return { messageId, conversationId, status, cached };
}

export const refusedByNetwork = (error: string | null) =>
  refuse('unsupported', `XMTP did not take the message; ${error ?? 'it gave no reason'}`, {
    reason: 'delivery_failed',
  });

const notOnNetwork = (field: string) =>
  refuse('not_found', 'This wallet is not on the XMTP network; its owner has to open an XMTP app with it once', {
    field,
  });

/** Whether they have an account here, or this account has a conversation with them: then nobody need be asked. */
async function isKnown(
  { wallets, store, connections }: SendDmDependencies,
  { account }: Principal,
  address: string,
): Promise<boolean> {
  if ((wallets.at(address)?.inboxId ?? null) !== null) return true;
  const own = wallets.of(account);
  if (!own) return false;
  const { id: connection } = carrierOf(connections, account);
  const key = { connection, line: own.address, peerKey: address, thread: null };
  return (await store.findConversation(account, key)) !== undefined;
}

/** What cannot be asked now is not refused: the message waits for the network, which will tell. */
async function isOnNetwork(
  { connections }: SendDmDependencies,
  { account }: Principal,
  address: string,
): Promise<boolean> {
  try {
    const { driver } = reached(carrierOf(connections, account));
    if (!driver.reach) return true;
    return (await driver.reach(address, AbortSignal.timeout(reachMs), account)).includes('xmtp');
  } catch {
    return true;
  }
}
