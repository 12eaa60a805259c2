/**
 * A conversation as messages in it are told of: its name, whether it is a group, and who is in it by address. Asked of
 * the client, and remembered until the members change.
 */
import type * as Binding from '@xmtp/node-bindings';
import type { RemoteChat } from '#core/ids.ts';
import { dm } from './chats.ts';
import type { Session } from './clients.ts';
import { dmChat, groupChat } from './ids.ts';
import { ethereum } from './open-client.ts';
import type { People } from './people.ts';

export interface Place {
  readonly conversation: Binding.Conversation;
  readonly name: RemoteChat;
  readonly isGroup: boolean;
  /** Everybody but us. */
  readonly people: readonly string[];
  /** Of somebody who wrote here; one who has left since is known by inbox at least. */
  addressOf(inboxId: string): string;
}

export interface Places {
  of(session: Session, conversation: Binding.Conversation, senders: Iterable<string>): Promise<Place>;
  /** Its members may have changed. */
  forget(line: string, conversation: string): void;
}

interface Known {
  readonly isGroup: boolean;
  readonly name: RemoteChat;
  readonly people: readonly string[];
}

const remembered = 20_000;

export function createPlaces(people: People): Places {
  const known = new Map<string, Known>();

  async function look(session: Session, conversation: Binding.Conversation): Promise<Known> {
    const members = await conversation.listMembers();
    const found = new Map<string, string>();
    for (const { inboxId, accountIdentifiers } of members) {
      const wallet = accountIdentifiers.find(({ identifierKind }) => identifierKind === ethereum);
      if (wallet) found.set(inboxId, wallet.identifier.toLowerCase());
    }
    people.learn(found);
    const others = members.map(({ inboxId }) => inboxId).filter((inboxId) => inboxId !== session.inboxId);
    const isGroup = (await conversation.groupMetadata()).conversationType() !== dm;
    const peer = isGroup ? undefined : conversation.dmPeerInboxId();
    const inboxes = peer === undefined ? others : [peer];
    const addresses = await Promise.all(inboxes.map((inboxId) => people.addressOf(session, inboxId)));
    const name = peer === undefined ? groupChat(conversation.id()) : dmChat(peer);
    return { isGroup, name, people: addresses.toSorted() };
  }

  return {
    async of(session, conversation, senders) {
      const key = `${session.line} ${conversation.id()}`;
      const found = known.get(key) ?? (await look(session, conversation));
      if (known.size >= remembered) known.clear();
      known.set(key, found);
      for (const sender of new Set(senders)) await people.addressOf(session, sender);
      return { ...found, conversation, addressOf: (inboxId) => people.known(inboxId) ?? inboxId };
    },
    forget: (line, conversation) => void known.delete(`${line} ${conversation}`),
  };
}
