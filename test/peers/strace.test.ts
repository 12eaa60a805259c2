/**
 * The order on disk, as the operating system saw it: a crash of the process does not tell a write from an fsync, so the
 * gateway runs under strace and its system calls are read. Nobody is answered before the log of the database was synced.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Agent, openAgent } from '../support/crash-agent.ts';
import { gatewayMain, startChild } from '../support/crash-child.ts';
import { type House, makeHome, openHouse } from '../support/crash-home.ts';
import { textIn } from '../support/crash-load.ts';
import { until } from '../support/journey.ts';
import { type Call, readCalls } from './strace-calls.ts';

const program = 'strace';
const outboundText = 'canary-out-7f3a';
const inboundText = 'canary-in-91bc';

let folder: string;
let house: House;
let calls: readonly Call[];

/** One send and one text through a gateway under strace; then the trace, whole. */
beforeAll(async () => {
  requireStrace();
  folder = await mkdtemp(join(tmpdir(), 'clawgate-strace-'));
  const home = await makeHome({ tenants: 1, handsets: 2 });
  house = await openHouse(home, { networkInside: true });
  const trace = join(folder, 'trace');
  const kinds = 'trace=fsync,fdatasync,sync_file_range,pwrite64,pwritev,write,writev,sendto,sendmsg';
  const gateway = await startChild({
    script: gatewayMain,
    // -D: strace stays beside the gateway, which is our own child and hears our signals.
    under: [program, '-D', '-f', '-y', '-s', '65536', '-e', kinds, '-e', 'signal=none', '-o', trace],
    env: {
      CLAWGATE_DATA: home.dataDir,
      CLAWGATE_PORT: '0',
      CLAWGATE_CHANNELS: 'imessage=simulator,rcs=simulator,sms=simulator',
      CLAWGATE_OWNER_KEY: 'owner-key-for-strace-tests-0123',
      CLAWGATE_SIMULATOR_URL: house.networkUrl(),
    },
    readyEvent: 'gateway.ready',
  });
  const [tenant] = home.tenants;
  const [first = '', second = ''] = tenant?.handsets ?? [];
  const url = () => `ws://127.0.0.1:${gateway.port}`;
  const agent: Agent = openAgent({ url, key: tenant?.key ?? '', name: 'a0.0' });
  await until(async () => agent.isLive, 30_000);
  agent.send(first, outboundText);
  await until(async () => agent.pending === 0, 30_000);
  await textIn(house.networkUrl(), second, inboundText);
  await until(async () => agent.heard.length === 1, 30_000);
  agent.close();
  gateway.signal('SIGTERM');
  await gateway.ended;
  const isWhole = new RegExp(`^${gateway.pid} +\\+\\+\\+ exited`, 'm');
  calls = readCalls(await until(async () => [await readFile(trace, 'utf8')].find((text) => isWhole.test(text))));
}, 90_000);

afterAll(async () => {
  await house.end();
  await rm(folder, { recursive: true, force: true });
});

function requireStrace(): void {
  try {
    execFileSync(program, ['-V'], { stdio: 'ignore' });
  } catch {
    throw new Error(
      'strace is not installed, so the order of fsync and answer cannot be shown: apt-get install strace',
    );
  }
}

const isLogWrite = (call: Call): boolean => call.name.startsWith('pwrite') && call.file.endsWith('clawgate.db-wal');
const isLogSync = (call: Call): boolean => /^f(data)?sync$/.test(call.name) && call.file.endsWith('clawgate.db-wal');
const isSent = (call: Call): boolean => /^(write|writev|sendto|sendmsg)$/.test(call.name) && !call.file.startsWith('/');

/** When the row went into the log, when the log was next on disk, and when the answer was first handed to the kernel. */
function order(text: string, answer: RegExp): { written: number; synced: number; answered: number } {
  const written = calls.filter((call) => isLogWrite(call) && call.text.includes(text));
  const first = written[0];
  if (!first) throw new Error(`nothing with ${text} was written to the log of the database`);
  const answers = calls.filter((call) => isSent(call) && answer.test(call.text) && call.startedAt > first.startedAt);
  const synced = calls.find((call) => isLogSync(call) && call.startedAt > first.endedAt && call.result === '0');
  return { written: first.endedAt, synced: synced?.endedAt ?? Infinity, answered: answers[0]?.startedAt ?? Infinity };
}

describe('under strace', () => {
  test('a send is on disk before the first byte of its send.result leaves', () => {
    const { written, synced, answered } = order(outboundText, /"type":"send\.result"/);
    expect(answered).toBeLessThan(Infinity);
    expect(synced).toBeGreaterThan(written);
    expect(synced).toBeLessThan(answered);
    // And no answer at all left before the row was written.
    const early = calls.filter(
      (call) => isSent(call) && call.text.includes('"type":"send.result"') && call.startedAt < synced,
    );
    expect(early).toEqual([]);
  });

  test('an inbound message is on disk before its provider is acknowledged', () => {
    const { written, synced, answered } = order(inboundText, /"acknowledged":\d+/);
    expect(answered).toBeLessThan(Infinity);
    expect(synced).toBeGreaterThan(written);
    expect(synced).toBeLessThan(answered);
  });

  test('an inbound message is on disk before any agent hears of it', () => {
    const { synced, answered } = order(inboundText, new RegExp(`"type":"message".*${inboundText}`));
    expect(answered).toBeLessThan(Infinity);
    expect(synced).toBeLessThan(answered);
  });
});
