// Polls, for every engine: whose votes count, that the newest choice replaces the earlier one, and that a reply to a poll
// in text is a vote and a message.
import { describe, expect, test } from 'vitest';
import type { Poll } from '#core/poll.ts';
import { desk, inbound, ballot, type OpenedStore, type StoreEngine } from '../support/store.ts';

const alice = '+15551234567';
const bob = '+15557654321';
const hourMs = 60 * 60 * 1000;

const poll = (change: Partial<Poll> = {}): Poll => ({
  type: 'poll',
  question: 'Tea?',
  options: ['Yes', 'No', 'Later'],
  maxSelections: 1,
  anonymous: false,
  durationMs: null,
  ...change,
});

async function asked(opened: OpenedStore, change: Partial<Poll> = {}) {
  const at = desk(opened);
  const owner = await at.account();
  const sent = await at.sent(owner, { parts: [poll(change)] });
  return { ...at, owner, ...sent };
}

export function pollContract(engine: StoreEngine): void {
  describe('a vote', () => {
    test('on our poll is stored with an event, once, also after a kill', async () => {
      const opened = await engine.open();
      const { owner, message, remoteId, receive } = await asked(opened);
      const row = ballot(remoteId, alice, [1]);
      expect(await receive(row)).toMatchObject({ outcome: 'stored', account: owner, message });
      const later = await opened.crash();
      const again = desk(later);
      expect(await again.receive(row)).toEqual({ outcome: 'duplicate' });
      expect(await later.store.votes(owner, message)).toEqual([
        { number: expect.any(Number) as unknown, poll: message, from: alice, options: [1] },
      ]);
      const events = await again.events(owner);
      const event = events.findLast(({ kind }) => kind === 'vote');
      if (event?.kind !== 'vote') throw new Error('the vote has no event');
      expect(await later.store.events(owner, 0, 10, 'vote')).toEqual([event]);
      expect(await later.store.votesByNumber(owner, [event.vote])).toMatchObject([{ from: alice, options: [1] }]);
    });

    test('replaces the earlier one, and an empty one takes it back', async () => {
      const opened = await engine.open();
      const { owner, message, remoteId, receive } = await asked(opened, { maxSelections: 2 });
      await receive(ballot(remoteId, alice, [0]));
      await receive(ballot(remoteId, bob, [1]));
      await receive(ballot(remoteId, alice, [2, 1]));
      expect(await opened.store.votes(owner, message)).toMatchObject([
        { from: alice, options: [1, 2] },
        { from: bob, options: [1] },
      ]);
      await receive(ballot(remoteId, alice, []));
      expect(await opened.store.votes(owner, message)).toMatchObject([{ from: bob }]);
    });

    test.each([[[3]], [[-1]], [[0, 1]], [[0.5]]])(
      'for %j, which the poll does not offer, changes nothing',
      async (options) => {
        const opened = await engine.open();
        const { owner, message, remoteId, receive } = await asked(opened);
        expect(await receive(ballot(remoteId, alice, options))).toEqual({ outcome: 'ignored', why: 'no_change' });
        expect(await opened.store.votes(owner, message)).toEqual([]);
      },
    );

    test('on a closed poll does not count', async () => {
      const opened = await engine.open();
      const { owner, message, remoteId, receive } = await asked(opened, { durationMs: hourMs });
      opened.runtime.advance(hourMs);
      expect(await receive(ballot(remoteId, alice, [0]))).toMatchObject({ outcome: 'ignored' });
      expect(await opened.store.votes(owner, message)).toEqual([]);
    });

    test('on what is no poll, or no message of ours, changes nothing', async () => {
      const opened = await engine.open();
      const { account, sent, receive } = desk(opened);
      const { remoteId } = await sent(await account());
      expect(await receive(ballot(remoteId, alice, [0]))).toMatchObject({ outcome: 'ignored' });
      expect(await receive(ballot('nothing', alice, [0]))).toEqual({ outcome: 'ignored', why: 'unknown_message' });
    });

    test('is not shown to another account', async () => {
      const opened = await engine.open();
      const { account, message, remoteId, receive } = await asked(opened);
      await receive(ballot(remoteId, alice, [0]));
      const other = await account();
      expect(await opened.store.votes(other, message)).toEqual([]);
      expect(await opened.store.votesByNumber(other, [1])).toEqual([]);
    });
  });

  describe('a reply to a poll that went as text', () => {
    test.each<[string, readonly number[]]>([
      ['2', [1]],
      [' 3. ', [2]],
      ['no', [1]],
    ])('%j is a message and a vote for %j', async (text, options) => {
      const opened = await engine.open();
      const { owner, message, receive, events } = await asked(opened, { degraded: true });
      const outcome = await receive(inbound(alice, { text }));
      expect(outcome).toMatchObject({ outcome: 'stored', account: owner });
      expect(await opened.store.votes(owner, message)).toMatchObject([{ from: alice, options }]);
      expect((await events(owner)).slice(-2).map(({ kind }) => kind)).toEqual(['received', 'vote']);
    });

    test.each(['4', '1 2', 'maybe', '0', 'I like 2'])('%j is a message alone', async (text) => {
      const opened = await engine.open();
      const { owner, message, receive } = await asked(opened, { degraded: true });
      expect(await receive(inbound(alice, { text }))).toMatchObject({ outcome: 'stored' });
      expect(await opened.store.votes(owner, message)).toEqual([]);
    });

    test('counts after a start, for the newest poll of the chat alone', async () => {
      const opened = await engine.open();
      const { owner, message, sent } = await asked(opened, { degraded: true });
      const second = await sent(owner, { parts: [poll({ degraded: true, question: 'Cake?' })] });
      const later = await opened.reopen();
      await desk(later).receive(inbound(alice, { text: '1' }));
      expect(await later.store.votes(owner, message)).toEqual([]);
      expect(await later.store.votes(owner, second.message)).toMatchObject([{ options: [0] }]);
    });

    test('does not count for a poll that went as a poll', async () => {
      const opened = await engine.open();
      const { owner, message, receive } = await asked(opened);
      await receive(inbound(alice, { text: '1' }));
      expect(await opened.store.votes(owner, message)).toEqual([]);
    });
  });

  describe('a message known by its remote id', () => {
    test('is found by its account alone', async () => {
      const opened = await engine.open();
      const { account, sent } = desk(opened);
      const owner = await account();
      const { message, remoteId } = await sent(owner);
      expect(await opened.store.messageByRemoteId(owner, remoteId)).toBe(message);
      expect(await opened.store.messageByRemoteId(await account(), remoteId)).toBeUndefined();
      expect(await opened.store.messageByRemoteId(owner, 'nothing')).toBeUndefined();
    });
  });
}
