/**
 * A surface that speaks fetch, mounted: an express request becomes a Request, the Response goes back as it comes.
 * `control` is the operator's, with JSON bodies that passed the one parser; `hooks` are providers' callbacks, handed over
 * as raw bytes without a key, because the driver verifies their signature; `open` is for links that prove themselves.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Router, type RequestHandler } from 'express';
import { refuse } from '#core/failure.ts';
import type { Mount } from './app.ts';
import type { Door } from './authenticate.ts';
import { maxBodyBytes, readBody } from './body.ts';
import { MethodNotAllowed, type RenderFailure } from './failures.ts';
import { parseJson } from './json.ts';

/** A framework-free surface: paths are relative to where it is mounted, and the signal ends with the client. */
export type Serve = (request: Request) => Promise<Response>;

const maxHookBytes = 1024 * 1024;

/** An operator surface below `path`: 401 without a key, 403 for any key but the owner's. */
export function mountControl(deps: {
  readonly path: string;
  readonly serve: Serve;
  readonly door: Pick<Door, 'requireOwner'>;
  readonly failures: RenderFailure;
}): Mount {
  const { path, serve, door, failures } = deps;
  const handler = Router().use(door.requireOwner, (req, res) => answer(req, res, path, serve, checkedJson));
  return { path, name: path.slice(1), handler, failures };
}

/** A surface that anyone may read: links that prove themselves, such as signed media. It takes no bodies. */
export function mountOpen(deps: {
  readonly path: string;
  readonly serve: Serve;
  readonly failures: RenderFailure;
}): Mount {
  const { path, serve, failures } = deps;
  const handler: RequestHandler = async (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new MethodNotAllowed(req.method, ['GET', 'HEAD']);
    await answer(req, res, path, serve, () => Promise.resolve(Buffer.alloc(0)));
  };
  return { path, name: path.slice(1), handler, failures };
}

/** `POST /hooks/<connection>/…`: `hook` answers the surface of a connection, undefined for one that has none. */
export function mountHooks(deps: {
  readonly hook: (connection: string) => Serve | undefined;
  readonly failures: RenderFailure;
}): Mount {
  const handler: RequestHandler = async (req, res) => {
    const name = req.path.split('/')[2] ?? '';
    const serve = deps.hook(decodeURIComponent(name));
    if (!serve) throw refuse('not_found', 'No connection takes callbacks here; check the name behind /hooks/');
    await answer(req, res, `/hooks/${name}`, serve, (incoming) => readBody(incoming, maxHookBytes));
  };
  return { path: '/hooks', name: 'hooks', handler, failures: deps.failures };
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  mountedAt: string,
  serve: Serve,
  read: (req: IncomingMessage) => Promise<Buffer>,
): Promise<void> {
  const body = await read(req);
  const gone = new AbortController();
  const onClose = (): void => gone.abort();
  res.once('close', onClose);
  const response = await serve(requestFrom(req, body, mountedAt, gone.signal));
  if (res.destroyed) return;
  res.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== 'set-cookie') res.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) res.setHeader('set-cookie', cookies);
  if (!response.body) {
    res.end();
    return;
  }
  try {
    await pipeline(Readable.fromWeb(response.body as ReadableStream), res);
  } catch (error) {
    // A client that leaves in the middle is no fault; the stream has been told by the signal.
    if (!gone.signal.aborted) throw error;
  }
}

function requestFrom(req: IncomingMessage, body: Buffer, mountedAt: string, signal: AbortSignal): Request {
  const target = (req.url ?? '/').slice(mountedAt.length);
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    if (value === undefined || hopByHop.has(name)) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  const { method = 'GET' } = req;
  const hasBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  const url = `http://${req.headers.host ?? 'gateway'}${target.startsWith('/') ? target : `/${target}`}`;
  return new Request(url, { method, headers, signal, ...(hasBody ? { body: new Uint8Array(body) } : {}) });
}

/** Meant for the hop to us; the length is the new request's own matter. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'content-length',
]);

/** An operator's body, as it came, once it is known to be harmless JSON. The driver needs no key, so it sees none. */
async function checkedJson(req: IncomingMessage): Promise<Buffer> {
  for (const name of ['authorization', 'x-api-key', 'cookie']) delete req.headers[name];
  const bytes = await readBody(req, maxBodyBytes);
  if (bytes.length === 0) return bytes;
  const parsed = parseJson(bytes.toString('utf8'));
  if (!parsed.ok) throw refuse('invalid', parsed.reason);
  return bytes;
}
