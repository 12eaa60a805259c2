/**
 * The phone network as a process of its own: the control surface and the exchange over HTTP, so that gateway and
 * network can be started, killed and restarted apart. It has no keys and is meant for loopback; requests that a web page
 * on another site could have made are refused.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { refuse } from '#core/failure.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import { controlSurface, refusal } from './control.ts';
import { PhoneNetwork } from './network.ts';
import { answerProvider, providerPath } from './provider-api.ts';
import type { Dedupe } from './terms.ts';

export interface ServeSettings {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly dataDir: string;
  readonly dedupe: Dedupe;
  readonly log: Log;
  readonly runtime: Runtime;
}

/** Open the network and listen. Throws when the folder or the port cannot be had. `close` may be called twice. */
export async function servePhoneNetwork(settings: ServeSettings): Promise<{ port: number; close(): Promise<void> }> {
  const network = new PhoneNetwork(settings);
  const control = controlSurface(network, settings);
  const answer = async (request: Request): Promise<Response> => {
    try {
      refuseForeign(request, settings.host);
      const provider = new URL(request.url).pathname.startsWith(providerPath);
      return provider ? await answerProvider(network, request) : await control(request);
    } catch (error) {
      return refusal(settings.log, error);
    }
  };
  const server = createServer((incoming, outgoing) => {
    void reply(incoming, outgoing, answer).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 75_000;
  try {
    const port = await listen(server, settings);
    settings.log.info('phone_network.ready', { port });
    return { port, close: () => shut(server, network) };
  } catch (error) {
    await network.close();
    throw error;
  }
}

async function shut(server: Server, network: PhoneNetwork): Promise<void> {
  await network.close();
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

function listen(server: Server, { host, port }: ServeSettings): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      reject(error.code === 'EADDRINUSE' ? taken(host, port, error) : error);
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound ? bound.port : port);
    });
  });
}

const taken = (host: string, port: number, cause: Error): Error =>
  new Error(`Port ${port} on ${host} is taken; stop what listens there, or name another with --port`, { cause });

/** One exchange between Node's HTTP and fetch's; the request's signal aborts when the asker goes away. */
async function reply(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const left = new AbortController();
  outgoing.once('close', () => left.abort());
  const method = incoming.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers.set(name, String(value));
  const request = new Request(new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`), {
    method,
    headers,
    signal: left.signal,
    ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: 'half' as const }),
  });
  const response = await answer(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body) await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing);
  else outgoing.end();
}

const localHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** A page on another site must not drive the phones of whoever looks at it. */
function refuseForeign(request: Request, host: string): void {
  const origin = request.headers.get('origin');
  const named = request.headers.get('host') ?? '';
  const sameOrigin = origin === null || (URL.canParse(origin) && new URL(origin).host === named);
  const loopback = host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (sameOrigin && (!loopback || localHost.test(named))) return;
  throw refuse('forbidden', 'The phone network answers no other site');
}
