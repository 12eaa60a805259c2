/**
 * After a change of the master key: what an older one wrapped is put under the present one, a little at a time, so that
 * the older one can be taken away. Nothing waits for it; what it does not reach before a stop comes at the next start.
 */
import type { Log } from '#ports/runtime.ts';
import type { WebhookEndpoint, WebhookStore } from '#ports/store/webhooks.ts';
import type { WalletRoom } from './wallets.ts';
import { rewrapSecret, webhookPlace, type Wrapper } from './wrap.ts';

export interface RewrapDependencies {
  readonly wallets: Pick<WalletRoom, 'rewrap'>;
  readonly store: Pick<WebhookStore, 'everyWebhook' | 'rewrapWebhook'>;
  readonly wrapper: Wrapper;
  readonly log: Log;
}

/** Never rejects: what cannot be done now is said in the log and tried at the next start. */
export async function rewrapSecrets(deps: RewrapDependencies, signal: AbortSignal): Promise<void> {
  try {
    const wallets = await deps.wallets.rewrap(signal);
    const webhooks = await rewrapWebhooks(deps, signal);
    if (wallets + webhooks > 0) deps.log.info('secrets.rewrapped', { wallets, webhooks });
  } catch (error) {
    deps.log.warn('secrets.not_rewrapped', { error });
  }
}

async function rewrapWebhooks({ store, wrapper }: RewrapDependencies, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (const { id, account, secrets } of await store.everyWebhook()) {
    if (signal.aborted) break;
    const after = rewrapped(wrapper, account, secrets);
    if (after && (await store.rewrapWebhook(account, id, secrets, after))) count += 1;
  }
  return count;
}

/** Undefined when nothing of it is to be done; a secret that cannot be opened stays as it is. */
function rewrapped(wrapper: Wrapper, account: string, secrets: WebhookEndpoint['secrets']) {
  const after = secrets.map((secret) => {
    if (wrapper.keyOf(secret.wrapped) !== 'older') return secret;
    const wrapped = rewrapSecret(wrapper, secret.wrapped, webhookPlace(account));
    return wrapped === undefined ? secret : { ...secret, wrapped };
  });
  return after.some((secret, at) => secret !== secrets[at]) ? after : undefined;
}
