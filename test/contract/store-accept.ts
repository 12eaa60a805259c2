// Accepting, for every engine: what is refused stores nothing, what is acknowledged survives, keys, caps and routes are
// exact however many callers come at once.
import { describe, expect, test } from 'vitest';
import { idText } from '#core/ids.ts';
import { monthOf } from '#core/plan.ts';
import { desk, dm, group, inbound, only, sim, type StoreEngine } from '../support/store.ts';

const alice = '+15551234567';
const key = (name: string, fingerprint = 'to=a|parts=b') => ({ action: 'send', key: name, fingerprint });

export function acceptContract(engine: StoreEngine): void {
  describe('accepting a message', () => {
    test('stores message, command and event, and a kill right after the answer loses none of them', async () => {
      const opened = await engine.open();
      const { account, send } = desk(opened);
      const owner = await account();
      const { message, conversation } = await send(owner);
      const after = await opened.crash();
      const later = desk(after);
      expect(await later.read(owner, message)).toMatchObject({
        status: 'queued',
        direction: 'outbound',
        sender: '+15550000000',
      });
      expect(await later.statuses(owner, message)).toEqual(['queued']);
      expect((await later.claim(conversation.id))?.commands).toMatchObject([
        { id: message, chunks: ['hello'], channel: 'imessage' },
      ]);
    });

    test('tells the bus of every committed event, contiguous, by ids alone', async () => {
      const opened = await engine.open();
      const { account, item } = desk(opened);
      const owner = await account();
      await opened.store.accept([item(owner), item(owner), item(owner)]);
      const heard = opened.hints.flatMap((hint) => (hint.kind === 'events' ? hint.events : []));
      expect(heard.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      expect(heard).toEqual(await desk(opened).events(owner));
    });

    test('a resend with the same key answers the first message as it is now', async () => {
      const opened = await engine.open();
      const { account, accept, item, sent } = desk(opened);
      const owner = await account();
      const { message, conversation } = await sent(owner, { idempotency: key('k') });
      expect(await accept(item(owner, { idempotency: key('k') }))).toEqual({
        outcome: 'repeated',
        message,
        conversation: conversation.id,
        status: 'sent',
        error: null,
      });
    });

    test('every one of 20,000 keys stands for its first message, at any moment, after a kill and after an end', async () => {
      const opened = await engine.open();
      const owner = await desk(opened).account();
      const { conversation } = await desk(opened).send(owner);
      const [rounds, each] = [40, 500];
      const firsts = new Map<string, string>();
      let at = opened;
      for (let round = 0; round < rounds; round += 1) {
        const { item } = desk(at);
        const fresh = Array.from({ length: each }, (_, n) =>
          item(owner, { conversation: conversation.id, idempotency: key(`${(n * 7919) % each}-${round}`) }),
        );
        for (const [n, outcome] of (await at.store.accept(fresh)).entries()) {
          expect(outcome.outcome).toBe('stored');
          firsts.set(fresh[n]?.idempotency?.key ?? '', fresh[n]?.message ?? '');
        }
        if (round === 25) at = await at.crash();
        if (round === 30) at = await at.reopen();
        if (round % 8 > 0 && round < rounds - 1) continue;
        const again = [...firsts.keys()].map((name) => desk(at).item(owner, { idempotency: key(name) }));
        const wrong = (await at.store.accept(again)).filter(
          (outcome, n) =>
            outcome.outcome !== 'repeated' || outcome.message !== firsts.get(again[n]?.idempotency?.key ?? ''),
        );
        expect(wrong).toEqual([]);
      }
    });

    test('a key used again for another command is refused by the name of the field that differs', async () => {
      const opened = await engine.open();
      const { account, accept, item, send } = desk(opened);
      const owner = await account();
      await send(owner, { idempotency: key('k', 'to=a|parts=b') });
      const outcome = await accept(item(owner, { idempotency: key('k', 'to=a|parts=c') }));
      expect(outcome).toMatchObject({ failure: { code: 'conflict', reason: 'idempotency_conflict', field: 'parts' } });
    });

    test('a key belongs to one account and one action', async () => {
      const opened = await engine.open();
      const { account, accept, item } = desk(opened);
      const [one, other] = [await account(), await account()];
      const actions = [key('k'), { ...key('k'), action: 'poll' }];
      for (const owner of [one, other]) {
        for (const idempotency of actions) expect((await accept(item(owner, { idempotency }))).outcome).toBe('stored');
      }
    });

    test('a thousand callers with one key make one message', async () => {
      const opened = await engine.open();
      const { account, accept, item, events } = desk(opened);
      const owner = await account();
      const outcomes = await Promise.all(
        Array.from({ length: 1000 }, () => accept(item(owner, { idempotency: key('k'), cap: 250 }))),
      );
      expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
      expect(new Set(outcomes.map((outcome) => 'message' in outcome && outcome.message)).size).toBe(1);
      expect(await events(owner)).toHaveLength(1);
      expect(await opened.store.usage(owner, monthOf(opened.runtime.clock.nowMs()).startMs)).toBe(1);
    });

    test('a key that was refused may be used again for something else', async () => {
      const opened = await engine.open();
      const { account, accept, item } = desk(opened);
      const owner = await account({ state: 'suspended' });
      expect(await accept(item(owner, { idempotency: key('k') }))).toMatchObject({
        failure: { code: 'forbidden', reason: 'suspended', message: 'Account suspended' },
      });
      await opened.store.updateAccount(owner, { state: 'active' });
      expect((await accept(item(owner, { idempotency: key('k', 'to=z') }))).outcome).toBe('stored');
    });

    test('the cap is exact although hundreds send at once, and a repeat is answered even beyond it', async () => {
      const opened = await engine.open();
      const { account, accept, item } = desk(opened);
      const owner = await account();
      const outcomes = await Promise.all(
        Array.from({ length: 700 }, (_, n) => accept(item(owner, { cap: 250, idempotency: key(`k${n}`) }))),
      );
      expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(250);
      expect(outcomes[400]).toMatchObject({
        failure: { code: 'forbidden', reason: 'cap_reached', message: 'Monthly message limit reached' },
      });
      expect(await accept(item(owner, { cap: 250, idempotency: key('k0') }))).toMatchObject({ outcome: 'repeated' });
      expect((await accept(item(owner, { cap: 'free' }))).outcome).toBe('stored');
      expect(await opened.store.usage(owner, monthOf(opened.runtime.clock.nowMs()).startMs)).toBe(250);
    });

    test('a new UTC month starts at nothing, and stepping the clock back finds the old count', async () => {
      const opened = await engine.open();
      const { account, accept, item } = desk(opened);
      const owner = await account();
      const { runtime, store } = opened;
      const january = monthOf(runtime.clock.nowMs());
      await store.accept([item(owner, { cap: 2 }), item(owner, { cap: 2 })]);
      runtime.step(january.endMs + 5);
      expect((await accept(item(owner, { cap: 2 }))).outcome).toBe('stored');
      runtime.step(january.endMs - 5);
      expect((await accept(item(owner, { cap: 2 }))).outcome).toBe('refused');
      expect(await store.usage(owner, january.startMs)).toBe(2);
      expect(await store.usage(owner, january.endMs)).toBe(1);
    });

    test('an item that cannot be stored is refused alone', async () => {
      const opened = await engine.open();
      const { account, item, events } = desk(opened);
      const owner = await account();
      const bad = { ...item(owner), sender: { not: 'text' } as unknown as string };
      const outcomes = await opened.store.accept([item(owner), bad, item(owner), { ...bad, claimed: true }]);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'refused', 'stored', 'refused']);
      expect((await events(owner)).map(({ seq }) => seq)).toEqual([1, 2]);
    });

    test("another account's chatId is not found, and stores nothing", async () => {
      const opened = await engine.open();
      const { account, accept, item, send, events } = desk(opened);
      const [one, other] = [await account(), await account()];
      const { conversation } = await send(one);
      for (const id of [conversation.id, idText('conversation', 999_999)]) {
        expect(await accept(item(other, { conversation: id }))).toMatchObject({
          failure: { code: 'not_found', field: 'chatId' },
        });
      }
      expect(await events(other)).toEqual([]);
    });

    test('the same people are the same chat', async () => {
      const opened = await engine.open();
      const { account, send } = desk(opened);
      const owner = await account();
      const people = ['+15550000002', '+15550000001'];
      const first = await send(owner, { conversation: group(people) });
      expect((await send(owner, { conversation: group(people.toReversed()) })).conversation).toEqual(
        first.conversation,
      );
      expect((await send(owner, { conversation: dm('+15550000001') })).conversation.id).not.toBe(first.conversation.id);
    });
  });

  routeContract(engine);
}

function routeContract(engine: StoreEngine): void {
  describe('phone routes', () => {
    test('a number registered to another account is refused without a word about whose, and stores nothing', async () => {
      const opened = await engine.open();
      const { account, accept, item } = desk(opened);
      const [one, other] = [await account({ name: 'Somebody Known' }), await account()];
      await opened.store.claimRoute(one, alice, 20, 0);
      const outcome = await accept(item(other, { idempotency: key('k') }));
      expect(outcome).toMatchObject({ failure: { reason: 'registered_elsewhere' } });
      expect(JSON.stringify(outcome)).not.toMatch(/Somebody|acc_/);
      const place = { connection: sim, line: '+15550000000', peerKey: alice, thread: null };
      expect(await opened.store.findConversation(other, place)).toBeUndefined();
    });

    test('who may text only registered numbers is refused any other', async () => {
      const opened = await engine.open();
      const { account, accept, item } = desk(opened);
      const owner = await account();
      const toAlice = () => item(owner, { conversation: dm(alice, { numbers: 'registered' }) });
      expect(await accept(toAlice())).toMatchObject({ failure: { reason: 'not_registered' } });
      await opened.store.claimRoute(owner, alice, 20, 0);
      expect((await accept(toAlice())).outcome).toBe('stored');
    });

    test('the answer to a text comes home to whoever wrote first, for thirty days', async () => {
      const opened = await engine.open();
      const { account, send, receive } = desk(opened);
      const [one, other] = [await account(), await account()];
      await send(one);
      await send(other);
      expect(await receive(inbound(alice, { line: '+15559999999' }))).toEqual({ outcome: 'ignored', why: 'nobody' });
      expect(await receive(inbound('+15557777777'))).toEqual({ outcome: 'ignored', why: 'nobody' });
      const answer = await receive(inbound(alice));
      expect(answer).toMatchObject({ outcome: 'stored' });
    });

    test('the limit of routes is exact although many are claimed at once', async () => {
      const opened = await engine.open();
      const owner = await desk(opened).account();
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_, n) => opened.store.claimRoute(owner, `+1555000${1000 + n}`, 20, n)),
      );
      expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(20);
      expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(10);
    });

    test('the first is primary, another can be, and releasing the primary promotes the oldest', async () => {
      const opened = await engine.open();
      const { store } = opened;
      const { account } = desk(opened);
      const [owner, other] = [await account(), await account()];
      const version = store.routesVersion();
      for (const [at, number] of ['+15550001111', '+15550002222', '+15550003333'].entries()) {
        expect(await store.claimRoute(owner, number, 20, at)).toBe('claimed');
      }
      expect(store.routesVersion()).not.toBe(version);
      expect(await store.claimRoute(owner, '+15550001111', 20, 9)).toBe('already_claimed');
      expect(await store.claimRoute(other, '+15550001111', 20, 9)).toBe('taken');
      expect(await store.setPrimaryRoute(other, '+15550002222')).toBe(false);
      expect(await store.setPrimaryRoute(owner, '+15550002222')).toBe(true);
      expect(await store.releaseRoute(owner, '+15550002222')).toBe(true);
      expect(await store.releaseRoute(owner, '+15550002222')).toBe(false);
      expect((await store.routes(owner)).map((route) => [route.phoneNumber, route.isPrimary])).toEqual([
        ['+15550001111', true],
        ['+15550003333', false],
      ]);
      expect(only((await store.routes(owner)).slice(0, 1)).createdAtMs).toBe(0);
    });
  });
}
