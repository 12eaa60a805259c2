/**
 * The network the wallets are on: one inside the gateway, started and stopped here, or one elsewhere, whose door is
 * tried now and then. It says whether the network can be reached, reports every change as health, and goes on trying;
 * of wallets and messages it knows nothing.
 */
import { connect } from 'node:net';
import { join } from 'node:path';
import type { DriverHost, Health } from '#ports/driver.ts';
import type { Network } from './config.ts';

/** How clients reach the network, in the SDK's words. */
export interface Route {
  readonly env: 'local' | 'dev' | 'production';
  readonly apiUrl: string | null;
  readonly gatewayHost: string | null;
}

export interface NetworkLink {
  /** Resolves after the first try, or after a moment; it goes on by itself. */
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly isUp: boolean;
  /** Null while the network inside the gateway has no port yet. */
  route(): Route | null;
  probe(signal: AbortSignal): Promise<Health>;
  /** A call came to nothing: look again now. */
  doubt(): void;
  /** Something else keeps XMTP from working, whatever the network does; it is the health from now on. */
  blocked(health: Health): void;
}

interface Door {
  close(): Promise<void>;
}

const startPatienceMs = 1_500;
const firstRetryMs = 500;
const longestRetryMs = 15_000;
const lookEveryMs = 15_000;
const knockMs = 3_000;

/** `prepare` is called before the network is tried, each time; what it throws keeps the link down like the network's own. */
export function createNetworkLink(network: Network, host: DriverHost, prepare: () => void): NetworkLink {
  const { timers } = host.runtime;
  let opened: { readonly door: Door; readonly route: Route } | null = null;
  let running: { readonly stopping: AbortController; readonly done: Promise<void> } | null = null;
  let [health, block]: [Health, Health | null] = [{ state: 'stopped' }, null];
  let waking = new AbortController();

  const report = (next: Health): void => {
    const before = health;
    health = block ?? next;
    const isSame = before.state === health.state && JSON.stringify(before) === JSON.stringify(health);
    if (!isSame) host.health(health);
  };
  const look = async (signal: AbortSignal): Promise<Health> => {
    try {
      prepare();
      opened ??= network.kind === 'embedded' ? await openEmbedded(network, host) : openElsewhere(network);
      if (network.kind === 'elsewhere')
        await knock(opened.route, AbortSignal.any([signal, AbortSignal.timeout(knockMs)]));
      return { state: 'connected' };
    } catch (error) {
      return down(network, error);
    }
  };
  const keepLooking = async (signal: AbortSignal, tried: () => void): Promise<void> => {
    for (let failures = 0; !signal.aborted;) {
      const found = await look(signal);
      if (signal.aborted) break;
      report(found);
      tried();
      failures = found.state === 'connected' ? 0 : failures + 1;
      const retryMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1)) * (0.5 + host.runtime.chance() / 2);
      waking = new AbortController();
      await timers.sleep(failures === 0 ? lookEveryMs : retryMs, AbortSignal.any([signal, waking.signal]));
    }
    tried();
  };
  return {
    async start() {
      if (running) return;
      const [stopping, tried] = [new AbortController(), new AbortController()];
      block = null;
      report({ state: 'connecting' });
      running = { stopping, done: keepLooking(stopping.signal, () => tried.abort()) };
      await timers.sleep(startPatienceMs, tried.signal);
    },
    async stop() {
      const was = running;
      running = null;
      was?.stopping.abort();
      await was?.done;
      const leaving = opened;
      opened = null;
      await leaving?.door.close();
      block = null;
      if (was) report({ state: 'stopped' });
    },
    get isUp() {
      return running !== null && health.state === 'connected';
    },
    route: () => opened?.route ?? null,
    async probe(signal) {
      if (!running) return { state: 'stopped' };
      if (block) return block;
      const found = await look(signal);
      if (!signal.aborted) report(found);
      return found;
    },
    doubt: () => waking.abort(),
    blocked(why) {
      block = why;
      report(why);
    },
  };
}

async function openEmbedded(
  { host, port }: Extract<Network, { kind: 'embedded' }>,
  { dataDir, runtime, log }: DriverHost,
): Promise<{ door: Door; route: Route }> {
  // Loaded here, so that a gateway on another network does without.
  const { createXmtpNetwork } = await import('./network/network.ts');
  const file = join(dataDir, 'network', 'network.sqlite');
  const opened = await createXmtpNetwork({ file, host, port, runtime, log });
  return { door: opened, route: { env: 'local', apiUrl: opened.url, gatewayHost: null } };
}

function openElsewhere({ env, apiUrl, gatewayHost }: Extract<Network, { kind: 'elsewhere' }>): {
  door: Door;
  route: Route;
} {
  return { door: { close: () => Promise.resolve() }, route: { env, apiUrl, gatewayHost } };
}

const usual = {
  local: 'http://localhost:5556',
  dev: 'https://grpc.dev.xmtp.network:443',
  production: 'https://grpc.production.xmtp.network:443',
} as const;

/** Whether anybody answers the door: a connection, opened and closed. Throws what was the matter. */
function knock({ env, apiUrl, gatewayHost }: Route, signal: AbortSignal): Promise<void> {
  const text = gatewayHost ?? apiUrl ?? usual[env];
  const url = new URL(text.includes('://') ? text : `https://${text}`);
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port });
    const end = (error?: Error): void => {
      signal.removeEventListener('abort', late);
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    const late = (): void => end(new Error(`${url.host} does not answer`));
    socket.once('connect', () => end());
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(new Error(`${url.host} cannot be reached (${error.code ?? error.message})`)),
    );
    signal.addEventListener('abort', late, { once: true });
    if (signal.aborted) late();
  });
}

/** The fault is on this machine, not with the network. */
export class LocalFault extends Error {}

const folderMend = "Make XMTP's folder below the data folder writable, and let one gateway at a time use it";

function down(network: Network, error: unknown): Health {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof LocalFault) return { state: 'down', error: reason, mend: folderMend };
  if (network.kind === 'elsewhere') {
    const mend =
      network.env === 'local'
        ? 'Start the XMTP network there, or set CLAWGATE_XMTP_ENV=embedded for one inside the gateway'
        : 'Check this machine reaches the internet, or set CLAWGATE_XMTP_ENV=embedded for a network of its own';
    return { state: 'down', error: `the XMTP network does not answer: ${reason}`, mend };
  }
  const mend = /listen|EADDR/.test(reason)
    ? 'Free the port, or set CLAWGATE_XMTP_LISTEN to another one (127.0.0.1:0 picks a free one)'
    : folderMend;
  return { state: 'down', error: reason, mend };
}
