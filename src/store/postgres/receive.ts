/**
 * Receiving: what drivers hand over finds its owner and its conversation, once per provider event, and is appended to
 * the owner's log. What is nobody's leaves no trace.
 */
import { idNumber } from '#core/ids.ts';
import { peerKey } from '#core/message.ts';
import type { Inbound } from '#ports/driver.ts';
import type { ReceiveItem, ReceiveOutcome } from '#ports/store/inbound.ts';
import { statusCode } from '../rules/codes.ts';
import { ownerOfDirect, ownerOfGroup, type Claims } from '../rules/ownership.ts';
import { append, type Batch } from './batch.ts';
import type { ConversationEntry, Place } from './conversation-rows.ts';
import { keyedNumber, receiveReceipt } from './receipts.ts';
import type { RemoteName } from './remote-ids.ts';
import { together } from './sql.ts';
import type { Tables } from './tables.ts';
import type { Verb } from './writer.ts';

type MessageRow = Extract<Inbound, { kind: 'message' }>;
type VoteRow = Extract<Inbound, { kind: 'vote' }>;
type ReactionRow = Extract<Inbound, { kind: 'reaction' }>;

const ignored = (why: 'nobody' | 'no_change' | 'unknown_message'): ReceiveOutcome => ({ outcome: 'ignored', why });
const duplicate: ReceiveOutcome = { outcome: 'duplicate' };

export function receiving(tables: Tables): Verb<ReceiveItem, ReceiveOutcome> {
  return {
    async carry(batch, items) {
      await lookAhead(tables, batch, items);
      const outcomes: ReceiveOutcome[] = [];
      for (const item of items) outcomes.push(await receive(tables, batch, item));
      return outcomes;
    },
    // What cannot be stored at all would come again for ever: it is dropped, and the writer has logged why.
    spoilt: () => ignored('no_change'),
  };
}

/** Everything the items will ask for, in one question of a kind. */
async function lookAhead(tables: Tables, batch: Batch, items: readonly ReceiveItem[]): Promise<void> {
  const { accounts, connections, conversations, inbox, messages, remoteIds, routes } = tables;
  await connections.load(batch.sql);
  const names: RemoteName[] = [];
  const places: Place[] = [];
  const phones: string[] = [];
  const numbers: number[] = [];
  const events: { connection: number; eventId: string }[] = [];
  const origins: { address: string; connection: number; line: string }[] = [];
  for (const { connection: name, row } of items) {
    const connection = await connections.mint(batch, name);
    const { remoteChat, remoteId, eventId, line } = row;
    names.push({ connection, remoteId, remoteChat });
    if (row.kind === 'receipt') {
      const number = row.key === undefined ? undefined : keyedNumber(row.key);
      if (number !== undefined) numbers.push(number);
      continue;
    }
    events.push({ connection, eventId });
    if (row.kind !== 'message') continue;
    if (row.replyTo !== null) names.push({ connection, remoteId: row.replyTo, remoteChat });
    places.push(placeOf(connection, row));
    phones.push(...people(row));
    origins.push({ address: row.from, connection, line });
  }
  const [named] = await together([
    remoteIds.load(batch, names),
    inbox.load(batch, events),
    conversations.loadPlaces(batch, places),
    routes.loadHolders(batch, phones),
    routes.loadOrigins(batch, origins),
    accounts.load(
      batch,
      items.flatMap(({ dedicatedTo: id }) => (id === null ? [] : (idNumber('account', id) ?? []))),
    ),
  ]);
  await messages.load(batch, [...numbers, ...named.map(({ number }) => number)]);
}

async function receive(tables: Tables, batch: Batch, item: ReceiveItem): Promise<ReceiveOutcome> {
  const { row } = item;
  const connection = await tables.connections.mint(batch, item.connection);
  switch (row.kind) {
    case 'message':
      return messageIn(tables, batch, connection, item, row);
    case 'reaction':
      return reactionIn(tables, batch, connection, row);
    case 'receipt':
      return receiveReceipt(tables, batch, connection, row);
    case 'vote':
      return voteIn(tables, batch, connection, row);
    default:
      return row satisfies never;
  }
}

async function messageIn(
  tables: Tables,
  batch: Batch,
  connection: number,
  item: ReceiveItem,
  row: MessageRow,
): Promise<ReceiveOutcome> {
  const { accounts, conversations, inbox, messages, polls, remoteIds } = tables;
  const known = await knownChats(tables, batch, connection, row);
  const account = await accounts.byNumber(batch, (await ownerOf(tables, batch, connection, item, row, known)) ?? 0);
  if (!account) return ignored('nobody');
  const number = item.message ? idNumber('message', item.message.id) : undefined;
  if (!item.message || number === undefined) throw new Error('an inbound message came without an id of its own');
  const { remoteId, remoteChat, eventId } = row;
  const name = { connection, remoteId, remoteChat };
  if (await remoteIds.find(batch, name)) return duplicate;
  if (!(await inbox.once(batch, { connection, eventId }))) return duplicate;

  const entry = await seat(tables, batch, account.number, connection, row, known);
  remoteIds.link(name, { number, id: item.message.id, entry });
  const quoted = row.replyTo === null ? undefined : await remoteIds.find(batch, { ...name, remoteId: row.replyTo });
  messages.add({
    id: number,
    account: account.number,
    conversation: entry.number,
    direction: 'inbound',
    status: statusCode.received,
    channel: row.channel,
    sender: row.from,
    parts: JSON.stringify(item.message.parts),
    createdAtMs: batch.nowMs,
    sentAtMs: row.sentAtMs,
    remoteId,
    replyTo: quoted?.entry.account === account.number ? quoted.number : null,
    leaves: null,
  });
  conversations.touch(batch, entry, number);
  append(batch, account, item.message.id, number, { kind: 'received' });
  await polls.replied(batch, account, entry.number, row.from, row.text);
  return { outcome: 'stored', account: account.id, conversation: entry.conversation.id, message: item.message.id };
}

/** The number of the account a message belongs to. */
async function ownerOf(
  { accounts, routes }: Tables,
  batch: Batch,
  connection: number,
  { dedicatedTo }: ReceiveItem,
  row: MessageRow,
  known: readonly ConversationEntry[],
): Promise<number | undefined> {
  const { line, from } = row;
  await routes.loadHolders(batch, people(row));
  await routes.loadOrigins(batch, [{ address: from, connection, line }]);
  const claims: Claims<number> = {
    dedicated: dedicatedTo === null ? undefined : (await accounts.get(batch, dedicatedTo))?.number,
    known: () => known[0]?.account,
    registered: (address) => routes.holder(address),
    provisional: (address) => routes.provisional(batch, { address, connection, line }),
  };
  return row.isGroup ? ownerOfGroup(from, row.participants, claims) : ownerOfDirect(from, claims);
}

/** Everybody but us, sorted. */
function people(row: MessageRow): readonly string[] {
  return row.isGroup ? [...new Set([...row.participants, row.from])].toSorted() : [row.from];
}

function placeOf(connection: number, row: MessageRow): Place {
  const { line, remoteChat, isGroup } = row;
  return { connection, line, remoteChat, peer: peerKey(people(row), isGroup) };
}

/**
 * Every account's conversations this could be, the liveliest first: by the provider's chat, else, as long as the
 * provider has not named a chat for it, by the people in it. A direct message is known by its person in any chat.
 */
async function knownChats(
  { conversations }: Tables,
  batch: Batch,
  connection: number,
  row: MessageRow,
): Promise<readonly ConversationEntry[]> {
  const place = placeOf(connection, row);
  const byChat = await conversations.byChat(batch, place);
  const kin = byChat.filter(({ conversation }) => conversation.isGroup === row.isGroup);
  if (kin.length > 0) return kin;
  const byPeer = await conversations.byPeer(batch, place);
  return row.isGroup ? byPeer.filter(({ conversation }) => conversation.remoteChat === null) : byPeer;
}

/** Finds or opens the account's conversation for a message, and keeps what the message tells about the chat. */
async function seat(
  { conversations }: Tables,
  batch: Batch,
  account: number,
  connection: number,
  row: MessageRow,
  chats: readonly ConversationEntry[],
): Promise<ConversationEntry> {
  const { line, channel, isGroup, remoteChat, thread } = row;
  const participants = people(row);
  const known = chats.find((entry) => entry.account === account && entry.conversation.thread === thread);
  if (!known) {
    const opening = { account, connection, line, channel, isGroup, participants, remoteChat, thread };
    return conversations.open(batch, opening);
  }
  if (known.conversation.remoteChat === null) conversations.learnChat(known, remoteChat);
  if (known.conversation.channel !== channel) conversations.learnChannel(known, channel);
  const before = known.conversation.participants;
  const moved =
    isGroup && (before.length !== participants.length || before.some((one, at) => one !== participants[at]));
  if (moved) await conversations.learnParticipants(batch, known, participants);
  return known;
}

async function reactionIn(
  { accounts, inbox, remoteIds }: Tables,
  batch: Batch,
  connection: number,
  row: ReactionRow,
): Promise<ReceiveOutcome> {
  const { remoteId, remoteChat, eventId, from, reactionType, added } = row;
  const target = await remoteIds.find(batch, { connection, remoteId, remoteChat });
  const account = target && (await accounts.byNumber(batch, target.entry.account));
  if (!account) return ignored('unknown_message');
  if (!(await inbox.once(batch, { connection, eventId }))) return duplicate;
  const { number, id: message, entry } = target;
  const reaction = await inbox.react(batch, { account: account.number, message: number, from, reactionType, added });
  append(batch, account, message, number, { kind: 'reaction', reaction });
  return { outcome: 'stored', account: account.id, conversation: entry.conversation.id, message };
}

/** A report of an older choice than one that came already cannot be told apart: providers report choices in order. */
async function voteIn(
  { accounts, inbox, polls, remoteIds }: Tables,
  batch: Batch,
  connection: number,
  row: VoteRow,
): Promise<ReceiveOutcome> {
  const { remoteId, remoteChat, eventId, from, options } = row;
  const target = await remoteIds.find(batch, { connection, remoteId, remoteChat });
  const account = target && (await accounts.byNumber(batch, target.entry.account));
  if (!account) return ignored('unknown_message');
  if (!(await inbox.once(batch, { connection, eventId }))) return duplicate;
  const { number, id: message, entry } = target;
  if (!(await polls.vote(batch, account, number, from, options))) return ignored('no_change');
  return { outcome: 'stored', account: account.id, conversation: entry.conversation.id, message };
}
