/**
 * How the gateway is, from one source for health, readiness and metrics: what is open, what waits, what ails. It only
 * reads, and only when somebody asks.
 */
import type { ConnectionStatus } from '#ports/connections.ts';
import type { Counters } from '#ports/counters.ts';
import type { Store } from '#ports/store.ts';
import { createMetrics, type Metrics } from './metrics.ts';

export interface VitalSigns {
  /** The metrics page in Prometheus' text format. */
  readonly metrics: Metrics['render'];
  /** What keeps the process from being ready, in words; empty when it is. */
  readonly unready: () => Promise<readonly string[]>;
  /** The connections that do not work now, each with its mend. */
  readonly ailing: () => Promise<
    readonly { readonly connection: string; readonly state: string; readonly mend: string }[]
  >;
}

export function createVitalSigns(deps: {
  readonly store: Pick<Store, 'check'>;
  readonly readEveryStatus: () => Promise<readonly ConnectionStatus[]>;
  readonly counters: Counters;
  /** Open WebSockets. */
  readonly sockets: () => number;
}): VitalSigns {
  const { store, readEveryStatus } = deps;
  const metrics = createMetrics(deps.counters);
  metrics.gauge({ name: 'clawgate_sockets', help: 'Open WebSockets', read: deps.sockets });
  gaugeConnections(metrics, readEveryStatus);

  return {
    metrics: () => metrics.render(),
    async unready() {
      try {
        await store.check();
        return [];
      } catch (error) {
        return [error instanceof Error ? error.message : 'the database cannot be used'];
      }
    },
    async ailing() {
      const every = await readEveryStatus();
      return every.flatMap(({ connection, connected, state, mend }) =>
        connected ? [] : [{ connection, state, mend: mend ?? 'wait a moment' }],
      );
    },
  };
}

/** One gauge for each fact of a connection's status. What is not known, such as a last time that never was, has no line. */
function gaugeConnections(metrics: Metrics, readEveryStatus: () => Promise<readonly ConnectionStatus[]>): void {
  const gauge = (name: string, help: string, pick: (status: ConnectionStatus) => number | null): void => {
    const read = async () => {
      const known = (await readEveryStatus()).flatMap((status) => {
        const value = pick(status);
        return value === null ? [] : [[status.connection, value] as const];
      });
      return Object.fromEntries(known);
    };
    metrics.gauge({ name: `clawgate_connection_${name}`, help, label: 'connection', read });
  };
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);

  gauge('up', '1 when its driver is connected, asked at most seconds ago', ({ connected }) => (connected ? 1 : 0));
  gauge('queue_length', 'Commands waiting or under way', ({ queueLength }) => queueLength);
  gauge('queue_oldest_seconds', 'Age of the oldest of them', (status) => seconds(status.oldestQueuedMs ?? 0));
  gauge('unknown', 'Sends whose fate nobody knows', ({ unknownCount }) => unknownCount);
  gauge('last_inbound_timestamp_seconds', 'When something last came in from people', ({ lastInboundAtMs }) =>
    seconds(lastInboundAtMs),
  );
  gauge('last_outbound_timestamp_seconds', 'When the provider last accepted something', ({ lastOutboundAtMs }) =>
    seconds(lastOutboundAtMs),
  );
}
