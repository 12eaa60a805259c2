/**
 * The connections, supervised: each is made, started, watched and restarted by itself, and one that cannot start is a
 * health state while the gateway runs. What a driver hands over goes to the actions; what it says of its health goes to
 * whoever asks.
 */
import type { Capabilities, Channel } from '#core/channel.ts';
import { failureOf, refuse, Refused } from '#core/failure.ts';
import type { AccountId, ConnectionId } from '#core/ids.ts';
import { passTyping, receiveRows, type ReceiveDependencies } from '#actions/receive-rows.ts';
import type { Connection, Connections } from '#ports/connections.ts';
import type { CreateDriver, Driver, DriverHost, Health } from '#ports/driver.ts';
import type { Log, Runtime } from '#ports/runtime.ts';

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
  readonly runtime: Runtime;
  readonly log: Log;
}

export interface Supervisor extends Connections {
  /** Resolves when every connection was tried once, connected or not. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Called after every change of health. */
  onHealth(listener: (connection: Connection) => void): void;
  /** The outbox handed something over on this connection. */
  noteOutbound(id: ConnectionId, atMs: number): void;
}

type Supervised = { -readonly [Field in keyof Connection]: Connection[Field] } & {
  readonly settings: ConnectionSettings;
  /** Rises with every start: what an older driver still says is not heard. */
  generation: number;
  retry: NodeJS.Timeout | undefined;
  failures: number;
};

const longestRetryMs = 60_000;

class ConnectionSupervisor implements Supervisor {
  readonly #deps: SupervisorDependencies;
  readonly #entries: ReadonlyMap<ConnectionId, Supervised>;
  readonly #listeners: ((connection: Connection) => void)[] = [];
  #stopped = false;

  constructor(deps: SupervisorDependencies) {
    this.#deps = deps;
    this.#entries = new Map(deps.settings.map((settings) => [settings.id, supervised(settings)]));
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
    await Promise.all([...this.#entries.values()].map((entry) => this.#bringUp(entry)));
  }

  async stop(): Promise<void> {
    const entries = [...this.#entries.values()];
    await Promise.all(entries.map((entry) => this.#takeDown(entry)));
    this.#stopped = true;
    for (const entry of entries) entry.health = { state: 'stopped' };
  }

  async restart(id: ConnectionId): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) throw refuse('not_found', `There is no connection '${id}'`);
    await this.#takeDown(entry);
    await this.#bringUp(entry);
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
    this.#setHealth(entry, { state: 'connecting' });
    try {
      const createDriver = await this.#deps.loadDriver(entry.driverName);
      if (!createDriver) throw refuse('unsupported', `There is no driver '${entry.driverName}'; see CLAWGATE_CHANNELS`);
      const { channels, settings } = entry;
      const driver = createDriver({ channels, options: settings.options }, this.#hostOf(entry, generation));
      await driver.start();
      entry.driver = driver;
      entry.startedAtMs = this.#deps.runtime.clock.nowMs();
      entry.failures = 0;
      // A driver that said nothing of its health while it started is asked; one that did is announced again, now usable.
      this.#setHealth(
        entry,
        entry.health.state === 'connecting' ? await driver.probe(AbortSignal.timeout(5_000)) : entry.health,
      );
    } catch (error) {
      this.#failed(entry, error);
    }
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
    if (hopeless || this.#stopped) return;
    entry.failures += 1;
    const waitMs = Math.min(longestRetryMs, 500 * 2 ** entry.failures);
    entry.retry = setTimeout(() => void this.#bringUp(entry), waitMs);
    entry.retry.unref();
  }

  async #takeDown(entry: Supervised): Promise<void> {
    clearTimeout(entry.retry);
    const driver: Driver | undefined = entry.driver;
    try {
      await driver?.stop();
    } catch (error) {
      this.#deps.log.warn('connection.stop_failed', { connection: entry.id, error });
    }
    entry.driver = undefined;
  }

  #setHealth(entry: Supervised, health: Health): void {
    const before = entry.health.state;
    entry.health = health;
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
      async receive(rows) {
        if (!current()) throw new Error('this connection has been restarted; hand it over again');
        await receiveRows(receiving, source, rows);
        entry.lastInboundAtMs = runtime.clock.nowMs();
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
