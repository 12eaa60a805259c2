/**
 * Webhooks as the actions use them: the secrets, the URLs that may be used, and a word to the room that delivers when
 * an endpoint changed. The room in src/webhooks keeps these promises.
 */
import type { AccountId, WebhookId } from '#core/ids.ts';
import type { WebhookDelivery, WebhookEndpoint } from './store/webhooks.ts';

export interface WebhookRoom {
  /** A new signing secret, to be shown once and stored wrapped. */
  mintSecret(account: AccountId): { readonly secret: string; readonly wrapped: string };
  /** Throws Refused `invalid` when the account's webhooks may not go there. Asks the resolver; bounded in time. */
  checkUrl(account: AccountId, url: string): Promise<void>;
  /** The endpoint was made, changed or deleted: resolves when the room goes by what the store says of it. */
  changed(account: AccountId, webhook: WebhookId): Promise<void>;
  /** Sends a signed test event, whatever state the endpoint is in; resolves with what came of it, at most after one try. */
  test(endpoint: WebhookEndpoint): Promise<WebhookDelivery>;
  /** Puts a delivery among those that are due. Throws Refused `conflict` unless its endpoint is active. */
  redeliver(endpoint: WebhookEndpoint, delivery: WebhookDelivery): Promise<WebhookDelivery>;
}
