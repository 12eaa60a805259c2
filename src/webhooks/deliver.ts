/**
 * One delivery, carried out: its body is found or made, it is tried once, and the row that says what became of it is
 * made. What is tried again, and when, is in that row.
 */
import type { Event } from '#core/event.ts';
import type { AccountId } from '#core/ids.ts';
import { isWebhookEventType } from '#core/webhook.ts';
import type { SafeFetch } from '#net/fetch.ts';
import type { Counters } from '#ports/counters.ts';
import type { Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { WebhookDelivery, WebhookEndpoint } from '#ports/store/webhooks.ts';
import { tryOnce, type TryOutcome } from './attempt.ts';
import { messageBody, type DescribeMessage } from './bodies.ts';
import { retryWaitMs, type Schedule } from './schedule.ts';
import type { Signer } from './secrets.ts';

export interface DeliverDependencies {
  readonly store: Pick<Store, 'events' | 'messages'>;
  readonly net: SafeFetch;
  readonly describe: DescribeMessage;
  readonly mayReachLoopback: (account: AccountId) => boolean;
  readonly schedule: Schedule;
  readonly runtime: Pick<Runtime, 'clock' | 'chance'>;
  readonly counters: Pick<Counters, 'webhooksDelivered' | 'webhooksFailed'>;
}

/** A delivery, with the row of the log behind it where that is at hand; otherwise it is looked up. */
export interface Job {
  readonly delivery: WebhookDelivery;
  readonly event: Event | null;
}

export type Delivered =
  /** `tried`: what the endpoint did. */
  | {
      readonly kind: 'tried';
      readonly row: WebhookDelivery;
      readonly tried: Exclude<TryOutcome, { outcome: 'stopped' }>;
    }
  /** There is nothing to tell any more: the message was deleted. */
  | { readonly kind: 'moot'; readonly row: WebhookDelivery }
  | { readonly kind: 'stopped' };

export type Deliver = (endpoint: WebhookEndpoint, signer: Signer, job: Job, signal: AbortSignal) => Promise<Delivered>;

export function createDeliver(deps: DeliverDependencies): Deliver {
  const { net, runtime, schedule, counters } = deps;
  const { clock } = runtime;
  return async (endpoint, signer, job, signal) => {
    const { delivery } = job;
    const body = delivery.body ?? (await bodyFromLog(deps, job));
    const startedAtMs = clock.nowMs();
    if (body === undefined) return { kind: 'moot', row: mootRow(delivery) };
    const { url, account } = endpoint;
    const post = { url, name: delivery.event, body, loopbackGranted: deps.mayReachLoopback(account) };
    const tried = await tryOnce({ net, clock }, signer, post, signal);
    if (tried.outcome === 'stopped') return { kind: 'stopped' };
    const attempts = delivery.attempts + 1;
    const row = { ...delivery, attempts, responseStatus: tried.responseStatus, lastAttemptAtMs: startedAtMs };
    if (tried.outcome === 'delivered') {
      counters.webhooksDelivered += 1;
      return { kind: 'tried', tried, row: { ...row, state: 'delivered', error: null, nextAttemptAtMs: null } };
    }
    counters.webhooksFailed += 1;
    const waitMs = tried.isGone ? null : retryWaitMs(schedule, attempts, runtime.chance());
    const nextAttemptAtMs = waitMs === null ? null : clock.nowMs() + waitMs;
    const state = waitMs === null ? 'failed' : 'waiting';
    return { kind: 'tried', tried, row: { ...row, state, error: tried.error, nextAttemptAtMs } };
  };
}

async function bodyFromLog(
  { store, describe }: Pick<DeliverDependencies, 'store' | 'describe'>,
  { delivery: { account, seq, event: name, type }, event: known }: Job,
): Promise<string | undefined> {
  if (seq === null || !isWebhookEventType(type)) return undefined;
  const event = known ?? (await store.events(account, seq - 1, 1))[0];
  const [chat] = event ? await store.messages(account, [event.message]) : [];
  return event && chat && messageBody(name, type, event, chat, describe);
}

const mootRow = (delivery: WebhookDelivery): WebhookDelivery => ({
  ...delivery,
  state: 'failed',
  error: 'The message was deleted',
  nextAttemptAtMs: null,
});
