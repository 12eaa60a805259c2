/**
 * `kill -9` of a gateway while ten molts write to each other over the XMTP network inside it: wallets, network, outbox and
 * log all die at once. Whatever was acknowledged to a sender is in the recipient's conversation once.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Child, gatewayMain, startChild } from '../support/crash-child.ts';
import { pause } from '../support/crash-load.ts';
import { until } from '../support/journey.ts';
import { isShort, kills } from './campaign.ts';
import { createMolts, type Molt, startLetters, type Letter } from '../support/crash-molts.ts';

const moltCount = 10;
const peaceMs = 900;
const settleWithinMs = isShort ? 60_000 : 240_000;

let dataDir: string;
let gateway: Child & { readonly port: number };
const url = () => `http://127.0.0.1:${gateway.port}`;

const start = async (): Promise<void> => {
  gateway = await startChild({
    script: gatewayMain,
    env: {
      CLAWGATE_DATA: dataDir,
      CLAWGATE_PORT: '0',
      CLAWGATE_LIMITS: 'off',
      CLAWGATE_CHANNELS: 'xmtp=xmtp',
      CLAWGATE_XMTP_LISTEN: '127.0.0.1:0',
      CLAWGATE_OWNER_KEY: 'owner-key-for-crash-tests-0123456',
    },
    readyEvent: 'gateway.ready',
  });
};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'clawgate-crash-molts-'));
  await start();
});

afterAll(async () => {
  await gateway.kill();
  await rm(dataDir, { recursive: true, force: true });
});

test('kill -9 of the gateway loses no letter between molts and doubles none', async () => {
  const startedMs = performance.now();
  const molts = await createMolts(url(), moltCount);
  const load = startLetters(url, molts);
  for (let kill = 0; kill < kills; kill += 1) {
    // A kill is worth something only among letters.
    const before = load.acknowledged();
    await until(async () => load.acknowledged() > before, 30_000);
    await pause(Math.random() * peaceMs);
    await gateway.kill();
    await start();
  }
  const letters = await load.stop();
  const untilMs = performance.now() + settleWithinMs;
  let found = await audit(molts, letters);
  while (found.lost.length > 0 && performance.now() < untilMs) {
    await pause(1_000);
    found = await audit(molts, letters);
  }
  console.log(
    `${kills} kills in ${Math.round((performance.now() - startedMs) / 1_000)} s; ${letters.length} letters acknowledged ` +
      `(${load.repeats()} asked again), ${found.lost.length} lost, ${found.doubled.length} doubled`,
  );
  expect(letters.length).toBeGreaterThan(kills);
  expect(found).toEqual({ lost: [], doubled: [], strange: [] });
});

interface Found {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** What nobody wrote. */
  readonly strange: readonly string[];
}

/** What every molt has in its conversations with the others, against what was acknowledged. */
async function audit(molts: readonly Molt[], letters: readonly Letter[]): Promise<Found> {
  const counts = new Map<string, number>();
  for (const molt of molts) {
    for (const other of molts) {
      if (other === molt) continue;
      for (const text of await molt.textsFrom(url(), other.handle)) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  const texts = new Set(letters.map(({ text }) => text));
  return {
    lost: [...texts].filter((text) => !counts.has(text)),
    doubled: [...counts].flatMap(([text, count]) => (count > 1 ? [text] : [])),
    strange: [...counts.keys()].filter((text) => !texts.has(text)),
  };
}
