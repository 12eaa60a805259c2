/**
 * Follow an account's log: live from its head, in order, each event once. All readers of an account share one place
 * that loads and translates a batch once; a reader that cannot keep up is paused at its seq and reads the log itself
 * until it has caught up (backfill, cutover, live). Nothing here buffers without bound.
 */
import type { AccountId } from '#core/ids.ts';
import type { Bus } from '#ports/bus.ts';
import type { Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import { openHub, type Hub } from './account-hub.ts';
import type { Follower, Sink } from './follower.ts';
import type { Translate } from './read-entries.ts';

export interface Following {
  follow(account: AccountId, translate: Translate, sink: Sink): Promise<Follower>;
}

export function createFollowing(deps: {
  readonly store: Pick<Store, 'events' | 'headSeq' | 'messages' | 'reactions' | 'votesByNumber'>;
  readonly bus: Bus;
  readonly log: Log;
}): Following {
  const hubs = new Map<AccountId, Promise<Hub>>();

  function hubOf(account: AccountId): Promise<Hub> {
    const open = hubs.get(account);
    if (open) return open;
    const opening = openHub(deps, account, () => hubs.delete(account));
    hubs.set(account, opening);
    opening.catch(() => hubs.delete(account));
    return opening;
  }

  return {
    async follow(account, translate, sink) {
      const hub = await hubOf(account);
      // A hub whose last reader left while this one waited has closed itself: open another.
      return hub.join(translate, sink) ?? (await this.follow(account, translate, sink));
    },
  };
}
