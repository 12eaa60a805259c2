/**
 * Accepting: the idempotency key, the account's state and cap, the conversation, then message, command and event, all
 * in the batch's transaction. A refused item writes nothing. Also queues the commands that are not sends.
 */
import type { Failure } from '#core/failure.ts';
import { idNumber, idText } from '#core/ids.ts';
import { peerKey, pollOf } from '#core/message.ts';
import type { AcceptItem, AcceptOutcome, ConversationSpec, OutboundStore } from '#ports/store/outbound.ts';
import { accountRefusal, keyRefusal, noSuchChat, numbersRefusal, suspended } from '../rules/acceptance.ts';
import { commandKind, commandState, statusCode, statusOfCode } from '../rules/codes.ts';
import { leavesAtStart } from '../rules/leaves.ts';
import type { AccountCache, AccountEntry } from './account-cache.ts';
import { appendQueued, type Batch } from './batch.ts';
import { bornFence, type BornTable } from './born.ts';
import type { ConversationCache, ConversationEntry } from './conversations.ts';
import { named, type Fates } from './fates.ts';
import type { Db } from './file.ts';
import type { KeyIndex } from './key-index.ts';
import type { PollTable } from './polls.ts';
import type { RouteTable } from './routes.ts';

const selectFirst = 'SELECT conversation, status, error, fingerprint FROM messages WHERE id = ?';
const insertMessage = `INSERT INTO messages (id, account, conversation, direction, status, channel, sender, parts,
  created_at_ms, reply_to, leaves, key_action, key, fingerprint) VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const insertCommand = `INSERT INTO commands (conversation, id, account, connection_no, kind, state, fence, attempt,
  first_sent_at_ms, created_at_ms, expires_at_ms, chunk_count, channel, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export interface Parts {
  readonly db: Db;
  readonly accounts: AccountCache;
  readonly conversations: ConversationCache;
  readonly routes: RouteTable;
  readonly borns: BornTable;
  readonly fates: Fates;
  readonly keys: KeyIndex;
  readonly polls: PollTable;
  /** Write the messages of this batch that are still in memory. */
  readonly flush: () => void;
  /** Told when a command expires, so that the search for expired ones knows when it may rest. */
  readonly expiresAt: (atMs: number) => void;
}

type Item = AcceptItem;
interface First {
  conversation: number;
  status: number;
  error: string | null;
  fingerprint: string;
}

const refused = (failure: Failure): AcceptOutcome => ({ outcome: 'refused', failure });

export const spoiltItem: Failure = {
  code: 'internal',
  message: 'This message could not be stored; the others were, and the log has the reason',
};

const noSuchAccount: Failure = { code: 'not_found', message: 'This account does not exist' };

export function acceptance(parts: Parts): (batch: Batch, item: Item) => AcceptOutcome {
  const { accounts } = parts;
  const repeated = repetition(parts);
  const place = placement(parts);
  const write = writing(parts);

  return (batch, item) => {
    const account = accounts.get(item.account);
    if (!account) return refused(noSuchAccount);
    const { idempotency } = item;
    const used = typeof item.cap === 'number' ? accounts.used(batch, account) : 0;
    const refusal = accountRefusal(account.account.state, used, item.cap);
    const found = refusal ? { refusal } : place.find(account, item.conversation);
    const earlier = idempotency && repeated(account, idempotency);
    if (earlier) return earlier;
    if (found.refusal) return refused(found.refusal);

    const number = idNumber('message', item.message);
    if (number === undefined) throw new Error('the message id was not minted by core/ids');
    if (idempotency) parts.keys.add({ account: account.number, ...idempotency, message: number });
    const conversation = found.entry ?? place.open(batch, account, found.spec);
    if (found.spec) place.grant(batch, account, conversation, found.spec);
    write(batch, account, conversation, number, item);
    parts.conversations.touch(conversation, number);
    if (pollOf(item.parts)?.degraded) parts.polls.sentAsText(batch, conversation.number, number);
    if (item.cap !== 'free') accounts.count(batch, account);
    appendQueued(batch, account, item.message, number);
    return {
      outcome: 'stored',
      message: item.message,
      conversation: conversation.conversation,
      createdAtMs: batch.nowMs,
    };
  };
}

/** Answers for the message a key already stands for; undefined when it stands for none. */
function repetition({ db, flush, keys }: Parts) {
  const state = db.prepare<[number], First>(selectFirst);
  return (
    account: AccountEntry,
    { action, key, fingerprint }: NonNullable<Item['idempotency']>,
  ): AcceptOutcome | undefined => {
    const number = keys.find(account.number, action, key);
    if (number === undefined) return undefined;
    // The first may be in this very batch.
    flush();
    const row = state.get(number);
    if (!row) return undefined;
    const refusal = keyRefusal(row.fingerprint, fingerprint);
    if (refusal) return refused(refusal);
    return {
      outcome: 'repeated',
      message: idText('message', number),
      conversation: idText('conversation', row.conversation),
      status: statusOfCode(row.status),
      error: row.error,
    };
  };
}

type Place =
  | { readonly refusal: Failure }
  | { readonly refusal?: undefined; readonly entry: ConversationEntry; readonly spec?: ConversationSpec }
  | { readonly refusal?: undefined; readonly entry?: undefined; readonly spec: ConversationSpec };

/** Where a message goes. `find` only reads; `open` and `grant` write, once nothing can refuse any more. */
function placement({ conversations, routes }: Parts) {
  return {
    find(account: AccountEntry, where: Item['conversation']): Place {
      if (typeof where === 'string') {
        const entry = conversations.get(where);
        return entry && entry.account === account.number ? { entry } : { refusal: noSuchChat };
      }
      const refusal = numbersRefusal(where.numbers, where.participants, account.number, (to) => routes.holder(to));
      if (refusal) return { refusal };
      const { line, participants, isGroup, thread } = where;
      const connection = conversations.connection(where.connection);
      const entry =
        connection === undefined
          ? undefined
          : conversations.byKey(account.number, connection, line, peerKey(participants, isGroup), thread);
      return entry ? { entry, spec: where } : { spec: where };
    },
    open(batch: Batch, account: AccountEntry, spec: ConversationSpec): ConversationEntry {
      const connection = conversations.mintConnection(spec.connection);
      const { line, channel, isGroup, participants, thread } = spec;
      const opening = {
        account: account.number,
        connection,
        line,
        channel,
        isGroup,
        participants,
        remoteChat: null,
        thread,
      };
      return conversations.open(opening, batch.nowMs, batch.nowUs);
    },
    /** The answer to a text to an unregistered number must come home to whoever wrote first. */
    grant(batch: Batch, account: AccountEntry, { connection }: ConversationEntry, spec: ConversationSpec): void {
      const [only] = spec.participants;
      if (spec.numbers !== 'open' || spec.isGroup || only === undefined) return;
      if (routes.holder(only) === undefined) routes.grant(only, connection, spec.line, account.number, batch.nowMs);
    },
  };
}

type Write = (batch: Batch, account: AccountEntry, place: ConversationEntry, number: number, item: Item) => void;

function writing({ db, expiresAt, borns, fates }: Parts): Write {
  const message = db.prepare(insertMessage);
  const command = db.prepare(insertCommand);
  const born = writingBorn({ borns, fates });
  return (batch, account, entry, number, item) => {
    const { chunks, claimed, channel, sender } = item;
    if (claimed && chunks.length === 1) return born(batch, account, entry, number, item);
    const [status, state] = claimed
      ? [statusCode.sending, commandState.sending]
      : [statusCode.queued, commandState.queued];
    const fence = claimed ? bornFence : 0;
    const { action = null, key = null, fingerprint = null } = item.idempotency ?? {};
    const leaves = chunks.length === 1 ? null : JSON.stringify(leavesAtStart(chunks.length));
    const parts = JSON.stringify(item.parts);
    const { number: of } = account;
    const { number: at, connection } = entry;
    const { nowMs } = batch;
    message.run(number, of, at, status, channel, sender, parts, nowMs, quoted(item), leaves, action, key, fingerprint);
    const firstMs = claimed ? nowMs : null;
    const body = JSON.stringify(chunks);
    const { send } = commandKind;
    const { expiresAtMs } = item;
    command.run(
      at,
      number,
      of,
      connection,
      send,
      state,
      fence,
      fence,
      firstMs,
      nowMs,
      expiresAtMs,
      chunks.length,
      channel,
      body,
    );
    expiresAt(expiresAtMs);
  };
}

/** Born claimed: the message carries its command. */
function writingBorn({ borns, fates }: Pick<Parts, 'borns' | 'fates'>): Write {
  return (batch, account, entry, number, item) => {
    const { channel, sender, expiresAtMs } = item;
    const { action = null, key = null, fingerprint = null } = item.idempotency ?? {};
    const born = named(number, item.message, entry);
    fates.know(born, statusCode.sending);
    borns.add(item.message, born, [
      number,
      account.number,
      entry.number,
      channel,
      sender,
      JSON.stringify(item.parts),
      batch.nowMs,
      quoted(item),
      JSON.stringify(item.chunks),
      expiresAtMs,
      action,
      key,
      fingerprint,
    ]);
  };
}

const quoted = ({ replyTo }: Item): number | null => (replyTo === null ? null : (idNumber('message', replyTo) ?? null));

type SideItem = Parameters<OutboundStore['enqueue']>[0][number];
export type SideOutcome = Awaited<ReturnType<OutboundStore['enqueue']>>[number];

export function enqueueing({
  db,
  accounts,
  conversations,
  expiresAt,
}: Parts): (batch: Batch, item: SideItem) => SideOutcome {
  const command = db.prepare(insertCommand);
  return (batch, item) => {
    const account = accounts.get(item.account);
    const entry = conversations.get(item.conversation);
    if (!account || !entry || entry.account !== account.number) return { outcome: 'refused', failure: noSuchChat };
    if (account.account.state !== 'active') return { outcome: 'refused', failure: suspended };
    const number = idNumber('message', item.id);
    if (number === undefined) throw new Error('the command id was not minted by core/ids');
    const body = JSON.stringify(item.command);
    const { side } = commandKind;
    const { nowMs } = batch;
    const { expiresAtMs } = item;
    command.run(
      entry.number,
      number,
      account.number,
      entry.connection,
      side,
      0,
      0,
      0,
      null,
      nowMs,
      expiresAtMs,
      1,
      null,
      body,
    );
    expiresAt(expiresAtMs);
    return { outcome: 'stored' };
  };
}
