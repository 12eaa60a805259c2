/**
 * The room, put together: endpoints at work, what is written down of them, what the gateway itself announces, and what
 * actions ask for. Its start and its stop.
 */
import { wants } from '#core/webhook.ts';
import type { Bus } from '#ports/bus.ts';
import type { Connection } from '#ports/connections.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { WebhookRoom } from '#ports/webhooks.ts';
import { createAnnouncer, type AnnounceDependencies, type Announcement } from './announce.ts';
import { byHand } from './by-hand.ts';
import { createDeliver, type DeliverDependencies } from './deliver.ts';
import { createDesk } from './desk.ts';
import type { EndpointDependencies } from './endpoint.ts';
import { createRecorder } from './recorder.ts';
import { mintedRow } from './rows.ts';
import { usualSchedule, type Schedule } from './schedule.ts';
import { mintSecret, type Wrapping } from './secrets.ts';
import { createSeats, type SeatDependencies } from './seats.ts';

export interface WebhookDependencies
  extends Omit<DeliverDependencies, 'schedule' | 'runtime'>, Pick<AnnounceDependencies, 'connections' | 'isOwner'> {
  readonly store: DeliverDependencies['store'] &
    EndpointDependencies['store'] &
    Pick<Store, 'webhook' | 'activeWebhooks' | 'recordDeliveries'>;
  readonly bus: Bus;
  readonly wrapping: Wrapping;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly schedule?: Schedule;
  readonly load: SeatDependencies['load'];
}

export interface Webhooks extends WebhookRoom {
  /** Takes up every active endpoint where it stands. */
  start(): Promise<void>;
  /** What is under way has `drainMs` to end; what has not is tried again at the next start. Callable twice. */
  stop(drainMs: number): Promise<void>;
  /** The health of a connection may have changed. */
  heardHealth(connection: Connection): void;
}

/** Tries under way for all endpoints together. */
const seatCount = 128;

export function createWebhooks(deps: WebhookDependencies): Webhooks {
  const { store, net, runtime, log, wrapping, schedule = usualSchedule } = deps;
  const stopping = new AbortController();
  const recorder = createRecorder({ store, timers: runtime.timers, log });
  const deliver = createDeliver({ ...deps, schedule });
  const seats = createSeats({ count: seatCount, load: deps.load, runtime });
  const desk = createDesk({ ...deps, schedule, recorder, deliver, seats });
  const announcer = createAnnouncer({ ...deps, listeners: () => desk.accounts(), tell: (news) => tell(news) });

  function tell({ account, type, minted, body, atMs }: Announcement): void {
    const runners = desk.of(account).filter(({ endpoint }) => wants(endpoint.events, type));
    const rows = runners.map(({ endpoint }) => mintedRow(endpoint, type, minted, body, atMs));
    if (rows.length === 0) return;
    store.recordDeliveries(rows, []).then(
      () => runners.forEach((runner) => runner.lookForDue()),
      (error: unknown) => log.error('webhook.record_failed', { error }),
    );
  }

  return {
    ...byHand({ ...deps, deliver, desk, stopping: stopping.signal }),
    mintSecret: (account) => mintSecret(wrapping, account),
    async changed(account, id) {
      // One that has just ended may still be writing down how far it came.
      await recorder.flush();
      await desk.place(id, await store.webhook(account, id));
      announcer.joined(account);
    },
    async start() {
      for (const endpoint of await store.activeWebhooks()) await desk.place(endpoint.id, endpoint);
      for (const account of desk.accounts()) announcer.joined(account);
    },
    async stop(drainMs) {
      announcer.stop();
      const drained = new AbortController();
      const patience = runtime.timers.sleep(drainMs, drained.signal).then(() => stopping.abort());
      await desk.close(stopping.signal);
      drained.abort();
      await patience;
      await recorder.close();
      await net.close();
    },
    heardHealth: (connection) => announcer.heard(connection),
  };
}
