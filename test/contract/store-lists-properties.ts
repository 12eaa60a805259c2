// Lists against a naive reading of the same log, for every engine, searched by random: whatever was sent, settled,
// reported, received, deleted and archived in whatever order, every page and total is what sorting it all by hand gives.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Channel } from '#core/channel.ts';
import type { ConversationId, MessageId } from '#core/ids.ts';
import type { Message } from '#core/message.ts';
import type {
  ConversationQuery,
  ConversationSort,
  ConversationSummary,
  ListQuery,
  MessageQuery,
  MessageSort,
} from '#ports/store/lists.ts';
import { desk, dm, inbound, report, taken, type OpenedStore, type StoreEngine } from '../support/store.ts';

const people = ['+15550000001', '+15550000002', '+15550000003'];
const outcomes = ['taken', 'taken', 'deferred', 'unknown', 'failed'] as const;
const reports = ['sent', 'delivered', 'read', 'failed'] as const;
const channels = ['imessage', 'rcs', 'sms'] as const;
/** As they sort: by how far a message came. */
const statuses = [
  'queued',
  'sending',
  'unknown',
  'sent',
  'failed',
  'delivered',
  'read',
  'received',
  'deleted',
] as const;

const step = fc.record({
  verb: fc.constantFrom('send', 'send', 'settle', 'settle', 'report', 'receive', 'delete', 'put away', 'wait', 'ask'),
  chat: fc.nat(2),
  channel: fc.constantFrom(...channels),
  outcome: fc.constantFrom(...outcomes),
  report: fc.constantFrom(...reports),
  pick: fc.nat(50),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function queries<Field extends string>(fields: readonly Field[]) {
  const order = fc.record({ field: fc.constantFrom(...fields), descending: fc.boolean() });
  return {
    offset: fc.nat(4),
    limit: fc.integer({ min: 1, max: 20 }),
    fromMs: fc.option(fc.integer({ min: 0, max: 12 })),
    beforeMs: fc.option(fc.integer({ min: 0, max: 12 })),
    channel: fc.option(fc.constantFrom(...channels)),
    sort: fc.array(order, { maxLength: 3 }),
  };
}

const messageQuery = fc.record({
  ...queries<MessageSort>(['created_at', 'updated_at', 'platform', 'status']),
  chat: fc.option(fc.nat(2)),
  direction: fc.option(fc.constantFrom('inbound' as const, 'outbound' as const)),
  status: fc.option(fc.constantFrom(...statuses)),
});
const conversationQuery = fc.record({
  ...queries<ConversationSort>(['created_at', 'updated_at', 'last_message_at', 'platform', 'status', 'message_count']),
  status: fc.option(fc.constantFrom('active' as const, 'archived' as const)),
});
const asked = fc.record({ messages: fc.array(messageQuery), conversations: fc.array(conversationQuery) });
type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never;

export function listPropertyContract(engine: StoreEngine): void {
  test('whatever happens in whatever order, every list is what sorting the log by hand gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), asked, async (steps, questions) => {
        const opened = await engine.open();
        const house = await naiveHouse(opened);
        for (const each of steps) await house.play(each);
        await house.compare(questions);
        await house.compare({ messages: [everything], conversations: [everyChat] });
        await opened.store.close();
      }),
      { numRuns: 40 },
    );
  });
}

const open = { offset: 0, limit: 1000, fromMs: null, beforeMs: null, channel: null, status: null, sort: [] };
const everything: Asked['messages'][number] = { ...open, chat: null, direction: null };
const everyChat: Asked['conversations'][number] = open;

/** What only the test knows of a conversation: whether it was put away, and when it last changed. */
interface Chat {
  status: ConversationSummary['status'];
  updatedMs: number;
}

async function naiveHouse(opened: OpenedStore) {
  const { store, runtime } = opened;
  const tools = desk(opened);
  const startMs = runtime.clock.nowMs();
  const owner = await tools.account();
  await tools.send(await tools.account(), { conversation: dm(people[0] ?? '') });
  const chats = new Map<ConversationId, Chat>();
  const byPerson = new Map<number, ConversationId>();
  const remote: string[] = [];
  let made = 0;

  const said = (chat: number, id: ConversationId) => {
    const before = chats.get(id)?.updatedMs ?? 0;
    chats.set(id, { status: 'active', updatedMs: Math.max(before, runtime.clock.nowMs()) });
    byPerson.set(chat, id);
  };
  const all = async () => {
    const log = await tools.events(owner);
    const ids = log.flatMap(({ kind, message }) => (kind === 'queued' || kind === 'received' ? [message] : []));
    return (await store.messages(owner, ids)).map(({ message }) => message);
  };
  const settle = async ({ chat, outcome }: Step) => {
    const conversation = byPerson.get(chat);
    const run = conversation && (await tools.claim(conversation, 1));
    for (const command of run?.commands ?? []) {
      const id = `n${(made += 1)}`;
      const fates = {
        taken: taken([id], `chat-${chat}`),
        deferred: { outcome: 'deferred', notBeforeMs: 0, error: 'busy', maybeSent: false },
        unknown: { outcome: 'unknown', error: 'silence', heldUntilMs: 0 },
        failed: { outcome: 'failed', error: 'refused' },
      } as const;
      if (outcome === 'taken') remote.push(id);
      await tools.settle(owner, conversation as ConversationId, command.id, fates[outcome], command.fence);
    }
  };
  const play = async (each: Step) => {
    const person = people[each.chat] ?? '';
    switch (each.verb) {
      case 'send': {
        const sent = await tools.send(owner, { conversation: dm(person), channel: each.channel });
        return said(each.chat, sent.conversation.id);
      }
      case 'settle':
        return settle(each);
      case 'report': {
        const id = remote.at(-1 - (each.pick % Math.max(1, remote.length)));
        return id === undefined ? undefined : tools.receive(report(id, each.report, chatOf(each.chat)));
      }
      case 'receive': {
        const row = inbound(person, { channel: each.channel, ...chatOf(each.chat) });
        const outcome = await tools.receive(row, { dedicatedTo: owner });
        return outcome.outcome === 'stored' ? said(each.chat, outcome.conversation) : undefined;
      }
      case 'delete': {
        const messages = await all();
        const { id } = messages[each.pick % Math.max(1, messages.length)] ?? {};
        return id && store.deleteMessage(owner, id);
      }
      case 'put away': {
        const id = byPerson.get(each.chat);
        const before = id && chats.get(id);
        if (!before) return undefined;
        const status = each.pick % 2 === 0 ? 'archived' : 'active';
        const changed = Math.max(before.updatedMs, runtime.clock.nowMs());
        chats.set(id, { status, updatedMs: before.status === status ? before.updatedMs : changed });
        return store.setConversationStatus(owner, id, status);
      }
      case 'wait':
        return runtime.advance(1);
      case 'ask':
        return compare({ messages: [everything], conversations: [] });
      default:
        return each.verb satisfies never;
    }
  };
  const compare = async (questions: Asked) => {
    const messages = (await all()).map(listed);
    const time = <Query extends ListQuery<string>>(query: Query) => ({
      ...query,
      fromMs: query.fromMs === null ? null : startMs + query.fromMs,
      beforeMs: query.beforeMs === null ? null : startMs + query.beforeMs,
    });
    for (const { chat, ...rest } of questions.messages) {
      const conversation = (chat !== null && byPerson.get(chat)) || null;
      const query: MessageQuery = time({ ...rest, conversation });
      const page = await store.listMessages(owner, query);
      const expected = messagesByHand(messages, query);
      expect({ ...page, rows: page.rows.map(({ message }) => message) }).toEqual(expected);
    }
    for (const asking of questions.conversations) {
      const query: ConversationQuery = time(asking);
      const expected = chatsByHand(await summaries(messages), query);
      expect(await store.listConversations(owner, query)).toEqual(expected);
      for (const row of expected.rows) {
        expect(await store.conversationSummary(owner, row.conversation.id)).toEqual(row);
      }
    }
  };
  const summaries = (messages: readonly Message[]) =>
    Promise.all(
      [...chats].map(async ([id, { status, updatedMs }]): Promise<ConversationSummary> => {
        const conversation = await store.conversation(owner, id);
        if (!conversation) throw new Error('a conversation is gone');
        const of = messages.filter((message) => message.conversation === id);
        const lastMessageAtMs = of.length === 0 ? null : Math.max(...of.map(({ createdAtMs }) => createdAtMs));
        return { conversation, status, messageCount: of.length, lastMessageAtMs, updatedAtMs: updatedMs };
      }),
    );
  return { play, compare };
}

const chatOf = (chat: number) => ({ remoteChat: `chat-${chat}` as never });

/** In lists, what is being handed over is still queued. */
const listed = (message: Message): Message =>
  message.status === 'sending' ? { ...message, status: 'queued' } : message;

type Facts = Readonly<Record<string, number | string>>;

function byHand<Row, Query extends ListQuery<string>>(
  rows: readonly Row[],
  query: Query,
  factsOf: (row: Row) => Facts & { readonly created_at: number; readonly platform: Channel; readonly id: string },
  fits: (row: Row) => boolean,
) {
  const order = [...query.sort, newest('created_at'), newest('id')];
  const kept = rows
    .map((row) => ({ row, facts: factsOf(row) }))
    .filter(({ facts, row }) => {
      if (query.fromMs !== null && facts.created_at < query.fromMs) return false;
      if (query.beforeMs !== null && facts.created_at >= query.beforeMs) return false;
      return (query.channel === null || facts.platform === query.channel) && fits(row);
    })
    .toSorted((one, other) => {
      for (const { field, descending } of order) {
        const [a, b] = [one.facts[field] ?? 0, other.facts[field] ?? 0];
        if (a !== b) return a < b === descending ? 1 : -1;
      }
      return 0;
    });
  return { rows: kept.slice(query.offset, query.offset + query.limit).map(({ row }) => row), total: kept.length };
}

const newest = (field: string) => ({ field, descending: true });

const messagesByHand = (messages: readonly Message[], query: MessageQuery) =>
  byHand(
    messages,
    query,
    ({ id, createdAtMs, updatedAtMs, channel, status }) => ({
      id: idOrder(id),
      created_at: createdAtMs,
      updated_at: updatedAtMs,
      platform: channel,
      status: statuses.indexOf(status),
    }),
    ({ conversation, direction, status }) =>
      (query.conversation === null || conversation === query.conversation) &&
      (query.direction === null || direction === query.direction) &&
      (query.status === null || status === query.status),
  );

const chatsByHand = (chats: readonly ConversationSummary[], query: ConversationQuery) =>
  byHand(
    chats,
    query,
    ({ conversation, status, messageCount, lastMessageAtMs, updatedAtMs }) => ({
      id: idOrder(conversation.id),
      created_at: conversation.createdAtMs,
      updated_at: updatedAtMs,
      last_message_at: lastMessageAtMs ?? -1,
      platform: conversation.channel,
      status,
      message_count: messageCount,
    }),
    ({ status }) => query.status === null || status === query.status,
  );

/** Ids of one time are equally long, and base 36 sorts as its digits do. */
const idOrder = (id: MessageId | ConversationId): string => id;
