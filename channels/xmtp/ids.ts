/**
 * The names this driver gives and reads: of messages, of reports about them, of chats. Two accounts of one gateway see
 * the same message of the network, so its name ends with the line that saw it. A group is named by its id, the same for
 * every member; a DM by the other's inbox, because two people who begin at once have two conversations that are one.
 */
import { type RemoteChat, type RemoteId, remoteChat, remoteId } from '#core/ids.ts';

const hexId = /^[0-9a-f]{64}$/;
const groupId = /^[0-9a-f]{32}$/;
const walletAddress = /^0x[0-9a-f]{40}$/;
const dmPrefix = 'dm:';

/** The name of one of the network's messages, as a line has it. */
export const messageName = (id: string, line: string): RemoteId => remoteId(`${id}@${line}`);

/** The network's id in a name, or undefined for a name that was never given here. Safe on foreign input. */
export function messageIn(name: RemoteId): string | undefined {
  const [id = ''] = name.split('@');
  return hexId.test(id) ? id : undefined;
}

export const eventName = (id: string, line: string, about = ''): string => `${id}${about && `/${about}`}@${line}`;

export type ChatName = { readonly kind: 'dm'; readonly peer: string } | { readonly kind: 'group'; readonly id: string };

export const dmChat = (peerInbox: string): RemoteChat => remoteChat(`${dmPrefix}${peerInbox}`);
export const groupChat = (id: string): RemoteChat => remoteChat(id);

/** What a chat's name means, or undefined for one that was never given here. */
export function chatNamed(name: RemoteChat): ChatName | undefined {
  if (groupId.test(name)) return { kind: 'group', id: name };
  const peer = name.startsWith(dmPrefix) ? name.slice(dmPrefix.length) : '';
  return hexId.test(peer) ? { kind: 'dm', peer } : undefined;
}

export const isInboxId = (text: string): boolean => hexId.test(text);
/** In lower case. A handle may begin like one. */
export const isWalletAddress = (text: string): boolean => walletAddress.test(text);
