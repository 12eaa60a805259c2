/**
 * A real HTTP server on loopback with whatever mounts a test gives it, and a log that is kept to be searched. Nothing
 * here is a fake of ours: the log only remembers.
 */
import { renderFailure } from '#facades/claw-messenger/rest/failures.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '#http/server.ts';
import { noLimits } from '#http/limits.ts';
import type { Log } from '#ports/runtime.ts';
import { createSystemRuntime } from '#runtime/system.ts';

export interface House {
  readonly server: HttpServer;
  readonly url: string;
  readonly port: number;
  readonly lines: readonly string[];
}

const open = new Set<HttpServer>();

export async function openHouse(options: Partial<HttpServerOptions> = {}): Promise<House> {
  const { log, lines } = rememberingLog();
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    trustedProxies: [],
    mounts: [],
    upgrades: new Map(),
    failures: renderFailure,
    limits: noLimits,
    runtime: createSystemRuntime(),
    log,
    ...options,
  });
  open.add(server);
  const { port } = await server.listen();
  return { server, url: `http://127.0.0.1:${port}`, port, lines };
}

/** Call after each test. */
export async function closeHouses(): Promise<void> {
  const servers = [...open];
  open.clear();
  await Promise.all(servers.map((server) => server.drain(1_000)));
}

/** Every line as text, so that a test can ask what never stood in it. */
export function rememberingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const keep = (event: string, fields?: Record<string, unknown>): void => {
    lines.push(`${event} ${JSON.stringify(fields ?? {})}`);
  };
  return { log: { debug: keep, info: keep, warn: keep, error: keep }, lines };
}
