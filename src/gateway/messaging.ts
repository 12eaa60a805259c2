/**
 * Sending and receiving, wired: connections, outbox and the actions that every facade shares.
 */
import { join } from 'node:path';
import { createAwaitReceipt } from '#actions/await-receipt.ts';
import { createFollowing } from '#actions/follow-events.ts';
import { createMarkRead } from '#actions/mark-read.ts';
import { createReactToMessage } from '#actions/react-to-message.ts';
import { createReadChannelStatus, createReadEveryStatus } from '#actions/read-channel-status.ts';
import { createReadPoll } from '#actions/read-poll.ts';
import { createReplay } from '#actions/replay-messages.ts';
import { createChatResolver } from '#actions/resolve-chat.ts';
import { createResolveMessage } from '#actions/resolve-message.ts';
import { createSendMessage } from '#actions/send-message.ts';
import { createSendPoll } from '#actions/send-poll.ts';
import { createSignalTyping } from '#actions/signal-typing.ts';
import { createTurns } from '#actions/turns.ts';
import { dataFolder } from '#config/data-folder.ts';
import type { AccountId } from '#core/ids.ts';
import type { openMedia } from '#media/open.ts';
import { createSupervisor, type Supervisor } from '#outbox/connections.ts';
import { createOutbox } from '#outbox/outbox.ts';
import type { Ground } from './ground.ts';

export const mediaNeeds = ({ config, runtime, log, secretsFile, address, targets }: Ground) => ({
  folder: dataFolder(config.dataDir).media,
  signingKey: secretsFile.secrets.mediaKey,
  targets,
  address,
  ids: runtime.ids,
  clock: runtime.clock,
  log,
});

export type Media = Awaited<ReturnType<typeof openMedia>>;

export function startMessaging(ground: Ground, keepAttachment: Media['keepAttachment']) {
  const { config, runtime, log, bus, counters, store, wallets, loadDriver } = ground;
  const { clock, ids, timers } = runtime;
  const supervisor: Supervisor = createSupervisor({
    settings: config.connections.map((connection) => ({
      ...connection,
      driverName: connection.driver,
      account: connection.account as AccountId | null,
      dataDir: join(dataFolder(config.dataDir).connections, connection.id),
    })),
    loadDriver,
    traffic: store,
    wallets,
    readers: bus,
    targets: ground.targets,
    receiving: { store, keepAttachment, bus, ids, counters, log },
    runtime,
    log,
  });
  const outbox = createOutbox({ store, connections: supervisor, runtime, counters, log });
  const { defaultChannel, outbound } = config;
  const chats = createChatResolver({ store, connections: supervisor, defaultChannel, outbound });
  const turns = createTurns();
  const side = { store, turns, dispatch: outbox, clock, ids };
  const readEveryStatus = createReadEveryStatus({ store, connections: supervisor, clock });
  const sendMessage = createSendMessage({ ...side, chats, counters });
  return {
    supervisor,
    outbox,
    side,
    sendMessage,
    sendPoll: createSendPoll(sendMessage),
    readPoll: createReadPoll({ store, clock }),
    awaitReceipt: createAwaitReceipt({ store, bus, timers }),
    reactToMessage: createReactToMessage({ ...side, connections: supervisor }),
    markRead: createMarkRead({ ...side, chats }),
    signalTyping: createSignalTyping({ store, chats, log }),
    readEveryStatus,
    readChannelStatus: createReadChannelStatus({ readEveryStatus }),
    resolveMessage: createResolveMessage({ store, dispatch: outbox, connections: supervisor }),
    following: createFollowing({ store, bus, log }),
    replay: createReplay(store),
  };
}

export type Messaging = ReturnType<typeof startMessaging>;
