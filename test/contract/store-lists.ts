// Looking back, for every engine: pages, totals and timelines of what was committed before the question, and
// conversations put away until somebody writes in them.
import { describe, expect, test } from 'vitest';
import { idText, type AccountId, type MessageId } from '#core/ids.ts';
import type { ConversationQuery, MessageQuery } from '#ports/store/lists.ts';
import { desk, dm, inbound, only, report, sim, tapback, taken, type StoreEngine } from '../support/store.ts';

const [alice, bob] = ['+15551234567', '+15557654321'];

export const everyMessage: MessageQuery = {
  offset: 0,
  limit: 1000,
  fromMs: null,
  beforeMs: null,
  channel: null,
  conversation: null,
  direction: null,
  status: null,
  sort: [],
};
export const everyConversation: ConversationQuery = {
  offset: 0,
  limit: 1000,
  fromMs: null,
  beforeMs: null,
  channel: null,
  status: null,
  sort: [],
};

export function listContract(engine: StoreEngine): void {
  describe('lists', () => {
    listing(engine);
    conversations(engine);
    timelines(engine);
  });
}

/** An account of an opened store, and short ways to ask for its lists. */
export async function openedLists(engine: StoreEngine) {
  const room = await engine.open();
  const tools = desk(room);
  const owner = await tools.account();
  const { store } = room;
  const ids = async (query: Partial<MessageQuery> = {}, of: AccountId = owner) =>
    (await store.listMessages(of, { ...everyMessage, ...query })).rows.map(({ message }) => message.id);
  const chats = async (query: Partial<ConversationQuery> = {}, of: AccountId = owner) =>
    (await store.listConversations(of, { ...everyConversation, ...query })).rows.map(
      ({ conversation }) => conversation.id,
    );
  return { ...room, ...tools, owner, ids, chats, tick: () => room.runtime.advance(1000) };
}

function listing(engine: StoreEngine): void {
  test('an account without messages has empty pages, and so has one that does not exist', async () => {
    const { store, owner } = await openedLists(engine);
    for (const account of [owner, idText('account', 7)]) {
      expect(await store.listMessages(account, everyMessage)).toEqual({ rows: [], total: 0 });
      expect(await store.listConversations(account, everyConversation)).toEqual({ rows: [], total: 0 });
    }
  });

  test('a page holds the newest first, and the total counts all pages', async () => {
    const { store, owner, send, ids, tick } = await openedLists(engine);
    const sent: MessageId[] = [];
    for (let n = 0; n < 5; n += 1) {
      sent.unshift((await send(owner)).message);
      if (n !== 2) tick();
    }
    expect(await ids()).toEqual(sent);
    const page = await store.listMessages(owner, { ...everyMessage, offset: 2, limit: 2 });
    expect(page.rows.map(({ message }) => message.id)).toEqual(sent.slice(2, 4));
    expect(page.total).toBe(5);
    expect(await ids({ sort: [{ field: 'created_at', descending: false }] })).toEqual(
      [4, 3, 1, 2, 0].map((at) => sent[at]),
    );
    expect(await ids({ offset: 5 })).toEqual([]);
  });

  test('whatever was committed before the question is in the answer, with the status it has now', async () => {
    const { owner, store, send, claim, settle, receive, ids } = await openedLists(engine);
    const first = await send(owner, { conversation: dm(alice) });
    expect(await ids({ status: 'queued' })).toEqual([first.message]);
    await claim(first.conversation.id);
    expect(await ids({ status: 'queued' })).toEqual([first.message]);
    expect(await ids({ status: 'sending' })).toEqual([]);
    const [listed] = (await store.listMessages(owner, everyMessage)).rows;
    expect(listed?.message.status).toBe('queued');
    await settle(owner, first.conversation.id, first.message, taken(['r1']));
    expect(await ids({ status: 'sent' })).toEqual([first.message]);
    await receive(report('r1', 'read'));
    await receive(inbound(alice));
    expect(await ids({ status: 'queued' })).toEqual([]);
    expect(await ids({ status: 'read' })).toEqual([first.message]);
    expect(await ids({ direction: 'outbound' })).toEqual([first.message]);
    const received = await store.listMessages(owner, { ...everyMessage, direction: 'inbound' });
    expect(received.total).toBe(1);
    expect(received.rows[0]?.message).toMatchObject({ status: 'received', sender: alice });
    expect(await ids({ conversation: first.conversation.id })).toHaveLength(2);
    expect(await ids({ conversation: idText('conversation', 9) })).toEqual([]);
  });

  test('a row is the message as it is read by its id', async () => {
    const { owner, store, sent, receive, tick } = await openedLists(engine);
    const { message, remoteId } = await sent(owner);
    tick();
    await receive(report(remoteId, 'failed'));
    const listed = only((await store.listMessages(owner, everyMessage)).rows);
    expect([listed]).toEqual(await store.messages(owner, [message]));
    expect(listed.message).toMatchObject({ status: 'failed', error: 'the carrier gave up' });
    expect(listed.message.updatedAtMs).toBe(listed.message.createdAtMs + 1000);
  });

  test('pages are cut by channel and by time, from an instant on and before another', async () => {
    const { owner, send, ids, runtime, tick } = await openedLists(engine);
    const one = await send(owner, { channel: 'sms' });
    tick();
    const two = await send(owner, { channel: 'imessage' });
    const at = runtime.clock.nowMs();
    tick();
    const three = await send(owner, { channel: 'rcs' });
    expect(await ids({ channel: 'sms' })).toEqual([one.message]);
    expect(await ids({ fromMs: at })).toEqual([three.message, two.message]);
    expect(await ids({ beforeMs: at })).toEqual([one.message]);
    expect(await ids({ fromMs: at, beforeMs: at + 1 })).toEqual([two.message]);
    const byPlatform = [{ field: 'platform', descending: false } as const];
    expect(await ids({ sort: byPlatform })).toEqual([two.message, three.message, one.message]);
  });

  test("a list shows nothing of another account's", async () => {
    const { owner, account, store, send, ids, chats } = await openedLists(engine);
    const other = await account();
    const { message, conversation } = await send(owner);
    expect(await ids({}, other)).toEqual([]);
    expect(await ids({ conversation: conversation.id }, other)).toEqual([]);
    expect(await chats({}, other)).toEqual([]);
    expect(await store.conversationSummary(other, conversation.id)).toBeUndefined();
    expect(await store.setConversationStatus(other, conversation.id, 'archived')).toBeUndefined();
    expect(await store.timeline(other, message)).toEqual([]);
    expect(await store.deleteMessage(other, message)).toBe(false);
    expect(await ids()).toEqual([message]);
  });

  test('a long log is listed whole by the first question, and the next ones go on after a crash', async () => {
    const room = await openedLists(engine);
    const { owner, store, item } = room;
    for (let n = 0; n < 3; n += 1) await store.accept(Array.from({ length: 1500 }, () => item(owner)));
    expect((await store.listMessages(owner, { ...everyMessage, limit: 1 })).total).toBe(4500);
    const after = await room.crash();
    await after.store.accept([desk(after).item(owner)]);
    const { total, rows } = await after.store.listMessages(owner, { ...everyMessage, offset: 4500 });
    expect([total, rows.length]).toEqual([4501, 1]);
    expect((await after.store.listConversations(owner, everyConversation)).rows[0]?.messageCount).toBe(4501);
  });
}

function conversations(engine: StoreEngine): void {
  test('a conversation is listed with its messages counted and its last one dated', async () => {
    const { owner, store, send, receive, chats, runtime, tick } = await openedLists(engine);
    const one = await send(owner, { conversation: dm(alice) });
    const startMs = runtime.clock.nowMs();
    tick();
    const two = await send(owner, { conversation: dm(bob) });
    tick();
    await receive(inbound(alice));
    const { rows, total } = await store.listConversations(owner, everyConversation);
    expect(total).toBe(2);
    expect(rows.map(({ conversation }) => conversation.id)).toEqual([two.conversation.id, one.conversation.id]);
    expect(rows[1]).toEqual({
      conversation: await store.conversation(owner, one.conversation.id),
      status: 'active',
      messageCount: 2,
      lastMessageAtMs: startMs + 2000,
      updatedAtMs: startMs + 2000,
    });
    expect(await store.conversationSummary(owner, one.conversation.id)).toEqual(rows[1]);
    const liveliest = [one.conversation.id, two.conversation.id];
    for (const field of ['last_message_at', 'updated_at', 'message_count'] as const) {
      expect(await chats({ sort: [{ field, descending: true }] })).toEqual(liveliest);
      expect(await chats({ sort: [{ field, descending: false }] })).toEqual(liveliest.toReversed());
    }
    expect(await chats({ fromMs: startMs + 1 })).toEqual([two.conversation.id]);
    expect(await chats({ beforeMs: startMs + 1 })).toEqual([one.conversation.id]);
  });

  test('a conversation shows the people and the channel it has now', async () => {
    const { owner, store, receive, chats } = await openedLists(engine);
    const members = [alice, bob];
    const dedicated = { dedicatedTo: owner };
    const row = (people: readonly string[], channel: 'imessage' | 'sms') =>
      inbound(alice, { isGroup: true, participants: people, channel });
    await receive(row(members, 'imessage'), dedicated);
    const [id] = await chats({ channel: 'imessage' });
    await receive(row([...members, '+15550009999'], 'sms'), dedicated);
    expect(await chats({ channel: 'imessage' })).toEqual([]);
    expect(await chats({ channel: 'sms' })).toEqual([id]);
    const [summary] = (await store.listConversations(owner, everyConversation)).rows;
    expect(summary?.conversation).toMatchObject({ channel: 'sms', connection: sim });
    expect(summary?.conversation.participants).toHaveLength(3);
  });

  test('an archived conversation stays away until a message comes or goes in it', async () => {
    const { owner, store, sent, send, receive, chats, tick } = await openedLists(engine);
    const { conversation, remoteId } = await sent(owner, { conversation: dm(alice) });
    tick();
    const archived = await store.setConversationStatus(owner, conversation.id, 'archived');
    expect(archived).toMatchObject({ status: 'archived', messageCount: 1 });
    expect(archived?.updatedAtMs).toBe((archived?.lastMessageAtMs ?? 0) + 1000);
    await receive(report(remoteId, 'read'));
    await receive(tapback(remoteId, alice));
    expect(await chats({ status: 'archived' })).toEqual([conversation.id]);
    expect(await store.setConversationStatus(owner, conversation.id, 'archived')).toEqual(archived);
    await receive(inbound(alice));
    expect(await chats({ status: 'active' })).toEqual([conversation.id]);
    await store.setConversationStatus(owner, conversation.id, 'archived');
    await send(owner, { conversation: conversation.id });
    expect((await store.conversationSummary(owner, conversation.id))?.status).toBe('active');
    await store.setConversationStatus(owner, conversation.id, 'archived');
    expect((await store.setConversationStatus(owner, conversation.id, 'active'))?.status).toBe('active');
    expect(await store.setConversationStatus(owner, idText('conversation', 3), 'archived')).toBeUndefined();
  });
}

function timelines(engine: StoreEngine): void {
  test('the timeline of a message is every event of it and no other, however late they came', async () => {
    const { owner, store, sent, send, receive, events } = await openedLists(engine);
    const { message, remoteId, conversation } = await sent(owner);
    await send(owner, { conversation: conversation.id });
    await receive(report(remoteId, 'delivered'));
    expect(await store.timeline(owner, message)).toHaveLength(3);
    await receive(inbound(alice));
    await receive(tapback(remoteId, alice));
    const expected = (await events(owner)).filter((event) => event.message === message);
    expect(await store.timeline(owner, message)).toEqual(expected);
    expect(expected.map(({ kind }) => kind)).toEqual(['queued', 'status', 'status', 'reaction']);
    expect(await store.timeline(owner, idText('message', 5))).toEqual([]);
  });
}
