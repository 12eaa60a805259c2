// Tombstones, for every engine: a message that was deleted, or grew older than its account keeps, is read by nothing and
// sent by nothing, while its key and its place in the log stay.
import { describe, expect, test } from 'vitest';
import { desk, dm, inbound, report, tapback, taken, type StoreEngine } from '../support/store.ts';
import { openedLists } from './store-lists.ts';

const [alice, bob] = ['+15551234567', '+15557654321'];
const key = { action: 'send', key: 'k', fingerprint: 'to=a' };

export function tombstoneContract(engine: StoreEngine): void {
  describe('a deleted message', () => {
    deleting(engine);
  });
  describe('an account that keeps messages for some days', () => {
    retention(engine);
  });
}

function deleting(engine: StoreEngine): void {
  test('is read by nothing, and its log goes on without a gap', async () => {
    const { owner, store, sent, receive, ids, events } = await openedLists(engine);
    const { message, conversation, remoteId } = await sent(owner);
    await receive(tapback(remoteId, alice));
    expect(await ids()).toEqual([message]);
    expect(await store.deleteMessage(owner, message)).toBe(true);
    expect(await store.deleteMessage(owner, message)).toBe(false);
    expect(await store.messages(owner, [message])).toEqual([]);
    expect(await ids()).toEqual([]);
    expect(await store.timeline(owner, message)).toEqual([]);
    const summary = await store.conversationSummary(owner, conversation.id);
    expect(summary).toMatchObject({ messageCount: 0, lastMessageAtMs: null });
    await receive(report(remoteId, 'read'));
    expect(await store.messages(owner, [message])).toEqual([]);
    expect((await events(owner)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const [reaction] = (await events(owner)).filter((event) => event.kind === 'reaction');
    expect(await store.reactions(owner, [reaction?.kind === 'reaction' ? reaction.reaction : 0])).toHaveLength(1);
  });

  test('is never sent again by its key, which still names it', async () => {
    const room = await openedLists(engine);
    const { owner, store, sent, accept, item } = room;
    const { message, conversation } = await sent(owner, { idempotency: key });
    await store.deleteMessage(owner, message);
    const again = { outcome: 'repeated', message, conversation: conversation.id, status: 'deleted', error: null };
    expect(await accept(item(owner, { idempotency: key }))).toEqual(again);
    const after = desk(await room.reopen());
    expect(await after.accept(after.item(owner, { idempotency: key }))).toEqual(again);
    const other = { ...key, fingerprint: 'to=b' };
    expect(await after.accept(after.item(owner, { idempotency: other }))).toMatchObject({ outcome: 'refused' });
  });

  test('that waits is not sent any more, and the next one of its chat is', async () => {
    const { owner, store, send, claim } = await openedLists(engine);
    const first = await send(owner);
    const second = await send(owner, { conversation: first.conversation.id });
    expect(await store.deleteMessage(owner, first.message)).toBe(true);
    expect((await claim(first.conversation.id))?.commands.map(({ id }) => id)).toEqual([second.message]);
  });

  test('that a provider has in hand is refused until its fate is known', async () => {
    const { owner, store, sent, send, claim, settle, ids } = await openedLists(engine);
    const { conversation } = await sent(owner);
    const conflict = { failure: { code: 'conflict' } };
    const queued = await send(owner, { conversation: conversation.id });
    await claim(conversation.id);
    await expect(store.deleteMessage(owner, queued.message)).rejects.toMatchObject(conflict);
    await settle(owner, conversation.id, queued.message, taken(['r2']));
    const born = await send(owner, { conversation: conversation.id, claimed: true });
    await expect(store.deleteMessage(owner, born.message)).rejects.toMatchObject(conflict);
    await settle(owner, conversation.id, born.message, taken(['r3']));
    expect(await store.deleteMessage(owner, queued.message)).toBe(true);
    expect(await store.deleteMessage(owner, born.message)).toBe(true);
    expect(await ids()).toHaveLength(1);
  });

  test('leaves its conversation with the newest of what is left', async () => {
    const { owner, store, receive, ids, chats, tick } = await openedLists(engine);
    const dedicated = { dedicatedTo: owner };
    await receive(inbound(alice), dedicated);
    tick();
    await receive(inbound(alice), dedicated);
    const [newest, oldest] = await ids();
    const [chat] = await chats();
    if (!newest || !oldest || !chat) throw new Error('two messages in one chat expected');
    const before = await store.conversationSummary(owner, chat);
    await store.deleteMessage(owner, newest);
    const after = await store.conversationSummary(owner, chat);
    expect(after).toMatchObject({ messageCount: 1, lastMessageAtMs: (before?.lastMessageAtMs ?? 0) - 1000 });
    expect(await ids()).toEqual([oldest]);
    expect(await ids({ status: 'deleted' })).toEqual([]);
  });
}

function retention(engine: StoreEngine): void {
  const dayMs = 24 * 60 * 60 * 1000;

  test('has tombstones of older ones, and keeps their keys and its log', async () => {
    const { owner, store, runtime, sent, ids, receive, accept, item, events, account } = await openedLists(engine);
    const other = await account();
    await store.updateAccount(owner, { retentionDays: 2 });
    const sweep = (limit = 100) => store.sweepRetention(runtime.clock.nowMs(), limit, null);
    const first = await sent(owner, { idempotency: key });
    await sent(other, { conversation: dm(bob) }, 'chat-2');
    await receive(inbound(alice));
    runtime.advance(dayMs);
    const young = await sent(owner, { conversation: first.conversation.id });
    expect(await sweep()).toBe(0);
    runtime.advance(dayMs + 1);
    expect(await sweep(1)).toBe(1);
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
    expect(await ids()).toEqual([young.message]);
    expect(await ids({}, other)).toHaveLength(1);
    expect((await events(owner)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    const again = await accept(item(owner, { idempotency: key }));
    expect(again).toMatchObject({ outcome: 'repeated', message: first.message, status: 'deleted' });
  });

  test('keeps what waits or is unknown until that is decided', async () => {
    const { owner, store, runtime, send, claim, settle, ids } = await openedLists(engine);
    const { message, conversation } = await send(owner, { conversation: dm(alice) });
    const waiting = await send(owner, { conversation: dm(bob) });
    await claim(conversation.id);
    await settle(owner, conversation.id, message, { outcome: 'unknown', error: 'silence', heldUntilMs: null });
    runtime.advance(40 * dayMs);
    expect(await store.sweepRetention(runtime.clock.nowMs(), 100, 30)).toBe(0);
    await store.resolve(owner, message, 'failed');
    expect(await store.sweepRetention(runtime.clock.nowMs(), 100, null)).toBe(0);
    await store.updateAccount(owner, { retentionDays: 60 });
    expect(await store.sweepRetention(runtime.clock.nowMs(), 100, 30)).toBe(0);
    await store.updateAccount(owner, { retentionDays: null });
    expect(await store.sweepRetention(runtime.clock.nowMs(), 100, 30)).toBe(1);
    expect(await ids()).toEqual([waiting.message]);
  });
}
