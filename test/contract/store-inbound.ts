// Receiving, for every engine: whose an inbound message is, that nothing is stored twice, and that reports only raise.
import { describe, expect, test } from 'vitest';
import { remoteChat, remoteId } from '#core/ids.ts';
import { desk, dm, group, inbound, line, report, sim, tapback, taken, type StoreEngine } from '../support/store.ts';

const alice = '+15551234567';
const bob = '+15557654321';
const nobody = { outcome: 'ignored', why: 'nobody' };

export function inboundContract(engine: StoreEngine): void {
  describe('an inbound message', () => {
    test('is stored once per provider event and once per remote id, also after a kill', async () => {
      const opened = await engine.open();
      const { account, receive, read } = desk(opened);
      const owner = await account();
      await opened.store.claimRoute(owner, alice, 20, 0);
      const row = inbound(alice, { text: 'once' });
      const outcome = await receive(row);
      const again = desk(await opened.crash());
      expect(await again.receive(row)).toEqual({ outcome: 'duplicate' });
      expect(await again.receive({ ...row, eventId: 'another' })).toEqual({ outcome: 'duplicate' });
      expect((await again.receive({ ...row, remoteId: remoteId('other') })).outcome).toBe('duplicate');
      expect(await again.events(owner)).toHaveLength(1);
      if (outcome.outcome !== 'stored') throw new Error('not stored');
      expect(await read(owner, outcome.message)).toMatchObject({
        direction: 'inbound',
        status: 'received',
        sender: alice,
        parts: [{ type: 'text', value: 'once' }],
        remoteId: row.remoteId,
        sentAtMs: row.sentAtMs,
      });
    });

    test("of a dedicated connection is its account's, whoever registered the sender", async () => {
      const opened = await engine.open();
      const { account, receive } = desk(opened);
      const [one, other] = [await account(), await account()];
      await opened.store.claimRoute(other, alice, 20, 0);
      expect(await receive(inbound(alice), { dedicatedTo: one })).toMatchObject({ account: one });
    });

    test('of a registered sender is the holder of the number, in the conversation that was opened by sending', async () => {
      const opened = await engine.open();
      const { account, send, receive } = desk(opened);
      const [first, holder] = [await account(), await account()];
      const old = await send(first);
      expect(await receive(inbound(alice))).toMatchObject({ account: first, conversation: old.conversation.id });
      expect(await opened.store.claimRoute(holder, alice, 20, 0)).toBe('claimed');
      const moved = await receive(inbound(alice));
      expect(moved).toMatchObject({ account: holder });
      await opened.store.releaseRoute(holder, alice);
      expect(await receive(inbound(alice))).toMatchObject({ account: holder });
    });

    test('of a stranger is nobody’s and leaves no trace', async () => {
      const opened = await engine.open();
      const { account, receive } = desk(opened);
      const row = inbound(alice);
      expect(await receive(row)).toEqual(nobody);
      await opened.store.claimRoute(await account(), alice, 20, 0);
      expect((await receive(row)).outcome).toBe('stored');
    });

    test('in a group that an account owns is heard from every participant', async () => {
      const opened = await engine.open();
      const { account, sent, receive } = desk(opened);
      const [owner, other] = [await account(), await account()];
      const { conversation } = await sent(owner, { conversation: group([alice, bob]) }, 'group-1');
      await opened.store.claimRoute(other, bob, 20, 0);
      const said = (from: string) =>
        inbound(from, { isGroup: true, participants: [alice, bob], remoteChat: remoteChat('group-1') });
      for (const from of [alice, bob, '+15550009999']) {
        expect(await receive(said(from))).toMatchObject({ account: owner, conversation: conversation.id });
      }
    });

    test('in a new group is the first registered member’s', async () => {
      const opened = await engine.open();
      const { account, receive } = desk(opened);
      const holder = await account();
      const said = inbound(alice, { isGroup: true, participants: [alice, bob], remoteChat: remoteChat('group-2') });
      expect(await receive(said)).toEqual(nobody);
      await opened.store.claimRoute(holder, bob, 20, 0);
      expect(await receive(said)).toMatchObject({ outcome: 'stored', account: holder });
    });

    test('two groups of the same people stay two chats, and who joins one is not written to in the other', async () => {
      const opened = await engine.open();
      const { account, receive } = desk(opened);
      const owner = await account();
      await opened.store.claimRoute(owner, alice, 20, 0);
      const said = (chat: string, participants = [alice, bob]) =>
        receive(inbound(alice, { isGroup: true, participants, remoteChat: remoteChat(chat) }));
      const [one, two] = [await said('g1'), await said('g2')];
      const joined = await said('g1', [alice, bob, '+15550001111']);
      if (one.outcome !== 'stored' || two.outcome !== 'stored' || joined.outcome !== 'stored')
        throw new Error('not stored');
      expect(two.conversation).not.toBe(one.conversation);
      expect(joined.conversation).toBe(one.conversation);
      expect((await opened.store.conversation(owner, one.conversation))?.participants).toHaveLength(3);
      expect((await opened.store.conversation(owner, two.conversation))?.participants).toHaveLength(2);
    });

    test('names what it replies to when that is ours', async () => {
      const opened = await engine.open();
      const { account, sent, receive, read } = desk(opened);
      const owner = await account();
      const { message, remoteId: id } = await sent(owner);
      const reply = await receive(inbound(alice, { replyTo: remoteId(id) }));
      if (reply.outcome !== 'stored') throw new Error('not stored');
      expect((await read(owner, reply.message)).replyTo).toBe(message);
    });

    test('tells whose a chat is for signals that are never stored', async () => {
      const opened = await engine.open();
      const { account, sent } = desk(opened);
      const [owner, holder] = [await account(), await account()];
      const { conversation } = await sent(owner);
      const found = { account: owner, conversation: conversation.id };
      expect(await opened.store.ownerOf(sim, line, 'chat-1', alice)).toEqual(found);
      expect(await opened.store.ownerOf(sim, line, 'chat-2', bob)).toBeUndefined();
      await opened.store.claimRoute(holder, alice, 20, 0);
      expect(await opened.store.ownerOf(sim, line, 'chat-1', alice)).toBeUndefined();
    });
  });

  receiptContract(engine);
}

function receiptContract(engine: StoreEngine): void {
  describe('a report', () => {
    test('raises the status, and one that comes late or twice changes nothing', async () => {
      const opened = await engine.open();
      const { account, sent, receive, statuses } = desk(opened);
      const owner = await account();
      const { message, remoteId: id } = await sent(owner);
      for (const status of ['delivered', 'read', 'delivered', 'failed', 'sent', 'read'] as const) {
        await receive(report(id, status));
      }
      expect(await statuses(owner, message)).toEqual(['queued', 'sent', 'delivered', 'read']);
      expect(await receive(report(id, 'delivered'))).toEqual({ outcome: 'ignored', why: 'no_change' });
    });

    test('that comes before its send was settled is kept, also over a kill, and joined', async () => {
      const opened = await engine.open();
      const { account, send, claim } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner);
      await claim(conversation.id);
      expect(await desk(opened).receive(report('early', 'delivered'))).toEqual({ outcome: 'parked' });
      const later = desk(await opened.crash());
      const outcome = await later.settle(owner, conversation.id, message, taken(['early']));
      expect(outcome).toEqual({ outcome: 'settled', status: 'delivered' });
      expect(await later.statuses(owner, message)).toEqual(['queued', 'sent', 'delivered']);
    });

    test('of failure shows why, and a later proof of delivery lifts it', async () => {
      const opened = await engine.open();
      const { account, sent, receive, read } = desk(opened);
      const owner = await account();
      const { message, remoteId: id } = await sent(owner);
      await receive(report(id, 'failed'));
      expect(await read(owner, message)).toMatchObject({ status: 'failed', error: 'the carrier gave up' });
      await receive(report(id, 'delivered'));
      expect(await read(owner, message)).toMatchObject({ status: 'delivered', error: null });
    });

    test('by one member of a group is not taken for all of them', async () => {
      const opened = await engine.open();
      const { account, sent, receive, statuses } = desk(opened);
      const owner = await account();
      const { message, remoteId: id } = await sent(owner, { conversation: group([alice, bob]) });
      await receive(report(id, 'read', { recipient: alice }));
      expect(await statuses(owner, message)).toEqual(['queued', 'sent']);
      await receive(report(id, 'delivered', { recipient: bob }));
      await receive(report(id, 'read', { recipient: bob }));
      expect(await statuses(owner, message)).toEqual(['queued', 'sent', 'delivered', 'read']);
    });

    test('on one of several parts waits for the others', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, receive, statuses } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner, { chunks: ['a', 'b'] });
      await claim(conversation.id);
      await settle(owner, conversation.id, message, taken(['a1', 'b1']));
      await receive(report('b1', 'delivered'));
      expect(await statuses(owner, message)).toEqual(['queued', 'sent']);
      await receive(report('a1', 'delivered'));
      expect(await statuses(owner, message)).toEqual(['queued', 'sent', 'delivered']);
    });

    test('by our key counts only on the connection the message went by', async () => {
      const opened = await engine.open();
      const { account, sent, receive, statuses } = desk(opened);
      const owner = await account();
      const { message } = await sent(owner);
      const elsewhere = { connection: 'other' as typeof sim };
      expect(await receive(report('zzz', 'read', { key: message }), elsewhere)).toEqual({ outcome: 'parked' });
      expect(await statuses(owner, message)).toEqual(['queued', 'sent']);
    });

    test('of a faster provider than our own commit is not undone by it', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, receive, read, statuses } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner, { conversation: dm(bob) });
      await claim(conversation.id);
      await receive(report('fast', 'delivered', { key: message }));
      expect(await settle(owner, conversation.id, message, taken(['fast']))).toMatchObject({ status: 'delivered' });
      expect(await read(owner, message)).toMatchObject({ status: 'delivered', remoteId: 'fast' });
      expect(await statuses(owner, message)).toEqual(['queued', 'delivered']);
    });

    test('a tapback is appended to the log once, and one on a message that is not ours is ignored', async () => {
      const opened = await engine.open();
      const { account, sent, receive, events } = desk(opened);
      const owner = await account();
      const { message, remoteId: id } = await sent(owner);
      const row = tapback(id, alice);
      expect(await receive(row)).toMatchObject({ outcome: 'stored', message });
      expect(await receive(row)).toEqual({ outcome: 'duplicate' });
      await receive(tapback(id, alice, { added: false }));
      const numbers = (await events(owner)).flatMap((event) => (event.kind === 'reaction' ? [event.reaction] : []));
      expect(await opened.store.reactions(owner, numbers)).toMatchObject([
        { message, from: alice, reactionType: 'love', added: true },
        { message, from: alice, reactionType: 'love', added: false },
      ]);
      expect(await receive(tapback('never', alice))).toEqual({ outcome: 'ignored', why: 'unknown_message' });
    });

    test('an item that cannot be stored does not keep its neighbours out', async () => {
      const opened = await engine.open();
      const { account, receive, events } = desk(opened);
      const owner = await account();
      await opened.store.claimRoute(owner, alice, 20, 0);
      const bad = inbound(alice, { sentAtMs: 'yesterday' as unknown as number });
      await Promise.all([receive(inbound(alice)), receive(bad), receive(inbound(alice))]);
      expect((await events(owner)).map(({ seq }) => seq)).toEqual([1, 2]);
    });

    test('a chat is opened before anything was said in it, and what comes in then is in it', async () => {
      const opened = await engine.open();
      const { account, receive } = desk(opened);
      const [owner, other] = [await account(), await account()];
      const chat = { connection: sim, line: 'wallet-a', channel: 'xmtp', isGroup: true } as const;
      const named = { ...chat, remoteChat: remoteChat('chat-1'), participants: ['wallet-b'] };
      const first = await opened.store.openConversation(owner, named);
      expect(first).toMatchObject({ account: owner, participants: ['wallet-b'], remoteChat: 'chat-1', isGroup: true });
      const again = await opened.store.openConversation(owner, { ...named, participants: ['wallet-b', 'wallet-c'] });
      expect(again).toEqual({ ...first, participants: ['wallet-b', 'wallet-c'] });
      expect(await opened.store.conversation(owner, first.id)).toEqual(again);
      // The same people in another chat, and the same chat for another account, are conversations of their own.
      const second = await opened.store.openConversation(owner, { ...named, remoteChat: remoteChat('chat-2') });
      const theirs = await opened.store.openConversation(other, named);
      expect(new Set([first.id, second.id, theirs.id]).size).toBe(3);

      const place = { line: 'wallet-a', remoteChat: remoteChat('chat-2'), channel: 'xmtp', isGroup: true } as const;
      const outcome = await receive(inbound('wallet-b', { ...place, participants: ['wallet-b'] }), {
        dedicatedTo: owner,
      });
      expect(outcome).toMatchObject({ outcome: 'stored', account: owner, conversation: second.id });
    });
  });
}
