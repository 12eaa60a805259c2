/**
 * Webhook endpoints and what was tried. An endpoint is a cursor over its account's log, so no event is copied for it;
 * only what came of trying to deliver one is a row, and a delivery that got through is written after the fact.
 */
import type { AccountId, DeliveryId, WebhookId } from '#core/ids.ts';

export type WebhookState = 'active' | 'paused' | 'disabled';

export interface WrappedSecret {
  readonly wrapped: string;
  /** Signs until then; null for the one that signs from now on. */
  readonly untilMs: number | null;
}

export interface WebhookEndpoint {
  readonly id: WebhookId;
  readonly account: AccountId;
  readonly url: string;
  /** Event types it wants; `*` is every type. */
  readonly events: readonly string[];
  readonly state: WebhookState;
  /** In words: why the gateway disabled it, or what was passed over when it was taken up again; null otherwise. */
  readonly stateReason: string | null;
  /** Wrapped signing secrets, the one to sign with first; a second one while a rotation lasts. */
  readonly secrets: readonly WrappedSecret[];
  /** Every event of the log up to here has its delivery, or was not wanted. */
  readonly cursorSeq: number;
  /** Since when every try failed; null when the last one got through, or none was made. */
  readonly failingSinceMs: number | null;
  readonly createdAtMs: number;
}

export type DeliveryState = 'waiting' | 'delivered' | 'failed';

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  /** The number in it rises with the event, and is the same for every endpoint of the account. */
  readonly id: DeliveryId;
  readonly webhook: WebhookId;
  readonly account: AccountId;
  /** `evt_…`, the same on every try, and for every endpoint of the account. */
  readonly event: string;
  readonly type: string;
  /** The seq of the log event behind it; null for tests and for events of the gateway itself. */
  readonly seq: number | null;
  /** The body when it cannot be made again from the log; null otherwise. */
  readonly body: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Of the last try: the HTTP status, or null with `error` when there was none. */
  readonly responseStatus: number | null;
  readonly error: string | null;
  readonly createdAtMs: number;
  readonly lastAttemptAtMs: number | null;
  /** Null unless it waits. */
  readonly nextAttemptAtMs: number | null;
}

/** How far an endpoint came. */
export interface WebhookProgress {
  readonly webhook: WebhookId;
  /** Takes the cursor forward, never back. */
  readonly cursorSeq: number;
  readonly failingSinceMs: number | null;
}

export type WebhookChange = Partial<
  Pick<WebhookEndpoint, 'url' | 'events' | 'state' | 'stateReason' | 'secrets' | 'cursorSeq' | 'failingSinceMs'>
>;

export interface WebhookStore {
  /** Throws Refused `conflict` when the account has `limit` already, `not_found` when there is no such account. */
  insertWebhook(endpoint: WebhookEndpoint, limit: number): Promise<void>;
  webhook(account: AccountId, id: WebhookId): Promise<WebhookEndpoint | undefined>;
  /** Oldest first. */
  webhooks(account: AccountId): Promise<readonly WebhookEndpoint[]>;
  /** Active endpoints of every account, for the dispatcher at start. */
  activeWebhooks(): Promise<readonly WebhookEndpoint[]>;
  /** Endpoints of every account in every state, for a change of the key that wraps their secrets. */
  everyWebhook(): Promise<readonly WebhookEndpoint[]>;
  /** Put the same secrets under another key. False when they changed in between or the endpoint is gone. */
  rewrapWebhook(
    account: AccountId,
    id: WebhookId,
    before: readonly WrappedSecret[],
    after: readonly WrappedSecret[],
  ): Promise<boolean>;
  /** The endpoint after the change; undefined when there is none. The cursor given here may also go back. */
  updateWebhook(account: AccountId, id: WebhookId, change: WebhookChange): Promise<WebhookEndpoint | undefined>;
  /** With its deliveries. False when there is none. */
  deleteWebhook(account: AccountId, id: WebhookId): Promise<boolean>;
  /**
   * Deliveries as they stand now (a known id takes the new state), and how far their endpoints came, in one commit that
   * nobody waits for. What belongs to an endpoint that is gone is passed over. Callable twice.
   */
  recordDeliveries(deliveries: readonly WebhookDelivery[], progress: readonly WebhookProgress[]): Promise<void>;
  /** Deliveries of an endpoint that wait and are due, the longest due first. */
  dueDeliveries(webhook: WebhookId, nowMs: number, limit: number): Promise<readonly WebhookDelivery[]>;
  /** When the endpoint's next try is due; null when nothing waits. */
  nextDueMs(webhook: WebhookId): Promise<number | null>;
  delivery(account: AccountId, webhook: WebhookId, id: DeliveryId): Promise<WebhookDelivery | undefined>;
  /** The delivery log, newest event first, with the total; of one state when it is given. */
  deliveries(
    account: AccountId,
    webhook: WebhookId,
    page: { readonly offset: number; readonly limit: number; readonly state: DeliveryState | null },
  ): Promise<{ readonly rows: readonly WebhookDelivery[]; readonly total: number }>;
  /**
   * Forget finished deliveries made before an instant, and of the delivered ones those beyond the newest `keep` rows of
   * an endpoint. What waits stays. Bounded by `limit`; answers how many went.
   */
  sweepDeliveries(bounds: { readonly olderThanMs: number; readonly keep: number }, limit: number): Promise<number>;
}
