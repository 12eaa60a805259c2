// How fast is delivered beside other work, with the load and the clock in the test's hand.
import { describe, expect, test } from 'vitest';
import { createSeats } from '#webhooks/seats.ts';
import { fakeRuntime } from '../support/clock.ts';

/** How many deliveries begin in ten seconds, after two to get used to it: with so much other work, and each at a cost. */
async function begun(otherLoad: number, costMs = 0.3): Promise<number> {
  const runtime = fakeRuntime();
  let [count, sinceLast, askedAtMs] = [0, 0, 0];
  const load = (): number => {
    const own = (sinceLast * costMs) / (runtime.clock.monotonicMs() - askedAtMs);
    [sinceLast, askedAtMs] = [0, runtime.clock.monotonicMs()];
    return Math.min(1, otherLoad + own);
  };
  const seats = createSeats({ count: 8, load, runtime });
  let isOver = false;
  const worker = async (): Promise<void> => {
    while (!isOver) {
      const leave = await seats.take();
      count += 1;
      sinceLast += 1;
      await runtime.timers.sleep(1);
      leave();
    }
  };
  const workers = Array.from({ length: 8 }, worker);
  for (let ms = 0; ms < 12_000; ms += 1) {
    if (ms === 2_000) count = 0;
    runtime.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  isOver = true;
  for (let turn = 0; turn < 20; turn += 1) {
    runtime.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(workers);
  return count;
}

describe('seats', () => {
  test.each([0.05, 0.3, 1])('on an idle process leave little of it unused, when each costs %s ms', async (costMs) => {
    const [count, possible] = [await begun(0, costMs), 10_000 / costMs];
    expect(count).toBeGreaterThan(Math.min(possible, 60_000) / 3);
    expect(count).toBeLessThan(Math.max(possible * 1.1, 80_001));
  });

  test.each([0.05, 0.3, 1])('on a busy process take less than others leave, when each costs %s ms', async (costMs) => {
    const [half, full] = [await begun(0.5, costMs), await begun(1, costMs)];
    expect(half * costMs).toBeLessThan(10_000 * 0.5);
    expect(half * costMs).toBeGreaterThan(10_000 * 0.1);
    // Never nothing, and hardly more.
    expect(full).toBeGreaterThanOrEqual(800);
    expect(full).toBeLessThan(1_500);
  });

  test('go to those who asked first', async () => {
    const seats = createSeats({ count: 1, load: () => 0, runtime: fakeRuntime() });
    const order: string[] = [];
    const leave = await seats.take();
    const waiting = ['one', 'two'].map(async (name) => {
      const left = await seats.take();
      order.push(name);
      left();
    });
    expect(order).toEqual([]);
    leave();
    await Promise.all(waiting);
    expect(order).toEqual(['one', 'two']);
  });
});
