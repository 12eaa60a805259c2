/**
 * The one HTTP server in front of every facade: listening, timeouts, upgrades, and a drain that lets requests finish.
 * It knows no facade; what a mount answers, and how it words a failure, is the mount's.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { hostName } from './addresses.ts';
import { createApp, type AppOptions } from './app.ts';
import { hideCredential } from './credential.ts';
import { refuseUpgrade } from './sockets.ts';
import { routeUpgrades, type UpgradeHandler } from './upgrades.ts';

export interface HttpServerOptions extends Omit<AppOptions, 'ownHosts' | 'draining'> {
  readonly host: string;
  readonly port: number;
  /** The URL others reach the gateway by; null: host and port. */
  readonly publicUrl: string | null;
  /** By exact path. */
  readonly upgrades: ReadonlyMap<string, UpgradeHandler>;
}

export interface HttpServer {
  /** Resolves with the real port. Rejects with a sentence for a person when the address cannot be had. */
  listen(): Promise<{ readonly port: number }>;
  /** The address the gateway is reached by, without a slash at its end; only after `listen`. */
  url(): string;
  /** Aborted when the drain begins: whatever streams should end. */
  readonly draining: AbortSignal;
  /** Takes no new connection or upgrade, lets requests finish for at most this long, then closes. Callable twice. */
  drain(deadlineMs: number): Promise<void>;
}

const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
};

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { host, publicUrl } = options;
  const drained = new AbortController();
  const ownHosts = ownHostsOf(host, publicUrl);
  const app = createApp({ ...options, ownHosts, draining: drained.signal });
  let open = 0;
  let onIdle = (): void => {};
  const server = createServer({ ...timeouts, noDelay: true }, (req, res) => {
    hideCredential(req);
    open += 1;
    res.once('close', () => {
      open -= 1;
      if (open === 0) onIdle();
    });
    app.express(req, res);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    answerGarbage(error, socket, options);
  });
  routeUpgrades(server, { ...options, ownHosts, draining: drained.signal, visit: app.visit });
  let port = options.port;

  return {
    draining: drained.signal,
    url: () => publicUrl?.replace(/\/+$/, '') ?? `http://${hostInUrl(host)}:${port}`,
    listen: async () => {
      port = await listenOn(server, host, port);
      return { port };
    },
    drain: async (deadlineMs) => {
      drained.abort();
      server.close();
      server.closeIdleConnections();
      const idle = new AbortController();
      onIdle = () => idle.abort();
      if (open > 0) await options.runtime.timers.sleep(deadlineMs, idle.signal);
      server.closeAllConnections();
    },
  };
}

/** What is no HTTP never becomes a request; it is answered in the same shape all the same. */
function answerGarbage(error: NodeJS.ErrnoException, socket: Duplex, { failures, runtime }: HttpServerOptions): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = garbage[error.code ?? ''] ?? [
    400,
    'This is not valid HTTP; check the request line and headers',
  ];
  const requestId = `req_${runtime.ids.random()}`;
  const { body } = failures({ code: 'invalid', message }, { requestId, isMethod: false });
  refuseUpgrade(socket, status, body, { 'X-Request-Id': requestId });
}

const garbage: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are larger than 16 KiB; send fewer or shorter ones'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time; send it again'],
};

function ownHostsOf(host: string, publicUrl: string | null): readonly string[] {
  const names = [hostName(host), publicUrl === null ? undefined : hostName(new URL(publicUrl).host)];
  return names.filter((name) => name !== undefined);
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void =>
      reject(new Error(whyNot(error, host, port), { cause: error }));
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function whyNot(error: NodeJS.ErrnoException, host: string, port: number): string {
  const { code = error.message } = error;
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is taken; stop what listens there, or set CLAWGATE_PORT to another (0 picks a free one)`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `${host} is not an address of this machine; set CLAWGATE_HOST to one that is, such as 127.0.0.1`;
  }
  if (code === 'EACCES') return `Port ${port} needs rights this process lacks; set CLAWGATE_PORT to 1024 or more`;
  return `The gateway cannot listen on ${host}:${port}: ${code}`;
}
