/**
 * A fake account's log, in memory, behind the real following and replay: what a store would answer of one account, and
 * the hints it would publish. Reads take a turn of the loop, as a database's do.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createInProcessBus } from '#bus/in-process.ts';
import type { Channel } from '#core/channel.ts';
import type { OutboundStatus } from '#core/delivery.ts';
import type { Event, Reaction } from '#core/event.ts';
import type { AccountId, ConversationId, KeyId, MessageId } from '#core/ids.ts';
import { connectionId } from '#core/ids.ts';
import type { Part } from '#core/message.ts';
import type { Bus } from '#ports/bus.ts';
import type { Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { MessageInChat } from '#ports/store/log.ts';

export const account = 'acc_1' as AccountId;
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export type ReadStore = Pick<
  Store,
  'events' | 'headSeq' | 'messages' | 'reactions' | 'votesByNumber' | 'seqAt' | 'epoch'
>;

interface Texted {
  readonly from?: string;
  readonly text?: string;
  readonly attachments?: readonly { readonly url: string; readonly mimeType?: string }[];
  readonly participants?: readonly string[];
  readonly channel?: Channel;
}

export interface FakeLog {
  readonly store: ReadStore;
  readonly bus: Bus;
  /** Set to make every read fail. */
  broken: boolean;
  epoch: number;
  texted(what?: Texted): MessageId;
  erased(message: MessageId): void;
  moved(message: MessageId, status: OutboundStatus, error?: string): void;
  reacted(message: MessageId, reactionType: string, added: boolean): void;
  typed(started: boolean): void;
  revoked(key: KeyId): void;
  stopped(): void;
}

export const fakeStartUs = Date.UTC(2026, 3, 10, 14, 30) * 1000;

export function createFakeLog(): FakeLog {
  const bus = createInProcessBus(silentLog);
  const events: Event[] = [];
  const chats = new Map<MessageId, MessageInChat>();
  const reactions = new Map<number, Reaction>();

  const append = (
    event: { message: MessageId } & (
      | { kind: 'received' }
      | { kind: 'status'; status: OutboundStatus }
      | { kind: 'reaction'; reaction: number }
    ),
  ) => {
    const seq = events.length + 1;
    const row: Event = { account, seq, tsUs: fakeStartUs + seq, ...event };
    events.push(row);
    bus.publish({ kind: 'events', account, events: [row] });
  };
  const read = async () => {
    await nextTurn();
    if (fake.broken) throw new Error('the disk is gone');
  };
  const store: ReadStore = {
    votesByNumber: async () => [],
    epoch: () => fake.epoch,
    async headSeq() {
      await read();
      return events.length;
    },
    async events(_account, afterSeq, limit, kind) {
      await read();
      return events
        .filter((event) => event.seq > afterSeq && (kind === undefined || event.kind === kind))
        .slice(0, limit);
    },
    async seqAt(_account, tsUs) {
      await read();
      return events.findLast((event) => event.tsUs <= tsUs)?.seq ?? 0;
    },
    async messages(_account, ids) {
      await read();
      return ids.flatMap((id) => chats.get(id) ?? []);
    },
    async reactions(_account, numbers) {
      await read();
      return numbers.flatMap((number) => reactions.get(number) ?? []);
    },
  };
  const fake: FakeLog = {
    store,
    bus,
    broken: false,
    epoch: 1,
    texted(what = {}) {
      const chat = chatOf(chats.size + 1, what);
      chats.set(chat.message.id, chat);
      append({ kind: 'received', message: chat.message.id });
      return chat.message.id;
    },
    erased(message) {
      const chat = chats.get(message);
      if (chat) chats.set(message, { ...chat, message: { ...chat.message, parts: [], status: 'deleted' } });
    },
    moved(message, status, error) {
      const chat = chats.get(message) ?? chatOf(chats.size + 1, {});
      chats.set(message, { ...chat, message: { ...chat.message, id: message, status, error: error ?? null } });
      append({ kind: 'status', message, status });
    },
    reacted(message, reactionType, added) {
      const number = reactions.size + 1;
      reactions.set(number, { number, message, from: '+1234567890', reactionType, added });
      append({ kind: 'reaction', message, reaction: number });
    },
    typed(started) {
      bus.publish({ kind: 'typing', account, conversation: 'cht_1' as ConversationId, from: '+1234567890', started });
    },
    revoked: (key) => bus.publish({ kind: 'key-revoked', account, key }),
    stopped: () => bus.publish({ kind: 'account-stopped', account }),
  };
  return fake;
}

function chatOf(number: number, what: Texted): MessageInChat {
  const { from = '+1234567890', text = 'Hey, got your message!', attachments = [], channel = 'imessage' } = what;
  const participants = what.participants ?? [from];
  const conversation = `cht_${number.toString(36)}` as ConversationId;
  const parts: readonly Part[] = [
    ...(text === '' ? [] : [{ type: 'text' as const, value: text }]),
    ...attachments.map((attachment) => ({ type: 'media' as const, ...attachment })),
  ];
  const times = { createdAtMs: fakeStartUs / 1000, updatedAtMs: fakeStartUs / 1000, sentAtMs: null };
  return {
    message: {
      id: `msg_${number.toString(36)}` as MessageId,
      account,
      conversation,
      direction: 'inbound',
      channel,
      sender: from,
      parts,
      status: 'received',
      error: null,
      remoteId: null,
      replyTo: null,
      ...times,
    },
    conversation: {
      id: conversation,
      account,
      connection: connectionId('simulator'),
      line: '+15550000000',
      channel,
      isGroup: participants.length > 1,
      participants,
      remoteChat: null,
      thread: null,
      createdAtMs: times.createdAtMs,
    },
  };
}
