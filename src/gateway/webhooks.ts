/** Webhooks, wired: the room that delivers, and its rows in the ClawBook facade. */
import type { AccountId } from '#core/ids.ts';
import type { BookRow } from '#facades/clawbook/answer.ts';
import { message } from '#facades/clawbook/translate.ts';
import { webhookRows } from '#facades/clawbook/webhooks.ts';
import { webhookPlace } from '#identity/wrap.ts';
import { createSafeFetch } from '#net/fetch.ts';
import { createWebhooks, type Webhooks } from '#webhooks/dispatcher.ts';
import type { Ground } from './ground.ts';
import type { Media, Messaging } from './messaging.ts';

export interface WebhooksWired {
  readonly room: Webhooks;
  readonly rows: readonly BookRow[];
}

export function openWebhooks(ground: Ground, messaging: Messaging, media: Media, owner: AccountId): WebhooksWired {
  const { config, runtime, log, bus, store, counters, wrapper, nameOf, targets } = ground;
  const vocabulary = { nameOf, mediaUrl: (url: string) => media.links.link(url) };
  const { supervisor } = messaging;
  const room = createWebhooks({
    store,
    bus,
    net: createSafeFetch({ ...targets, ...(ground.lookup && { lookup: ground.lookup }) }),
    describe: (chat) => message(chat, vocabulary),
    mayReachLoopback: (account) => config.isLoopback && account === owner,
    isOwner: (account) => account === owner,
    connections: supervisor,
    wrapping: {
      wrap: (secret, account) => wrapper.wrap(secret, webhookPlace(account)),
      unwrap: (wrapped, account) => wrapper.unwrap(wrapped, webhookPlace(account)),
    },
    runtime,
    log,
    counters,
    load: loadMeter(),
    ...(ground.webhookSchedule && { schedule: ground.webhookSchedule }),
  });
  supervisor.onHealth((connection) => room.heardHealth(connection));
  return { room, rows: webhookRows({ store, webhooks: room, clock: runtime.clock, ids: runtime.ids }) };
}

/** The share of the time since it was asked last in which this process had work to do. */
function loadMeter(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
