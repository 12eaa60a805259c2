// Claiming and settling, for every engine: order within a conversation, fences, what becomes of a send whose fate is
// unknown, and what a new process finds in the outbox.
import { describe, expect, test } from 'vitest';
import { idText, remoteId, type MessageId } from '#core/ids.ts';
import type { Settlement } from '#ports/store/outbound.ts';
import { desk, dm, only, report, sim, taken, type OpenedStore, type StoreEngine } from '../support/store.ts';

const deferred = (notBeforeMs: number, maybeSent = false): Settlement => ({
  outcome: 'deferred',
  notBeforeMs,
  error: 'busy',
  maybeSent,
});
const unknown = (heldUntilMs: number | null): Settlement => ({ outcome: 'unknown', error: 'no answer', heldUntilMs });
const failed: Settlement = { outcome: 'failed', error: 'no such number' };
const hourMs = 60 * 60 * 1000;

export function dispatchContract(engine: StoreEngine): void {
  describe('claiming', () => {
    test('takes a run in the order of acceptance, and nothing more while it is under way', async () => {
      const opened = await engine.open();
      const { account, send, claim, read } = desk(opened);
      const owner = await account();
      const messages: MessageId[] = [];
      for (let n = 0; n < 5; n += 1) messages.push((await send(owner)).message);
      const { conversation } = await send(owner);
      const run = await claim(conversation.id, 4);
      expect(run?.conversation).toEqual(conversation);
      expect(run?.commands.map(({ id }) => id)).toEqual(messages.slice(0, 4));
      expect(run?.commands[0]).toMatchObject({ kind: 'send', fence: 1, attempt: 1, maybeSent: false, nextChunk: 0 });
      expect((await read(owner, messages[0] ?? run?.commands[0]?.id ?? idText('message', 1))).status).toBe('sending');
      expect(await claim(conversation.id)).toBeUndefined();
    });

    test('never divides a message of several chunks over a limit: it goes whole, or first of the next run', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle } = desk(opened);
      const owner = await account();
      const one = await send(owner);
      const three = await send(owner, { chunks: ['a', 'b', 'c'] });
      const { id } = one.conversation;
      expect((await claim(id, 2))?.commands.map((command) => command.id)).toEqual([one.message]);
      await settle(owner, id, one.message, taken(['x']));
      expect((await claim(id, 2))?.commands).toMatchObject([{ id: three.message, chunks: ['a', 'b', 'c'] }]);
    });

    test('takes a command that is not a send by itself, in its turn', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner);
      const id = idText('message', opened.runtime.ids.next());
      const command = { kind: 'markRead', remoteId: null } as const;
      const expiresAtMs = opened.runtime.clock.nowMs() + hourMs;
      await opened.store.enqueue([{ account: owner, id, conversation: conversation.id, command, expiresAtMs }]);
      const last = await send(owner);
      expect((await claim(conversation.id))?.commands).toMatchObject([{ id: message }]);
      await settle(owner, conversation.id, message, taken(['x']));
      expect((await claim(conversation.id))?.commands).toMatchObject([{ id, kind: 'side', command }]);
      expect(await settle(owner, conversation.id, id, taken([]))).toEqual({ outcome: 'settled', status: 'sent' });
      expect(await settle(owner, conversation.id, id, taken([]))).toEqual({ outcome: 'stale' });
      expect((await claim(conversation.id))?.commands).toMatchObject([{ id: last.message }]);
    });

    test('a message born claimed needs no claim, and blocks what comes after it', async () => {
      const opened = await engine.open();
      const { account, sent, send, claim, settle } = desk(opened);
      const owner = await account();
      const { conversation } = await sent(owner);
      const born = await send(owner, { conversation: conversation.id, claimed: true });
      await send(owner, { conversation: conversation.id });
      expect(await claim(conversation.id)).toBeUndefined();
      expect(await settle(owner, conversation.id, born.message, taken(['b']))).toMatchObject({ status: 'sent' });
      expect((await claim(conversation.id))?.commands).toHaveLength(1);
    });
  });

  bornContract(engine);
  settleContract(engine);
  unknownContract(engine);
  recoveryContract(engine);
}

function bornContract(engine: StoreEngine): void {
  describe('a message born claimed', () => {
    const born = async (opened: OpenedStore, count: number) => {
      const tools = desk(opened);
      const owner = await tools.account();
      const { conversation } = await tools.sent(owner);
      const messages: MessageId[] = [];
      for (let n = 0; n < count; n += 1) {
        messages.push((await tools.send(owner, { conversation: conversation.id, claimed: true })).message);
      }
      const settle = (at: number, settlement: Settlement) =>
        tools.settle(owner, conversation.id, messages[at] ?? idText('message', 1), settlement);
      return { tools, owner, conversation, messages, settle };
    };

    test('that is put back is claimed again before those under way behind it, and nothing behind them is', async () => {
      const opened = await engine.open();
      const { tools, owner, conversation, messages, settle } = await born(opened, 2);
      const last = await tools.send(owner, { conversation: conversation.id });
      await settle(0, deferred(0));
      const run = await tools.claim(conversation.id);
      expect(run?.commands.map(({ id, fence }) => [id, fence])).toEqual([[messages[0], 2]]);
      expect(await settle(1, taken(['second']))).toMatchObject({ status: 'sent' });
      await tools.settle(owner, conversation.id, messages[0] ?? last.message, taken(['first']), 2);
      expect((await tools.claim(conversation.id))?.commands).toMatchObject([{ id: last.message }]);
    });

    test('fails, stays unknown or is reported on like any other', async () => {
      const opened = await engine.open();
      const { tools, owner, conversation, messages, settle } = await born(opened, 3);
      await tools.receive(report('fast', 'delivered', { key: messages[2] ?? '' }));
      expect(await settle(0, failed)).toMatchObject({ status: 'failed' });
      expect(await settle(1, unknown(null))).toMatchObject({ status: 'unknown' });
      expect(await settle(2, taken(['fast']))).toMatchObject({ status: 'delivered' });
      for (const at of [0, 1, 2])
        expect(await settle(at, taken(['again']))).toEqual({
          outcome: at === 1 ? 'settled' : 'stale',
          ...(at === 1 ? { status: 'sent' } : {}),
        });
      expect(await tools.claim(conversation.id)).toBeUndefined();
      expect(await Promise.all(messages.map(async (id) => (await tools.read(owner, id)).status))).toEqual([
        'failed',
        'sent',
        'delivered',
      ]);
    });

    test('is counted as under way, and its fence is checked', async () => {
      const opened = await engine.open();
      const { tools, owner, conversation, messages } = await born(opened, 2);
      const oldestQueuedAtMs = opened.runtime.clock.nowMs();
      opened.runtime.advance(5_000);
      expect(await opened.store.queueStates()).toEqual([
        { connection: sim, sending: 2, queued: 0, unknown: 0, oldestQueuedAtMs },
      ]);
      const stale = await tools.settle(owner, conversation.id, messages[0] ?? idText('message', 1), taken(['x']), 2);
      expect(stale).toEqual({ outcome: 'stale' });
    });

    test('is found after a kill although it was numbered long before it was stored', async () => {
      const opened = await engine.open();
      const { tools, owner, conversation } = await born(opened, 0);
      const early = tools.item(owner, { conversation: conversation.id, claimed: true });
      for (let n = 0; n < 40; n += 1) await tools.sent(owner);
      await tools.accept(early);
      for (let n = 0; n < 40; n += 1) await tools.sent(owner, { conversation: dm('+15550000009') });
      const after = await opened.crash();
      const lanes = await after.store.recover();
      expect(lanes.map((lane) => lane.conversation)).toEqual([conversation.id]);
      expect((await desk(after).claim(conversation.id))?.commands).toMatchObject([
        { id: early.message, maybeSent: true },
      ]);
    });

    test('repeated by its key while both are on their way to disk is one message', async () => {
      const opened = await engine.open();
      const { tools, owner, conversation } = await born(opened, 0);
      const idempotency = { action: 'send', key: 'k', fingerprint: 'to=a' };
      const twice = [0, 1].map(() => tools.item(owner, { conversation: conversation.id, claimed: true, idempotency }));
      expect((await opened.store.accept(twice)).map(({ outcome }) => outcome)).toEqual(['stored', 'repeated']);
    });
  });
}

function settleContract(engine: StoreEngine): void {
  describe('settling', () => {
    test('a stale fence writes nothing', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, read } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner);
      await claim(conversation.id);
      await settle(owner, conversation.id, message, deferred(0));
      expect((await claim(conversation.id))?.commands).toMatchObject([{ fence: 2, attempt: 2 }]);
      for (const settlement of [taken(['x']), failed, unknown(null), deferred(0)]) {
        expect(await settle(owner, conversation.id, message, settlement, 1)).toEqual({ outcome: 'stale' });
      }
      expect(await settle(owner, conversation.id, message, taken(['x']), 2)).toMatchObject({ status: 'sent' });
      expect(await settle(owner, conversation.id, message, taken(['x']), 2)).toEqual({ outcome: 'stale' });
      expect(await read(owner, message)).toMatchObject({ status: 'sent', remoteId: 'x' });
    });

    test('a deferred send keeps its place and its first instant, and waits until its time', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, statuses } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner);
      await send(owner);
      const first = only((await claim(conversation.id, 1))?.commands ?? []);
      const dueMs = opened.runtime.clock.nowMs() + 5_000;
      await settle(owner, conversation.id, message, deferred(dueMs, true));
      expect(await claim(conversation.id)).toBeUndefined();
      opened.runtime.advance(5_000);
      const again = await claim(conversation.id, 1);
      expect(again?.commands).toMatchObject([
        { id: message, fence: 2, attempt: 2, maybeSent: true, firstSentAtMs: first.firstSentAtMs },
      ]);
      expect(await statuses(owner, message)).toEqual(['queued']);
    });

    test('chunks are committed one by one, resumed after the last, and the message is sent with all of them', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, read, statuses } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner, { chunks: ['a', 'b', 'c'] });
      await claim(conversation.id);
      expect(await settle(owner, conversation.id, message, taken(['a1']))).toEqual({
        outcome: 'settled',
        status: 'sending',
      });
      await settle(owner, conversation.id, message, deferred(0));
      expect((await claim(conversation.id))?.commands).toMatchObject([{ nextChunk: 1, fence: 2 }]);
      await settle(owner, conversation.id, message, taken(['b1', 'c1'], 'chat-1', 1), 2);
      expect(await read(owner, message)).toMatchObject({ status: 'sent', remoteId: 'a1' });
      expect(await statuses(owner, message)).toEqual(['queued', 'sent']);
      expect(await claim(conversation.id)).toBeUndefined();
    });

    test('a refused chunk fails the message and says which part', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, read, receive } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner, { chunks: ['a', 'b'] });
      await claim(conversation.id);
      await settle(owner, conversation.id, message, taken(['a1']));
      await settle(owner, conversation.id, message, failed);
      await receive(report('a1', 'delivered'));
      expect(await read(owner, message)).toMatchObject({ status: 'failed', error: 'Part 2 of 2: no such number' });
      expect(await claim(conversation.id)).toBeUndefined();
    });

    test('the first receipt tells the chat and the channel that carried it', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, read } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner);
      await claim(conversation.id);
      await settle(owner, conversation.id, message, { ...taken(['x'], 'chat-9'), channel: 'sms' } as Settlement);
      expect(await read(owner, message)).toMatchObject({ channel: 'sms' });
      expect((await opened.store.conversation(owner, conversation.id))?.remoteChat).toBe('chat-9');
    });

    test("a settlement under another account's name is stale", async () => {
      const opened = await engine.open();
      const { account, send, claim, settle } = desk(opened);
      const [owner, other] = [await account(), await account()];
      const { message, conversation } = await send(owner);
      await claim(conversation.id);
      expect(await settle(other, conversation.id, message, taken(['x']))).toEqual({ outcome: 'stale' });
    });
  });
}

function unknownContract(engine: StoreEngine): void {
  describe('a send nobody knows the fate of', () => {
    test('holds its conversation until its hold ends, then lets the others go and stays unknown', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, read, statuses } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner);
      const next = await send(owner);
      await claim(conversation.id, 1);
      const endMs = opened.runtime.clock.nowMs() + 60_000;
      expect(await settle(owner, conversation.id, message, unknown(endMs))).toMatchObject({ status: 'unknown' });
      expect(await claim(conversation.id)).toBeUndefined();
      expect(await opened.store.lanes(null, 10)).toMatchObject([{ conversation: conversation.id, notBeforeMs: endMs }]);
      opened.runtime.advance(60_000);
      expect((await claim(conversation.id))?.commands.map(({ id }) => id)).toEqual([next.message]);
      expect(await read(owner, message)).toMatchObject({ status: 'unknown', error: 'no answer' });
      expect(await statuses(owner, message)).toEqual(['queued', 'unknown']);
    });

    test('is never sent again by itself, held for ever or not', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner);
      await claim(conversation.id);
      await settle(owner, conversation.id, message, unknown(null));
      opened.runtime.advance(1000 * hourMs);
      await opened.store.expire(opened.runtime.clock.nowMs(), 100);
      expect(await claim(conversation.id)).toBeUndefined();
      const after = await opened.reopen();
      expect(await after.store.recover()).toMatchObject([{ notBeforeMs: null }]);
      expect(await desk(after).claim(conversation.id)).toBeUndefined();
    });

    test('can be resolved as sent, failed, or to be sent again, and only then', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, read } = desk(opened);
      const owner = await account();
      for (const as of ['sent', 'failed', 'resend'] as const) {
        const { message, conversation } = await send(owner, { conversation: dm(`+1555000000${as.length}`) });
        await expect(opened.store.resolve(owner, message, as)).rejects.toMatchObject({ failure: { code: 'conflict' } });
        await claim(conversation.id);
        await settle(owner, conversation.id, message, unknown(null));
        await expect(opened.store.resolve(await account(), message, as)).rejects.toMatchObject({
          failure: { code: 'not_found' },
        });
        const listed = { account: owner, conversation: conversation.id, connection: sim, message, error: 'no answer' };
        expect(await opened.store.unknowns(10)).toMatchObject([listed]);
        const { status, lane } = await opened.store.resolve(owner, message, as);
        expect(await opened.store.unknowns(10)).toEqual([]);
        expect((await read(owner, message)).status).toBe(as === 'resend' ? 'queued' : as);
        expect(status).toBe(as === 'resend' ? 'queued' : as);
        expect(lane?.notBeforeMs ?? null).toBe(as === 'resend' ? 0 : null);
        const run = await claim(conversation.id);
        expect(run?.commands.map(({ id }) => id) ?? []).toEqual(as === 'resend' ? [message] : []);
      }
    });

    test('is lifted by a late report, also one that only knows our key, and then holds nobody', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, statuses, receive, read } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner);
      const next = await send(owner);
      await claim(conversation.id, 1);
      await settle(owner, conversation.id, message, unknown(null));
      expect(await receive(report('late', 'delivered', { key: message }))).toMatchObject({
        outcome: 'stored',
        message,
      });
      expect(await statuses(owner, message)).toEqual(['queued', 'unknown', 'delivered']);
      expect(await read(owner, message)).toMatchObject({ error: null, remoteId: 'late' });
      expect((await claim(conversation.id))?.commands).toMatchObject([{ id: next.message }]);
    });
  });
}

function recoveryContract(engine: StoreEngine): void {
  describe('the outbox after a kill', () => {
    test('puts back what was in hand, marked as maybe sent, and lists every lane, oldest first', async () => {
      const opened = await engine.open();
      const { account, send, sent, claim } = desk(opened);
      const owner = await account();
      const first = await send(owner, { conversation: dm('+15550000001') });
      const idle = await sent(owner, { conversation: dm('+15550000003') });
      const born = await send(owner, { conversation: idle.conversation.id, claimed: true });
      const waiting = await send(owner, { conversation: dm('+15550000002') });
      await claim(first.conversation.id);
      const after = await opened.crash();
      const lanes = await after.store.recover();
      const expected = [first.conversation.id, idle.conversation.id, waiting.conversation.id];
      expect(lanes.map(({ conversation }) => conversation)).toEqual(expected);
      expect(
        lanes.every(
          ({ connection, notBeforeMs, account: of }) => connection === sim && notBeforeMs === 0 && of === owner,
        ),
      ).toBe(true);
      const later = desk(after);
      expect((await later.claim(first.conversation.id))?.commands).toMatchObject([
        { fence: 2, attempt: 2, maybeSent: true },
      ]);
      expect((await later.claim(idle.conversation.id))?.commands).toMatchObject([
        { id: born.message, fence: 2, maybeSent: true, chunks: ['hello'] },
      ]);
      expect((await later.claim(waiting.conversation.id))?.commands).toMatchObject([{ fence: 1, maybeSent: false }]);
    });

    test('pages through lanes, and counts what waits by connection', async () => {
      const opened = await engine.open();
      const { account, send, claim } = desk(opened);
      const owner = await account();
      for (let n = 0; n < 5; n += 1) await send(owner, { conversation: dm(`+1555000000${n}`) });
      const first = await opened.store.lanes(null, 3);
      const rest = await opened.store.lanes(first[2]?.conversation ?? null, 3);
      expect(new Set([...first, ...rest].map(({ conversation }) => conversation)).size).toBe(5);
      expect([first.length, rest.length]).toEqual([3, 2]);
      for (const { conversation } of first) await claim(conversation);
      expect(await opened.store.queueStates()).toEqual([
        { connection: sim, queued: 2, sending: 3, unknown: 0, oldestQueuedAtMs: opened.runtime.clock.nowMs() },
      ]);
    });

    test('what waited too long fails, unless it may have been sent: then nobody knows', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, read } = desk(opened);
      const owner = await account();
      const expiresAtMs = opened.runtime.clock.nowMs() + 1000;
      const plain = await send(owner, { expiresAtMs });
      const risky = await send(owner, { expiresAtMs, conversation: dm('+15550000002') });
      const patient = await send(owner, { conversation: dm('+15550000003') });
      await claim(risky.conversation.id);
      await settle(owner, risky.conversation.id, risky.message, deferred(0, true));
      expect(await opened.store.expire(opened.runtime.clock.nowMs(), 100)).toBe(0);
      opened.runtime.advance(1001);
      expect(await opened.store.expire(opened.runtime.clock.nowMs(), 1)).toBe(1);
      expect(await opened.store.expire(opened.runtime.clock.nowMs(), 100)).toBe(1);
      expect(await opened.store.expire(opened.runtime.clock.nowMs(), 100)).toBe(0);
      expect((await read(owner, plain.message)).status).toBe('failed');
      expect((await read(owner, risky.message)).status).toBe('unknown');
      expect((await read(owner, patient.message)).status).toBe('queued');
    });

    test('a command for a chat that is not there is refused', async () => {
      const opened = await engine.open();
      const { account, send } = desk(opened);
      const [owner, other] = [await account(), await account()];
      const { conversation } = await send(owner);
      const command = { kind: 'react', remoteId: remoteId('r'), reactionType: 'love', remove: false } as const;
      const id = idText('message', opened.runtime.ids.next());
      const item = { account: other, id, conversation: conversation.id, command, expiresAtMs: 9e15 };
      expect(await opened.store.enqueue([item])).toMatchObject([
        { outcome: 'refused', failure: { code: 'not_found' } },
      ]);
    });
  });
}
