/** The Claw Messenger facade, wired. */
import { clawMessengerRest } from '#facades/claw-messenger/rest/edge.ts';
import { createSocketDoor } from '#facades/claw-messenger/edge.ts';
import { createWords } from '#facades/claw-messenger/translate.ts';
import type { Door } from '#http/authenticate.ts';
import type { Sockets } from '#http/sockets.ts';
import { createKeyMint } from '#identity/keys.ts';
import type { Ground } from './ground.ts';
import type { Media, Messaging } from './messaging.ts';

export function clawMessenger(
  { config, runtime, log, bus, store, secretsFile, nameOf, onBrokenAnswer }: Ground,
  messaging: Messaging,
  media: Media,
  door: Door,
  sockets: Sockets,
) {
  const { clock, ids } = runtime;
  const words = createWords({
    nameOf,
    mediaUrl: (url) => media.links.link(url),
    cursor: (seq) => messaging.replay.cursor(seq),
  });
  const socketDoor = createSocketDoor({
    ...messaging,
    words,
    sockets,
    admit: (request) => door.admit(request),
    listen: (account, listener) => bus.listen(account, listener),
    limits: config.limits,
    nowMs: () => clock.monotonicMs(),
    fault: (event, fields) => log.error(event, fields),
    opened: (fields) => log.info('socket.opened', fields),
  });
  const rest = clawMessengerRest({
    door,
    store,
    connections: messaging.supervisor,
    keyMint: createKeyMint(secretsFile.secrets.pepper, ids),
    bus,
    clock,
    ids,
    defaultChannel: config.defaultChannel,
    ...(onBrokenAnswer ? { onBrokenAnswer } : {}),
  });
  return { socketDoor, rest };
}
