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
import { copyBeforeMigration } from '#cli/backup.ts';
import { serveControl } from '#cli/control.ts';
import { createDesk } from '#cli/desk.ts';
import type { Config } from '#config/config.ts';
import { dataFolder } from '#config/data-folder.ts';
import { clawMessengerRest, loadContract } from '#facades/claw-messenger/rest/edge.ts';
import { renderFailure } from '#facades/claw-messenger/rest/failures.ts';
import { createSocketDoor } from '#facades/claw-messenger/edge.ts';
import { createWords } from '#facades/claw-messenger/translate.ts';
import { createDoor, type Door } from '#http/authenticate.ts';
import { commitReader } from '#http/commit.ts';
import { documentsMount } from '#http/documents.ts';
import { driverMounts } from '#http/driver-mounts.ts';
import { createLimits, noLimits } from '#http/limits.ts';
import { mountOpen } from '#http/mount-control.ts';
import { createHttpServer, type HttpServer } from '#http/server.ts';
import { createSockets, type Sockets } from '#http/sockets.ts';
import { createAuthenticator } from '#identity/authenticate.ts';
import { createKeyUsage } from '#identity/key-usage.ts';
import { createKeyMint } from '#identity/keys.ts';
import { ensureOwner } from '#identity/owner.ts';
import { openSecrets } from '#identity/secrets.ts';
import { mediaPath } from '#media/links.ts';
import { openMedia } from '#media/open.ts';
import { createSupervisor, type Supervisor } from '#outbox/connections.ts';
import { createOutbox } from '#outbox/outbox.ts';
import type { AccountId } from '#core/ids.ts';
import type { Bus } from '#ports/bus.ts';
import type { Connection } from '#ports/connections.ts';
import type { CreateDriver } from '#ports/driver.ts';
import { zeroCounters, type Counters } from '#ports/counters.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { sweepNowAndThen } from '#store/sweep.ts';
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
/** The parts of a stop, together under the ten seconds that process managers commonly give. */
const outboxDrainMs = 5_000;
const requestDrainMs = 1_500;

/** Throws an Error whose message is for a person when the gateway cannot start; nothing is left running then. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const ground = await breakGround(options);
  try {
    const owner = await ensureOwner(ground, ground.config.ownerKey);
    const media = await openMedia(mediaNeeds(ground));
    const messaging = startMessaging(ground, media.keepAttachment);
    media.askDrivers((id) => messaging.supervisor.get(id)?.driver);
    const front = openFront(ground, messaging, media, options.onBrokenAnswer);
    await Promise.all([messaging.supervisor.start(), messaging.outbox.start()]);
    const { port } = await front.server.listen();
    Object.assign(ground.address, { port, url: front.server.url() });
    const control = await openControl(ground, messaging);
    const stopSweeping = sweepNowAndThen(ground.store, ground.runtime.clock, ground.log);
    ground.log.info('gateway.ready', { port, version });

    let stopping: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      ground.log.info('gateway.draining');
      stopSweeping();
      await control.close();
      // Sockets and requests together; what they were promised is still answered.
      await Promise.all([front.server.drain(requestDrainMs), front.sockets.drain()]);
      await messaging.outbox.stop(outboxDrainMs);
      await messaging.supervisor.stop();
      await media.close();
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
  const folder = dataFolder(config.dataDir);
  const secretsFile = await openSecrets(folder.secrets);
  const opened = await openSqliteStore({
    file: folder.database,
    clock: runtime.clock,
    bus,
    log,
    beforeMigrate: (file) => copyBeforeMigration(file, runtime.clock).then(() => undefined),
  });
  const store = options.wrapStore?.(opened) ?? opened;
  // The clock may have been set back while nothing ran: ids go on from the newest that is stored.
  runtime.ids.atLeast(store.newestId());
  const loadDriver = options.loadDriver ?? loadListedDriver;
  const address = { url: '', port: 0 };
  return { config, runtime, log, bus, counters: zeroCounters(), store, secretsFile, loadDriver, address };
}

const loadListedDriver = async (name: string): Promise<CreateDriver | undefined> =>
  isDriverName(name) ? (await drivers[name]()).createDriver : undefined;

const mediaNeeds = ({ config, runtime, log, secretsFile, address }: Ground) => ({
  folder: dataFolder(config.dataDir).media,
  signingKey: secretsFile.secrets.mediaKey,
  privateTargets: config.privateTargets,
  address,
  ids: runtime.ids,
  clock: runtime.clock,
  log,
});

type Media = Awaited<ReturnType<typeof openMedia>>;

function startMessaging(ground: Ground, keepAttachment: Media['keepAttachment']) {
  const { config, runtime, log, bus, counters, store, loadDriver } = ground;
  const { clock, ids, timers } = runtime;
  const supervisor: Supervisor = createSupervisor({
    settings: config.connections.map((connection) => ({
      ...connection,
      driverName: connection.driver,
      account: connection.account as AccountId | null,
      dataDir: join(dataFolder(config.dataDir).connections, connection.id),
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

/** The desk where commands beside a running gateway are served, on a socket in the data folder. */
function openControl(ground: Ground, { supervisor, resolveMessage }: Messaging) {
  const { config, runtime, log, store, secretsFile, address } = ground;
  const desk = createDesk({
    store,
    mint: createKeyMint(secretsFile.secrets.pepper, runtime.ids),
    runtime,
    folder: dataFolder(config.dataDir),
    version,
    gateway: { url: address.url, connections: supervisor, resolveMessage },
  });
  return serveControl({ dataDir: config.dataDir, desk, log });
}

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
        openapi: openapiOf(config),
        door,
        failures,
        clock,
        sockets: () => sockets.count,
        url: () => server.url(),
      }),
      claws.rest.mount,
      mountOpen({ path: mediaPath.replace(/\/$/, ''), serve: (request) => media.links.serve(request), failures }),
      ...driverMounts({ connections, controlled: hasSimulator(config) ? ['simulator'] : [], door, failures }),
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

const loadSimulatorContract = async () =>
  (await import('#wire/simulator.openapi.json', { with: { type: 'json' } })).default;

const documents = {
  version,
  commit: commitReader(join(import.meta.dirname, '..')),
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

const hasSimulator = ({ connections }: Config): boolean => connections.some(({ driver }) => driver === 'simulator');

function openapiOf(config: Config) {
  const facade = { name: 'Claw Messenger', slug: 'claw-messenger', load: loadContract };
  return hasSimulator(config)
    ? [facade, { name: 'Phone network', slug: 'simulator', load: loadSimulatorContract }]
    : [facade];
}
