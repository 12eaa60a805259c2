/**
 * Change a webhook endpoint: where it goes, what it wants, whether it is at work, and its signing secret.
 */
import type { Principal } from '#core/account.ts';
import { isId } from '#core/ids.ts';
import type { Clock } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { WebhookChange, WebhookEndpoint } from '#ports/store/webhooks.ts';
import type { WebhookRoom } from '#ports/webhooks.ts';
import { noSuchWebhook, readWebhook } from './read-webhook.ts';

export interface ChangeWebhookDependencies {
  readonly store: Pick<Store, 'webhook' | 'updateWebhook' | 'deleteWebhook' | 'seqAt'>;
  readonly webhooks: Pick<WebhookRoom, 'mintSecret' | 'checkUrl' | 'changed'>;
  readonly clock: Clock;
}

export interface WebhookWish {
  readonly url?: string;
  readonly events?: readonly string[];
  readonly state?: 'active' | 'paused';
  readonly rotateSecret?: boolean;
}

/** After a rotation the secret before it goes on signing beside the new one, so that the receiver can change over. */
const rotationMs = 24 * 60 * 60_000;
/** What an endpoint missed while it was not active is caught up, up to here. */
const caughtUpDays = 3;
const dayMs = 24 * 60 * 60_000;

/** What is absent stays. Answers the endpoint after, and the new secret if there is one. Throws `not_found`, `invalid`. */
export async function changeWebhook(
  deps: ChangeWebhookDependencies,
  principal: Principal,
  id: string,
  wish: WebhookWish,
): Promise<{ readonly endpoint: WebhookEndpoint; readonly secret: string | null }> {
  const { store, webhooks } = deps;
  const { account } = principal;
  const before = await readWebhook(deps, principal, id);
  const { url, events, state } = wish;
  if (url !== undefined) await webhooks.checkUrl(account, url);
  const minted = wish.rotateSecret === true ? webhooks.mintSecret(account) : null;
  const endpoint = await store.updateWebhook(account, before.id, {
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events: [...new Set(events)] }),
    ...(minted && { secrets: rotated(deps, before, minted.wrapped) }),
    ...(state === undefined || state === before.state ? {} : await turned(deps, before, state)),
  });
  if (!endpoint) throw noSuchWebhook();
  await webhooks.changed(account, endpoint.id);
  return { endpoint, secret: minted?.secret ?? null };
}

/** With everything in its delivery log. Throws `not_found`. */
export async function deleteWebhook(
  { store, webhooks }: Pick<ChangeWebhookDependencies, 'store' | 'webhooks'>,
  { account }: Principal,
  id: string,
): Promise<void> {
  if (!isId('webhook', id) || !(await store.deleteWebhook(account, id))) throw noSuchWebhook();
  await webhooks.changed(account, id);
}

function rotated({ clock }: ChangeWebhookDependencies, { secrets }: WebhookEndpoint, wrapped: string) {
  const [signing] = secrets;
  const leaving = signing ? [{ wrapped: signing.wrapped, untilMs: clock.nowMs() + rotationMs }] : [];
  return [{ wrapped, untilMs: null }, ...leaving];
}

async function turned(
  { store, clock }: ChangeWebhookDependencies,
  { account, cursorSeq }: WebhookEndpoint,
  state: 'active' | 'paused',
): Promise<WebhookChange> {
  if (state === 'paused') return { state, stateReason: null };
  const fresh = { state, stateReason: null, failingSinceMs: null };
  const oldestSeq = await store.seqAt(account, (clock.nowMs() - caughtUpDays * dayMs) * 1000);
  if (oldestSeq <= cursorSeq) return fresh;
  const stateReason = `What happened more than ${caughtUpDays} days before it was taken up again was passed over`;
  return { ...fresh, stateReason, cursorSeq: oldestSeq };
}
