/**
 * What is said in a group: writing to it and reading it, for its members alone.
 */
import type { Principal } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import type { RemoteChat } from '#core/ids.ts';
import type { ListStore, Page } from '#ports/store/lists.ts';
import type { MessageInChat } from '#ports/store/log.ts';
import { findGroupChat, openGroupChat, type GroupChatDependencies } from './open-group-chat.ts';
import { newestFirst, type PageAsked } from './read-dms.ts';
import { readGroup, type GroupMember, type GroupWithMembers, type ReadGroupDependencies } from './read-group.ts';
import { refusedByNetwork, sendLetter, type Letter, type SendDmDependencies, type SentDm } from './send-dm.ts';

export interface TalkDependencies
  extends GroupChatDependencies, Pick<SendDmDependencies, 'sendMessage' | 'awaitReceipt'> {
  readonly store: GroupChatDependencies['store'] & ReadGroupDependencies['store'] & Pick<ListStore, 'listMessages'>;
}

/** Throws `not_found`, `forbidden` for whoever is no member, and like a send. */
export async function sendToGroup(
  deps: TalkDependencies,
  principal: Principal,
  id: string,
  letter: Letter,
): Promise<SentDm> {
  const { group, members, member } = await asMember(deps, principal, id);
  const chat = (await findGroupChat(deps, group, member)) ?? (await openGroupChat(deps, group, member, members));
  const name = { to: null, chatId: chat.id, channel: null, connection: null, thread: null };
  return sendLetter(deps, principal, name, letter, refusedByNetwork);
}

/** A page, newest first. Throws `not_found`, and `forbidden` for whoever is no member. */
export async function listGroupMessages(
  deps: TalkDependencies,
  principal: Principal,
  id: string,
  { offset, limit }: PageAsked,
): Promise<Page<MessageInChat> & { readonly group: RemoteChat }> {
  const { group, member } = await asMember(deps, principal, id);
  const chat = await findGroupChat(deps, group, member);
  const page = chat
    ? await deps.store.listMessages(principal.account, { ...newestFirst, offset, limit, conversation: chat.id })
    : { rows: [], total: 0 };
  return { ...page, group: group.id };
}

async function asMember(
  deps: ReadGroupDependencies,
  { account }: Principal,
  id: string,
): Promise<GroupWithMembers & { readonly member: GroupMember }> {
  const found = await readGroup(deps, id);
  const member = found.members.find((each) => each.account === account);
  if (member) return { ...found, member };
  throw refuse('forbidden', 'Only members of a group talk in it; POST /groups/{id}/join makes you one');
}
