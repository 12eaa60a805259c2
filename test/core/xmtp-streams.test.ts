// The live stream of a wallet: one that is deaf is found out as soon as something was expected of it.
import { expect, test } from 'vitest';
import { followAccount } from '#channels/xmtp/streams.ts';
import type { AccountId } from '#core/ids.ts';
import { deafStream } from '../support/deaf-stream.ts';
import { eventually } from '../support/driver-host.ts';

test('a stream that misses what was expected of it is looked behind, and opened anew', async () => {
  const { parts, expected, seen, arrives } = deafStream();
  const stopping = new AbortController();
  const following = followAccount(parts, 'acc_1' as AccountId, expected, stopping.signal);
  await eventually('a stream', () => (seen.looks === 1 ? true : undefined));
  arrives('missed');
  expected.sinceMs = parts.host.runtime.clock.monotonicMs();
  expected.wake();
  // Long before the pass that comes now and then.
  await eventually('what was missed', () => (seen.handed.length === 1 ? true : undefined));
  await eventually('a new stream', () => (seen.opened === 2 ? true : undefined));
  arrives('heard');
  await eventually('what is told', () => (seen.handed.length === 2 ? true : undefined));
  expect(seen).toMatchObject({ opened: 2, handed: ['missed', 'heard'] });
  stopping.abort();
  await following;
});

test('a stream that hears what was expected of it is left as it is', async () => {
  const { parts, expected, seen, arrives } = deafStream();
  seen.opened = 1;
  const stopping = new AbortController();
  const following = followAccount(parts, 'acc_1' as AccountId, expected, stopping.signal);
  await eventually('a stream', () => (seen.looks === 1 ? true : undefined));
  expected.sinceMs = parts.host.runtime.clock.monotonicMs();
  expected.wake();
  arrives('heard');
  await eventually('what is told', () => (seen.handed.length === 1 ? true : undefined));
  await eventually('nothing expected any more', () => (expected.sinceMs === null ? true : undefined));
  stopping.abort();
  await following;
  expect(seen).toMatchObject({ opened: 2, handed: ['heard'] });
});
