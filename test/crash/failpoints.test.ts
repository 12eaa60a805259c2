/**
 * Death between every two effects: the gateway is killed right before or right after each verb that has one, in the
 * middle of a short scene with both directions in it, and started again. Whatever the instant, nothing acknowledged is
 * lost, nothing is doubled, and the key of a send still answers its first message.
 */
import { describe, expect, test } from 'vitest';
import { type Agent, openAgent } from '../support/crash-agent.ts';
import { checkAgents, checkHandsets, checkWriters, readLedger, settled } from '../support/crash-audit.ts';
import { guardedGatewayMain } from '../support/crash-child.ts';
import { type House, makeHome, openHouse } from '../support/crash-home.ts';
import { pause, textIn, type Writer } from '../support/crash-load.ts';
import { until } from '../support/journey.ts';
import { isShort } from './campaign.ts';

const verbs = [
  'store.accept',
  'store.claim',
  'store.settle',
  'store.receive',
  'store.enqueue',
  'driver.send',
  'driver.markRead',
  'driver.react',
  'host.receive',
];
/** Verbs that the scene calls more than twice, so that a later call can be the last one too. */
const repeated = ['store.accept', 'store.settle', 'driver.send', 'store.receive'];

const points = verbs.flatMap((verb) => {
  const counts = isShort || !repeated.includes(verb) ? [1] : [1, 2, 3];
  return counts.flatMap((count) => [`${verb}:before:${count}`, `${verb}:after:${count}`]);
});
const unclearPoints = ['store.claim:after:1', 'driver.send:before:1', 'driver.send:after:1', 'store.settle:before:1'];

const fastClock = { CRASH_CLOCK_RATE: '20', CRASH_CLOCK_ORIGIN_MS: String(Date.now()) };

interface Scene {
  readonly house: House;
  readonly agent: Agent;
  readonly writers: Writer[];
  readonly ended: () => boolean;
}

async function openScene(dedupe: 'key' | 'none'): Promise<{ house: House; end: () => Promise<void> }> {
  const home = await makeHome({ tenants: 1, handsets: 2, dedupe });
  const env = dedupe === 'none' ? fastClock : {};
  const house = await openHouse(home, { script: guardedGatewayMain, env, networkInside: true });
  return { house, end: () => house.end() };
}

/** Both directions and every kind of command; each step waits for the one before, unless the gateway has died. */
async function play({ house, agent, writers, ended }: Scene): Promise<void> {
  const [first = '', second = ''] = house.home.tenants[0]?.handsets ?? [];
  const step = async (done: () => boolean) => void (await until(async () => done() || ended()).catch(() => undefined));
  const text = async (handset: string, number: number): Promise<void> => {
    const words = `${handset} ${number}`;
    await textIn(house.networkUrl(), handset, words);
    const writer = writers.find((each) => each.handset === handset);
    if (writer) (writer.stored as string[]).push(words);
    else writers.push({ handset, stored: [words], unclear: [] });
  };
  await step(() => agent.isLive);
  await text(first, 0);
  await step(() => agent.heard.length >= 1);
  for (const number of [0, 1, 2]) agent.send(first, `a0.0 ${number}`);
  agent.send(second, 'a0.0 3');
  await step(() => agent.pending === 0);
  agent.send(first, 'a0.0 4');
  await text(second, 0);
  await text(first, 1);
  await step(() => agent.pending === 0 && agent.heard.length >= 3);
  agent.say({ type: 'read', to: first });
  const [heard] = agent.heard;
  if (heard) agent.say({ type: 'reaction', messageId: heard.messageId, reactionType: 'love' });
  agent.send(second, 'a0.0 5');
  // Each when the one before has left, so that it is a call of its own to the driver: what waits together goes as one.
  for (const number of [6, 7]) {
    await step(() => agent.pending === 0 && agent.statuses.size >= agent.sent.length);
    agent.send(number % 2 === 0 ? first : second, `a0.0 ${number}`);
  }
  await step(() => false);
}

/** After the restart everything is asked for again with its first key. */
async function repeatAll(agent: Agent): Promise<void> {
  await until(async () => agent.pending === 0);
  for (const sent of agent.sent) agent.repeat(sent);
  await until(async () => agent.pending === 0);
}

async function dieAt(point: string, dedupe: 'key' | 'none'): Promise<void> {
  const { house, end } = await openScene(dedupe);
  const [tenant] = house.home.tenants;
  const agent = openAgent({ url: house.wsUrl, key: tenant?.key ?? '', name: 'a0.0' });
  try {
    expect(await house.tryGateway({ CRASH_FAILPOINT: point })).toBe('ready');
    let died = false;
    const armed = house.gateway();
    void armed.ended.then(() => {
      died = true;
    });
    const writers: Writer[] = [];
    await play({ house, agent, writers, ended: () => died });
    expect(died, `${point} was never reached`).toBe(true);
    expect(await armed.ended).toEqual({ code: null, signal: 'SIGKILL' });
    await house.startGateway();
    await repeatAll(agent);
    await judge(house, agent, writers, dedupe);
  } finally {
    agent.close();
    await end();
  }
}

async function judge(house: House, agent: Agent, writers: readonly Writer[], dedupe: 'key' | 'none'): Promise<void> {
  const load = { agents: [agent], writers, stop: async () => {}, close: () => {} };
  await settled(house.home, load, 20_000);
  const stored = writers.reduce((sum, writer) => sum + writer.stored.length, 0);
  await until(async () => agent.heard.length >= stored);
  await pause(50);
  const ledger = readLedger(house.home);
  const unknown = new Set([...ledger.statuses].flatMap(([id, status]) => (status === 'unknown' ? [id] : [])));
  const handsets = await checkHandsets(house.networkUrl(), house.home, [agent], (id) => unknown.has(id));
  expect(handsets).toEqual({ lost: [], doubled: [], disordered: [], strange: [] });
  expect(checkAgents(house.home, ledger, [agent])).toEqual([]);
  expect(checkWriters(ledger, writers)).toEqual([]);
  expect(ledger.broken).toEqual([]);
  expect(agent.sent.every(({ cached }) => cached)).toBe(true);
  expect(unknown.size > 0).toBe(dedupe === 'none');
}

describe.concurrent('killed with a provider that dedupes by key', () => {
  test.each(points)('at %s, nothing acknowledged is lost and nothing is doubled', async (point) => {
    await dieAt(point, 'key');
  });
});

describe.concurrent('killed with a provider that does not dedupe', () => {
  test.each(unclearPoints)('at %s, what is unclear is unknown and never sent again', async (point) => {
    await dieAt(point, 'none');
  });
});

describe('killed while it puts back what a dead gateway left', () => {
  test.each(['store.recover:before:1', 'store.recover:after:1'])(
    'at %s, the next start puts it back all the same',
    async (point) => {
      const { house, end } = await openScene('key');
      const [tenant] = house.home.tenants;
      const agent = openAgent({ url: house.wsUrl, key: tenant?.key ?? '', name: 'a0.0' });
      try {
        await house.tryGateway({ CRASH_FAILPOINT: 'driver.send:after:1' });
        const { ended } = house.gateway();
        const [first = ''] = tenant?.handsets ?? [];
        await until(async () => agent.isLive);
        for (const number of [0, 1, 2]) agent.send(first, `a0.0 ${number}`);
        await ended;
        expect(await house.tryGateway({ CRASH_FAILPOINT: point })).toEqual({ code: null, signal: 'SIGKILL' });
        await house.startGateway();
        await repeatAll(agent);
        await judge(house, agent, [], 'key');
      } finally {
        agent.close();
        await end();
      }
    },
  );
});
