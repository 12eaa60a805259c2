/**
 * The gateway, wired: the one file that sees every room. It says what depends on what, in which order things start, and
 * in which order they stop, so that nothing is acknowledged that could not be kept.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createAwaitReceipt } from '#actions/await-receipt.ts';
import { createFollowing } from '#actions/follow-events.ts';
import { createMarkRead } from '#actions/mark-read.ts';
import { createReactToMessage } from '#actions/react-to-message.ts';
import { createReplay } from '#actions/replay-messages.ts';
import { createChatResolver } from '#actions/resolve-chat.ts';
import { createResolveMessage, type ResolveMessage } from '#actions/resolve-message.ts';
import { createSendMessage } from '#actions/send-message.ts';
import { createSignalTyping } from '#actions/signal-typing.ts';
import { createInProcessBus } from '#bus/in-process.ts';
import { drivers, isDriverName } from '#channels/index.ts';
import type { Config } from '#config/config.ts';
import { clawMessengerRest, loadContract } from '#facades/claw-messenger/rest/edge.ts';
import { renderFailure } from '#facades/claw-messenger/rest/failures.ts';
import { createSocketDoor } from '#facades/claw-messenger/edge.ts';
import { createWords } from '#facades/claw-messenger/translate.ts';
import { createDoor, type Door } from '#http/authenticate.ts';
import { commitReader } from '#http/commit.ts';
import { documentsMount } from '#http/documents.ts';
import { createLimits, noLimits } from '#http/limits.ts';
import { mountControl, mountHooks, mountOpen } from '#http/mount-control.ts';
import { createHttpServer, type HttpServer } from '#http/server.ts';
import { createSockets, type Sockets } from '#http/sockets.ts';
import { createAuthenticator } from '#identity/authenticate.ts';
import { createKeyUsage } from '#identity/key-usage.ts';
import { createKeyMint } from '#identity/keys.ts';
import { ensureOwner } from '#identity/owner.ts';
import { openSecrets } from '#identity/secrets.ts';
import { createKeepAttachment } from '#media/keep-attachment.ts';
import { createMediaLinks, mediaPath } from '#media/links.ts';
import { openMediaStore } from '#media/store.ts';
import { createSafeFetch } from '#net/fetch.ts';
import { createSupervisor, type Supervisor } from '#outbox/connections.ts';
import { createOutbox } from '#outbox/outbox.ts';
import type { Bus } from '#ports/bus.ts';
import type { Connection } from '#ports/connections.ts';
import type { CreateDriver } from '#ports/driver.ts';
import { zeroCounters, type Counters } from '#ports/counters.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { openLog } from '#telemetry/log.ts';
import { createVitalSigns } from '#telemetry/vital-signs.ts';
import packageJson from '../package.json' with { type: 'json' };

export interface GatewayOptions {
  readonly config: Config;
  /** Tests hold the clock; everybody else takes the system's. */
  readonly runtime?: Runtime;
  readonly log?: Log;
  /** Around the store and the drivers: where tests put failpoints and scripted providers. */
  readonly wrapStore?: (store: Store) => Store;
  readonly loadDriver?: (name: string) => Promise<CreateDriver | undefined>;
  /** Hears of an answer that breaks its contract; tests listen. */
  readonly onBrokenAnswer?: ((problem: string) => void) | undefined;
}

export interface Gateway {
  /** Where it is reached, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** The owner's key, only when this start generated it. */
  readonly newOwnerKey: string | null;
  readonly connections: readonly Connection[];
  readonly resolveMessage: ResolveMessage;
  readonly store: Store;
  /** Refuse new work, finish what is under way, let go of everything; at most about ten seconds. Callable twice. */
  stop(): Promise<void>;
}

/** What everything else stands on. */
interface Ground {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly bus: Bus;
  readonly counters: Counters;
  readonly store: Store;
  readonly secretsFile: Awaited<ReturnType<typeof openSecrets>>;
  readonly loadDriver: (name: string) => Promise<CreateDriver | undefined>;
  /** The server's address; known once it listens, asked only after. */
  readonly address: { url: string; port: number };
}

const version = packageJson.version;
const sweepEveryMs = 10 * 60_000;
/** The parts of a stop, together under the ten seconds that process managers commonly give. */
const outboxDrainMs = 5_000;
const requestDrainMs = 1_500;

/** Throws an Error whose message is for a person when the gateway cannot start; nothing is left running then. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const ground = await breakGround(options);
  try {
    const owner = await ensureOwner(ground, ground.config.ownerKey);
    const media = await openMedia(ground);
    const messaging = startMessaging(ground, media.keepAttachment);
    media.driverOf.get = (id) => messaging.supervisor.get(id)?.driver;
    const front = openFront(ground, messaging, media, options.onBrokenAnswer);
    await Promise.all([messaging.supervisor.start(), messaging.outbox.start()]);
    const { port } = await front.server.listen();
    Object.assign(ground.address, { port, url: front.server.url() });
    const stopSweeping = sweepNowAndThen(ground);
    ground.log.info('gateway.ready', { port, version });

    let stopping: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      ground.log.info('gateway.draining');
      stopSweeping();
      await closeFront(front);
      await messaging.outbox.stop(outboxDrainMs);
      await messaging.supervisor.stop();
      await media.net.close();
      await front.usage.stop();
      await ground.store.close();
      ground.log.info('gateway.stopped');
    };
    return {
      url: ground.address.url,
      port,
      newOwnerKey: owner.newKey,
      connections: messaging.supervisor.all(),
      resolveMessage: messaging.resolveMessage,
      store: ground.store,
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    await ground.store.close();
    throw error;
  }
}

async function breakGround({ config, runtime = createSystemRuntime(), ...options }: GatewayOptions): Promise<Ground> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const secrets = config.ownerKey === null ? [] : [config.ownerKey];
  const log = options.log ?? (await openLog({ level: config.logLevel, secrets }));
  const bus = createInProcessBus(log);
  const secretsFile = await openSecrets(join(config.dataDir, 'secrets.json'));
  const opened = await openSqliteStore({ file: join(config.dataDir, 'clawgate.db'), clock: runtime.clock, bus, log });
  const store = options.wrapStore?.(opened) ?? opened;
  // The clock may have been set back while nothing ran: ids go on from the newest that is stored.
  runtime.ids.atLeast(store.newestId());
  const loadDriver = options.loadDriver ?? loadListedDriver;
  const address = { url: '', port: 0 };
  return { config, runtime, log, bus, counters: zeroCounters(), store, secretsFile, loadDriver, address };
}

const loadListedDriver = async (name: string): Promise<CreateDriver | undefined> =>
  isDriverName(name) ? (await drivers[name]()).createDriver : undefined;

async function openMedia({ config, runtime, log, secretsFile, address }: Ground) {
  const net = createSafeFetch({ privateTargets: config.privateTargets, ownPorts: () => [address.port] });
  const store = await openMediaStore({ folder: join(config.dataDir, 'media'), net, ids: runtime.ids });
  const signingKey = secretsFile.secrets.mediaKey;
  const links = createMediaLinks({ media: store, signingKey, clock: runtime.clock, publicUrl: () => address.url });
  // Drivers fetch their own attachments, and hand them over through the very port that asks for them.
  const driverOf: { get: Parameters<typeof createKeepAttachment>[0]['driver'] } = { get: () => undefined };
  const keepAttachment = createKeepAttachment({ media: store, driver: (id) => driverOf.get(id), log });
  return { net, links, keepAttachment, driverOf };
}

type Media = Awaited<ReturnType<typeof openMedia>>;

function startMessaging(ground: Ground, keepAttachment: Media['keepAttachment']) {
  const { config, runtime, log, bus, counters, store, loadDriver } = ground;
  const { clock, ids, timers } = runtime;
  const supervisor: Supervisor = createSupervisor({
    settings: config.connections.map((connection) => ({
      ...connection,
      driverName: connection.driver,
      account: null,
      dataDir: join(config.dataDir, 'connections', connection.id),
    })),
    loadDriver,
    receiving: { store, keepAttachment, bus, ids, counters, log },
    runtime,
    log,
  });
  const outbox = createOutbox({ store, connections: supervisor, runtime, counters, log });
  const { defaultChannel, outbound } = config;
  const chats = createChatResolver({ store, connections: supervisor, defaultChannel, outbound });
  const side = { store, dispatch: outbox, clock, ids };
  return {
    supervisor,
    outbox,
    sendMessage: createSendMessage({ store, chats, dispatch: outbox, clock, ids, counters }),
    awaitReceipt: createAwaitReceipt({ store, bus, timers }),
    reactToMessage: createReactToMessage({ ...side, connections: supervisor }),
    markRead: createMarkRead({ ...side, chats }),
    signalTyping: createSignalTyping({ store, chats, log }),
    resolveMessage: createResolveMessage({ store, dispatch: outbox, connections: supervisor }),
    following: createFollowing({ store, bus, log }),
    replay: createReplay(store),
  };
}

type Messaging = ReturnType<typeof startMessaging>;
type OnBrokenAnswer = GatewayOptions['onBrokenAnswer'];

interface Front {
  readonly server: HttpServer;
  readonly sockets: Sockets;
  readonly usage: ReturnType<typeof createKeyUsage>;
}

function openFront(ground: Ground, messaging: Messaging, media: Media, onBrokenAnswer: OnBrokenAnswer): Front {
  const { config, runtime, log, bus, store, secretsFile, counters } = ground;
  const { clock, ids, timers } = runtime;
  const limits = config.limits ? createLimits({ clock }) : noLimits;
  const usage = createKeyUsage({ store, runtime, log });
  const door = createDoor({ authenticate: createAuthenticator({ store, secretsFile, bus, clock, usage }), limits });
  const sockets = createSockets({ clock, timers, ids });
  const connections = messaging.supervisor;
  const signs = createVitalSigns({ store, connections, counters, clock, sockets: () => sockets.count });
  const failures = renderFailure;
  const claws = clawMessenger(ground, messaging, media, door, sockets, onBrokenAnswer);
  const server = createHttpServer({
    host: config.host,
    port: config.port,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    mounts: [
      documentsMount({
        ...documents,
        ...signs,
        door,
        failures,
        clock,
        sockets: () => sockets.count,
        url: () => server.url(),
      }),
      claws.rest.mount,
      mountOpen({ path: mediaPath.replace(/\/$/, ''), serve: (request) => media.links.serve(request), failures }),
      mountHooks({ hook: (name) => hookOf(connections, name), failures }),
      ...controlMounts(connections, config, door, failures),
    ],
    upgrades: new Map([['/ws', claws.socketDoor]]),
    failures,
    limits,
    runtime,
    log,
  });
  // The validator costs more than the rest of the start: it is built when the first requests are already answered.
  setTimeout(() => void claws.rest.contract.warm(), 1_000).unref();
  return { server, sockets, usage };
}

const documents = {
  version,
  commit: commitReader(join(import.meta.dirname, '..')),
  openapi: [{ name: 'Claw Messenger', slug: 'claw-messenger', load: loadContract }],
  asyncapi: async () => (await import('#wire/claw-messenger.asyncapi.json', { with: { type: 'json' } })).default,
};

function clawMessenger(
  { config, runtime, log, bus, store, secretsFile }: Ground,
  messaging: Messaging,
  media: Media,
  door: Door,
  sockets: Sockets,
  onBrokenAnswer: OnBrokenAnswer,
) {
  const { clock, ids } = runtime;
  const words = createWords({
    mediaUrl: (url) => media.links.link(url),
    cursor: (seq) => messaging.replay.cursor(seq),
  });
  const socketDoor = createSocketDoor({
    ...messaging,
    words,
    sockets,
    admit: (request) => door.admit(request),
    listen: (account, listener) => bus.listen(account, listener),
    limits: config.limits,
    nowMs: () => clock.monotonicMs(),
    fault: (event, fields) => log.error(event, fields),
    opened: (fields) => log.info('socket.opened', fields),
  });
  const rest = clawMessengerRest({
    door,
    store,
    connections: messaging.supervisor,
    keyMint: createKeyMint(secretsFile.secrets.pepper, ids),
    bus,
    clock,
    ids,
    defaultChannel: config.defaultChannel,
    ...(onBrokenAnswer ? { onBrokenAnswer } : {}),
  });
  return { socketDoor, rest };
}

function hookOf(supervisor: Supervisor, name: string) {
  const driver = supervisor.all().find(({ id }) => id === name)?.driver;
  return driver?.webhook && ((request: Request) => driver.webhook?.(request) ?? gone());
}

/** Each kind of driver with an operator surface has it under its own name; a driver that is down answers 503. */
function controlMounts(supervisor: Supervisor, config: Config, door: Door, failures: typeof renderFailure) {
  if (!config.connections.some(({ driver }) => driver === 'simulator')) return [];
  const serve = (request: Request): Promise<Response> =>
    supervisor
      .all()
      .find(({ driverName }) => driverName === 'simulator')
      ?.driver?.control?.(request) ?? gone();
  return [mountControl({ path: '/simulator', serve, door, failures })];
}

const gone = (): Promise<Response> =>
  Promise.resolve(
    Response.json({ ok: false, error: 'The connection is not running', detail: 'See GET /readyz' }, { status: 503 }),
  );

function sweepNowAndThen({ store, runtime, log }: Ground): () => void {
  const timer = setInterval(() => {
    store.sweep(runtime.clock.nowMs(), 10_000).catch((error: unknown) => log.error('store.sweep_failed', { error }));
  }, sweepEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Sockets first, so that what they were promised is still answered; then requests under way. */
async function closeFront({ server, sockets }: Front): Promise<void> {
  const drained = server.drain(requestDrainMs);
  await sockets.drain();
  await drained;
}
