/**
 * The link between the driver and its network: it attaches, follows the feed, hands over what comes in and acknowledges
 * it after it is stored, and when the network is away reports that and tries again. Embedded or remote makes no
 * difference here.
 */
import type { Channel } from '#core/channel.ts';
import type { DriverHost, Health } from '#ports/driver.ts';
import type { SimulatorConfig } from './config.ts';
import { inboundOf, typingOf } from './convert.ts';
import { controlSurface } from './network/control.ts';
import { PhoneNetwork } from './network/network.ts';
import type { Exchange } from './network/terms.ts';
import { RemoteExchange } from './remote.ts';

const feedWaitMs = 20_000;
const firstRetryMs = 250;
const maxRetryMs = 10_000;
const lastWordMs = 1_000;
/** How long `start` waits for the first attempt before it lets the gateway go on. */
const startPatienceMs = 1_000;

/** What a send finds: the exchange, and the surface beside it. */
export interface Door {
  readonly exchange: Exchange;
  control(request: Request): Promise<Response>;
}

export interface Link {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The network as it is now, or null while it cannot be opened. */
  door(): Door | null;
  probe(signal: AbortSignal): Promise<Health>;
}

export function createLink(config: SimulatorConfig, channels: readonly Channel[], host: DriverHost): Link {
  let door: Door | null = null;
  let running: { readonly stopping: AbortController; readonly done: Promise<void> } | null = null;
  const open = (): Door => (door ??= openDoor(config, host));
  return {
    async start() {
      if (running) return;
      const stopping = new AbortController();
      const tried = new AbortController();
      running = {
        stopping,
        done: keepConnected(open, { config, channels, host }, stopping.signal, () => tried.abort()),
      };
      await host.runtime.timers.sleep(startPatienceMs, tried.signal);
    },
    async stop() {
      const was = running;
      running = null;
      was?.stopping.abort();
      await was?.done;
      const leaving = door;
      door = null;
      await leaving?.exchange.close();
      if (was) host.health({ state: 'stopped' });
    },
    door: () => door,
    async probe(signal) {
      if (!running) return { state: 'stopped' };
      try {
        return await attach(open(), config, channels, signal);
      } catch (error) {
        return down(config, error);
      }
    },
  };
}

function openDoor(config: SimulatorConfig, host: DriverHost): Door {
  if (config.url) {
    const exchange = new RemoteExchange(config.url, host.runtime);
    return { exchange, control: (request) => exchange.control(request) };
  }
  const { dataDir, runtime, log } = host;
  const network = new PhoneNetwork({ dataDir, dedupe: config.dedupe, runtime, log });
  return { exchange: network, control: controlSurface(network, { runtime, log }) };
}

interface Parts {
  readonly config: SimulatorConfig;
  readonly channels: readonly Channel[];
  readonly host: DriverHost;
}

/** Until told to stop. `tried` is called when the first attempt has come to something. */
async function keepConnected(open: () => Door, parts: Parts, signal: AbortSignal, tried: () => void): Promise<void> {
  const { config, channels, host } = parts;
  host.health({ state: 'connecting' });
  let failures = 0;
  while (!signal.aborted) {
    let health: Health;
    try {
      const { exchange, ...rest } = open();
      health = await attach({ exchange, ...rest }, config, channels, signal);
      if (health.state === 'connected') {
        failures = 0;
        host.health(health);
        tried();
        await followFeed(exchange, host, signal);
        continue;
      }
    } catch (error) {
      health = down(config, error);
    }
    if (signal.aborted) break;
    host.health(health);
    tried();
    failures += 1;
    const waitMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10));
    await host.runtime.timers.sleep(waitMs * (0.5 + host.runtime.chance() / 2), signal);
  }
  tried();
}

async function attach(
  { exchange }: Door,
  config: SimulatorConfig,
  channels: readonly Channel[],
  signal: AbortSignal,
): Promise<Health> {
  const dedupe = await exchange.attach({ lines: config.lines, channels }, signal);
  if (dedupe === config.dedupe) return { state: 'connected' };
  return {
    state: 'down',
    error: `the phone network runs with dedupe=${dedupe}, the gateway with dedupe=${config.dedupe}`,
    mend: `Start the gateway with CLAWGATE_SIMULATOR_DEDUPE=${dedupe}, or the phone network with --dedupe ${config.dedupe}`,
  };
}

/** Returns when the signal aborts; throws when the network is lost. */
async function followFeed(exchange: Exchange, host: DriverHost, signal: AbortSignal): Promise<void> {
  let acknowledged: number | null = null;
  let failures = 0;
  while (!signal.aborted) {
    const batch = await exchange.feed({ acknowledged, waitMs: feedWaitMs }, signal);
    acknowledged = null;
    for (const typing of batch.typing) host.typing(typingOf(typing));
    try {
      if (batch.events.length > 0) await host.receive(batch.events.map(inboundOf));
      acknowledged = batch.through;
      failures = 0;
    } catch (error) {
      // Not stored: not acknowledged, so the same reports come again.
      failures += 1;
      host.log.warn('simulator.receive_failed', { connection: host.connection, failures, error: String(error) });
      await host.runtime.timers.sleep(Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10)), signal);
    }
  }
  if (acknowledged !== null) await lastWord(exchange, host, acknowledged);
}

/** Acknowledge on the way out, within a moment: what is not acknowledged only comes again. */
async function lastWord(exchange: Exchange, host: DriverHost, acknowledged: number): Promise<void> {
  const [done, late] = [new AbortController(), new AbortController()];
  void host.runtime.timers.sleep(lastWordMs, done.signal).then(() => late.abort());
  try {
    await exchange.feed({ acknowledged, waitMs: 0 }, late.signal);
  } finally {
    done.abort();
  }
}

function down(config: SimulatorConfig, error: unknown): Health {
  const reason = error instanceof Error ? error.message : String(error);
  if (config.url) {
    return {
      state: 'down',
      error: reason,
      mend: `Start the phone network at ${config.url.origin}: clawgate phone-network`,
    };
  }
  return { state: 'down', error: reason, mend: "Make the simulator's folder below the data folder writable" };
}
