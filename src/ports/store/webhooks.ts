/**
 * Webhook endpoints and what was tried. An endpoint is a cursor over its account's log, so no event is copied for it;
 * only attempts that wait for another try, and the delivery log, are rows.
 */
import type { AccountId, WebhookId } from '#core/ids.ts';

export type WebhookState = 'active' | 'paused' | 'disabled';

export interface WebhookEndpoint {
  readonly id: WebhookId;
  readonly account: AccountId;
  readonly url: string;
  /** Event types it wants; `*` is every type. */
  readonly events: readonly string[];
  readonly state: WebhookState;
  /** Why the gateway disabled it, in words; null otherwise. */
  readonly stateReason: string | null;
  /** Wrapped signing secrets, the one to sign with first; a second one while a rotation lasts. */
  readonly secrets: readonly { readonly wrapped: string; readonly until: number | null }[];
  /** Every event of the log up to here has its delivery, or was not wanted. */
  readonly cursorSeq: number;
  readonly createdAtMs: number;
}

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  readonly id: string;
  readonly webhook: WebhookId;
  readonly account: AccountId;
  /** `evt_…`, the same on every try, and for every endpoint of the account. */
  readonly event: string;
  readonly type: string;
  /** The seq of the log event behind it; null for tests and for events of the gateway itself. */
  readonly seq: number | null;
  /** The body when it cannot be made again from the log; null otherwise. */
  readonly body: string | null;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  /** Of the last try: the HTTP status, or null with `error` when there was none. */
  readonly responseStatus: number | null;
  readonly error: string | null;
  readonly createdAtMs: number;
  readonly lastAttemptAtMs: number | null;
  readonly nextAttemptAtMs: number | null;
}

export interface WebhookStore {
  /** Throws Refused `conflict` when the account has `limit` already. */
  insertWebhook(endpoint: WebhookEndpoint, limit: number): Promise<void>;
  webhook(account: AccountId, id: WebhookId): Promise<WebhookEndpoint | undefined>;
  webhooks(account: AccountId): Promise<readonly WebhookEndpoint[]>;
  /** Active endpoints of every account, for the dispatcher at start. */
  activeWebhooks(): Promise<readonly WebhookEndpoint[]>;
  updateWebhook(
    account: AccountId,
    id: WebhookId,
    change: Partial<Pick<WebhookEndpoint, 'url' | 'events' | 'state' | 'stateReason' | 'secrets' | 'cursorSeq'>>,
  ): Promise<WebhookEndpoint | undefined>;
  /** With its deliveries. False when there is none. */
  deleteWebhook(account: AccountId, id: WebhookId): Promise<boolean>;
  /** Write deliveries and, for each endpoint given, how far its cursor came: in one commit. A delivery known by id stays. */
  planDeliveries(
    deliveries: readonly WebhookDelivery[],
    cursors: readonly { readonly webhook: WebhookId; readonly seq: number }[],
  ): Promise<void>;
  /** What became of tries, in one commit. */
  recordAttempts(deliveries: readonly WebhookDelivery[]): Promise<void>;
  /** Deliveries of an endpoint that wait and are due, oldest first. */
  dueDeliveries(webhook: WebhookId, nowMs: number, limit: number): Promise<readonly WebhookDelivery[]>;
  /** When the endpoint's next try is due; null when nothing waits. */
  nextDueMs(webhook: WebhookId): Promise<number | null>;
  delivery(account: AccountId, webhook: WebhookId, id: string): Promise<WebhookDelivery | undefined>;
  /** The delivery log, newest first, with the total. */
  deliveries(
    account: AccountId,
    webhook: WebhookId,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly rows: readonly WebhookDelivery[]; readonly total: number }>;
  /** Forget finished deliveries older than this; bounded, answers how many went. */
  sweepDeliveries(olderThanMs: number, limit: number): Promise<number>;
}
