/**
 * How the gateway is, from one source for health, readiness and metrics: what is open, what waits, what ails. It only
 * reads, and only when somebody asks.
 */
import type { Connections } from '#ports/connections.ts';
import type { Counters } from '#ports/counters.ts';
import type { Clock } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { QueueState } from '#ports/store/outbound.ts';
import { createMetrics, type Metrics } from './metrics.ts';

export interface VitalSigns {
  /** The metrics page in Prometheus' text format. */
  readonly metrics: Metrics['render'];
  /** What keeps the process from being ready, in words; empty when it is. */
  readonly unready: () => Promise<readonly string[]>;
  /** The connections that do not work now, each with its mend. */
  readonly ailing: () => readonly { readonly connection: string; readonly state: string; readonly mend: string }[];
}

export function createVitalSigns(deps: {
  readonly store: Pick<Store, 'check' | 'queueStates'>;
  readonly connections: Pick<Connections, 'all'>;
  readonly counters: Counters;
  readonly clock: Clock;
  /** Open WebSockets. */
  readonly sockets: () => number;
}): VitalSigns {
  const { store, connections, clock } = deps;
  const metrics = createMetrics(deps.counters);
  metrics.gauge({ name: 'clawgate_sockets', help: 'Open WebSockets', read: deps.sockets });

  const queue = (name: string, help: string, pick: (state: QueueState) => number): void => {
    const read = async () =>
      Object.fromEntries((await store.queueStates()).map((state) => [state.connection, pick(state)]));
    metrics.gauge({ name: `clawgate_outbox_${name}`, help, label: 'connection', read });
  };
  queue('queued', 'Commands waiting', ({ queued }) => queued);
  queue('sending', 'Commands under way', ({ sending }) => sending);
  queue('unknown', 'Sends whose fate nobody knows', ({ unknown }) => unknown);
  queue('oldest_seconds', 'Age of the oldest command waiting', ({ oldestQueuedAtMs }) =>
    oldestQueuedAtMs === null ? 0 : (clock.nowMs() - oldestQueuedAtMs) / 1_000,
  );

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
    ailing: () =>
      connections.all().flatMap(({ id, health }) => {
        if (health.state === 'connected') return [];
        return [{ connection: id, state: health.state, mend: 'mend' in health ? health.mend : 'wait a moment' }];
      }),
  };
}
