/**
 * The webhook endpoints of an account: all of them, or one.
 */
import type { Principal } from '#core/account.ts';
import { refuse, type Refused } from '#core/failure.ts';
import { isId } from '#core/ids.ts';
import type { Store } from '#ports/store.ts';
import type { WebhookEndpoint } from '#ports/store/webhooks.ts';

export type { WebhookDelivery, WebhookEndpoint } from '#ports/store/webhooks.ts';

export interface ReadWebhookDependencies {
  readonly store: Pick<Store, 'webhook'>;
}

export interface ListWebhooksDependencies {
  readonly store: Pick<Store, 'webhooks'>;
}

/** Oldest first. */
export function listWebhooks(
  { store }: ListWebhooksDependencies,
  { account }: Principal,
): Promise<readonly WebhookEndpoint[]> {
  return store.webhooks(account);
}

/** `id` as the caller wrote it. Throws `not_found`. */
export async function readWebhook(
  { store }: ReadWebhookDependencies,
  { account }: Principal,
  id: string,
): Promise<WebhookEndpoint> {
  const found = isId('webhook', id) ? await store.webhook(account, id) : undefined;
  if (!found) throw noSuchWebhook();
  return found;
}

/** The same words whether it never was or is another's. */
export const noSuchWebhook = (): Refused =>
  refuse('not_found', 'This account has no such webhook; GET /api/v1/webhooks lists them');
