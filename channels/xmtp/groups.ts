/**
 * Groups: made, filled, emptied and named. Every verb looks at what is there before it changes anything, so that asking
 * again, after whatever outage, changes nothing a second time.
 */
import type * as Binding from '@xmtp/node-bindings';
import { remoteId } from '#core/ids.ts';
import type { ChatCommand, Driver, MembersCommand, Receipt } from '#ports/driver.ts';
import { type Chat, Unreachable, chatOf, inboxOf, madeOnce, maxMembers, tooMany } from './chats.ts';
import type { Session } from './clients.ts';
import { isInactive, isNetworkFault, NotNow, WalletBroken, wordsOf } from './faults.ts';
import { type SendParts, untilAborted } from './send.ts';

/** Who is in a group is its owner's to say. */
const adminOnly: Binding.GroupPermissionsOptions = 1;

type GroupVerbs = Required<Pick<Driver, 'createGroup' | 'addMembers' | 'removeMembers' | 'renameGroup'>>;

export function groupVerbs(parts: SendParts): GroupVerbs {
  return {
    createGroup: ({ key, target, members, title }, signal) =>
      ask(parts, target.line, signal, (session) => {
        const options = { groupName: title, permissions: adminOnly };
        return madeOnce(session, { key: `key ${session.line} ${key}`, people: members, options }, parts);
      }),
    addMembers: (command, signal) =>
      onGroup(parts, command, signal, (session, chat) => add(parts, session, chat, command)),
    removeMembers: (command, signal) =>
      onGroup(parts, command, signal, (session, chat) => remove(parts, session, chat, command)),
    renameGroup: (command, signal) =>
      onGroup(parts, command, signal, async (_session, { conversation }) => {
        if (conversation.groupName() !== command.title) await conversation.updateGroupName(command.title);
      }),
  };
}

function onGroup(
  parts: SendParts,
  { target }: ChatCommand,
  signal: AbortSignal,
  change: (session: Session, chat: Chat) => Promise<void>,
): Promise<Receipt> {
  return ask(parts, target.line, signal, async (session) => {
    const chat = await chatOf(session, target, parts);
    await chat.conversation.sync();
    await change(session, chat);
    await parts.told(session, chat, true);
    return chat;
  });
}

async function add(parts: SendParts, session: Session, { conversation }: Chat, { members }: MembersCommand) {
  const wanted = await Promise.all(members.map((member) => inboxOf(session, member, parts.people)));
  const present = new Set((await conversation.listMembers()).map(({ inboxId }) => inboxId));
  const missing = [...new Set(wanted)].filter((inboxId) => !present.has(inboxId));
  if (present.size + missing.length > maxMembers) throw tooMany();
  if (missing.length > 0) await conversation.addMembers(missing);
}

async function remove(parts: SendParts, session: Session, chat: Chat, { members }: MembersCommand) {
  const { conversation } = chat;
  const wanted = await Promise.all(members.map((member) => parts.people.inboxOf(session, member)));
  const unwanted = (await conversation.listMembers())
    .map(({ inboxId }) => inboxId)
    .filter((inboxId) => inboxId !== session.inboxId && wanted.includes(inboxId));
  if (unwanted.length === 0) return;
  // Told while they are still known as members.
  await parts.told(session, chat);
  await conversation.removeMembers(unwanted);
}

/** One verb about a group: its receipt names the group. */
function ask(
  parts: SendParts,
  line: string,
  signal: AbortSignal,
  work: (session: Session) => Promise<Chat>,
): Promise<Receipt> {
  const wallet = parts.host.wallets.at(line);
  if (!wallet) {
    return Promise.resolve({ outcome: 'refused', code: 'not_found', message: 'This account has no XMTP wallet here' });
  }
  if (!parts.link.isUp) {
    return Promise.resolve({ outcome: 'deferred', message: 'the XMTP network cannot be reached now' });
  }
  const answer = parts.clients.use(wallet.account, work, { signal }).then(
    ({ name }): Receipt => ({ outcome: 'accepted', remoteId: remoteId(`${name}@${line}`), remoteChat: name }),
    (error: unknown) => failed(parts, error),
  );
  return untilAborted<Receipt>(answer, signal, () => ({ outcome: 'uncertain', message: 'given up while it went on' }));
}

function failed(parts: SendParts, error: unknown): Receipt {
  if (error instanceof Unreachable) return { outcome: 'refused', code: error.code, message: error.message };
  if (error instanceof WalletBroken)
    return { outcome: 'refused', code: `wallet_${error.kind}`, message: error.message };
  if (error instanceof NotNow) return { outcome: 'deferred', message: error.message };
  if (isInactive(error))
    return { outcome: 'refused', code: 'not_a_member', message: 'This account is not in that XMTP group' };
  if (/UserLimit|user limit/i.test(wordsOf(error))) return failed(parts, tooMany());
  if (/permission/i.test(wordsOf(error)))
    return { outcome: 'refused', code: 'forbidden', message: 'This account may not change that XMTP group' };
  if (isNetworkFault(error)) parts.link.doubt();
  return { outcome: 'uncertain', message: `the XMTP network did not say it is done: ${wordsOf(error)}` };
}
