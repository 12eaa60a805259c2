// The process's own clock and ids follow the wall clock wherever it steps, and ids only rise. The bus hands a hint to
// every listener of its account and to nobody else.
import { describe, expect, test } from 'vitest';
import { createInProcessBus } from '#bus/in-process.ts';
import { idText } from '#core/ids.ts';
import type { Hint } from '#ports/bus.ts';
import type { Log } from '#ports/runtime.ts';
import { createSystemRuntime } from '#runtime/system.ts';

describe('the clock', () => {
  test('counts microseconds within the wall clock’s millisecond, and follows its steps', () => {
    let [wall, steady] = [1_000, 50.25];
    const { clock, ids } = createSystemRuntime({ wallMs: () => wall, steadyMs: () => steady });
    expect(clock.nowUs()).toBe(1_000_000);
    steady += 0.375;
    expect(clock.nowUs()).toBe(1_000_375);
    [wall, steady] = [1_001, steady + 0.75];
    expect(clock.nowUs()).toBe(1_001_125);
    steady += 1.25;
    expect(clock.nowUs()).toBe(1_001_999);
    const before = ids.next();
    wall = 400;
    expect(clock.nowUs()).toBe(400_000);
    expect(ids.next()).toBe(before + 1);
    wall = 9_000;
    expect(clock.nowUs()).toBe(9_000_000);
    expect(ids.next()).toBe(9_000_000);
  });

  test('agrees with the machine’s', () => {
    const { clock, ids } = createSystemRuntime();
    const before = Date.now() * 1000;
    const ours = clock.nowUs();
    expect(ours).toBeGreaterThanOrEqual(before);
    expect(ours).toBeLessThan((Date.now() + 1) * 1000);
    expect(ids.next()).toBeGreaterThanOrEqual(ours);
  });
});

describe('ids', () => {
  test('rise strictly, however many are asked for at once', () => {
    const { ids } = createSystemRuntime();
    let last = 0;
    for (let count = 0; count < 20_000; count += 1) {
      const next = ids.next();
      expect(next > last).toBe(true);
      last = next;
    }
    expect(ids.random()).toMatch(/^[\w-]{22}$/);
  });
});

describe('a sleep', () => {
  test('ends when its signal aborts, before or during it', async () => {
    const { timers } = createSystemRuntime();
    const abort = new AbortController();
    const asleep = timers.sleep(60_000, abort.signal);
    abort.abort();
    await asleep;
    await timers.sleep(60_000, abort.signal);
    await timers.sleep(1);
  });
});

describe('the bus', () => {
  const [ours, theirs] = [idText('account', 1), idText('account', 2)];
  const stopped: Hint = { kind: 'account-stopped', account: ours };
  const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

  test('hands a hint to all listeners of the account, though one of them throws', () => {
    const complaints: string[] = [];
    const bus = createInProcessBus({ ...quiet, error: (event) => void complaints.push(event) });
    const heard: string[] = [];
    bus.listen(ours, () => {
      throw new Error('mine');
    });
    bus.listen(ours, ({ kind }) => void heard.push(kind));
    bus.listen(theirs, () => void heard.push('theirs'));
    bus.publish(stopped);
    expect(heard).toEqual(['account-stopped']);
    expect(complaints).toEqual(['bus.listener_threw']);
  });

  test('lets a listener leave, even while it is being told', () => {
    const bus = createInProcessBus(quiet);
    const heard: string[] = [];
    const stopFirst = bus.listen(ours, () => {
      heard.push('first');
      stopFirst();
    });
    const same = () => void heard.push('same');
    const stopSame = bus.listen(ours, same);
    bus.listen(ours, same);
    bus.publish(stopped);
    stopSame();
    bus.publish(stopped);
    expect(heard).toEqual(['first', 'same', 'same', 'same']);
  });
});
