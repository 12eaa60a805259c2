/**
 * A group as a conversation of one of its members: each has its own, on their own line, with all the others in it.
 */
import type { AccountId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { Connections } from '#ports/connections.ts';
import type { InboundStore } from '#ports/store/inbound.ts';
import type { LogStore } from '#ports/store/log.ts';
import type { GroupRow } from '#ports/store/molts.ts';
import type { OutboundStore } from '#ports/store/outbound.ts';
import { carrierOf } from './join-network.ts';

export interface GroupChatDependencies {
  readonly store: Pick<OutboundStore, 'openConversation'> &
    Pick<InboundStore, 'ownerOf'> &
    Pick<LogStore, 'conversation'>;
  readonly connections: Pick<Connections, 'for'>;
}

interface Seat {
  readonly account: AccountId;
  readonly address: string;
}

/** Opened when there is none; where there is one, its people become these. */
export function openGroupChat(
  { store, connections }: GroupChatDependencies,
  { id }: Pick<GroupRow, 'id'>,
  seat: Seat,
  members: readonly Seat[],
): Promise<Conversation> {
  const others = members.map(({ address }) => address).filter((address) => address !== seat.address);
  return store.openConversation(seat.account, {
    connection: carrierOf(connections, seat.account).id,
    line: seat.address,
    channel: 'xmtp',
    isGroup: true,
    participants: others.toSorted(),
    remoteChat: id,
  });
}

/** The member's conversation as it is, without a write; undefined before it was opened. */
export async function findGroupChat(
  { store, connections }: GroupChatDependencies,
  { id }: Pick<GroupRow, 'id'>,
  { account, address }: Seat,
): Promise<Conversation | undefined> {
  const known = await store.ownerOf(carrierOf(connections, account).id, address, id, address);
  return known?.account === account ? store.conversation(account, known.conversation) : undefined;
}
