// Server-sent events under the house's discipline, with the clock in the test's hand: idle readers are kept, slow ones
// are bounded and told why they go, and a drain ends them all.
import { afterEach, expect, test } from 'vitest';
import type { AccountId } from '#core/ids.ts';
import { createEventStreams, eventText, type EventStream } from '#http/event-stream.ts';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fakeRuntime } from '../support/clock.ts';
import { openEvents } from '../support/event-source.ts';
import { until } from '../support/journey.ts';

const account = 'acc_1' as AccountId;
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function open() {
  const runtime = fakeRuntime();
  const drain = new AbortController();
  const streams = createEventStreams({ ...runtime, draining: () => drain.signal });
  const opened: EventStream[] = [];
  const server = createServer((req, res) => void opened.push(streams.open(req, res, account)));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const source = await openEvents(`http://127.0.0.1:${port}/`, null);
  const stream = await until(async () => opened[0]);
  /** Second by second, as the look at all streams goes. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      runtime.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { source, stream, pass, drain };
}

const event = (size: number) => eventText({ id: '1:1', data: JSON.stringify({ content: 'x'.repeat(size) }) });

/** Until the machine itself holds no more for the reader either. */
async function stuff(stream: EventStream): Promise<void> {
  let isStuck = false;
  while (!isStuck) {
    while (stream.write([event(100_000)]));
    const wait = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 50));
    isStuck = await Promise.race([wait, stream.drained().then(() => false)]);
  }
}

test('an idle stream is spoken to before anybody forgets it, and stays open', async () => {
  const { source, stream, pass } = await open();
  let beats = 0;
  source.onComment(() => (beats += 1));
  await pass(61);
  await until(async () => beats >= 3);
  expect(stream.ended.aborted).toBe(false);
  expect(stream.write([event(1)])).toBe(true);
  await until(async () => source.events.length === 1);
});

test('a reader that is behind is waited for, and goes on when it has caught up', async () => {
  const { source, stream } = await open();
  source.pause();
  let writes = 0;
  while (stream.write([event(100_000)])) writes += 1;
  const drained = stream.drained();
  source.resume();
  await drained;
  expect(stream.write([event(1)])).toBe(true);
  await until(async () => source.events.length === writes + 2);
});

test('a reader that stays behind for half a minute is hung up on by name', async () => {
  const { source, stream, pass } = await open();
  source.pause();
  await stuff(stream);
  await pass(29);
  expect(stream.ended.aborted).toBe(false);
  await pass(2);
  expect(stream.ended.aborted).toBe(true);
  source.resume();
  expect((await source.next('close')).data).toEqual({ reason: 'slow_reader' });
  await until(async () => source.isOver);
});

test('a reader that reads nothing holds no more than a few megabytes, then it is gone', async () => {
  const { source, stream, pass } = await open();
  source.pause();
  let written = 0;
  while (!stream.ended.aborted && written < 100) {
    stream.write([event(1_000_000)]);
    written += 1;
  }
  expect(written).toBeLessThan(30);
  await pass(3);
  source.resume();
  await until(async () => source.isOver);
});

test('a drain tells every reader, and nobody comes in after it', async () => {
  const { source, stream, drain } = await open();
  drain.abort();
  expect((await source.next('close')).data).toEqual({ reason: 'restarting' });
  expect(stream.write([event(1)])).toBe(false);
  await stream.drained();
  await until(async () => source.isOver);
});
