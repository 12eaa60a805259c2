/**
 * What the gateway says about itself to anyone: service info, health, readiness, metrics and the documents of its
 * protocols. Nothing here belongs to an account.
 */
import { Router, type Request, type Response } from 'express';
import { requireOperator } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import type { Clock } from '#ports/runtime.ts';
import type { Mount } from './app.ts';
import type { Door } from './authenticate.ts';
import { docsPage } from './docs-page.ts';
import { MethodNotAllowed, type RenderFailure } from './failures.ts';
import { mergeOpenApi, withServer } from './openapi-merge.ts';
import { visitOf } from './visit.ts';

export interface Documents {
  readonly name: string;
  readonly slug: string;
  readonly load: () => Promise<unknown>;
}

/** A connection that does not work now, and what a person can do. */
export interface Ailing {
  readonly connection: string;
  readonly state: string;
  readonly mend: string;
}

export interface DocumentsOptions {
  readonly version: string;
  readonly commit: () => Promise<string>;
  /** The address the gateway is reached by, without a slash at its end. */
  readonly url: () => string;
  readonly clock: Clock;
  readonly door: Pick<Door, 'admit'>;
  readonly failures: RenderFailure;
  /** One for each facade over HTTP, the leading one first. */
  readonly openapi: readonly Documents[];
  readonly asyncapi: () => Promise<unknown>;
  readonly openrpc: () => Promise<Readonly<Record<string, unknown>>>;
  /** Open WebSockets of all accounts. */
  readonly sockets: () => number;
  /** What keeps the process from being ready, in words; an empty list when it is. Bounded in time. */
  readonly unready: () => Promise<readonly string[]>;
  /** Bounded in time. */
  readonly ailing: () => Promise<readonly Ailing[]>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

export function documentsMount(options: DocumentsOptions): Mount {
  const router = Router({ caseSensitive: true, strict: true });
  const merged = mergedOnce(options);
  const get = (path: string, handler: (req: Request, res: Response) => Promise<void> | void): void => {
    router.get(path, handler);
    router.all(path, (req) => {
      throw new MethodNotAllowed(req.method, ['GET', 'HEAD']);
    });
  };
  get('/', (_req, res) => void res.json(serviceInfo(options)));
  get('/health', health(options));
  get('/healthz', (_req, res) => void res.json({ ok: true, status: 'live', connections: options.sockets() }));
  get('/readyz', readiness(options));
  get('/metrics', metrics(options));
  get('/openapi.json', async (_req, res) => void res.json(await merged()));
  get('/asyncapi.json', async (_req, res) => void res.json(asyncApi(await options.asyncapi(), options.url())));
  get('/openrpc.json', async (_req, res) => {
    res.json({ ...(await options.openrpc()), servers: [{ name: 'clawgate', url: options.url() }] });
  });
  for (const { slug, load } of options.openapi) {
    get(`/openapi/${slug}.json`, async (_req, res) => void res.json(withServer(await load(), options.url())));
  }
  const listed = options.openapi.map(({ name, slug }) => ({ name, url: `/openapi/${slug}.json` }));
  router.use(docsPage([{ name: 'Everything', url: '/openapi.json' }, ...listed]));
  return { path: '/', name: 'documents', handler: router, failures: options.failures };
}

function serviceInfo({ url, version }: DocumentsOptions) {
  const base = url();
  return {
    ok: true,
    name: 'clawgate',
    version,
    websocket_url: `${base.replace(/^http/, 'ws')}/ws`,
    docs: `${base}/docs`,
    openapi: `${base}/openapi.json`,
    asyncapi: `${base}/asyncapi.json`,
    openrpc: `${base}/openrpc.json`,
  };
}

function health({ clock, ailing, commit, version }: DocumentsOptions) {
  const startedMs = clock.monotonicMs();
  return async (_req: Request, res: Response) => {
    const uptime = Math.round(clock.monotonicMs() - startedMs) / 1000;
    const status = (await ailing()).length === 0 ? 'ok' : 'degraded';
    res.json({ ok: true, status, uptime, commit: await commit(), version });
  };
}

/** A channel that is down is listed and does not make the process unready: the other channels, and all reads, work. */
function readiness({ unready, ailing }: DocumentsOptions) {
  return async (_req: Request, res: Response) => {
    const reasons = await unready();
    if (reasons.length > 0) throw refuse('unavailable', `The gateway is not ready; ${reasons.join(', ')}`);
    const down = await ailing();
    res.json({ ok: true, status: 'ready', ...(down.length > 0 ? { down } : {}) });
  };
}

function metrics(options: DocumentsOptions) {
  return async (req: Request, res: Response) => {
    if (!visitOf(req).fromLoopback) requireOperator((await options.door.admit(req)).principal);
    const { contentType, text } = await options.metrics();
    res.setHeader('Content-Type', contentType);
    res.end(text);
  };
}

/** Merged at the first question and kept: the documents do not change, and neither does our address once we listen. */
function mergedOnce({ openapi, url }: DocumentsOptions): () => Promise<unknown> {
  let merged: Promise<unknown> | undefined;
  const merge = async () => {
    const sources = openapi.map(async ({ slug, load }) => ({ slug, document: await load() }));
    return mergeOpenApi(await Promise.all(sources), url());
  };
  return () => (merged ??= merge());
}

/** The document with this gateway as its one server; AsyncAPI names the host apart from the protocol. */
function asyncApi(document: unknown, url: string): unknown {
  const { host, pathname, protocol } = new URL(url);
  const path = pathname === '/' ? {} : { pathname };
  const address = { host, protocol: protocol === 'https:' ? 'wss' : 'ws', ...path };
  const { servers, ...rest } = record(document);
  const [first] = Object.entries(record(servers));
  return { ...rest, servers: { [first?.[0] ?? 'gateway']: { ...record(first?.[1]), ...address } } };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
