/**
 * Upgrades by exact path, before any WebSocket is spoken: the same host check and request id as for requests, and a
 * plain HTTP answer in JSON for whoever is not let through. Authentication and limits of sockets are the handler's.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuse, type Failure } from '#core/failure.ts';
import type { Log } from '#ports/runtime.ts';
import { answersTo } from './addresses.ts';
import { hideCredential } from './credential.ts';
import { strangeHost, waitMsOf, retryAfterSeconds, type RenderFailure } from './failures.ts';
import { guardUpgrade, refuseUpgrade } from './sockets.ts';
import { rememberVisit, visitOf, type Visit } from './visit.ts';

/**
 * Takes the socket over. `url` is complete, its key included, and must not be logged; `req.url` has the key taken out,
 * and `credentialOf(req)` finds it wherever it was.
 */
export type UpgradeHandler = (req: IncomingMessage, socket: Duplex, head: Buffer, url: URL) => void;

export interface UpgradeRouting {
  readonly upgrades: ReadonlyMap<string, UpgradeHandler>;
  readonly failures: RenderFailure;
  readonly ownHosts: readonly string[];
  readonly draining: AbortSignal;
  readonly log: Log;
  readonly visit: (req: IncomingMessage) => Visit;
}

export function routeUpgrades(server: Server, routing: UpgradeRouting): void {
  const { upgrades, failures, ownHosts, draining, log } = routing;
  const drainRefusal = refuse('unavailable', 'The gateway is stopping; connect again in a few seconds').failure;
  const paths = [...upgrades.keys()].join(' or ');
  const pathRefusal = refuse('not_found', `There is no WebSocket on this path; connect to ${paths}`).failure;

  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    guardUpgrade(socket);
    const url = urlOf(req);
    hideCredential(req);
    rememberVisit(req, routing.visit(req));
    const turnDown = (failure: Failure) => {
      const { status, body } = failures(failure, { requestId: visitOf(req).requestId, isMethod: false });
      refuseUpgrade(socket, status, body, headersOf(req, failure));
    };
    if (!answersTo(req.headers.host, ownHosts)) return turnDown(strangeHost().failure);
    const handler = url && upgrades.get(url.pathname);
    if (!url || !handler) return turnDown(pathRefusal);
    if (draining.aborted) return turnDown(drainRefusal);
    try {
      handler(req, socket, head, url);
    } catch (error) {
      const { requestId } = visitOf(req);
      log.error('upgrade.failed', { requestId, error: error instanceof Error ? error.stack : typeof error });
      socket.destroy();
    }
  });
}

function headersOf(req: IncomingMessage, failure: Failure): Record<string, string> {
  const waitMs = waitMsOf(failure);
  return {
    'X-Request-Id': visitOf(req).requestId,
    'X-Content-Type-Options': 'nosniff',
    ...(waitMs === undefined ? {} : { 'Retry-After': String(retryAfterSeconds(waitMs)) }),
  };
}

function urlOf(req: IncomingMessage): URL | undefined {
  const target = req.url ?? '/';
  // Joined, not resolved: `//host/ws` is a path here.
  const whole = `http://gateway${target}`;
  return target.startsWith('/') && URL.canParse(whole) ? new URL(whole) : undefined;
}
