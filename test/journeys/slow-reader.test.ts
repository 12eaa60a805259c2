/**
 * A socket that stops reading while a hundred thousand events arrive: it costs bounded memory, is closed by name, and
 * hurts nobody. The events come through the store port in batches, as a driver's would.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/journey.ts';
import { openFlood } from '../support/journey-flood.ts';
import { steppedRuntime } from '../support/journey-clock.ts';

const events = 100_000;
const batch = 1_000;
const from = '+15551290001';
const body = 'x'.repeat(200);

let gateway: TestGateway;
const runtime = steppedRuntime({ steady: true });

beforeAll(async () => {
  gateway = await openGateway({ runtime });
  await gateway.call('POST', '/api/routes', { phone_number: from });
});

afterAll(() => gateway.end());

/** A handshake over a bare connection that is never read from afterwards, so that not even the kernel's buffers drain. */
function openStuckSocket(): Promise<{ readonly raw: ReturnType<typeof connect>; readonly ended: () => Buffer }> {
  const port = gateway.gateway.port;
  const raw = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  raw.on('error', () => {});
  const key = randomBytes(16).toString('base64');
  raw.write(
    `GET /ws?key=${gateway.key} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  return new Promise((resolve) => {
    raw.once('data', () => {
      raw.pause();
      raw.on('data', (chunk: Buffer) => void chunks.push(chunk));
      raw.pause();
      resolve({ raw, ended: () => Buffer.concat(chunks) });
    });
  });
}

const sockets = async (): Promise<unknown> => (await gateway.call('GET', '/healthz')).body['connections'];

test('a socket that stops reading costs little, is closed as slow_reader, and its neighbour hears everything', async () => {
  const stuck = await openStuckSocket();
  // A listener of its own, because one promise for every frame would be most of this test's time.
  const neighbour = new WebSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  let [heard, disordered] = [0, 0];
  let ponged = false;
  neighbour.on('message', (data: Buffer) => {
    const { type, text } = JSON.parse(data.toString('utf8')) as { type: string; text?: string };
    if (type === 'pong') ponged = true;
    if (type !== 'message') return;
    if (!text?.startsWith(`${heard} `)) disordered += 1;
    heard += 1;
  });
  await once(neighbour, 'open');
  await until(async () => (await sockets()) === 2);

  const flood = openFlood(gateway, runtime.ids, from, body);
  const before = process.memoryUsage();
  let [mostRss, mostOff] = [0, 0];
  for (let first = 0; first < events; first += batch) {
    await flood.pour(first, batch);
    // The neighbour lives in this very process, and keeps up.
    await until(async () => heard >= first - 8 * batch);
    const now = process.memoryUsage();
    mostRss = Math.max(mostRss, now.rss - before.rss);
    mostOff = Math.max(mostOff, now.external + now.arrayBuffers - before.external - before.arrayBuffers);
  }
  await until(async () => heard === events);
  expect(disordered).toBe(0);
  // 100,000 such frames are 50 MB of text for one socket; what waits for the stuck one is 8 MiB at most.
  expect(mostOff).toBeLessThan(64 * 1024 * 1024);
  expect(mostRss).toBeLessThan(400 * 1024 * 1024);

  // Half a minute behind: it is given up, and hears why if it ever reads on.
  runtime.age(29_000);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(await sockets()).toBe(2);
  runtime.age(2_000);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  stuck.raw.resume();
  const reason = Buffer.from('slow_reader');
  const close = Buffer.concat([Buffer.from([0x88, 2 + reason.length, 4009 >> 8, 4009 & 0xff]), reason]);
  await until(async () => stuck.ended().subarray(-close.length).equals(close));
  // It says no goodbye of its own, and is not waited for.
  runtime.age(6_000);
  await until(async () => (await sockets()) === 1);
  neighbour.send('{"type":"ping"}');
  await until(async () => ponged);
  neighbour.close();
}, 120_000);
