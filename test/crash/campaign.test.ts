/** `kill -9` under load, of the gateway and of the phone network apart, with providers that dedupe and that do not. */
import { describe, expect, test } from 'vitest';
import { guardedGatewayMain } from '../support/crash-child.ts';
import type { House } from '../support/crash-home.ts';
import { campaign, isShort, type CampaignPlan, type Outcome } from './campaign.ts';

const killGateway = async (house: House): Promise<void> => {
  await house.killGateway();
  await house.startGateway();
};
const killNetwork = async (house: House): Promise<void> => {
  await house.killNetwork();
  await house.startNetwork();
};

const busy = { agentsPerTenant: 2, sendsPerSecond: 80, maxPending: 48, textsPerSecond: 12, hotShare: 0.3 };
const keyed = { dedupe: 'key', tenants: 3, handsets: 40, load: busy, settleWithinMs: 120_000 } as const;

/** A provider that cannot dedupe is asked one by one, and a minute's hold passes in three seconds of the fast clock. */
const rate = 20;
const quiet = { agentsPerTenant: 2, sendsPerSecond: 25, maxPending: 32, textsPerSecond: 6, hotShare: 0.1 };
const unkeyed = {
  dedupe: 'none',
  tenants: 3,
  handsets: 60,
  load: quiet,
  house: {
    script: guardedGatewayMain,
    env: { CRASH_CLOCK_RATE: String(rate), CRASH_CLOCK_ORIGIN_MS: String(Date.now()) },
  },
  settleWithinMs: isShort ? 60_000 : 600_000,
} as const;

function expectKept(outcome: Outcome): void {
  const { lost, doubled, disordered, strange, agents, writers, ledger } = outcome;
  expect({ lost, doubled, disordered, strange }).toEqual({ lost: [], doubled: [], disordered: [], strange: [] });
  expect(agents).toEqual([]);
  expect(writers).toEqual([]);
  expect(ledger.broken).toEqual([]);
}

/** Unknown means shown: in the message's state, in the log, and to whoever asks again with the key. */
function expectShown({ unknown, ledger, silent }: Outcome): void {
  expect(silent).toEqual([]);
  const told = new Set(ledger.told.filter(({ status }) => status === 'unknown').map(({ message }) => message));
  expect(told.size).toBe(unknown.size);
  expect(unknown.size).toBeGreaterThan(0);
}

/** Whoever was connected when a send became unknown was told at once. */
function expectTold({ unknown, load }: Outcome): void {
  const untold = [...unknown].filter(
    (id) => !load.agents.some(({ statuses }) => statuses.get(id)?.includes('unknown') === true),
  );
  expect(untold).toEqual([]);
}

/** Behind an unknown message nothing of its conversation went out for a minute; after it, everything did. */
function expectHeld({ ledger }: Outcome): void {
  const heldSinceUs = new Map<number, number>();
  const tooSoon: number[] = [];
  for (const { conversation, message, status, tsUs } of ledger.told) {
    if (status === 'unknown') heldSinceUs.set(conversation, tsUs);
    else if (tsUs - (heldSinceUs.get(conversation) ?? 0) < 59_000_000) tooSoon.push(message);
  }
  expect(tooSoon).toEqual([]);
}

const plans = {
  gateway: { name: 'gateway, provider dedupes', strike: killGateway, peaceMs: 700 },
  network: { name: 'phone network, provider dedupes', strike: killNetwork, peaceMs: 1_500 },
} satisfies Record<string, Partial<CampaignPlan>>;

describe('with a provider that dedupes by key', () => {
  test('kill -9 of the gateway loses no acknowledged message, doubles none and keeps the order', async () => {
    const outcome = await campaign({ ...keyed, ...plans.gateway });
    expectKept(outcome);
    expect(outcome.unknown.size).toBe(0);
  });

  test('kill -9 of the phone network loses no acknowledged message, doubles none and keeps the order', async () => {
    const outcome = await campaign({ ...keyed, ...plans.network });
    expectKept(outcome);
    expect(outcome.unknown.size).toBe(0);
  });
});

describe('with a provider that does not dedupe', () => {
  test('kill -9 of the gateway doubles nothing by itself, and every unclear send is shown as unknown', async () => {
    const outcome = await campaign({ ...unkeyed, ...plans.gateway, name: 'gateway, provider does not dedupe' });
    expectKept(outcome);
    expectShown(outcome);
    expectHeld(outcome);
  });

  test('kill -9 of the phone network doubles nothing by itself, and every unclear send is shown as unknown', async () => {
    const outcome = await campaign({ ...unkeyed, ...plans.network, name: 'phone network, provider does not dedupe' });
    expectKept(outcome);
    expectTold(outcome);
    expectShown(outcome);
    expectHeld(outcome);
  });
});
