/**
 * What every request passes, in this order: its id, the headers of every answer, the host and origin checks, the
 * visitor's limit, then the mount whose path fits best, and at the end the one place where failures become answers.
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { failureOf, refuse, Refused, type Failure } from '#core/failure.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import { answersTo, isCrossSite, isFromLoopback, peerAddress, type TrustsProxy } from './addresses.ts';
import { credentialOf } from './credential.ts';
import { noSuchPath, sendFailure, strangeHost, type RenderFailure } from './failures.ts';
import type { Limits } from './limits.ts';
import { rememberVisit, visitOf, type Visit } from './visit.ts';

export interface Mount {
  /** Everything at and below this path is the mount's, unless another mount's path is longer. */
  readonly path: string;
  /** Sees whole paths, `/api/keys` and not `/keys`. */
  readonly handler: express.RequestHandler;
  readonly failures: RenderFailure;
  /** What the metrics and the log call it. */
  readonly name: string;
}

export interface Answered {
  readonly mount: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

export interface AppOptions {
  /** Addresses or ranges whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
  readonly mounts: readonly Mount[];
  /** For paths that no mount has. */
  readonly failures: RenderFailure;
  readonly limits: Limits;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly onAnswered?: (answered: Answered) => void;
  /** Host names the gateway answers to, besides addresses and loopback. */
  readonly ownHosts: readonly string[];
  readonly draining: AbortSignal;
}

export interface App {
  readonly express: Express;
  /** What is known of a request that never reaches the app: an upgrade. */
  readonly visit: (req: IncomingMessage) => Visit;
}

export function createApp(options: AppOptions): App {
  const { limits, ownHosts, draining, log } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').set('query parser', 'simple');
  app.response.json = sendJson;
  app.set('trust proxy', options.trustedProxies.length > 0 ? [...options.trustedProxies] : false);
  const trusts = app.get('trust proxy fn') as TrustsProxy;
  const visit = (req: IncomingMessage): Visit => {
    const peer = peerAddress(req, trusts);
    return { requestId: requestIdOf(req, options.runtime), peer, fromLoopback: isFromLoopback(req, peer) };
  };
  const mounts = options.mounts.toSorted((left, right) => right.path.length - left.path.length);
  const mountFor = (path: string) => mounts.find((mount) => isBelow(path, mount.path));

  app.use((req, res, next) => {
    const known = visit(req);
    rememberVisit(req, known);
    res.setHeader('X-Request-Id', known.requestId);
    res.setHeader('Cache-Control', 'no-store');
    if (draining.aborted) res.setHeader('Connection', 'close');
    watch(req, res, mountFor(req.path)?.name ?? 'none', options);
    next();
  });
  const plain = headersOf(helmet(plainHeaders));
  app.use((_req, res, next) => {
    for (const [name, value] of plain) res.setHeader(name, value);
    next();
  });
  app.use((req, _res, next) => {
    checkSource(req, ownHosts);
    next();
  });
  app.use(limits.perVisitor);
  app.use((req, res, next) => {
    const mount = mountFor(req.path);
    return mount ? mount.handler(req, res, next) : next();
  });
  app.use((req) => {
    throw noSuchPath(req);
  });
  app.use((error: unknown, req: Request, res: Response, next: NextFunction) => {
    report(error, req, log);
    if (res.headersSent) {
      next(error);
      return;
    }
    if (!req.complete) res.setHeader('Connection', 'close');
    sendFailure(res, failureFrom(error), mountFor(req.path)?.failures ?? options.failures, error);
  });
  return { express: app, visit };
}

/** What every answer says to a browser: nothing here may be framed, sniffed, scripted or told on. Pages add their own. */
const plainHeaders = {
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  referrerPolicy: { policy: 'no-referrer' },
  frameguard: { action: 'deny' },
  // Whoever runs TLS in front decides about it for the whole host.
  strictTransportSecurity: false,
} as const;

/** The headers a middleware sets on whatever it is given: the same ones, so they need not be found out each time. */
function headersOf(middleware: (req: IncomingMessage, res: ServerResponse, next: () => void) => void) {
  const answer = new ServerResponse(new IncomingMessage(new Socket()));
  middleware(answer.req, answer, () => undefined);
  return Object.entries(answer.getHeaders()).map(([name, value]) => [name, String(value)] as const);
}

/** Express asks of every answer what is known of all of ours: its type, its character set, that nobody has it already. */
function sendJson(this: Response, body: unknown): Response {
  const text = JSON.stringify(body);
  if (!this.hasHeader('Content-Type')) this.setHeader('Content-Type', 'application/json; charset=utf-8');
  this.setHeader('Content-Length', Buffer.byteLength(text));
  return this.end(text);
}

function requestIdOf(req: IncomingMessage, { ids }: Runtime): string {
  const wished = req.headers['x-request-id'];
  return typeof wished === 'string' && /^[\w.:-]{8,128}$/.test(wished) ? wished : `req_${ids.random()}`;
}

function checkSource(req: Request, ownHosts: readonly string[]): void {
  if (!answersTo(req.headers.host, ownHosts)) throw strangeHost();
  const changes = req.method !== 'GET' && req.method !== 'HEAD' && req.method !== 'OPTIONS';
  if (changes && credentialOf(req) === undefined && isCrossSite(req, ownHosts)) {
    throw refuse('forbidden', "Another site's page may not do this without a key; send one in Authorization: Bearer");
  }
}

/** One count an answer, and one line at the finest level: mounts and statuses, never the path, which can hold a number. */
function watch(req: Request, res: Response, mount: string, { runtime, log, onAnswered }: AppOptions): void {
  const { method } = req;
  const startedMs = runtime.clock.monotonicMs();
  res.once('close', () => {
    const seconds = (runtime.clock.monotonicMs() - startedMs) / 1000;
    const status = res.statusCode;
    onAnswered?.({ mount, method, status, seconds });
    log.debug('http.answered', { requestId: visitOf(req).requestId, mount, method, status, seconds });
  });
}

function report(error: unknown, req: Request, log: Log): void {
  if (error instanceof Refused || isBadPath(error)) return;
  const { requestId } = visitOf(req);
  log.error('http.failed', {
    requestId,
    method: req.method,
    error: error instanceof Error ? error.stack : typeof error,
  });
}

function failureFrom(error: unknown): Failure {
  if (!isBadPath(error)) return failureOf(error);
  return { code: 'invalid', message: 'The path is not validly encoded; percent-encode it as UTF-8' };
}

/** The router itself refuses a path that cannot be decoded. Every other error that is not a refusal is a fault of ours. */
const isBadPath = (error: unknown): boolean => error instanceof URIError;

/** `/api` has `/api` and `/api/keys`, not `/apiary`; `/` has everything. */
const isBelow = (path: string, mount: string): boolean =>
  mount === '/' || path === mount || path.startsWith(`${mount}/`);
