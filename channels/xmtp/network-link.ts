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
const longestRetryMs = 5_000;
const lookEveryMs = 15_000;
const knockMs = 3_000;

/** `prepare` is called before the network is tried, each time; what it throws keeps the link down like the network's own. */
export const createNetworkLink = (network: Network, host: DriverHost, prepare: () => void): NetworkLink =>
  new Link(network, host, prepare);

class Link implements NetworkLink {
  readonly #network: Network;
  readonly #host: DriverHost;
  readonly #prepare: () => void;
  #opened: { readonly door: Door; readonly route: Route } | null = null;
  #opening: Promise<{ readonly door: Door; readonly route: Route }> | null = null;
  #running: { readonly stopping: AbortController; readonly done: Promise<void> } | null = null;
  #health: Health = { state: 'stopped' };
  #block: Health | null = null;
  #waking = new AbortController();

  constructor(network: Network, host: DriverHost, prepare: () => void) {
    [this.#network, this.#host, this.#prepare] = [network, host, prepare];
  }

  async start(): Promise<void> {
    if (this.#running) return;
    const [stopping, tried] = [new AbortController(), new AbortController()];
    this.#block = null;
    this.#report({ state: 'connecting' });
    this.#running = { stopping, done: this.#keepLooking(stopping.signal, () => tried.abort()) };
    await this.#host.runtime.timers.sleep(startPatienceMs, tried.signal);
  }

  async stop(): Promise<void> {
    const was = this.#running;
    this.#running = null;
    was?.stopping.abort();
    await was?.done;
    await this.#close();
    this.#block = null;
    if (was) this.#report({ state: 'stopped' });
  }

  get isUp(): boolean {
    return this.#running !== null && this.#health.state === 'connected';
  }

  route(): Route | null {
    return this.#opened?.route ?? null;
  }

  async probe(signal: AbortSignal): Promise<Health> {
    const was = this.#running;
    if (!was) return { state: 'stopped' };
    if (this.#block) return this.#block;
    const found = await this.#look(signal);
    if (!signal.aborted && this.#running === was) this.#report(found);
    // From now on it is looked at as often as what is down.
    if (found.state !== 'connected') this.#waking.abort();
    // It was stopped meanwhile: what was opened for the question is nobody's.
    if (!this.#running) await this.#close();
    return found;
  }

  doubt(): void {
    this.#waking.abort();
  }

  blocked(why: Health): void {
    this.#block = why;
    this.#report(why);
  }

  async #close(): Promise<void> {
    const leaving = this.#opened;
    this.#opened = null;
    await leaving?.door.close();
  }

  #report(next: Health): void {
    const before = this.#health;
    this.#health = this.#block ?? next;
    if (JSON.stringify(before) !== JSON.stringify(this.#health)) this.#host.health(this.#health);
  }

  async #look(signal: AbortSignal): Promise<Health> {
    try {
      this.#prepare();
      this.#opened ??= await this.#open();
      const late = AbortSignal.any([signal, AbortSignal.timeout(knockMs)]);
      if (this.#network.kind === 'elsewhere') await knock(this.#opened.route, late);
      return { state: 'connected' };
    } catch (error) {
      return down(this.#network, error);
    }
  }

  /** Once for whoever asks meanwhile: a second network would find its port taken by the first. */
  #open(): Promise<{ readonly door: Door; readonly route: Route }> {
    this.#opening ??= (
      this.#network.kind === 'embedded'
        ? openEmbedded(this.#network, this.#host)
        : Promise.resolve(openElsewhere(this.#network))
    ).finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #keepLooking(signal: AbortSignal, tried: () => void): Promise<void> {
    const { runtime } = this.#host;
    for (let failures = 0; !signal.aborted;) {
      const found = await this.#look(signal);
      if (signal.aborted) break;
      this.#report(found);
      tried();
      failures = found.state === 'connected' ? 0 : failures + 1;
      const retryMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1)) * (0.5 + runtime.chance() / 2);
      this.#waking = new AbortController();
      await runtime.timers.sleep(
        failures === 0 ? lookEveryMs : retryMs,
        AbortSignal.any([signal, this.#waking.signal]),
      );
    }
    tried();
  }
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
