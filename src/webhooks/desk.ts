/**
 * Which endpoints are at work, and what wakes them. An account without an active endpoint costs nothing, not even a
 * listener on the bus.
 */
import type { AccountId, WebhookId } from '#core/ids.ts';
import { webhookTypeOf } from '#core/webhook.ts';
import type { Bus, Hint } from '#ports/bus.ts';
import type { WebhookEndpoint } from '#ports/store/webhooks.ts';
import { EndpointRunner, type EndpointDependencies } from './endpoint.ts';

export interface Desk {
  get(id: WebhookId): EndpointRunner | undefined;
  of(account: AccountId): readonly EndpointRunner[];
  /** Accounts with an endpoint at work. */
  accounts(): Iterable<AccountId>;
  /** Brings the work on an endpoint in line with what the store says of it; undefined: it was deleted. */
  place(id: WebhookId, endpoint: WebhookEndpoint | undefined): Promise<void>;
  /** What is under way has until the signal to end. */
  close(patience: AbortSignal): Promise<void>;
}

export function createDesk(deps: EndpointDependencies & { readonly bus: Bus }): Desk {
  const runners = new Map<WebhookId, EndpointRunner>();
  const listening = new Map<AccountId, () => void>();
  const of = (account: AccountId) => [...runners.values()].filter(({ endpoint }) => endpoint.account === account);
  let isClosed = false;

  const hear = (account: AccountId, hint: Hint): void => {
    if (hint.kind !== 'events') return;
    if (hint.events.length > 0 && !hint.events.some((event) => webhookTypeOf(event) !== null)) return;
    for (const runner of of(account)) runner.wake();
  };
  const open = (endpoint: WebhookEndpoint): void => {
    const { id, account } = endpoint;
    const runner = new EndpointRunner(deps, endpoint);
    runners.set(id, runner);
    if (!listening.has(account))
      listening.set(
        account,
        deps.bus.listen(account, (hint) => hear(account, hint)),
      );
    // It ends by itself when it is not active any more.
    void runner.run().then(() => leave(runner));
  };
  const leave = (runner: EndpointRunner): void => {
    const { id, account } = runner.endpoint;
    if (runners.get(id) === runner) runners.delete(id);
    if (of(account).length > 0) return;
    listening.get(account)?.();
    listening.delete(account);
  };
  return {
    get: (id) => runners.get(id),
    of,
    accounts: () => listening.keys(),
    async place(id, endpoint) {
      if (isClosed) return;
      const runner = runners.get(id);
      if (!endpoint) await runner?.close(AbortSignal.abort());
      else if (runner && !runner.isOver) runner.change(endpoint);
      else if (endpoint.state === 'active') open(endpoint);
    },
    async close(patience) {
      isClosed = true;
      for (const stop of listening.values()) stop();
      await Promise.all([...runners.values()].map((runner) => runner.close(patience)));
    },
  };
}
