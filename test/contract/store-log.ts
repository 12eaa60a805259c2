// Reading the log, for every engine: gapless seq, rising microseconds whatever the clock does, and nothing of others.
import { describe, expect, test } from 'vitest';
import { idText } from '#core/ids.ts';
import { desk, inbound, line, sim, tapback, type StoreEngine } from '../support/store.ts';

const alice = '+15551234567';
const hourMs = 60 * 60 * 1000;

export function logContract(engine: StoreEngine): void {
  describe('the log', () => {
    test('keeps rising microseconds while the clock steps an hour back and forth', async () => {
      const opened = await engine.open();
      const { account, send, events } = desk(opened);
      const owner = await account();
      const startMs = opened.runtime.clock.nowMs();
      for (const stepMs of [0, -hourMs, hourMs, -hourMs, 2 * hourMs]) {
        opened.runtime.step(startMs + stepMs);
        await send(owner);
        await send(owner);
      }
      const log = await events(owner);
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, at) => at + 1));
      expect(log.every((event, at) => at === 0 || event.tsUs > (log[at - 1]?.tsUs ?? 0))).toBe(true);
      expect(log.at(-2)?.tsUs).toBe((startMs + 2 * hourMs) * 1000);
    });

    test('sixty thousand events within one second of the clock stay within a second of it', async () => {
      const opened = await engine.open();
      const { account, item } = desk(opened);
      const owner = await account();
      const startUs = opened.runtime.clock.nowUs();
      for (let n = 0; n < 6; n += 1) {
        await opened.store.accept(Array.from({ length: 10_000 }, () => item(owner)));
      }
      expect(await opened.store.headSeq(owner)).toBe(60_000);
      const [last] = await opened.store.events(owner, 59_999, 1);
      expect((last?.tsUs ?? 0) - startUs).toBeLessThan(1_000_000);
    });

    test('answers by seq, by kind and by instant', async () => {
      const opened = await engine.open();
      const { account, sent, receive } = desk(opened);
      const owner = await account();
      const { store, runtime } = opened;
      const { remoteId: id } = await sent(owner);
      runtime.advance(1000);
      const atUs = runtime.clock.nowUs();
      await receive(inbound(alice));
      await receive(tapback(id, alice));
      const kinds = (await store.events(owner, 0, 10)).map(({ kind }) => kind);
      expect(kinds).toEqual(['queued', 'status', 'received', 'reaction']);
      expect((await store.events(owner, 1, 2)).map(({ seq }) => seq)).toEqual([2, 3]);
      expect((await store.events(owner, 0, 10, 'received')).map(({ seq }) => seq)).toEqual([3]);
      expect((await store.events(owner, 0, 10, 'reaction')).map(({ seq }) => seq)).toEqual([4]);
      expect(await store.seqAt(owner, atUs - 1)).toBe(2);
      expect(await store.seqAt(owner, atUs)).toBe(3);
      expect(await store.seqAt(owner, 0)).toBe(0);
      expect(await store.seqAt(owner, Number.MAX_SAFE_INTEGER)).toBe(4);
    });

    test('goes on after a restart where it stood, and ids go on from the newest', async () => {
      const opened = await engine.open();
      const { account, send } = desk(opened);
      const owner = await account();
      const { message } = await send(owner);
      opened.runtime.step(opened.runtime.clock.nowMs() - hourMs);
      const after = await opened.reopen();
      expect(idText('message', after.store.newestId()) >= message).toBe(true);
      expect(after.store.epoch()).toBe(1);
      await desk(after).send(owner);
      const [first, second] = await desk(after).events(owner);
      expect(second).toMatchObject({ seq: 2, tsUs: (first?.tsUs ?? 0) + 1 });
    });

    test("shows nothing of another account's", async () => {
      const opened = await engine.open();
      const { account, sent, receive } = desk(opened);
      const [owner, other] = [await account(), await account()];
      const { message, conversation, remoteId: id } = await sent(owner);
      await receive(inbound(alice, { remoteId: 'newest' as never }));
      await receive(tapback(id, alice));
      const { store } = opened;
      expect(await store.messages(other, [message])).toEqual([]);
      expect(await store.events(other, 0, 10)).toEqual([]);
      expect(await store.conversation(other, conversation.id)).toBeUndefined();
      expect(await store.newestInbound(other, conversation.id)).toBeNull();
      expect(await store.reactions(other, [1])).toEqual([]);
      const place = { connection: sim, line, peerKey: alice, thread: null };
      expect(await store.findConversation(other, place)).toBeUndefined();
      expect((await store.findConversation(owner, place))?.id).toBe(conversation.id);
      expect(await store.newestInbound(owner, conversation.id)).toBe('newest');
      expect(await store.messages(owner, [idText('message', 5), message])).toHaveLength(1);
    });

    test('forgets keys and provider events only after what was promised', async () => {
      const opened = await engine.open();
      const { account, send, accept, item, receive } = desk(opened);
      const owner = await account();
      const idempotency = { action: 'send', key: 'k', fingerprint: 'to=a' };
      const { message } = await send(owner, { idempotency });
      const row = inbound(alice);
      await receive(row);
      const { store, runtime } = opened;
      const sweep = () => store.sweep(runtime.clock.nowMs(), 1000);
      runtime.advance(25 * hourMs);
      await sweep();
      expect(await accept(item(owner, { idempotency }))).toMatchObject({ outcome: 'repeated', message });
      runtime.advance(6 * 24 * hourMs);
      await sweep();
      expect(await receive({ ...row, remoteId: 'else' as never })).toEqual({ outcome: 'duplicate' });
      expect((await accept(item(owner, { idempotency }))).outcome).toBe('stored');
      runtime.advance(3 * 24 * hourMs);
      expect(await sweep()).toBeGreaterThan(0);
      expect(await sweep()).toBe(0);
    });
  });
}
