// What must hold however things interleave, for every engine, searched by random: reports in any order end alike, and
// whatever is accepted, claimed, settled and reported in any order leaves a gapless, rising, orderly log.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, rank, type OutboundStatus } from '#core/delivery.ts';
import type { ClaimedCommand } from '#core/command.ts';
import type { AccountId, ConversationId, MessageId } from '#core/ids.ts';
import { desk, dm, report, taken, type Desk, type StoreEngine } from '../support/store.ts';

const reported = fc.constantFrom('sent' as const, 'delivered' as const, 'read' as const, 'failed' as const);

export function propertyContract(engine: StoreEngine): void {
  describe('in any order', () => {
    test('reports on a sent message end at the highest rank, and its events only rise', async () => {
      const opened = await engine.open();
      const { account, sent, receive, statuses, read } = desk(opened);
      const owner = await account();
      await fc.assert(
        fc.asyncProperty(fc.array(reported, { maxLength: 8 }), async (reports) => {
          const { message, remoteId } = await sent(owner);
          for (const status of reports) await receive(report(remoteId, status));
          const expected = reports.reduce<OutboundStatus>((status, next) => advance(status, next), 'sent');
          expect((await read(owner, message)).status).toBe(expected);
          const ranks = (await statuses(owner, message)).map((status) => rank(status as OutboundStatus));
          expect(ranks).toEqual([...new Set(ranks)].toSorted((one, two) => one - two));
        }),
        { numRuns: 60 },
      );
    });

    test('of a message born claimed, reports by any name and in any company end at the highest rank, each told once', async () => {
      const opened = await engine.open();
      const { account, sent, send, receive, settle, statuses, read } = desk(opened);
      const owner = await account();
      const { conversation } = await sent(owner, { conversation: dm('+15557654321') });
      const step = fc.record({
        status: reported,
        by: fc.constantFrom('id', 'key', 'other id', 'person'),
        waits: fc.boolean(),
      });
      let made = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 7 }), fc.nat(7), async (steps, settledAt) => {
          const { message } = await send(owner, { conversation: conversation.id, claimed: true });
          const id = `b${(made += 1)}`;
          const under: Promise<unknown>[] = [];
          const settled = () => void under.push(settle(owner, conversation.id, message, taken([id])));
          for (const [at, { status, by, waits }] of steps.entries()) {
            if (at === settledAt) settled();
            const named = by === 'key' || by === 'other id' ? { key: message } : {};
            const recipient = by === 'person' ? { recipient: '+15557654321' } : {};
            under.push(receive(report(by === 'other id' ? `${id}-again` : id, status, { ...named, ...recipient })));
            if (waits) await Promise.all(under.splice(0));
          }
          if (settledAt >= steps.length) settled();
          await Promise.all(under);
          const expected = steps.reduce<OutboundStatus>((status, next) => advance(status, next.status), 'sent');
          expect((await read(owner, message)).status).toBe(expected);
          const told = await statuses(owner, message);
          const ranks = told.map((status) => rank(status as OutboundStatus));
          expect(ranks).toEqual([...new Set(ranks)].toSorted((one, two) => one - two));
          expect(told.at(-1)).toBe(expected);
        }),
        { numRuns: 120 },
      );
      const after = await opened.reopen();
      const log = await desk(after).events(owner);
      const last = new Map(log.flatMap((event) => (event.kind === 'status' ? [[event.message, event.status]] : [])));
      for (const [message, status] of last) expect((await desk(after).read(owner, message)).status).toBe(status);
    });

    test('a report before the settlement or after it leads to the same status', async () => {
      const opened = await engine.open();
      const { account, send, claim, settle, receive, read } = desk(opened);
      const owner = await account();
      let made = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(reported, { maxLength: 4 }), fc.nat(4), async (reports, at) => {
          const { message, conversation } = await send(owner);
          await claim(conversation.id);
          const id = `p${(made += 1)}`;
          for (const [index, status] of reports.entries()) {
            if (index === at) await settle(owner, conversation.id, message, taken([id]));
            await receive(report(id, status));
          }
          if (at >= reports.length) await settle(owner, conversation.id, message, taken([id]));
          const expected = reports.reduce<OutboundStatus>((status, next) => advance(status, next), 'sent');
          expect((await read(owner, message)).status).toBe(expected);
        }),
        { numRuns: 40 },
      );
    });

    test('whatever happens at once, the log is gapless and rising and every conversation keeps its order', async () => {
      const step = fc.record({
        verb: fc.constantFrom('send', 'send', 'claim', 'settle', 'settle', 'report', 'step'),
        chat: fc.nat(2),
        fate: fc.constantFrom('taken', 'taken', 'deferred', 'unknown', 'failed'),
        wait: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
          const opened = await engine.open();
          const play = interleaving(desk(opened), await desk(opened).account());
          for (const each of steps) {
            if (each.verb === 'step')
              opened.runtime.step(opened.runtime.clock.nowMs() + (each.wait ? 3_600_000 : -3_600_000));
            const done = play.step(each.verb, each.chat, each.fate);
            if (each.wait) await done;
          }
          await play.check();
          await opened.store.close();
        }),
        { numRuns: 25 },
      );
    });
  });
}

type Hand = { conversation: ConversationId; command: ClaimedCommand };

/** A gateway that does things without waiting for them, and remembers in which order it may expect them. */
function interleaving(tools: Desk, owner: AccountId) {
  const chats = new Map<number, ConversationId>();
  const accepted = new Map<ConversationId, MessageId[]>();
  const tried = new Map<ConversationId, MessageId[]>();
  const hands: Hand[] = [];
  const remote: string[] = [];
  const under: Promise<unknown>[] = [];

  const send = async (chat: number) => {
    const { message, conversation } = await tools.send(owner, { conversation: dm(`+1555000000${chat}`) });
    chats.set(chat, conversation.id);
    accepted.set(conversation.id, [...(accepted.get(conversation.id) ?? []), message]);
  };
  const claim = async (chat: number) => {
    const conversation = chats.get(chat);
    const run = conversation && (await tools.claim(conversation, 3));
    for (const command of run?.commands ?? []) {
      hands.push({ conversation: run?.conversation.id ?? (command.id as never), command });
      const before = tried.get(run?.conversation.id as ConversationId) ?? [];
      if (command.attempt === 1) tried.set(run?.conversation.id as ConversationId, [...before, command.id]);
    }
  };
  const settle = async (fate: string) => {
    const hand = hands.shift();
    if (!hand) return;
    const { conversation, command } = hand;
    const id = `x${command.id}`;
    remote.push(id);
    const outcomes = {
      taken: taken([id]),
      deferred: { outcome: 'deferred', notBeforeMs: 0, error: 'busy', maybeSent: true },
      unknown: { outcome: 'unknown', error: 'silence', heldUntilMs: 0 },
      failed: { outcome: 'failed', error: 'refused' },
    } as const;
    await tools.settle(owner, conversation, command.id, outcomes[fate as keyof typeof outcomes], command.fence);
  };
  return {
    step(verb: string, chat: number, fate: string): Promise<unknown> {
      const id = remote.at(chat - 3);
      const done =
        verb === 'send'
          ? send(chat)
          : verb === 'claim'
            ? claim(chat)
            : verb === 'settle'
              ? settle(fate)
              : verb === 'report' && id !== undefined
                ? tools.receive(report(id, 'delivered'))
                : Promise.resolve();
      under.push(done);
      return done;
    },
    async check() {
      await Promise.all(under);
      const log = await tools.events(owner);
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, at) => at + 1));
      expect(log.every((event, at) => at === 0 || event.tsUs > (log[at - 1]?.tsUs ?? 0))).toBe(true);
      for (const [conversation, order] of tried) {
        const expected = (accepted.get(conversation) ?? []).filter((message) => order.includes(message));
        expect(order).toEqual(expected);
      }
    },
  };
}
