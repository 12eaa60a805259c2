/** The OpenClaw facade, wired. */
import { describeChannels } from '#actions/describe-channels.ts';
import { listMessages } from '#actions/list-messages.ts';
import { createNameMessage } from '#actions/name-message.ts';
import { restartChannel } from '#actions/restart-channel.ts';
import { createOpenClaw } from '#facades/openclaw/edge.ts';
import { createMethods } from '#facades/openclaw/methods.ts';
import { createWords } from '#facades/openclaw/translate.ts';
import type { Door } from '#http/authenticate.ts';
import type { Sockets } from '#http/sockets.ts';
import { version, type Ground } from './ground.ts';
import type { Media, Messaging } from './messaging.ts';

export const loadOpenRpc = async (): Promise<Readonly<Record<string, unknown>>> =>
  (await import('#wire/openclaw.openrpc.json', { with: { type: 'json' } })).default;

export function openClaw(ground: Ground, messaging: Messaging, media: Media, door: Door, sockets: Sockets) {
  const { config, runtime, log, bus, store, nameOf, address } = ground;
  const connections = messaging.supervisor;
  const { defaultChannel } = config;
  const mediaUrl = (url: string): string => media.links.link(url);
  const methods = createMethods({
    ...messaging,
    nameMessage: createNameMessage(store),
    keepUpload: (upload) => media.keepUpload(upload),
    listMessages: (principal, conversation, query) => listMessages({ store }, principal, conversation, query),
    describeChannels: (principal) => describeChannels({ connections, defaultChannel }, principal),
    restartChannel: (principal, channel) => restartChannel({ connections }, principal, channel),
    mediaUrl,
    nameOf,
    describe: async () => ({ ...(await loadOpenRpc()), servers: [{ name: 'clawgate', url: address.url }] }),
    clock: runtime.clock,
    version,
  });
  return createOpenClaw({
    methods,
    following: messaging.following,
    words: createWords({ nameOf, mediaUrl, cursor: (seq) => messaging.replay.cursor(seq) }),
    listen: (account, listener) => bus.listen(account, listener),
    clock: runtime.clock,
    random: () => runtime.ids.random(),
    version,
    fault: (event, fields) => log.error(event, fields),
    opened: (fields) => log.info('socket.opened', fields),
    door,
    sockets,
    limits: config.limits,
  });
}
