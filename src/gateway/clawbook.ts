/** The ClawBook facade, wired. */
import { tierOf } from '#core/tier.ts';
import type { BookRow } from '#facades/clawbook/answer.ts';
import { clawBookRest } from '#facades/clawbook/edge.ts';
import { createDoor } from '#http/authenticate.ts';
import type { Limits } from '#http/limits.ts';
import { tieredLimits } from '#http/tiers.ts';
import { createKeyMint } from '#identity/keys.ts';
import type { Authenticate } from '#ports/identity.ts';
import { version, type Ground } from './ground.ts';
import type { Media, Messaging } from './messaging.ts';

export function clawBook(
  { config, runtime, bus, store, secretsFile, nameOf, onBrokenAnswer }: Ground,
  messaging: Messaging,
  media: Media,
  front: {
    readonly authenticate: Authenticate;
    readonly limits: Limits;
    readonly more: readonly BookRow[];
    readonly url: () => string;
  },
) {
  const { clock, ids } = runtime;
  const { ownerTier, defaultChannel, outbound, retentionDays } = config;
  const tiered = tieredLimits(front.limits, { clock, tierOf: (account) => tierOf(account, ownerTier) });
  const startedMs = clock.monotonicMs();
  return clawBookRest({
    ...messaging,
    door: createDoor({ authenticate: front.authenticate, limits: config.limits ? tiered : front.limits }),
    store,
    connections: messaging.supervisor,
    settings: { defaultChannel, outbound, retentionDays },
    keyMint: createKeyMint(secretsFile.secrets.pepper, ids),
    bus,
    clock,
    version,
    uptimeMs: () => clock.monotonicMs() - startedMs,
    nowMs: () => clock.nowMs(),
    nameOf,
    mediaUrl: (url) => media.links.link(url),
    url: front.url,
    more: front.more,
    ...(onBrokenAnswer ? { onBrokenAnswer } : {}),
  });
}
