/**
 * The metrics page. The hot path only adds to plain numbers (ports/counters and the tallies here), which
 * are read at each scrape; the library that adds what the process itself uses is loaded at the first one. No label carries an account, an address or a message.
 */
import type { Registry } from 'prom-client';
import type { Counters } from '#ports/counters.ts';

/** A gauge is asked at every scrape: one number, or one for each value of its label. */
export interface GaugeSource {
  readonly name: string;
  readonly help: string;
  /** Absent for a gauge that is one number. */
  readonly label?: string;
  readonly read: () => GaugeReading | Promise<GaugeReading>;
}
export type GaugeReading = number | Readonly<Record<string, number>>;

/** Sizes, counted into buckets by plain additions. */
export interface Tally {
  observe(value: number): void;
}

export interface Metrics {
  gauge(source: GaugeSource): void;
  /** A histogram with these upper bounds, rising. */
  tally(name: string, help: string, bounds: readonly number[]): Tally;
  /** A counter whose number somebody else keeps; it must only rise. `label` as for a gauge. */
  counter(source: GaugeSource): void;
  /** The page in Prometheus' text format. A gauge that throws is left out, and the page still comes. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const helpOf = {
  accepted: ['clawgate_messages_accepted_total', 'Messages acknowledged to a sender after they were committed'],
  repeated: ['clawgate_messages_repeated_total', 'Sends answered with an earlier message of the same key'],
  refused: ['clawgate_messages_refused_total', 'Sends refused before anything was stored'],
  sent: ['clawgate_messages_sent_total', 'Messages a provider accepted'],
  failed: ['clawgate_messages_failed_total', 'Messages that failed for good'],
  unknown: ['clawgate_messages_unknown_total', 'Messages whose fate nobody knows'],
  deferred: ['clawgate_sends_deferred_total', 'Tries that surely did not go out and were put back'],
  received: ['clawgate_messages_received_total', 'Messages from people, stored'],
  duplicates: ['clawgate_inbound_duplicates_total', 'Provider events that were stored before'],
  ignored: ['clawgate_inbound_ignored_total', "Provider events that were nobody's or changed nothing"],
  webhooksDelivered: ['clawgate_webhooks_delivered_total', 'Webhook deliveries that the receiver took'],
  webhooksFailed: ['clawgate_webhooks_failed_total', 'Tries of webhook deliveries that failed'],
} as const satisfies Record<keyof Counters, readonly [string, string]>;

interface TallyState {
  readonly name: string;
  readonly help: string;
  readonly bounds: readonly number[];
  /** One for each bound, and the last for what is above all. */
  readonly counts: number[];
  sum: number;
}

export function createMetrics(counters: Counters): Metrics {
  const kept = Object.entries(helpOf).map(([field, [name, help]]) => ({
    type: 'counter' as const,
    source: { name, help, read: () => counters[field as keyof Counters] },
  }));
  const sources: { type: 'gauge' | 'counter'; source: GaugeSource }[] = [...kept];
  const tallies: TallyState[] = [];
  let process: Promise<Registry> | undefined;

  return {
    gauge: (source) => void sources.push({ type: 'gauge', source }),
    counter: (source) => void sources.push({ type: 'counter', source }),
    tally(name, help, bounds) {
      const counts = Array.from({ length: bounds.length + 1 }, () => 0);
      const state: TallyState = { name, help, bounds, counts, sum: 0 };
      tallies.push(state);
      return { observe: (value) => observe(state, value) };
    },
    async render() {
      process ??= processMetrics();
      const registry = await process;
      const ours = await Promise.all(sources.map(({ type, source }) => sourceText(type, source)));
      const parts = [await registry.metrics(), ...ours, ...tallies.map(tallyText)];
      return { contentType: registry.contentType, text: `${parts.map((part) => part.trimEnd()).join('\n')}\n` };
    },
  };
}

/** What the process itself uses: memory, processor, event loop lag. */
async function processMetrics(): Promise<Registry> {
  const { Registry: NewRegistry, collectDefaultMetrics } = await import('prom-client');
  const registry = new NewRegistry();
  collectDefaultMetrics({ register: registry, prefix: 'clawgate_' });
  return registry;
}

function observe(state: TallyState, value: number): void {
  let index = 0;
  while (index < state.bounds.length && value > (state.bounds[index] ?? 0)) index += 1;
  state.counts[index] = (state.counts[index] ?? 0) + 1;
  state.sum += value;
}

/** Numbers kept elsewhere have no place in the library, which wants to do the adding: three lines of text each. */
async function sourceText(type: 'gauge' | 'counter', source: GaugeSource): Promise<string> {
  const { name, help, label } = source;
  const value = await reading(source);
  const lines =
    typeof value === 'number'
      ? [`${name} ${value}`]
      : Object.entries(value).map(([of, number]) => `${name}{${label ?? 'of'}=${JSON.stringify(of)}} ${number}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n');
}

async function reading({ read }: GaugeSource): Promise<GaugeReading> {
  try {
    return await read();
  } catch {
    return {};
  }
}

function tallyText({ name, help, bounds, counts, sum }: TallyState): string {
  let total = 0;
  const buckets = [...bounds, '+Inf'].map((bound, index) => {
    total += counts[index] ?? 0;
    return `${name}_bucket{le="${bound}"} ${total}`;
  });
  const head = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  return [...head, ...buckets, `${name}_sum ${sum}`, `${name}_count ${total}`].join('\n');
}
