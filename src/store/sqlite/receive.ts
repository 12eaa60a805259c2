/**
 * Receiving: what drivers hand over finds its owner and its conversation, once per provider event, and is appended to
 * the owner's log. What is nobody's leaves no trace.
 */
import { idNumber } from '#core/ids.ts';
import { peerKey } from '#core/message.ts';
import type { Inbound } from '#ports/driver.ts';
import type { InboundStore, ReceiveItem, ReceiveOutcome } from '#ports/store/inbound.ts';
import { directionCode, statusCode } from '../rules/codes.ts';
import { ownerOfDirect, ownerOfGroup, type Claims } from '../rules/ownership.ts';
import type { AccountCache } from './account-cache.ts';
import { appendReaction, appendReceived, type Batch } from './batch.ts';
import type { ConversationCache, ConversationEntry } from './conversations.ts';
import { named } from './fates.ts';
import type { Db } from './file.ts';
import type { Receipts } from './receipts.ts';
import type { RemoteIdTable } from './remote-ids.ts';
import type { PollTable } from './polls.ts';
import type { RouteTable } from './routes.ts';

const insertEvent = 'INSERT INTO inbox (connection_no, event_id, at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';
const insertMessage = `INSERT INTO messages (id, account, conversation, direction, status, channel, sender, parts,
  created_at_ms, sent_at_ms, remote_id, reply_to)
  VALUES (?, ?, ?, ${directionCode.inbound}, ${statusCode.received}, ?, ?, ?, ?, ?, ?, ?)`;
const insertReaction =
  'INSERT INTO reactions (account, message, sender, reaction_type, added, at_ms) VALUES (?, ?, ?, ?, ?, ?)';

type MessageRow = Extract<Inbound, { kind: 'message' }>;
type VoteRow = Extract<Inbound, { kind: 'vote' }>;
type ReactionRow = Extract<Inbound, { kind: 'reaction' }>;

export interface Parts {
  readonly db: Db;
  readonly accounts: AccountCache;
  readonly conversations: ConversationCache;
  readonly routes: RouteTable;
  readonly receipts: Receipts;
  readonly remoteIds: RemoteIdTable;
  readonly polls: PollTable;
}

const ignored = (why: 'nobody' | 'no_change' | 'unknown_message'): ReceiveOutcome => ({ outcome: 'ignored', why });
const duplicate: ReceiveOutcome = { outcome: 'duplicate' };

export function receiving(parts: Parts): (batch: Batch, item: ReceiveItem) => ReceiveOutcome {
  const message = messageIn(parts);
  const reaction = reactionIn(parts);
  const vote = voteIn(parts);
  return (batch, item) => {
    const { row } = item;
    const connection = parts.conversations.mintConnection(item.connection);
    switch (row.kind) {
      case 'message':
        return message(batch, connection, item, row);
      case 'reaction':
        return reaction(batch, connection, row);
      case 'receipt':
        return parts.receipts.receive(batch, connection, row);
      case 'vote':
        return vote(batch, connection, row);
      default:
        return row satisfies never;
    }
  };
}

/** What cannot be stored at all would come again for ever: it is dropped, and the writer has logged why. */
export const receivingSpoilt = (): ReceiveOutcome => ignored('no_change');

function messageIn(parts: Parts) {
  const { db, accounts, remoteIds } = parts;
  const once = db.prepare<[number, string, number]>(insertEvent);
  const insert = db.prepare(insertMessage);
  const seat = seating(parts);
  const owner = owning(parts);

  return (batch: Batch, connection: number, item: ReceiveItem, row: MessageRow): ReceiveOutcome => {
    const account = accounts.byNumber(owner(batch, connection, item, row) ?? 0);
    if (!account) return ignored('nobody');
    const number = item.message ? idNumber('message', item.message.id) : undefined;
    if (!item.message || number === undefined) throw new Error('an inbound message came without an id of its own');
    if (remoteIds.find(connection, row.remoteId, row.remoteChat)) return duplicate;
    if (once.run(connection, row.eventId, batch.nowMs).changes === 0) return duplicate;

    const entry = seat(batch, account.number, connection, row);
    remoteIds.link(row.remoteId, row.remoteChat, named(number, item.message.id, entry));
    const quoted = row.replyTo === null ? undefined : remoteIds.find(connection, row.replyTo, row.remoteChat);
    const replyTo = quoted?.entry.account === account.number ? quoted.number : null;
    const body = JSON.stringify(item.message.parts);
    const { nowMs } = batch;
    insert.run(
      number,
      account.number,
      entry.number,
      row.channel,
      row.from,
      body,
      nowMs,
      row.sentAtMs,
      row.remoteId,
      replyTo,
    );
    parts.conversations.touch(entry, number);
    appendReceived(batch, account, item.message.id, number);
    parts.polls.replied(batch, account, entry.number, row.from, row.text);
    return { outcome: 'stored', account: account.id, conversation: entry.conversation.id, message: item.message.id };
  };
}

/** The number of the account a message belongs to. */
function owning({ accounts, conversations, routes }: Parts) {
  return (batch: Batch, connection: number, item: ReceiveItem, row: MessageRow): number | undefined => {
    const { line, from } = row;
    const claims: Claims<number> = {
      dedicated: item.dedicatedTo === null ? undefined : accounts.get(item.dedicatedTo)?.number,
      known: () => knownChats(conversations, connection, row)[0]?.account,
      registered: (address) => routes.holder(address),
      provisional: (address) => routes.provisional(address, connection, line, batch.nowMs),
    };
    return row.isGroup ? ownerOfGroup(from, row.participants, claims) : ownerOfDirect(from, claims);
  };
}

/**
 * Every account's conversations this could be, the liveliest first: by the provider's chat, else, as long as the
 * provider has not named a chat for it, by the people in it. A direct message is known by its person in any chat.
 */
function knownChats(
  conversations: ConversationCache,
  connection: number,
  row: MessageRow,
): readonly ConversationEntry[] {
  const byChat = conversations.byChat(connection, row.line, row.remoteChat);
  const kin = byChat.filter(({ conversation }) => conversation.isGroup === row.isGroup);
  if (kin.length > 0) return kin;
  const byPeer = conversations.byPeer(connection, row.line, peerKey(people(row), row.isGroup));
  return row.isGroup ? byPeer.filter(({ conversation }) => conversation.remoteChat === null) : byPeer;
}

/** Everybody but us, sorted. */
function people(row: MessageRow): readonly string[] {
  return row.isGroup ? [...new Set([...row.participants, row.from])].toSorted() : [row.from];
}

/** Finds or opens the account's conversation for a message, and keeps what the message tells about the chat. */
function seating({ conversations }: Parts) {
  return (batch: Batch, account: number, connection: number, row: MessageRow): ConversationEntry => {
    const { line, channel, isGroup, remoteChat, thread } = row;
    const participants = people(row);
    const mine = (entry: ConversationEntry) => entry.account === account && entry.conversation.thread === thread;
    const known = knownChats(conversations, connection, row).find(mine);
    if (!known) {
      const opening = { account, connection, line, channel, isGroup, participants, remoteChat, thread };
      return conversations.open(opening, batch.nowMs, batch.nowUs);
    }
    if (known.conversation.remoteChat === null) conversations.learnChat(known, remoteChat);
    if (known.conversation.channel !== channel) conversations.learnChannel(known, channel);
    const before = known.conversation.participants;
    const moved =
      isGroup && (before.length !== participants.length || before.some((one, at) => one !== participants[at]));
    if (moved) conversations.learnParticipants(known, participants);
    return known;
  };
}

function reactionIn({ db, accounts, remoteIds }: Parts) {
  const once = db.prepare<[number, string, number]>(insertEvent);
  const insert = db.prepare(insertReaction);
  return (batch: Batch, connection: number, row: ReactionRow): ReceiveOutcome => {
    const target = remoteIds.find(connection, row.remoteId, row.remoteChat);
    const account = target && accounts.byNumber(target.entry.account);
    if (!account) return ignored('unknown_message');
    if (once.run(connection, row.eventId, batch.nowMs).changes === 0) return duplicate;
    const { from, reactionType, added } = row;
    const stored = insert.run(account.number, target.number, from, reactionType, added ? 1 : 0, batch.nowMs);
    const { number, id: message, entry } = target;
    appendReaction(batch, account, message, number, Number(stored.lastInsertRowid));
    return { outcome: 'stored', account: account.id, conversation: entry.conversation.id, message };
  };
}

/** A report of an older choice than one that came already cannot be told apart: providers report choices in order. */
function voteIn({ db, accounts, remoteIds, polls }: Parts) {
  const once = db.prepare<[number, string, number]>(insertEvent);
  return (batch: Batch, connection: number, row: VoteRow): ReceiveOutcome => {
    const target = remoteIds.find(connection, row.remoteId, row.remoteChat);
    const account = target && accounts.byNumber(target.entry.account);
    if (!account) return ignored('unknown_message');
    if (once.run(connection, row.eventId, batch.nowMs).changes === 0) return duplicate;
    const { number, id: message, entry } = target;
    if (!polls.vote(batch, account, number, row.from, row.options)) return ignored('no_change');
    return { outcome: 'stored', account: account.id, conversation: entry.conversation.id, message };
  };
}

/** Whose a chat is, for signals that are never stored; a registration outranks the chat only in direct messages. */
export function ownerLookup({
  conversations,
  routes,
}: Pick<Parts, 'conversations' | 'routes'>): InboundStore['ownerOf'] {
  return async (connectionName, line, remoteChat, from) => {
    const connection = conversations.connection(connectionName);
    if (connection === undefined) return undefined;
    const byChat = conversations.byChat(connection, line, remoteChat);
    const group = byChat.find(({ conversation }) => conversation.isGroup);
    const direct = byChat.length > 0 ? byChat : conversations.byPeer(connection, line, from);
    const holder = routes.holder(from);
    const entry =
      group ?? direct.find(({ account }) => account === holder) ?? (holder === undefined ? direct[0] : undefined);
    return entry && { account: entry.conversation.account, conversation: entry.conversation.id };
  };
}
