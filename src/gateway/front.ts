/**
 * What the outside sees of the gateway: one HTTP server with the mounts and sockets of every facade, the documents and
 * the surfaces that drivers bring.
 */
import { join } from 'node:path';
import type { Config } from '#config/config.ts';
import { loadClawBookContract } from '#facades/clawbook/edge.ts';
import { loadClawXmtpContract } from '#facades/clawxmtp/edge.ts';
import { loadContract } from '#facades/claw-messenger/rest/edge.ts';
import { renderFailure } from '#facades/claw-messenger/rest/failures.ts';
import { createDoor } from '#http/authenticate.ts';
import { commitReader } from '#http/commit.ts';
import { documentsMount } from '#http/documents.ts';
import { driverMounts } from '#http/driver-mounts.ts';
import { createLimits, noLimits } from '#http/limits.ts';
import { mountOpen } from '#http/mount-control.ts';
import { createHttpServer, type HttpServer } from '#http/server.ts';
import { createSockets, type Sockets } from '#http/sockets.ts';
import { createAuthenticator } from '#identity/authenticate.ts';
import { createKeyUsage } from '#identity/key-usage.ts';
import { mediaPath } from '#media/links.ts';
import { createVitalSigns } from '#telemetry/vital-signs.ts';
import { clawBook } from './clawbook.ts';
import { clawXmtp } from './clawxmtp.ts';
import { clawMessenger } from './claw-messenger.ts';
import { version, type Ground } from './ground.ts';
import type { Media, Messaging } from './messaging.ts';
import type { WebhooksWired } from './webhooks.ts';
import { loadOpenRpc, openClaw } from './openclaw.ts';

export interface Front {
  readonly server: HttpServer;
  readonly sockets: Sockets;
  readonly usage: ReturnType<typeof createKeyUsage>;
}

export function openFront(
  ground: Ground,
  messaging: Messaging,
  media: Media,
  webhooks: Pick<WebhooksWired, 'rows'>,
): Front {
  const { config, runtime, log, bus, store, secretsFile, counters } = ground;
  const { clock, ids, timers } = runtime;
  const limits = config.limits ? createLimits({ clock }) : noLimits;
  const usage = createKeyUsage({ store, runtime, log });
  const authenticate = createAuthenticator({ store, secretsFile, bus, clock, usage });
  const door = createDoor({ authenticate, limits });
  const sockets = createSockets({ clock, timers, ids });
  const connections = messaging.supervisor;
  const signs = createVitalSigns({ ...messaging, store, counters, sockets: () => sockets.count });
  const failures = renderFailure;
  const claws = clawMessenger(ground, messaging, media, door, sockets);
  const openClaws = openClaw(ground, messaging, media, door, sockets);
  const { rows: more } = webhooks;
  const book = clawBook(ground, messaging, media, { authenticate, limits, more, url: () => server.url() });
  const molts = clawXmtp(ground, messaging, media, { door, draining: () => server.draining });
  const server: HttpServer = createHttpServer({
    host: config.host,
    port: config.port,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    mounts: [
      documentsMount({
        ...documents,
        ...signs,
        openapi: openapiOf(config),
        door,
        failures,
        clock,
        sockets: () => sockets.count,
        url: () => server.url(),
      }),
      claws.rest.mount,
      book.mount,
      openClaws.mount,
      ...molts.mounts,
      mountOpen({ path: mediaPath.replace(/\/$/, ''), serve: (request) => media.links.serve(request), failures }),
      ...driverMounts({ connections, controlled: controlled.filter((name) => has(config, name)), door, failures }),
    ],
    upgrades: new Map([
      ['/ws', claws.socketDoor],
      ['/', openClaws.socketDoor],
    ]),
    failures,
    limits,
    runtime,
    log,
  });
  warmLater([claws.rest.contract, book, molts]);
  return { server, sockets, usage };
}

/** The validators cost more than the rest of the start: they are built when the first requests are already answered. */
function warmLater(contracts: readonly { warm(): Promise<void> }[]): void {
  const warm = async (): Promise<void> => {
    for (const contract of contracts) await contract.warm();
  };
  setTimeout(() => void warm(), 1_000).unref();
}

const loadSimulatorContract = async () =>
  (await import('#wire/simulator.openapi.json', { with: { type: 'json' } })).default;

const documents = {
  version,
  commit: commitReader(join(import.meta.dirname, '../..')),
  openrpc: loadOpenRpc,
  asyncapi: async () => (await import('#wire/claw-messenger.asyncapi.json', { with: { type: 'json' } })).default,
};

/** Drivers that have a surface of their own for the operator. */
const controlled = ['simulator', 'xmtp'];

const has = ({ connections }: Config, name: string): boolean => connections.some(({ driver }) => driver === name);

function openapiOf(config: Config) {
  const facades = [
    { name: 'Claw Messenger', slug: 'claw-messenger', load: loadContract },
    { name: 'ClawBook', slug: 'clawbook', load: loadClawBookContract },
    { name: 'ClawXmtp', slug: 'clawxmtp', load: loadClawXmtpContract },
  ];
  return has(config, 'simulator')
    ? [...facades, { name: 'Phone network', slug: 'simulator', load: loadSimulatorContract }]
    : facades;
}
