/**
 * The delivery log of a webhook endpoint, sending one of it again, and sending a test.
 */
import type { Principal } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import { isId } from '#core/ids.ts';
import type { Page } from '#ports/store/lists.ts';
import type { Store } from '#ports/store.ts';
import type { DeliveryState, WebhookDelivery } from '#ports/store/webhooks.ts';
import type { WebhookRoom } from '#ports/webhooks.ts';
import { readWebhook } from './read-webhook.ts';

export interface WebhookDeliveryDependencies {
  readonly store: Pick<Store, 'webhook' | 'deliveries' | 'delivery'>;
  readonly webhooks: Pick<WebhookRoom, 'test' | 'redeliver'>;
}

/** Newest event first. Throws `not_found`. */
export async function listDeliveries(
  deps: WebhookDeliveryDependencies,
  principal: Principal,
  id: string,
  page: { readonly offset: number; readonly limit: number; readonly state: DeliveryState | null },
): Promise<Page<WebhookDelivery>> {
  const endpoint = await readWebhook(deps, principal, id);
  return deps.store.deliveries(principal.account, endpoint.id, page);
}

/** Under the same name, whatever became of it before. Throws `not_found`; `conflict` unless the endpoint is active. */
export async function redeliverWebhook(
  deps: WebhookDeliveryDependencies,
  principal: Principal,
  id: string,
  deliveryId: string,
): Promise<WebhookDelivery> {
  const endpoint = await readWebhook(deps, principal, id);
  const { account } = principal;
  const found = isId('delivery', deliveryId) ? await deps.store.delivery(account, endpoint.id, deliveryId) : undefined;
  if (!found) throw refuse('not_found', 'This webhook has no such delivery; its log is kept for 30 days');
  return deps.webhooks.redeliver(endpoint, found);
}

/** Resolves when the receiver has answered or the try was given up, at most after about fifteen seconds. */
export async function testWebhook(
  deps: WebhookDeliveryDependencies,
  principal: Principal,
  id: string,
): Promise<WebhookDelivery> {
  return deps.webhooks.test(await readWebhook(deps, principal, id));
}
