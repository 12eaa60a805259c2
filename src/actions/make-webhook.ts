/**
 * Make a webhook endpoint: it hears of what happens from now on. Its signing secret is answered this once.
 */
import type { Principal } from '#core/account.ts';
import { idText } from '#core/ids.ts';
import type { Clock, Ids } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { WebhookEndpoint } from '#ports/store/webhooks.ts';
import type { WebhookRoom } from '#ports/webhooks.ts';

export interface MakeWebhookDependencies {
  readonly store: Pick<Store, 'insertWebhook' | 'headSeq'>;
  readonly webhooks: Pick<WebhookRoom, 'mintSecret' | 'checkUrl' | 'changed'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface NewWebhook {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
}

export const webhooksPerAccount = 20;

/** Throws `invalid` for a URL that may not be used, `conflict` when the account has as many as it may have. */
export async function makeWebhook(
  { store, webhooks, clock, ids }: MakeWebhookDependencies,
  { account }: Principal,
  { url, events }: { readonly url: string; readonly events: readonly string[] },
): Promise<NewWebhook> {
  await webhooks.checkUrl(account, url);
  const { secret, wrapped } = webhooks.mintSecret(account);
  const endpoint: WebhookEndpoint = {
    id: idText('webhook', ids.next()),
    account,
    url,
    events: [...new Set(events)],
    state: 'active',
    stateReason: null,
    secrets: [{ wrapped, untilMs: null }],
    cursorSeq: await store.headSeq(account),
    failingSinceMs: null,
    createdAtMs: clock.nowMs(),
  };
  await store.insertWebhook(endpoint, webhooksPerAccount);
  await webhooks.changed(account, endpoint.id);
  return { endpoint, secret };
}
