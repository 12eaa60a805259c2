/**
 * What every room of a running gateway stands on: the settings, the clock, the log, the bus, the store and the secrets.
 */
import type { LookupFunction } from 'node:net';
import { createInProcessBus } from '#bus/in-process.ts';
import { drivers, isDriverName } from '#channels/index.ts';
import { copyBeforeMigration } from '#cli/backup.ts';
import type { Config } from '#config/config.ts';
import { dataFolder } from '#config/data-folder.ts';
import { makeDataFolder } from '#config/make-folder.ts';
import type { NameOf } from '#core/address.ts';
import type { Targets } from '#core/targets.ts';
import { openSecrets } from '#identity/secrets.ts';
import { namesIn } from '#identity/wallet-book.ts';
import type { WalletRoom } from '#identity/wallets.ts';
import { createWrapper, type Wrapper } from '#identity/wrap.ts';
import type { Bus, Readers } from '#ports/bus.ts';
import { zeroCounters, type Counters } from '#ports/counters.ts';
import type { CreateDriver } from '#ports/driver.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { openStore } from '#store/open.ts';
import { openLog } from '#telemetry/log.ts';
import type { Schedule } from '#webhooks/schedule.ts';
import { openWallets, spellings, wrappingKeys } from './wrapping.ts';
import packageJson from '../../package.json' with { type: 'json' };

export interface GatewayOptions {
  readonly config: Config;
  /** Tests hold the clock; everybody else takes the system's. */
  readonly runtime?: Runtime;
  readonly log?: Log;
  /** Around the store and the drivers: where tests put failpoints and scripted providers. */
  readonly wrapStore?: (store: Store) => Store;
  readonly loadDriver?: (name: string) => Promise<CreateDriver | undefined>;
  /** How webhooks resolve names and when they try again, where tests hold it. */
  readonly lookup?: LookupFunction | undefined;
  readonly webhookSchedule?: Schedule | undefined;
  /** Hears of an answer that breaks its contract; tests listen. */
  readonly onBrokenAnswer?: ((problem: string) => void) | undefined;
}

/** What everything else stands on. */
export interface Ground {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly bus: Bus & Readers;
  readonly counters: Counters;
  readonly store: Store;
  readonly secretsFile: Awaited<ReturnType<typeof openSecrets>>;
  readonly wrapper: Wrapper;
  readonly wallets: WalletRoom;
  readonly nameOf: NameOf;
  readonly loadDriver: (name: string) => Promise<CreateDriver | undefined>;
  /** The server's address; known once it listens, asked only after. */
  readonly address: { url: string; port: number };
  /** Where requests to others' URLs may go. */
  readonly targets: Targets;
  readonly lookup: GatewayOptions['lookup'];
  readonly webhookSchedule: GatewayOptions['webhookSchedule'];
  readonly onBrokenAnswer: GatewayOptions['onBrokenAnswer'];
}

export const version = packageJson.version;
export async function breakGround({
  config,
  runtime = createSystemRuntime(),
  ...options
}: GatewayOptions): Promise<Ground> {
  await makeDataFolder(config.dataDir);
  const secretsFile = await openSecrets(dataFolder(config.dataDir).secrets);
  const keys = wrappingKeys(config, secretsFile.secrets);
  const secrets = [config.ownerKey ?? [], config.databaseUrl ?? [], keys.flatMap(spellings)].flat();
  const log = options.log ?? (await openLog({ level: config.logLevel, secrets }));
  const bus = createInProcessBus(log);
  const { clock } = runtime;
  const opened = await openStore({
    databaseUrl: config.databaseUrl,
    file: dataFolder(config.dataDir).database,
    clock,
    bus,
    log,
    beforeMigrate: (file) => copyBeforeMigration(file, clock).then(() => undefined),
  });
  const given = options.wrapStore?.(opened) ?? opened;
  const wrapper = createWrapper(keys);
  const walletNeeds = { store: given, wrapper, clock: runtime.clock };
  const wallets = await openWallets(walletNeeds, log).catch(async (error: unknown) => {
    await given.close();
    throw error;
  });
  // Whoever registers a handle does it through the wallets, which show it from then on.
  const store: Store = { ...given, registerHandle: wallets.registerHandle };
  // The clock may have been set back while nothing ran: ids go on from the newest that is stored.
  runtime.ids.atLeast(store.newestId());
  const loadDriver = options.loadDriver ?? loadListedDriver;
  const address = { url: '', port: 0 };
  const { lookup, webhookSchedule, onBrokenAnswer } = options;
  return {
    config,
    runtime,
    log,
    bus,
    counters: zeroCounters(),
    store,
    secretsFile,
    wrapper,
    wallets,
    nameOf: namesIn(wallets),
    loadDriver,
    address,
    targets: { privateTargets: config.privateTargets, ownPorts: () => [address.port] },
    lookup,
    webhookSchedule,
    onBrokenAnswer,
  };
}

const loadListedDriver = async (name: string): Promise<CreateDriver | undefined> =>
  isDriverName(name) ? (await drivers[name]()).createDriver : undefined;
