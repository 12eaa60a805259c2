/**
 * How the connections are, from one source for every surface that tells: what the drivers said last or were asked just
 * now, what passed through last, and what waits. An account sees what it may use, and of queues only its own.
 */
import type { Principal } from '#core/account.ts';
import type { ConnectionId } from '#core/ids.ts';
import type { Connection, Connections, ConnectionState, ConnectionStatus } from '#ports/connections.ts';
import type { Clock } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { QueueState } from '#ports/store/outbound.ts';

export type { ConnectionState, ConnectionStatus } from '#ports/connections.ts';

export interface ReadStatusDependencies {
  readonly connections: Pick<Connections, 'all' | 'refresh'>;
  readonly store: Pick<Store, 'queueStates'>;
  readonly clock: Clock;
}

/** In the order of the configuration. The operator sees every connection, an account those it may use. */
export type ReadChannelStatus = (principal: Principal) => Promise<readonly ConnectionStatus[]>;
/** All of it, for the gateway's own surfaces: health and metrics. */
export type ReadEveryStatus = () => Promise<readonly ConnectionStatus[]>;

export function createReadChannelStatus(deps: { readonly readEveryStatus: ReadEveryStatus }): ReadChannelStatus {
  return async (principal) => {
    const every = await deps.readEveryStatus();
    return principal.operator ? every : every.flatMap((status) => asSeenBy(principal, status));
  };
}

function asSeenBy({ account }: Principal, status: ConnectionStatus): readonly ConnectionStatus[] {
  if (status.account === account) return [status];
  if (status.account !== null) return [];
  return [{ ...status, queueLength: null, oldestQueuedMs: null, unknownCount: null }];
}

export function createReadEveryStatus({ connections, store, clock }: ReadStatusDependencies): ReadEveryStatus {
  const readQueues = createQueueReading(store, clock);
  return async () => {
    const [queues] = await Promise.all([readQueues(), connections.refresh()]);
    const nowMs = clock.nowMs();
    return connections.all().map((connection) => statusOf(connection, queues.get(connection.id), nowMs));
  };
}

const queueKeptMs = 500;
/** The longer a reading takes, the longer it is kept: at most a twentieth of the time goes into reading. */
const restPerReading = 20;

type Queues = ReadonlyMap<ConnectionId, QueueState>;

/** However many ask, the store is asked at most twice a second, and less often where a long queue makes it slow. */
function createQueueReading(store: Pick<Store, 'queueStates'>, clock: Clock): () => Promise<Queues> {
  let reading: Promise<Queues> | undefined;
  let keptUntilMs = 0;
  const read = async (): Promise<Queues> => {
    const startedMs = clock.monotonicMs();
    try {
      return new Map((await store.queueStates()).map((queue) => [queue.connection, queue]));
    } finally {
      const endedMs = clock.monotonicMs();
      keptUntilMs = endedMs + Math.max(queueKeptMs, (endedMs - startedMs) * restPerReading);
    }
  };
  return () => {
    if (!reading || clock.monotonicMs() >= keptUntilMs) {
      keptUntilMs = Number.POSITIVE_INFINITY;
      reading = read();
      // A reading that failed is not kept for those who ask next.
      reading.catch(() => (reading = undefined));
    }
    return reading;
  };
}

function statusOf(connection: Connection, queue: QueueState | undefined, nowMs: number): ConnectionStatus {
  const { id, driverName, account, channels, driver, health, lastError } = connection;
  const state = connectionState(connection);
  const oldestAtMs = queue?.oldestQueuedAtMs ?? null;
  return {
    connection: id,
    driver: driverName,
    account,
    channels,
    lines: driver?.lines() ?? [],
    // A connection without a driver that waits for a person was refused for its settings.
    configured: driver !== undefined || health.state !== 'needs_login',
    enabled: health.state !== 'stopped',
    running: driver !== undefined && health.state !== 'stopped',
    connected: state === 'connected',
    state,
    lastError: lastError?.error ?? null,
    lastErrorAtMs: lastError?.atMs ?? null,
    mend: 'mend' in health ? health.mend : null,
    lastInboundAtMs: connection.lastInboundAtMs,
    lastOutboundAtMs: connection.lastOutboundAtMs,
    queueLength: (queue?.queued ?? 0) + (queue?.sending ?? 0),
    oldestQueuedMs: oldestAtMs === null ? null : Math.max(0, nowMs - oldestAtMs),
    unknownCount: queue?.unknown ?? 0,
  };
}

/** What its health means once it is known whether there is a driver at all. */
export function connectionState({ driver, health }: Connection): ConnectionState {
  const failed = driver === undefined && (health.state === 'down' || health.state === 'needs_login');
  return failed ? 'failed_to_start' : health.state;
}
