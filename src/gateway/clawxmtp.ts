/** The ClawXmtp facade, wired. */
import { createCreateGroup } from '#actions/create-group.ts';
import { createCreateMolt } from '#actions/create-molt.ts';
import { createNamePeer } from '#actions/name-peer.ts';
import { createSendDm } from '#actions/send-dm.ts';
import { clawXmtpRest } from '#facades/clawxmtp/edge.ts';
import type { Door } from '#http/authenticate.ts';
import { createEventStreams } from '#http/event-stream.ts';
import { limitVisitors, type VisitorLimit } from '#http/visitor-limit.ts';
import { newAccounts } from '#identity/accounts.ts';
import { createKeyMint } from '#identity/keys.ts';
import type { Ground } from './ground.ts';
import type { Media, Messaging } from './messaging.ts';

const signupsAnHour = 60;
const hourSeconds = 3_600;

export function clawXmtp(
  ground: Ground,
  messaging: Messaging,
  media: Media,
  front: { readonly door: Door; readonly draining: () => AbortSignal },
) {
  const { config, runtime, store, secretsFile, wallets, onBrokenAnswer } = ground;
  const { clock, ids, timers } = runtime;
  const connections = messaging.supervisor;
  const { sendMessage, awaitReceipt } = messaging;
  const accounts = newAccounts({ store, mint: createKeyMint(secretsFile.secrets.pepper, ids), runtime });
  return clawXmtpRest({
    ...messaging.side,
    store,
    timers,
    connections,
    wallets,
    sendMessage,
    awaitReceipt,
    following: messaging.following,
    replay: messaging.replay,
    createMolt: createCreateMolt({ accounts, connections, wallets }),
    createGroup: createCreateGroup({ store, connections, wallets, clock, ids }),
    sendDm: createSendDm({ sendMessage, awaitReceipt, connections, wallets, store }),
    signup: config.signup,
    signupLimit: config.limits ? limitVisitors(signupsAnHour, hourSeconds, 'new accounts') : unlimited,
    vocabulary: { namePeer: createNamePeer(wallets), mediaUrl: (url) => media.links.link(url) },
    door: front.door,
    streams: createEventStreams({ clock, timers, draining: front.draining }),
    ...(onBrokenAnswer ? { onBrokenAnswer } : {}),
  });
}

const unlimited: VisitorLimit = () => Promise.resolve();
