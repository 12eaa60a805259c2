/** The outbox's pure rules: verdicts, backoff, pace, turns. Every promise about doubles and losses is decided in these. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimedCommand } from '#core/command.ts';
import { connectionId, idText, remoteChat, remoteId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { Receipt } from '#ports/driver.ts';
import { backoffMs } from '#outbox/backoff.ts';
import { createPace } from '#outbox/pace.ts';
import { createTurns } from '#outbox/turns.ts';
import { verdicts, type Circumstances } from '#outbox/verdict.ts';

type Send = Extract<ClaimedCommand, { kind: 'send' }>;
const nowMs = 1_000_000_000_000;
const command = (n: number, over: Partial<Send> = {}): Send => ({
  kind: 'send',
  id: idText('message', n),
  account: idText('account', 1),
  channel: 'imessage',
  fence: 1,
  attempt: 1,
  maybeSent: false,
  firstSentAtMs: nowMs,
  expiresAtMs: nowMs + 86_400_000,
  unknownPolicy: 'release',
  chunks: ['a'],
  nextChunk: 0,
  ...over,
});
const at = (over: Partial<Circumstances> = {}): Circumstances => ({
  can: { idempotency: 'key' },
  channel: 'imessage',
  canAsk: false,
  nowMs,
  down: false,
  chance: 0.5,
  ...over,
});
const accepted: Receipt = { outcome: 'accepted', remoteId: remoteId('r'), remoteChat: remoteChat('c') };
const uncertain: Receipt = { outcome: 'uncertain', message: 'reset' };
const deferred: Receipt = { outcome: 'deferred', message: 'busy' };
const refused: Receipt = { outcome: 'refused', code: 'x', message: 'no such number' };
const outcomes = (list: ReturnType<typeof verdicts>) =>
  list.map(({ settlements }) => settlements.map(({ outcome }) => outcome));

describe('a verdict', () => {
  it('settles exactly one end or one wait for every command, whatever the receipts', () => {
    const receipt = fc.constantFrom<Receipt>(accepted, uncertain, deferred, refused);
    const commands = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        commands,
        fc.array(receipt, { maxLength: 20 }),
        fc.constantFrom('key', 'none', 'window'),
        (sizes, receipts, idempotency) => {
          const run = sizes.map((size, index) =>
            command(index + 1, { chunks: Array.from({ length: size }, () => 'x') }),
          );
          for (const { command: each, settlements } of verdicts(
            run,
            receipts,
            at({ can: { idempotency, dedupeWindowMs: 0 } }),
          )) {
            const taken = settlements.flatMap((s) => (s.outcome === 'accepted' ? s.remoteIds : [])).length;
            const complete = each.kind === 'send' && taken === each.chunks.length;
            expect(settlements.filter((s) => s.outcome !== 'accepted').length).toBe(complete ? 0 : 1);
          }
        },
      ),
    );
  });

  it('never lets a send that may have arrived go out again at a provider that cannot dedupe', () => {
    fc.assert(
      fc.property(fc.constantFrom('hold', 'release'), fc.integer({ min: 1, max: 50 }), (unknownPolicy, attempt) => {
        const [verdict] = verdicts(
          [command(1, { unknownPolicy, attempt })],
          [uncertain],
          at({ can: { idempotency: 'none' } }),
        );
        expect(verdict?.settlements).toEqual([
          { outcome: 'unknown', error: 'reset', heldUntilMs: unknownPolicy === 'hold' ? null : nowMs + 60_000 },
        ]);
      }),
    );
  });

  it('tries an unclear send again with the same key where the provider dedupes, and remembers that it may be there', () => {
    const [verdict] = verdicts([command(1)], [uncertain], at());
    expect(verdict?.settlements).toMatchObject([{ outcome: 'deferred', maybeSent: true }]);
  });

  it('takes every command of an unanswered run for one that may be there', () => {
    const list = verdicts([command(1), command(2)], [uncertain, uncertain], at());
    expect(list.map(({ settlements }) => settlements)).toMatchObject([[{ maybeSent: true }], [{ maybeSent: true }]]);
  });

  it('trusts a dedupe window only with a margin', () => {
    const can = { idempotency: 'window', dedupeWindowMs: 300_000 } as const;
    const young = verdicts([command(1, { firstSentAtMs: nowMs - 200_000 })], [uncertain], at({ can }));
    const old = verdicts([command(1, { firstSentAtMs: nowMs - 270_000 })], [uncertain], at({ can }));
    expect([...outcomes(young), ...outcomes(old)]).toEqual([['deferred'], ['unknown']]);
  });

  it('puts back what a stopped run never attempted, without blame', () => {
    const list = verdicts([command(1), command(2), command(3)], [accepted, refused], at());
    expect(outcomes(list)).toEqual([['accepted'], ['failed'], ['deferred']]);
    expect(list[2]?.settlements).toMatchObject([{ notBeforeMs: nowMs, maybeSent: false }]);
  });

  it('keeps the chunks that went out and fails or resumes at the one that did not', () => {
    const run = [command(1, { chunks: ['a', 'b', 'c'] })];
    expect(outcomes(verdicts(run, [accepted, deferred], at()))).toEqual([['accepted', 'deferred']]);
    expect(
      outcomes(verdicts([command(1, { chunks: ['a', 'b', 'c'], nextChunk: 1 })], [accepted, accepted], at())),
    ).toEqual([['accepted']]);
  });

  it('gives up at the end of its time: failed when it surely was not sent, unknown when it may have been', () => {
    const late = { expiresAtMs: nowMs + 1 };
    expect(outcomes(verdicts([command(1, late)], [deferred], at()))).toEqual([['failed']]);
    expect(outcomes(verdicts([command(1, { ...late, maybeSent: true })], [deferred], at()))).toEqual([['unknown']]);
  });

  it('obeys a provider that says when to come back', () => {
    const [verdict] = verdicts(
      [command(1)],
      [{ outcome: 'deferred', message: 'slow down', retryAfterMs: 90_000 }],
      at(),
    );
    expect(verdict?.settlements[0]).toMatchObject({ notBeforeMs: nowMs + 90_000 });
  });
});

describe('waiting', () => {
  it('a backoff doubles, spreads by half either way, and stays under eight minutes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, chance) => {
          const ms = backoffMs(attempt, chance);
          const plain = Math.min(300_000, 500 * 2 ** Math.min(attempt - 1, 20));
          expect(ms).toBeGreaterThanOrEqual(plain * 0.5 - 1);
          expect(ms).toBeLessThanOrEqual(plain * 1.5 + 1);
        },
      ),
    );
  });

  it('a paced pair never gets more than its share of any minute', () => {
    const conversation = {
      id: idText('conversation', 1),
      connection: connectionId('c'),
      line: '+1',
    } as unknown as Conversation;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 50, maxLength: 300 }), (gaps) => {
        const pace = createPace();
        let [now, allowedTotal] = [0, 0];
        for (const gap of gaps) {
          now += gap;
          allowedTotal += pace.take(conversation, { perPairPerMinute: 30 }, 4, now).allowed;
        }
        expect(allowedTotal).toBeLessThanOrEqual(30 + Math.ceil(now / 2_000));
      }),
    );
  });

  it('an account with a thousand conversations does not keep another’s one waiting', () => {
    const turns = createTurns();
    for (let n = 1; n <= 1_000; n += 1) turns.add(idText('account', 1), idText('conversation', n));
    turns.add(idText('account', 2), idText('conversation', 5_000));
    expect(turns.take(10)).toContain(idText('conversation', 5_000));
    expect(turns.size).toBe(991);
    expect(turns.take(2_000).length).toBe(991);
  });
});
