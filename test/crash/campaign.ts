/**
 * One campaign: load, kills and restarts at random moments, the wait until everything has settled, and the figures. The
 * short form (CRASH_CAMPAIGN=short) kills a few times; the full one two hundred times.
 */
import { openHouse, makeHome, type Home, type House, type HouseOptions } from '../support/crash-home.ts';
import {
  checkAgents,
  checkHandsets,
  checkWriters,
  readLedger,
  settled,
  unknownCount,
  type Ledger,
} from '../support/crash-audit.ts';
import { until } from '../support/journey.ts';
import { type Load, type LoadPlan, pause, startLoad } from '../support/crash-load.ts';

export const isShort = process.env['CRASH_CAMPAIGN'] === 'short';
export const kills = Number(process.env['CRASH_KILLS'] ?? (isShort ? 6 : 200));

const moreKills = 30;

export interface CampaignPlan {
  readonly name: string;
  readonly dedupe: 'key' | 'none';
  readonly load: LoadPlan;
  readonly tenants: number;
  readonly handsets: number;
  readonly house?: HouseOptions;
  /** One kill and its restart. */
  readonly strike: (house: House) => Promise<void>;
  /** How long traffic flows between a restart and the next kill, at most. */
  readonly peaceMs: number;
  readonly settleWithinMs: number;
}

export interface Outcome {
  readonly home: Home;
  readonly load: Load;
  readonly ledger: Ledger;
  readonly unknown: ReadonlySet<string>;
  /** Unknown messages that a repeat with their key did not call unknown. */
  readonly silent: readonly string[];
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly disordered: readonly string[];
  readonly strange: readonly string[];
  readonly agents: readonly string[];
  readonly writers: readonly string[];
}

export async function campaign(plan: CampaignPlan): Promise<Outcome> {
  const home = await makeHome(plan);
  const house = await openHouse(home, plan.house);
  const startedMs = performance.now();
  try {
    await house.startGateway();
    const load = startLoad(house, plan.load);
    await pause(500);
    // A short campaign may by chance hit no send in flight: where that is what it is about, it goes on until it does.
    const aimless = () => plan.dedupe === 'none' && unknownCount(home) === 0;
    for (let kill = 0; kill < kills || (kill < kills + moreKills && aimless()); kill += 1) {
      await plan.strike(house);
      await pause(Math.random() * plan.peaceMs);
    }
    await load.stop();
    await settled(home, load, plan.settleWithinMs);
    await heardAll(home, load);
    const ledger = readLedger(home);
    const unknown = new Set([...ledger.statuses].flatMap(([id, status]) => (status === 'unknown' ? [id] : [])));
    const handsets = await checkHandsets(house.networkUrl(), home, load.agents, (id) => unknown.has(id));
    const silent = await askAgain(load, unknown);
    load.close();
    const outcome = {
      home,
      load,
      ledger,
      unknown,
      ...handsets,
      silent,
      agents: checkAgents(home, ledger, load.agents),
      writers: checkWriters(ledger, load.writers),
    };
    report(plan, outcome, performance.now() - startedMs);
    return outcome;
  } finally {
    await house.end();
  }
}

/** Whoever asks again with the key of an unknown send is told that it is unknown. */
async function askAgain(load: Load, unknown: ReadonlySet<string>): Promise<readonly string[]> {
  const asked = load.agents.flatMap((agent) =>
    agent.sent.filter(({ messageIds }) => unknown.has(messageIds[0] ?? '')).map((sent) => ({ agent, sent })),
  );
  for (const { agent, sent } of asked) agent.repeat(sent);
  await until(async () => load.agents.every(({ pending }) => pending === 0));
  return asked.flatMap(({ sent }) => (sent.status === 'unknown' ? [] : [sent.text]));
}

/** The last live messages may still be on their way to the agents. */
async function heardAll(home: Home, load: Load): Promise<void> {
  const untilMs = performance.now() + 10_000;
  for (;;) {
    const ledger = readLedger(home);
    const stored = [...ledger.inbound.values()].reduce((sum, list) => sum + list.length, 0);
    const perTenant = load.agents.length / home.tenants.length;
    const heard = load.agents.reduce((sum, agent) => sum + agent.heard.length, 0);
    if (heard >= stored * perTenant || performance.now() > untilMs) return;
    await pause(200);
  }
}

function report(plan: CampaignPlan, outcome: Outcome, tookMs: number): void {
  const { load, lost, doubled, disordered, unknown, ledger } = outcome;
  const sent = load.agents.reduce((sum, agent) => sum + agent.sent.length, 0);
  const cached = load.agents.reduce((sum, agent) => sum + agent.sent.filter((each) => each.cached).length, 0);
  const texts = load.writers.reduce((sum, writer) => sum + writer.stored.length, 0);
  const reconnects = load.agents.reduce((sum, agent) => sum + agent.connections, 0);
  console.log(
    `${plan.name}: ${kills} kills in ${Math.round(tookMs / 1_000)} s; ${sent} sends acknowledged (${cached} answered again from the key), ` +
      `${lost.length} lost, ${doubled.length} doubled, ${disordered.length} out of order, ${unknown.size} unknown; ` +
      `${texts} texts in, ${outcome.writers.length} wrong; ${ledger.broken.length} faults in the logs; ${reconnects} connections`,
  );
}
