/**
 * The gateway, wired: in which order its rooms start, and in which order they stop, so that nothing is acknowledged that
 * could not be kept. What depends on what is in gateway/, one file for each part.
 */
import { dataFolder } from '#config/data-folder.ts';
import { serveControl } from '#cli/control.ts';
import { createDesk } from '#cli/desk.ts';
import type { ResolveMessage } from '#actions/resolve-message.ts';
import { createKeyMint } from '#identity/keys.ts';
import { ensureOwner } from '#identity/owner.ts';
import { openMedia } from '#media/open.ts';
import type { Connection } from '#ports/connections.ts';
import type { Store } from '#ports/store.ts';
import { sweepNowAndThen } from '#store/sweep.ts';
import { openFront, type Front } from './gateway/front.ts';
import { breakGround, version, type GatewayOptions, type Ground } from './gateway/ground.ts';
import { mediaNeeds, startMessaging, type Media, type Messaging } from './gateway/messaging.ts';
import { openWebhooks, type WebhooksWired } from './gateway/webhooks.ts';
import { countWallets, rewrapInBackground } from './gateway/wrapping.ts';

export type { GatewayOptions } from './gateway/ground.ts';

export interface Gateway {
  /** Where it is reached, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** The owner's key, only when this start generated it. */
  readonly newOwnerKey: string | null;
  readonly connections: readonly Connection[];
  readonly resolveMessage: ResolveMessage;
  readonly store: Store;
  /** Refuse new work, finish what is under way, let go of everything; at most about ten seconds. Callable twice. */
  stop(): Promise<void>;
}

/** The parts of a stop, together under the ten seconds that process managers commonly give. */
const outboxDrainMs = 5_000;
const requestDrainMs = 1_500;
const webhookDrainMs = 1_500;

/** Throws an Error whose message is for a person when the gateway cannot start; nothing is left running then. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const ground = await breakGround(options);
  try {
    const owner = await ensureOwner(ground, ground.config.ownerKey);
    const media = await openMedia(mediaNeeds(ground));
    const messaging = startMessaging(ground, media.keepAttachment);
    media.askDrivers((id) => messaging.supervisor.get(id)?.driver);
    const webhooks = openWebhooks(ground, messaging, media, owner.account.id);
    const front = openFront(ground, messaging, media, webhooks);
    const parts: Parts = { ground, media, messaging, webhooks, front };
    try {
      return await open(parts, owner.newKey);
    } catch (error) {
      // Channels are up and the outbox sends before the port is known to be free: nobody else would end them.
      await letGo(parts);
      throw error;
    }
  } catch (error) {
    await ground.store.close();
    throw error;
  }
}

interface Parts {
  readonly ground: Ground;
  readonly media: Media;
  readonly messaging: Messaging;
  readonly webhooks: WebhooksWired;
  readonly front: Front;
}

/** What was wired begins to work. When it throws, whatever had begun goes on. */
async function open(parts: Parts, newOwnerKey: string | null): Promise<Gateway> {
  const { ground, media, messaging, webhooks, front } = parts;
  await Promise.all([messaging.supervisor.start(), messaging.outbox.start()]);
  const { port } = await front.server.listen();
  Object.assign(ground.address, { port, url: front.server.url() });
  // Only now are the gateway's own ports known, which no webhook may reach.
  await webhooks.room.start();
  const control = await openControl(ground, messaging);
  const { store, runtime, log, config } = ground;
  const stopRewrapping = rewrapInBackground(ground.config, ground);
  const stopSweeping = sweepNowAndThen({ store, media, clock: runtime.clock, log, keepDays: config.retentionDays });
  ground.log.info('gateway.ready', { port, version });

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    ground.log.info('gateway.draining');
    stopSweeping();
    await stopRewrapping();
    await control.close();
    await letGo(parts);
    await ground.store.close();
    ground.log.info('gateway.stopped');
  };
  return {
    url: ground.address.url,
    port,
    newOwnerKey,
    connections: messaging.supervisor.all(),
    resolveMessage: messaging.resolveMessage,
    store: ground.store,
    stop: () => (stopping ??= stop()),
  };
}

/** Everything but the store, which all of it writes to. */
async function letGo({ media, messaging, webhooks, front }: Parts): Promise<void> {
  // Sockets and requests together; what they were promised is still answered.
  await Promise.all([front.server.drain(requestDrainMs), front.sockets.drain()]);
  await Promise.all([messaging.outbox.stop(outboxDrainMs), webhooks.room.stop(webhookDrainMs)]);
  await messaging.supervisor.stop();
  await media.close();
  await front.usage.stop();
}

/** The desk where commands beside a running gateway are served, on a socket in the data folder. */
function openControl(ground: Ground, { readEveryStatus, resolveMessage }: Messaging) {
  const { config, runtime, log, store, secretsFile, wallets, address } = ground;
  const desk = createDesk({
    store,
    mint: createKeyMint(secretsFile.secrets.pepper, runtime.ids),
    runtime,
    folder: dataFolder(config.dataDir),
    version,
    gateway: { url: address.url, readEveryStatus, resolveMessage, countWallets: () => countWallets(wallets) },
  });
  return serveControl({ dataDir: config.dataDir, desk, log });
}
