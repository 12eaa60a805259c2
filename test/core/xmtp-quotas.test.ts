// What one address may take of the embedded XMTP network: publishes by the minute, streams at a time, and memory for
// neither beyond a bound.
import { describe, expect, test } from 'vitest';
import { maxStreams } from '#channels/xmtp/network/limits.ts';
import { createQuotas } from '#channels/xmtp/network/quotas.ts';
import { Refusal } from '#channels/xmtp/network/refusal.ts';
import { fakeRuntime } from '../support/clock.ts';

describe('an address', () => {
  test('spends a minute’s worth at once, then as much as has come back since', () => {
    const runtime = fakeRuntime();
    const quotas = createQuotas(60, runtime.clock);
    quotas.publish('a', 60);
    expect(() => quotas.publish('a', 1)).toThrow(Refusal);
    quotas.publish('b', 60);
    runtime.advance(10_000);
    quotas.publish('a', 10);
    expect(() => quotas.publish('a', 1)).toThrow(/more than 60 messages/);
    runtime.advance(60_000);
    quotas.publish('a', 60);
  });

  test('whose request was refused has spent nothing', () => {
    const quotas = createQuotas(10, fakeRuntime().clock);
    expect(() => quotas.publish('a', 11)).toThrow(Refusal);
    quotas.publish('a', 10);
  });

  test('may publish any number where there is no limit', () => {
    const quotas = createQuotas(null, fakeRuntime().clock);
    quotas.publish('a', 1_000_000_000);
  });

  test('gets the place of a stream back once when it ends, however often that is said', () => {
    const quotas = createQuotas(1, fakeRuntime().clock);
    const ends = Array.from({ length: maxStreams }, () => quotas.openStream('a'));
    expect(() => quotas.openStream('a')).toThrow(/streams from one address/);
    quotas.openStream('b');
    ends[0]?.();
    ends[0]?.();
    quotas.openStream('a');
    expect(() => quotas.openStream('a')).toThrow(Refusal);
  });

  test('is forgotten when it has all of its minute left, so that others find room', () => {
    const runtime = fakeRuntime();
    const quotas = createQuotas(60, runtime.clock);
    for (let number = 0; number < 10_000; number += 1) quotas.publish(`address ${number}`, 60);
    expect(() => quotas.publish('one more', 1)).toThrow(/too many addresses/);
    runtime.advance(60_001);
    quotas.publish('one more', 1);
  });
});
