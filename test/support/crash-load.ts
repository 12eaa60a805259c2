/**
 * The load of a crash campaign: agents that text many conversations and one hot one per account, and people who text
 * back through the phone network's own surface. Every text is unique and numbered by its writer, so order, loss and
 * doubles can be read off the other end.
 */
import { type Agent, openAgent } from './crash-agent.ts';
import type { House } from './crash-home.ts';

export interface Writer {
  readonly handset: string;
  /** Answered 201: the network has them. */
  readonly stored: readonly string[];
  /** Never answered: the network may have them. */
  readonly unclear: readonly string[];
}

export interface Load {
  readonly agents: readonly Agent[];
  readonly writers: readonly Writer[];
  /** No new messages from now on; unanswered ones are still pursued. */
  stop(): Promise<void>;
  close(): void;
}

export interface LoadPlan {
  readonly agentsPerTenant: number;
  /** Per agent. */
  readonly sendsPerSecond: number;
  readonly maxPending: number;
  /** Per account. */
  readonly textsPerSecond: number;
  /** The share of sends that go to one conversation of the account. */
  readonly hotShare: number;
}

const tickMs = 20;

export function startLoad(house: House, plan: LoadPlan): Load {
  const stopping = new AbortController();
  const { tenants } = house.home;
  const agents: Agent[] = [];
  const runners: Promise<void>[] = [];
  const writers: Writer[] = [];
  tenants.forEach(({ key, handsets }, tenant) => {
    for (let number = 0; number < plan.agentsPerTenant; number += 1) {
      const agent = openAgent({ url: house.wsUrl, key, name: `a${tenant}.${number}` });
      agents.push(agent);
      runners.push(send(agent, handsets, plan, stopping.signal));
    }
    // The hot handset and a few others write too.
    for (const handset of handsets.slice(0, 3)) {
      const writer = { handset, stored: [], unclear: [] };
      writers.push(writer);
      runners.push(write(house, writer, plan.textsPerSecond / 3, stopping.signal));
    }
  });
  return {
    agents,
    writers,
    stop: async () => {
      stopping.abort();
      await Promise.all(runners);
    },
    close: () => agents.forEach((agent) => agent.close()),
  };
}

async function send(agent: Agent, handsets: readonly string[], plan: LoadPlan, signal: AbortSignal): Promise<void> {
  let owed = 0;
  let count = 0;
  while (!signal.aborted) {
    await pause(tickMs);
    owed = Math.min(owed + (plan.sendsPerSecond * tickMs) / 1_000, plan.maxPending);
    for (; owed >= 1 && agent.pending < plan.maxPending; owed -= 1) {
      const at = Math.random() < plan.hotShare ? 0 : Math.floor(Math.random() * handsets.length);
      agent.send(handsets[at] ?? '', `${agent.name} ${count}`);
      count += 1;
    }
    const earlier = agent.sent[Math.floor(Math.random() * agent.sent.length)];
    if (earlier && earlier.messageIds.length > 0 && Math.random() < 0.05) agent.repeat(earlier);
  }
}

async function write(
  house: House,
  writer: { handset: string; stored: string[]; unclear: string[] },
  perSecond: number,
  signal: AbortSignal,
): Promise<void> {
  for (let count = 0; !signal.aborted; count += 1) {
    const text = `${writer.handset} ${count}`;
    const isStored = await textIn(house.networkUrl(), writer.handset, text);
    (isStored ? writer.stored : writer.unclear).push(text);
    await pause((1_000 / perSecond) * (0.5 + Math.random()));
  }
}

/** Whether the network answered that it has the message. */
export async function textIn(networkUrl: string, handset: string, text: string): Promise<boolean> {
  try {
    const response = await fetch(`${networkUrl}/simulator/phones/${encodeURIComponent(handset)}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
    await response.text();
    return response.status === 201;
  } catch {
    return false;
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
