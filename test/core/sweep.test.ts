/** What the sweep asks of the store and the attachments, turn by turn. The store here is a list of what was asked. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settingsAtFirst, type Account } from '#core/account.ts';
import { idText } from '#core/ids.ts';
import { sweepNowAndThen } from '#store/sweep.ts';
import { fakeLog, fakeRuntime } from '../support/clock.ts';

const dayMs = 24 * 60 * 60_000;
const turnMs = 10 * 60_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const account = (retentionDays: number | null): Account => ({
  ...settingsAtFirst,
  id: idText('account', 5),
  kind: 'personal',
  name: 'someone',
  plan: 'base',
  state: 'active',
  createdAtMs: 0,
  trialEndsAtMs: null,
  retentionDays,
});

/** Sweeps with accounts that keep for so many days; every answer of a retention sweep is taken from `erased`. */
function house(keepDays: number | null, days: readonly (number | null)[], erased: number[] = []) {
  const { clock } = fakeRuntime();
  const asked: string[] = [];
  const stop = sweepNowAndThen({
    store: {
      sweep: async () => asked.push('keys'),
      sweepRetention: async (_nowMs, limit, gatewayDays) => {
        asked.push(`messages ${gatewayDays}`);
        return erased.shift() === undefined ? 0 : limit;
      },
      sweepDeliveries: async ({ olderThanMs, keep }) => {
        asked.push(`deliveries ${(clock.nowMs() - olderThanMs) / dayMs} ${keep}`);
        return 0;
      },
      accounts: async () => days.map(account),
    },
    media: {
      forgetBefore: async (beforeMs) => asked.push(`media ${(clock.nowMs() - beforeMs) / dayMs}`),
    },
    clock,
    log: fakeLog(),
    keepDays,
  });
  return { asked, stop };
}

test('a turn goes on until nothing is too old, and attachments outlast their messages by a day', async () => {
  const { asked, stop } = house(30, [null, 7, 60], [1, 1]);
  await vi.advanceTimersByTimeAsync(turnMs);
  expect(asked).toEqual(['keys', 'messages 30', 'messages 30', 'messages 30', 'deliveries 30 10000', 'media 61']);
  await vi.advanceTimersByTimeAsync(turnMs);
  expect(asked.slice(6)).toEqual(['keys', 'messages 30', 'deliveries 30 10000']);
  stop();
  await vi.advanceTimersByTimeAsync(turnMs);
  expect(asked).toHaveLength(9);
});

test('attachments stay as long as any account keeps its messages for ever', async () => {
  const { asked, stop } = house(null, [7, null]);
  await vi.advanceTimersByTimeAsync(turnMs);
  expect(asked).toEqual(['keys', 'messages null', 'deliveries 30 10000']);
  stop();
});
