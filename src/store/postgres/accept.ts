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
import { append, type AccountEntry, type Batch } from './batch.ts';
import type { ConversationEntry, Key as ConversationKey } from './conversation-rows.ts';
import { together } from './sql.ts';
import type { Tables } from './tables.ts';
import type { Verb } from './writer.ts';

const refused = (failure: Failure): AcceptOutcome => ({ outcome: 'refused', failure });
const noSuchAccount: Failure = { code: 'not_found', message: 'This account does not exist' };
const spoiltItem: Failure = {
  code: 'internal',
  message: 'This message could not be stored; the others were, and the log has the reason',
};

/** The fence of a command that was claimed as it was stored. */
const bornFence = 1;

export function accepting(tables: Tables): Verb<AcceptItem, AcceptOutcome> {
  const acceptOne = acceptance(tables);
  return {
    async carry(batch, items) {
      await lookAhead(tables, batch, items);
      const outcomes: AcceptOutcome[] = [];
      for (const item of items) outcomes.push(await acceptOne(batch, item));
      return outcomes;
    },
    spoilt: () => refused(spoiltItem),
  };
}

/** Everything the items will ask for, in one question of a kind. */
async function lookAhead(tables: Tables, batch: Batch, items: readonly AcceptItem[]): Promise<void> {
  const { accounts, connections, conversations, routes, keys, messages } = tables;
  await connections.load(batch.sql);
  const wanted: ConversationKey[] = [];
  const phones: string[] = [];
  for (const { account, conversation } of items) {
    if (typeof conversation === 'string') continue;
    if (conversation.numbers !== 'none') phones.push(...conversation.participants);
    const key = keyOf(tables, idNumber('account', account) ?? 0, conversation);
    if (key) wanted.push(key);
  }
  const chats = items.flatMap(({ conversation: id }) => (typeof id === 'string' ? numbersOf('conversation', id) : []));
  const named = items.flatMap(({ account, idempotency }) =>
    idempotency ? [{ ...idempotency, account: idNumber('account', account) ?? 0 }] : [],
  );
  const [firsts] = await together([
    keys.load(batch, named),
    accounts.load(
      batch,
      items.flatMap(({ account }) => numbersOf('account', account)),
    ),
    conversations.load(batch, chats),
    conversations.loadKeys(batch, wanted),
    routes.loadHolders(batch, phones),
  ]);
  await messages.load(
    batch,
    firsts.map(({ message }) => message),
  );
}

function numbersOf(kind: 'account' | 'conversation', id: string): readonly number[] {
  const number = idNumber(kind, id);
  return number === undefined ? [] : [number];
}

/** Undefined on a connection that nothing ever went over. */
function keyOf({ connections }: Tables, account: number, spec: ConversationSpec): ConversationKey | undefined {
  const connection = connections.number(spec.connection);
  if (connection === undefined) return undefined;
  const { line, thread, participants, isGroup } = spec;
  return { account, connection, line, thread, peer: peerKey(participants, isGroup) };
}

function acceptance(tables: Tables) {
  const { accounts, conversations, keys, polls } = tables;
  return async (batch: Batch, item: AcceptItem): Promise<AcceptOutcome> => {
    const account = await accounts.get(batch, item.account);
    if (!account) return refused(noSuchAccount);
    const { idempotency } = item;
    const used = typeof item.cap === 'number' ? await accounts.used(batch, account) : 0;
    const refusal = accountRefusal(account.account.state, used, item.cap);
    const found = refusal ? { refusal } : await findPlace(tables, batch, account, item.conversation);
    const earlier = idempotency && (await repeated(tables, batch, account, idempotency));
    if (earlier) return earlier;
    if (found.refusal) return refused(found.refusal);

    const number = idNumber('message', item.message);
    if (number === undefined) throw new Error('the message id was not minted by core/ids');
    if (idempotency) {
      const { action, key, fingerprint } = idempotency;
      keys.add(batch, { account: account.number, action, key }, { message: number, fingerprint });
    }
    const conversation = found.entry ?? (await openPlace(tables, batch, account, found.spec));
    if (found.spec) await grant(tables, batch, account, conversation, found.spec);
    write(tables, batch, account, conversation, number, item);
    conversations.touch(batch, conversation, number);
    if (pollOf(item.parts)?.degraded) await polls.sentAsText(batch, conversation.number, number);
    if (item.cap !== 'free') await accounts.count(batch, account);
    append(batch, account, item.message, number, { kind: 'queued' });
    return {
      outcome: 'stored',
      message: item.message,
      conversation: conversation.conversation,
      createdAtMs: batch.nowMs,
    };
  };
}

/** Answers for the message a key already stands for; undefined when it stands for none. */
async function repeated(
  { keys, messages }: Tables,
  batch: Batch,
  account: AccountEntry,
  { action, key, fingerprint }: NonNullable<AcceptItem['idempotency']>,
): Promise<AcceptOutcome | undefined> {
  const first = await keys.find(batch, { account: account.number, action, key });
  if (!first) return undefined;
  const refusal = keyRefusal(first.fingerprint, fingerprint);
  if (refusal) return refused(refusal);
  const row = await messages.get(batch, first.message);
  if (!row) return undefined;
  return {
    outcome: 'repeated',
    message: idText('message', first.message),
    conversation: idText('conversation', row.conversation),
    status: statusOfCode(row.status),
    error: row.error,
  };
}

type Found =
  | { readonly refusal: Failure }
  | { readonly refusal?: undefined; readonly entry: ConversationEntry; readonly spec?: ConversationSpec }
  | { readonly refusal?: undefined; readonly entry?: undefined; readonly spec: ConversationSpec };

/** Where a message goes. Only reads: opening and granting come once nothing can refuse any more. */
async function findPlace(
  tables: Tables,
  batch: Batch,
  account: AccountEntry,
  where: AcceptItem['conversation'],
): Promise<Found> {
  const { conversations, routes } = tables;
  if (typeof where === 'string') {
    const entry = await conversations.get(batch, where);
    return entry && entry.account === account.number ? { entry } : { refusal: noSuchChat };
  }
  if (where.numbers !== 'none') await routes.loadHolders(batch, where.participants);
  const refusal = numbersRefusal(where.numbers, where.participants, account.number, (to) => routes.holder(to));
  if (refusal) return { refusal };
  const key = keyOf(tables, account.number, where);
  const entry = key && (await conversations.byKey(batch, key));
  return entry ? { entry, spec: where } : { spec: where };
}

async function openPlace(
  { connections, conversations }: Tables,
  batch: Batch,
  account: AccountEntry,
  spec: ConversationSpec,
): Promise<ConversationEntry> {
  const connection = await connections.mint(batch, spec.connection);
  const { line, channel, isGroup, participants, thread } = spec;
  const chat = { line, channel, isGroup, participants, remoteChat: null, thread };
  return conversations.open(batch, { account: account.number, connection, ...chat });
}

/** The answer to a text to an unregistered number must come home to whoever wrote first. */
async function grant(
  { routes }: Tables,
  batch: Batch,
  account: AccountEntry,
  { connection }: ConversationEntry,
  spec: ConversationSpec,
): Promise<void> {
  const [address] = spec.participants;
  if (spec.numbers !== 'open' || spec.isGroup || address === undefined) return;
  if (routes.holder(address) !== undefined) return;
  await routes.grant(batch, { address, connection, line: spec.line }, account.number);
}

function write(
  { messages, commands }: Tables,
  batch: Batch,
  account: AccountEntry,
  entry: ConversationEntry,
  id: number,
  item: AcceptItem,
): void {
  const { chunks, claimed, channel, sender } = item;
  const { nowMs } = batch;
  const leaves = leavesAtStart(chunks.length);
  messages.add({
    id,
    account: account.number,
    conversation: entry.number,
    direction: 'outbound',
    status: claimed ? statusCode.sending : statusCode.queued,
    channel,
    sender,
    parts: JSON.stringify(item.parts),
    createdAtMs: nowMs,
    sentAtMs: null,
    remoteId: null,
    replyTo: item.replyTo === null ? null : (idNumber('message', item.replyTo) ?? null),
    leaves: leaves && JSON.stringify(leaves),
  });
  commands.add({
    conversation: entry.number,
    id,
    account: account.number,
    connection_no: entry.connection,
    kind: commandKind.send,
    state: claimed ? commandState.sending : commandState.queued,
    fence: claimed ? bornFence : 0,
    attempt: claimed ? 1 : 0,
    maybe_sent: false,
    first_sent_at_ms: claimed ? nowMs : null,
    not_before_ms: 0,
    created_at_ms: nowMs,
    expires_at_ms: item.expiresAtMs,
    next_chunk: 0,
    chunk_count: chunks.length,
    channel,
    body: JSON.stringify(chunks),
  });
}

type SideItem = Parameters<OutboundStore['enqueue']>[0][number];
type SideOutcome = Awaited<ReturnType<OutboundStore['enqueue']>>[number];

export function enqueueing({ accounts, conversations, commands }: Tables): Verb<SideItem, SideOutcome> {
  const enqueue = async (batch: Batch, item: SideItem): Promise<SideOutcome> => {
    const account = await accounts.get(batch, item.account);
    const entry = await conversations.get(batch, item.conversation);
    if (!account || !entry || entry.account !== account.number) return { outcome: 'refused', failure: noSuchChat };
    if (account.account.state !== 'active') return { outcome: 'refused', failure: suspended };
    const id = idNumber('message', item.id);
    if (id === undefined) throw new Error('the command id was not minted by core/ids');
    commands.add({
      conversation: entry.number,
      id,
      account: account.number,
      connection_no: entry.connection,
      kind: commandKind.side,
      state: commandState.queued,
      fence: 0,
      attempt: 0,
      maybe_sent: false,
      first_sent_at_ms: null,
      not_before_ms: 0,
      created_at_ms: batch.nowMs,
      expires_at_ms: item.expiresAtMs,
      next_chunk: 0,
      chunk_count: 1,
      channel: null,
      body: JSON.stringify(item.command),
    });
    return { outcome: 'stored' };
  };
  return {
    async carry(batch, items) {
      await conversations.load(
        batch,
        items.flatMap(({ conversation }) => numbersOf('conversation', conversation)),
      );
      const outcomes: SideOutcome[] = [];
      for (const item of items) outcomes.push(await enqueue(batch, item));
      return outcomes;
    },
    spoilt: () => ({ outcome: 'refused', failure: spoiltItem }),
  };
}
