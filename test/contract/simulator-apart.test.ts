// Gateway and phone network as two processes: either may be killed or cut off, and nothing that was acknowledged on
// either side is lost or comes twice.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDriver } from '#channels/simulator/driver.ts';
import type { MessageId } from '#core/ids.ts';
import type { Driver, OutboundChunk, Target } from '#ports/driver.ts';
import { type RecordingHost, eventually, recordingHost } from '../support/driver-host.ts';
import { type Phone, phone } from '../support/driver-phone.ts';

const program = fileURLToPath(new URL('../support/driver-network.ts', import.meta.url));
const never = new AbortController().signal;
const number = '+12125550142';
const target: Target = {
  line: '+15550100000',
  channel: 'imessage',
  remoteChat: null,
  isGroup: false,
  participants: [number],
  thread: null,
};

let folder: string;
let host: RecordingHost;
let network: { process: ChildProcess; port: number };
let driver: Driver;
let ann: Phone;

async function startNetwork(port = 0): Promise<{ process: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [program, join(folder, 'network'), String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const text of createInterface({ input: child.stdout })) {
    return { process: child, port: (JSON.parse(text) as { port: number }).port };
  }
  throw new Error('the phone network ended before it listened');
}

async function kill(): Promise<void> {
  if (network.process.exitCode !== null || network.process.signalCode !== null) return;
  const gone = once(network.process, 'exit');
  network.process.kill('SIGKILL');
  await gone;
}

function connectTo(port: number, options: Record<string, string> = {}): Driver {
  return createDriver(
    { channels: ['imessage', 'rcs', 'sms'], options: { url: `http://127.0.0.1:${port}`, ...options } },
    host,
  );
}

function chunk(key: string, text: string): OutboundChunk {
  const [body = ''] = driver.render('imessage', { parts: [{ type: 'text', value: text }], replyTo: null });
  return { key, messageId: key as MessageId, body, attempt: 1 };
}

const stateIs = (state: string, from = 0) =>
  eventually(`health ${state}`, () => host.healths.slice(from).find((health) => health.state === state));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clawgate-apart-'));
  host = recordingHost(join(folder, 'gateway'));
  network = await startNetwork();
  driver = connectTo(network.port);
  ann = phone(() => driver, number);
  await driver.start();
});

afterEach(async () => {
  await driver.stop();
  await kill();
  await rm(folder, { recursive: true, force: true });
});

describe('a network that is killed', () => {
  test('defers what is sent meanwhile, says it is down, and comes back by itself', async () => {
    await driver.send(target, [chunk('one', 'before')], never);
    await kill();
    expect(await stateIs('down')).toMatchObject({ mend: expect.stringContaining('clawgate phone-network') as string });
    const [meanwhile] = await driver.send(target, [chunk('two', 'after')], never);
    expect(meanwhile?.outcome).toBe('deferred');
    const seen = host.healths.length;
    network = await startNetwork(network.port);
    await stateIs('connected', seen);
    const [again] = await driver.send(target, [chunk('two', 'after')], never);
    expect(again?.outcome).toBe('accepted');
    expect((await ann.inbox()).map(({ text }) => text)).toEqual(['before', 'after']);
  });

  test('loses nothing it accepted, and a resend by key finds what it had', async () => {
    const sends = Array.from({ length: 40 }, (_, index) =>
      driver.send(target, [chunk(`key-${index}`, `number ${index}`)], never),
    );
    await sends[0];
    await kill();
    const first = (await Promise.all(sends)).map(([receipt]) => receipt);
    network = await startNetwork(network.port);
    for (const [index, receipt] of first.entries()) {
      const [again] = await driver.send(target, [chunk(`key-${index}`, `number ${index}`)], never);
      expect(again).toEqual(receipt?.outcome === 'accepted' ? receipt : again);
      expect(again?.outcome).toBe('accepted');
    }
    const texts = (await ann.inbox()).map(({ text }) => text);
    expect(new Set(texts).size).toBe(40);
    expect(texts).toHaveLength(40);
  });

  test('keeps what the gateway has not stored, under the same event ids', async () => {
    host.failNext(10_000);
    await ann.text({ text: 'hold on' });
    const tried = await eventually('a try', () => host.batches[0]);
    await kill();
    const seen = host.healths.length;
    network = await startNetwork(network.port);
    await stateIs('connected', seen);
    host.failNext(0);
    expect((await host.storedOf('message')).eventId).toBe(tried[0]?.eventId);
  });
});

test('a gateway that was away gets what came meanwhile, once', async () => {
  await driver.stop();
  const answer = await fetch(
    `http://127.0.0.1:${network.port}/simulator/phones/${encodeURIComponent(number)}/messages`,
    {
      method: 'POST',
      body: JSON.stringify({ text: 'while you were out' }),
    },
  );
  expect(answer.status).toBe(201);
  driver = connectTo(network.port);
  await driver.start();
  expect((await host.storedOf('message')).text).toBe('while you were out');
  await driver.stop();
  driver = connectTo(network.port);
  await driver.start();
  await ann.text({ text: 'and now' });
  await host.storedOf('message', ({ text }) => text === 'and now');
  expect(host.stored).toHaveLength(2);
});

test('a network that dedupes otherwise than the gateway believes is a health state with a mend', async () => {
  const seen = host.healths.length;
  const other = connectTo(network.port, { dedupe: 'none' });
  await other.start();
  expect(await stateIs('down', seen)).toMatchObject({
    mend: 'Start the gateway with CLAWGATE_SIMULATOR_DEDUPE=key, or the phone network with --dedupe none',
  });
  await other.stop();
});

test('a page of another site cannot drive the phones', async () => {
  const path = `http://127.0.0.1:${network.port}/simulator/phones`;
  expect((await fetch(path, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  expect((await fetch(path, { headers: { origin: `http://127.0.0.1:${network.port}` } })).status).toBe(200);
});

describe('a network that breaks off', () => {
  let broken: Server;

  /** Attaches like a network, then treats sends as it is told. */
  async function breakingOff(onSend: 'reset' | 'silence' | 'too busy'): Promise<Driver> {
    broken = createServer((request, response) => {
      const path = request.url ?? '';
      request.resume().once('end', () => {
        if (path.endsWith('/attach')) response.end(JSON.stringify({ dedupe: 'key' }));
        else if (path.endsWith('/feed')) return;
        else if (onSend === 'reset') request.socket.destroy();
        else if (onSend === 'too busy') response.writeHead(429).end('{}');
      });
    });
    await once(broken.listen(0, '127.0.0.1'), 'listening');
    const bound = broken.address();
    const cut = connectTo(typeof bound === 'object' && bound ? bound.port : 0);
    await cut.start();
    return cut;
  }

  afterEach(() => {
    broken.closeAllConnections();
    broken.close();
  });

  test('after the request was written leaves the send uncertain', async () => {
    const cut = await breakingOff('reset');
    const [receipt] = await cut.send(target, [chunk('one', 'maybe')], never);
    expect(receipt?.outcome).toBe('uncertain');
    expect(
      (await cut.react?.({ key: 'k', target, remoteId: 'm1' as never, reactionType: 'love', remove: false }, never))
        ?.outcome,
    ).toBe('uncertain');
    await cut.stop();
  });

  test('or never answers leaves the send uncertain when the caller gives up', async () => {
    const cut = await breakingOff('silence');
    const patience = new AbortController();
    const sent = cut.send(target, [chunk('one', 'maybe')], patience.signal);
    await new Promise((resolve) => void setTimeout(resolve, 50));
    patience.abort();
    expect((await sent)[0]?.outcome).toBe('uncertain');
    broken.closeAllConnections();
    await cut.stop();
  });

  test('or turns it away defers the send', async () => {
    const cut = await breakingOff('too busy');
    const [receipt] = await cut.send(target, [chunk('one', 'later')], never);
    expect(receipt?.outcome).toBe('deferred');
    await cut.stop();
  });
});
