/**
 * The connections, supervised: each is made, started, watched and restarted by itself, and one that cannot start is a
 * health state while the gateway runs. What a driver hands over goes to the actions; what it says of its health goes to
 * whoever asks.
 */
import type { Capabilities, Channel } from '#core/channel.ts';
import { failureOf, refuse, Refused } from '#core/failure.ts';
import type { AccountId, ConnectionId } from '#core/ids.ts';
import type { Targets } from '#core/targets.ts';
import { passTyping, receiveRows, type ReceiveDependencies } from '#actions/receive-rows.ts';
import type { Readers } from '#ports/bus.ts';
import type { Connection, Connections } from '#ports/connections.ts';
import type { CreateDriver, Driver, DriverHost, Health } from '#ports/driver.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { Wallets } from '#ports/wallets.ts';
import { tooLate, within } from './patience.ts';
import { createProbing } from './probing.ts';
import { keepTraffic } from './traffic.ts';

export interface ConnectionSettings {
  readonly id: ConnectionId;
  readonly driverName: string;
  readonly account: AccountId | null;
  readonly channels: readonly Channel[];
  readonly options: Readonly<Record<string, string>>;
  readonly dataDir: string;
}

export interface SupervisorDependencies {
  readonly settings: readonly ConnectionSettings[];
  /** Undefined for a name no driver has. */
  readonly loadDriver: (name: string) => Promise<CreateDriver | undefined>;
  readonly receiving: ReceiveDependencies;
  readonly traffic: Pick<Store, 'traffic' | 'keepTraffic'>;
  readonly wallets: Wallets;
  readonly readers: Readers;
  readonly targets: Targets;
  readonly runtime: Runtime;
  readonly log: Log;
}

export interface Supervisor extends Connections {
  /** Resolves when every connection was tried once, connected or not; what takes longer than a moment goes on by itself. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Called after every change of health. */
  onHealth(listener: (connection: Connection) => void): void;
  /** The provider accepted something on this connection. */
  noteOutbound(id: ConnectionId, atMs: number): void;
}

type Supervised = { -readonly [Field in keyof Connection]: Connection[Field] } & {
  readonly settings: ConnectionSettings;
  /** Rises with every start and stop: what an older driver still says is not heard. */
  generation: number;
  heardAtMs: number;
  asking: Promise<void> | undefined;
  restarting: Promise<void> | undefined;
  retry: NodeJS.Timeout | undefined;
  failures: number;
};

const longestRetryMs = 60_000;
/** The gateway's start waits so long for its connections. */
const firstTryMs = 1_500;
/** A driver promises to start and stop quickly; one that breaks it must not hold up the gateway. */
const startWithinMs = 15_000;
const stopWithinMs = 3_000;

class ConnectionSupervisor implements Supervisor {
  readonly #deps: SupervisorDependencies;
  readonly #entries: ReadonlyMap<ConnectionId, Supervised>;
  readonly #listeners: ((connection: Connection) => void)[] = [];
  readonly #probing;
  readonly #traffic;
  #stopWatching: () => void = () => undefined;
  #stopping = false;
  #stopped = false;

  constructor(deps: SupervisorDependencies) {
    this.#deps = deps;
    this.#entries = new Map(deps.settings.map((settings) => [settings.id, supervised(settings)]));
    this.#probing = createProbing<Supervised>(deps.runtime, (entry, health) => this.#setHealth(entry, health));
    this.#traffic = keepTraffic(deps.traffic, this.#entries, deps.log);
  }

  all(): readonly Connection[] {
    return [...this.#entries.values()];
  }

  get(id: ConnectionId): Connection | undefined {
    return this.#entries.get(id);
  }

  for(channel: Channel, account: AccountId, id?: ConnectionId): Connection | undefined {
    return pick(this.#entries.values(), channel, account, id);
  }

  capabilities(channel: Channel): Capabilities | undefined {
    return this.all()
      .find((entry) => entry.channels.includes(channel))
      ?.driver?.capabilities(channel);
  }

  async start(): Promise<void> {
    const entries = [...this.#entries.values()];
    await this.#traffic.recall();
    const tried = Promise.all(entries.map((entry) => this.#bringUp(entry)));
    await within(this.#deps.runtime.timers, firstTryMs, () => tried);
    this.#stopWatching = this.#probing.watch(entries);
  }

  async stop(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#stopWatching();
    this.#stopping = true;
    await Promise.all(entries.map((entry) => this.#takeDown(entry)));
    this.#stopped = true;
    for (const entry of entries) entry.health = { state: 'stopped' };
    await this.#traffic.stop();
  }

  restart(id: ConnectionId): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return Promise.reject(refuse('not_found', `There is no connection '${id}'`));
    if (this.#stopping) return Promise.reject(refuse('unavailable', 'The gateway is stopping'));
    return (entry.restarting ??= this.#restart(entry).finally(() => (entry.restarting = undefined)));
  }

  async #restart(entry: Supervised): Promise<void> {
    // Nothing new is handed to a driver that is about to go.
    this.#setHealth(entry, { state: 'connecting' });
    await this.#takeDown(entry);
    if (!this.#stopping) await this.#bringUp(entry);
  }

  refresh(): Promise<void> {
    return this.#probing.refresh(this.#entries.values());
  }

  onHealth(listener: (connection: Connection) => void): void {
    this.#listeners.push(listener);
  }

  noteOutbound(id: ConnectionId, atMs: number): void {
    const entry = this.#entries.get(id);
    if (entry) entry.lastOutboundAtMs = atMs;
  }

  async #bringUp(entry: Supervised): Promise<void> {
    const generation = (entry.generation += 1);
    const { timers, clock } = this.#deps.runtime;
    this.#setHealth(entry, { state: 'connecting' });
    let driver: Driver | undefined;
    try {
      const createDriver = await this.#deps.loadDriver(entry.driverName);
      if (!createDriver) throw refuse('unsupported', `There is no driver '${entry.driverName}'; see CLAWGATE_CHANNELS`);
      const { channels, settings } = entry;
      driver = createDriver({ channels, options: settings.options }, this.#hostOf(entry, generation));
      const made = driver;
      if ((await within(timers, startWithinMs, () => made.start())) === tooLate) {
        throw new Error(`the driver did not start within ${startWithinMs / 1_000} s`);
      }
    } catch (error) {
      void this.#dismiss(entry, driver);
      if (entry.generation === generation) this.#failed(entry, error);
      return;
    }
    // A restart or the end has come in between: this one is not wanted any more.
    if (entry.generation !== generation) return this.#dismiss(entry, driver);
    entry.driver = driver;
    entry.startedAtMs = clock.nowMs();
    entry.failures = 0;
    // A driver that said nothing of its health while it started is asked; one that did is announced again, now usable.
    if (entry.health.state === 'connecting') await this.#probing.ask(entry);
    else this.#setHealth(entry, entry.health);
  }

  #failed(entry: Supervised, error: unknown): void {
    const hopeless = error instanceof Refused;
    const message = hopeless
      ? failureOf(error).message
      : error instanceof Error
        ? error.message
        : 'the driver did not start';
    this.#deps.log.error('connection.start_failed', { connection: entry.id, error: message });
    const mend = hopeless
      ? 'Mend the setting and restart the gateway'
      : 'It is tried again by itself; clawgate doctor says more';
    this.#setHealth(entry, { state: hopeless ? 'needs_login' : 'down', error: message, mend });
    if (hopeless || this.#stopping) return;
    entry.failures += 1;
    const waitMs = Math.min(longestRetryMs, 500 * 2 ** entry.failures);
    entry.retry = setTimeout(() => void this.#bringUp(entry), waitMs);
    entry.retry.unref();
  }

  async #takeDown(entry: Supervised): Promise<void> {
    clearTimeout(entry.retry);
    const { driver } = entry;
    // A driver that is still starting is nobody's from now on; one that runs may hand over until it has stopped.
    if (!driver) entry.generation += 1;
    await this.#dismiss(entry, driver);
    if (!driver) return;
    entry.generation += 1;
    entry.driver = undefined;
  }

  async #dismiss(entry: Supervised, driver: Driver | undefined): Promise<void> {
    try {
      const stopped = await within(this.#deps.runtime.timers, stopWithinMs, () => driver?.stop());
      if (stopped === tooLate) throw new Error(`the driver did not stop within ${stopWithinMs / 1_000} s`);
    } catch (error) {
      this.#deps.log.warn('connection.stop_failed', { connection: entry.id, error });
    }
  }

  #setHealth(entry: Supervised, health: Health): void {
    const before = entry.health.state;
    entry.health = health;
    entry.heardAtMs = this.#deps.runtime.clock.monotonicMs();
    if ('error' in health)
      entry.lastError = { atMs: this.#deps.runtime.clock.nowMs(), error: health.error, mend: health.mend };
    if (before !== health.state)
      this.#deps.log.info('connection.health', { connection: entry.id, state: health.state });
    for (const listener of this.#listeners) listener(entry);
  }

  #hostOf(entry: Supervised, generation: number): DriverHost {
    const { runtime, log, receiving } = this.#deps;
    const source = { connection: entry.id, dedicatedTo: entry.account };
    const current = () => entry.generation === generation && !this.#stopped;
    return {
      connection: entry.id,
      dataDir: entry.settings.dataDir,
      runtime,
      log,
      wallets: this.#deps.wallets,
      readers: this.#deps.readers,
      targets: this.#deps.targets,
      async receive(rows) {
        if (!current()) throw new Error('this connection has been restarted; hand it over again');
        await receiveRows(receiving, source, rows);
        // Reports on what we sent are no sign of anybody writing.
        if (rows.some(({ kind }) => kind !== 'receipt')) entry.lastInboundAtMs = runtime.clock.nowMs();
      },
      typing(signal) {
        if (!current()) return;
        passTyping(receiving, source, signal).catch((error: unknown) =>
          log.warn('typing.lost', { connection: entry.id, error }),
        );
      },
      health: (health) => {
        if (current()) this.#setHealth(entry, health);
      },
    };
  }
}

export const createSupervisor = (deps: SupervisorDependencies): Supervisor => new ConnectionSupervisor(deps);

function supervised(settings: ConnectionSettings): Supervised {
  const { id, driverName, account, channels } = settings;
  return {
    id,
    driverName,
    account,
    channels,
    settings,
    driver: undefined,
    health: { state: 'connecting' },
    startedAtMs: null,
    lastInboundAtMs: null,
    lastOutboundAtMs: null,
    lastError: null,
    generation: 0,
    heardAtMs: 0,
    asking: undefined,
    restarting: undefined,
    retry: undefined,
    failures: 0,
  };
}

/** The connection named, or the account's dedicated one, or the first shared one that carries the channel. */
function pick(
  entries: Iterable<Connection>,
  channel: Channel,
  account: AccountId,
  id?: ConnectionId,
): Connection | undefined {
  let shared: Connection | undefined;
  for (const entry of entries) {
    if (!entry.channels.includes(channel)) continue;
    if (entry.account !== null && entry.account !== account) continue;
    if (id !== undefined) {
      if (entry.id === id) return entry;
      continue;
    }
    if (entry.account === account) return entry;
    shared ??= entry;
  }
  return shared;
}
