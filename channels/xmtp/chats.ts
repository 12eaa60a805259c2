/**
 * From a chat as the gateway names it to the network's conversation and back: who is in it, and what it is called. A DM
 * is whichever conversation the client holds for that peer; of two that were begun at once it shows one.
 */
import type * as Binding from '@xmtp/node-bindings';
import type { RemoteChat } from '#core/ids.ts';
import type { Target } from '#ports/driver.ts';
import type { Session } from './clients.ts';
import { chatNamed, dmChat, groupChat } from './ids.ts';
import type { Journal } from './journal.ts';
import type { People } from './people.ts';

export const [dm, group]: readonly [Binding.ConversationType, Binding.ConversationType] = [0, 1];
/** Whatever somebody thinks of a conversation, what is in it is a message. */
export const everything: Binding.ConsentState[] = [0, 1, 2];

export interface Chat {
  readonly conversation: Binding.Conversation;
  readonly name: RemoteChat;
}

/** A recipient, or the whole group, is not there to be written to. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly code: 'not_found' | 'not_a_member' | 'member_limit';

  constructor(code: Unreachable['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface ChatParts {
  readonly journal: Journal;
  readonly people: People;
}

/** The network's own limit, the maker included. */
export const maxMembers = 250;

/** Throws `Unreachable` for somebody who is not on the network; anything else means that it cannot be asked now. */
export async function chatOf(session: Session, target: Target, parts: ChatParts): Promise<Chat> {
  const named = target.remoteChat === null ? undefined : chatNamed(target.remoteChat);
  if (named?.kind === 'group') return knownGroup(session, named.id);
  if (target.isGroup) return groupOf(session, target.participants, parts);
  const [person] = target.participants;
  if (named) return dmWith(session, named.peer, parts.journal);
  if (person === undefined) throw new Unreachable('not_found', 'The message names nobody');
  return dmWith(session, await inboxOf(session, person, parts.people), parts.journal);
}

async function dmWith(session: Session, peer: string, journal: Journal): Promise<Chat> {
  const name = dmChat(peer);
  const held = lookFor(() => session.conversations.getDmByInboxId(peer));
  const conversation = held ?? (await session.conversations.createDm(peer));
  await completed(session, conversation, { peer, isFresh: !held, journal });
  return { conversation, name };
}

/**
 * The client holds a DM before it has told the network who is in it. One that was stopped there has nobody but us in it:
 * the network takes what is said, and it never arrives. So the first time after it was begun it is looked at, and noted.
 */
async function completed(
  session: Session,
  conversation: Binding.Conversation,
  { peer, isFresh, journal }: { readonly peer: string; readonly isFresh: boolean; readonly journal: Journal },
): Promise<void> {
  if (!isFresh && conversation.addedByInboxId() !== session.inboxId) return;
  const [key, id] = [`dm ${session.line} ${peer}`, conversation.id()];
  const known = journal.group(key);
  if (known?.isWhole && known.id === id) return;
  if (!isFresh) {
    // Brings to its end what the client had begun, the invitation included.
    await conversation.sync();
    const members = await conversation.listMembers();
    if (!members.some(({ inboxId }) => inboxId === peer)) await conversation.addMembers([peer]);
  }
  journal.keepGroup(key, id, true);
}

async function knownGroup(session: Session, id: string): Promise<Chat> {
  const find = () => lookFor(() => session.conversations.getConversationById(id));
  let conversation = find();
  if (!conversation) {
    // We may have been taken in without having heard of it yet.
    await session.conversations.sync();
    conversation = find();
  }
  if (!conversation) throw new Unreachable('not_a_member', 'This account is not a member of that XMTP group');
  return { conversation, name: groupChat(id) };
}

/** The same people are the same group, as long as it was made here. */
function groupOf(session: Session, people: readonly string[], parts: ChatParts): Promise<Chat> {
  const key = `people ${session.line} ${people.toSorted().join(',')}`;
  return madeOnce(session, { key, people, options: {} }, parts);
}

export interface GroupToMake {
  /** What makes it the same group when it is asked for again. */
  readonly key: string;
  readonly people: readonly string[];
  readonly options: Binding.CreateGroupOptions;
}

/**
 * A group is made here first, where it gets its id, and noted; then its members are taken in. Whatever stops it in
 * between, asking again goes on from there.
 */
export async function madeOnce(
  session: Session,
  { key, people, options }: GroupToMake,
  parts: ChatParts,
): Promise<Chat> {
  const { journal } = parts;
  const known = journal.group(key);
  const held = known && lookFor(() => session.conversations.getConversationById(known.id));
  if (known?.isWhole && held) return { conversation: held, name: groupChat(known.id) };
  const inboxes = await Promise.all(people.map((person) => inboxOf(session, person, parts.people)));
  const others = [...new Set(inboxes)].filter((inboxId) => inboxId !== session.inboxId);
  if (others.length + 1 > maxMembers) throw tooMany();
  const conversation = held ?? session.conversations.createGroupOptimistic(options);
  const id = conversation.id();
  if (!held) journal.keepGroup(key, id, false);
  if (others.length > 0) await conversation.addMembers(others);
  else await conversation.sync();
  journal.keepGroup(key, id, true);
  return { conversation, name: groupChat(id) };
}

export const tooMany = () =>
  new Unreachable('member_limit', `An XMTP group has at most ${maxMembers} members, its maker included`);

export async function inboxOf(session: Session, address: string, people: People): Promise<string> {
  const inboxId = await people.inboxOf(session, address);
  if (inboxId !== null) return inboxId;
  throw new Unreachable('not_found', `${address} is not on the XMTP network; its owner has to open an XMTP app once`);
}

/** The library throws for what it does not hold. */
export function lookFor<Found>(look: () => Found): Found | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Error && /not found/i.test(error.message)) return undefined;
    throw error;
  }
}
