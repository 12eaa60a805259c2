// What store tests are written with: accounts, conversations, messages and reports in one line each, for any engine.
// Nothing here fakes a store; time and ids are the fake runtime's.
import { settingsAtFirst, type Account } from '#core/account.ts';
import type { Event } from '#core/event.ts';
import { connectionId, idText, remoteChat, remoteId } from '#core/ids.ts';
import type { AccountId, ConversationId, MessageId } from '#core/ids.ts';
import type { Message } from '#core/message.ts';
import type { Hint } from '#ports/bus.ts';
import type { Inbound } from '#ports/driver.ts';
import type { Store } from '#ports/store.ts';
import type { ReceiveItem, ReceiveOutcome } from '#ports/store/inbound.ts';
import type { AcceptItem, AcceptOutcome, ConversationSpec, Settlement, SettleOutcome } from '#ports/store/outbound.ts';
import type { FakeLog, FakeRuntime } from './clock.ts';

/** One opened store of one engine, with the time and the bus it was given. */
export interface OpenedStore {
  readonly store: Store;
  readonly runtime: FakeRuntime;
  readonly hints: Hint[];
  readonly log: FakeLog;
  /** What a new process finds after this one stopped in order. */
  reopen(): Promise<OpenedStore>;
  /** What a new process finds after this one was killed at this very moment. */
  crash(): Promise<OpenedStore>;
}

export interface StoreEngine {
  open(): Promise<OpenedStore>;
}

export const sim = connectionId('sim');
export const line = '+15550000000';
const dayMs = 24 * 60 * 60 * 1000;

export type Desk = ReturnType<typeof desk>;

/** The verbs of a test over an opened store. */
export function desk({ store, runtime }: OpenedStore) {
  const { clock, ids } = runtime;
  let remote = 0;

  const account = async (change: Partial<Account> = {}): Promise<AccountId> => {
    const id = idText('account', ids.next());
    await store.createAccount({
      id,
      kind: 'personal',
      name: 'someone',
      plan: 'base',
      state: 'active',
      ...settingsAtFirst,
      createdAtMs: clock.nowMs(),
      trialEndsAtMs: null,
      ...change,
    });
    return id;
  };
  const item = (owner: AccountId, change: Partial<AcceptItem> = {}): AcceptItem => ({
    account: owner,
    message: idText('message', ids.next()),
    conversation: dm('+15551234567'),
    channel: 'imessage',
    sender: line,
    parts: [{ type: 'text', value: 'hello' }],
    chunks: ['hello'],
    replyTo: null,
    cap: null,
    idempotency: null,
    claimed: false,
    expiresAtMs: clock.nowMs() + dayMs,
    ...change,
  });
  const accept = async (given: AcceptItem): Promise<AcceptOutcome> => only(await store.accept([given]));
  const send = async (owner: AccountId, change: Partial<AcceptItem> = {}) => {
    const outcome = await accept(item(owner, change));
    if (outcome.outcome !== 'stored') throw new Error(`not stored: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  const claim = async (conversation: ConversationId, max = 64) => only(await store.claim([{ conversation, max }]));
  const settle = async (
    owner: AccountId,
    conversation: ConversationId,
    command: MessageId,
    settlement: Settlement,
    fence = 1,
  ): Promise<SettleOutcome> => only(await store.settle([{ account: owner, conversation, command, fence, settlement }]));
  /** Sent and taken by the provider: the message, its conversation and its remote id. */
  const sent = async (owner: AccountId, change: Partial<AcceptItem> = {}, chat = 'chat-1') => {
    const { message, conversation } = await send(owner, change);
    await claim(conversation.id);
    const id = `r${(remote += 1)}`;
    const outcome = await settle(owner, conversation.id, message, taken([id], chat));
    return { message, conversation, remoteId: id, chat, outcome };
  };
  const receive = async (row: Inbound, change: Partial<ReceiveItem> = {}): Promise<ReceiveOutcome> => {
    const message =
      row.kind === 'message'
        ? { id: idText('message', ids.next()), parts: [{ type: 'text' as const, value: row.text }] }
        : null;
    return only(await store.receive([{ connection: sim, dedicatedTo: null, row, message, ...change }]));
  };
  const events = (owner: AccountId): Promise<readonly Event[]> => store.events(owner, 0, 100_000);
  const read = async (owner: AccountId, id: MessageId): Promise<Message> =>
    only(await store.messages(owner, [id])).message;
  const statuses = async (owner: AccountId, id: MessageId): Promise<string[]> =>
    (await events(owner))
      .filter((event) => event.message === id)
      .map((event) => (event.kind === 'status' ? event.status : event.kind));
  return { account, item, accept, send, claim, settle, sent, receive, events, read, statuses };
}

export function only<Value>(values: readonly Value[]): Value {
  if (values.length !== 1) throw new Error(`one answer expected, not ${values.length}`);
  return values[0] as Value;
}

export const dm = (to: string, change: Partial<ConversationSpec> = {}): ConversationSpec => ({
  connection: sim,
  line,
  channel: 'imessage',
  isGroup: false,
  participants: [to],
  thread: null,
  numbers: 'open',
  ...change,
});

export const group = (participants: readonly string[]): ConversationSpec =>
  dm('', { isGroup: true, participants: participants.toSorted() });

export const taken = (ids: readonly string[], chat: string | null = 'chat-1', fromChunk = 0): Settlement => ({
  outcome: 'accepted',
  fromChunk,
  remoteIds: ids.map(remoteId),
  remoteChat: chat === null ? null : remoteChat(chat),
  channel: null,
});

type Row<Kind> = Extract<Inbound, { kind: Kind }>;
let events = 0;
const row = (chat: string) => ({ eventId: `e${(events += 1)}`, line, remoteChat: remoteChat(chat) });

export const inbound = (from: string, change: Partial<Row<'message'>> = {}): Row<'message'> => ({
  ...row('chat-1'),
  kind: 'message',
  remoteId: remoteId(`in${(events += 1)}`),
  channel: 'imessage',
  from,
  isGroup: false,
  participants: [from],
  text: 'hi there',
  attachments: [],
  replyTo: null,
  thread: null,
  sentAtMs: 1_890_000_000_000,
  ...change,
});

export const report = (
  id: string,
  status: Row<'receipt'>['status'],
  change: Partial<Row<'receipt'>> = {},
): Row<'receipt'> => ({
  ...row('chat-1'),
  kind: 'receipt',
  remoteId: remoteId(id),
  recipient: null,
  status,
  error: status === 'failed' ? 'the carrier gave up' : null,
  ...change,
});

export const ballot = (id: string, from: string, options: readonly number[], chat = 'chat-1'): Row<'vote'> => ({
  ...row(chat),
  kind: 'vote',
  remoteId: remoteId(id),
  from,
  options,
});

export const tapback = (id: string, from: string, change: Partial<Row<'reaction'>> = {}): Row<'reaction'> => ({
  ...row('chat-1'),
  kind: 'reaction',
  remoteId: remoteId(id),
  from,
  reactionType: 'love',
  added: true,
  ...change,
});
