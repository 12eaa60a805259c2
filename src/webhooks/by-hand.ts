/**
 * What a person asks for beside the schedule: whether a URL will do, a test, and a delivery once more.
 */
import { refuse } from '#core/failure.ts';
import { deliveryOfMinted, eventName } from '#core/webhook.ts';
import { FetchRefused, type SafeFetch } from '#net/fetch.ts';
import type { Runtime } from '#ports/runtime.ts';
import type { WebhookDelivery, WebhookEndpoint, WebhookStore } from '#ports/store/webhooks.ts';
import type { WebhookRoom } from '#ports/webhooks.ts';
import { envelope } from './bodies.ts';
import type { Deliver, DeliverDependencies } from './deliver.ts';
import type { Desk } from './desk.ts';
import { mintedRow } from './rows.ts';
import { openSigner, type Wrapping } from './secrets.ts';

export interface ByHandDependencies extends Pick<DeliverDependencies, 'mayReachLoopback'> {
  readonly store: Pick<WebhookStore, 'recordDeliveries'>;
  readonly net: Pick<SafeFetch, 'check'>;
  readonly wrapping: Wrapping;
  readonly runtime: Pick<Runtime, 'clock' | 'ids' | 'timers'>;
  readonly deliver: Deliver;
  readonly desk: Pick<Desk, 'get'>;
  readonly stopping: AbortSignal;
}

const resolveWithinMs = 3_000;

export function byHand(deps: ByHandDependencies): Pick<WebhookRoom, 'checkUrl' | 'test' | 'redeliver'> {
  const { store, net, runtime, deliver, desk } = deps;
  return {
    async checkUrl(account, url) {
      const late = new AbortController();
      const checked = net.check(url, { loopbackGranted: deps.mayReachLoopback(account) });
      checked.catch(() => undefined);
      try {
        // A resolver may take its time; every try judges afresh anyway.
        await Promise.race([checked, runtime.timers.sleep(resolveWithinMs, late.signal)]);
      } catch (error) {
        if (error instanceof FetchRefused) throw refuse('invalid', error.message, { field: 'url' });
        throw error;
      } finally {
        late.abort();
      }
    },
    async test(endpoint) {
      const signer = await openSigner(deps.wrapping, endpoint);
      if (!signer) {
        throw refuse('conflict', "The webhook's secret cannot be opened with this gateway's keys; rotate it");
      }
      const job = { delivery: testRow(endpoint, runtime), event: null };
      const delivered = await deliver(endpoint, signer, job, deps.stopping);
      if (delivered.kind !== 'tried') throw refuse('unavailable', 'The gateway is stopping; try again in a moment');
      const isGood = delivered.tried.outcome === 'delivered';
      // A person looks at the answer: nothing of it is tried again.
      const tested = isGood ? delivered.row : { ...delivered.row, state: 'failed' as const, nextAttemptAtMs: null };
      await store.recordDeliveries([tested], []);
      if (isGood) desk.get(endpoint.id)?.heardWell();
      return tested;
    },
    async redeliver(endpoint, delivery) {
      if (endpoint.state !== 'active') {
        throw refuse('conflict', `The webhook is ${endpoint.state}; make its status active first`);
      }
      const again = { ...delivery, state: 'waiting' as const, nextAttemptAtMs: runtime.clock.nowMs() };
      await store.recordDeliveries([again], []);
      desk.get(endpoint.id)?.lookForDue();
      return again;
    },
  };
}

function testRow(endpoint: WebhookEndpoint, { clock, ids }: Pick<Runtime, 'clock' | 'ids'>): WebhookDelivery {
  const [minted, atMs] = [ids.next(), clock.nowMs()];
  const data = { test: true, status: 'healthy', connections: [] };
  const body = envelope(eventName(endpoint.account, deliveryOfMinted(minted)), 'system.health', atMs, data);
  return mintedRow(endpoint, 'system.health', minted, body, atMs);
}
