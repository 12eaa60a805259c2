/**
 * The outbox with everything real around it but the provider: SQLite in a folder of its own, the send action, and a
 * scripted driver (a fake provider) behind the supervisor. Time is the system's.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createResolveMessage } from '#actions/resolve-message.ts';
import { createChatResolver } from '#actions/resolve-chat.ts';
import { createSendMessage, type SendAnswer, type SendCommand } from '#actions/send-message.ts';
import { createTurns } from '#actions/turns.ts';
import { createInProcessBus } from '#bus/in-process.ts';
import { settingsAtFirst, type Account, type UnknownPolicy } from '#core/account.ts';
import { connectionId, idText, type MessageId } from '#core/ids.ts';
import { createSupervisor } from '#outbox/connections.ts';
import { createOutbox } from '#outbox/outbox.ts';
import { zeroCounters } from '#ports/counters.ts';
import type { Store } from '#ports/store.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { memoryWallets } from './wallets.ts';
import { fakeLog } from './clock.ts';
import { publicTargets } from './driver-host.ts';
import type { ScriptedDriver } from './scripted-driver.ts';

export interface OutboxRig {
  readonly store: Store;
  readonly account: Account;
  send(to: string, text: string, more?: Partial<SendCommand>): Promise<SendAnswer>;
  /** The statuses of messages, in the order asked. */
  statuses(...ids: readonly MessageId[]): Promise<readonly string[]>;
  /** Resolves when nothing is queued or under way any more, unknown ones aside. */
  settled(): Promise<void>;
  resolve(message: MessageId, as: 'sent' | 'failed' | 'resend'): Promise<string>;
  /** Stop as a process does that is told to; the data stays. */
  stop(): Promise<void>;
  /** Stop where it stands, as a killed process does, and start again on the same data. */
  restart(): Promise<OutboxRig>;
  end(): Promise<void>;
}

export async function outboxRig(
  driver: ScriptedDriver,
  options: { readonly unknownPolicy?: UnknownPolicy; readonly folder?: string; readonly account?: Account } = {},
): Promise<OutboxRig> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'clawgate-outbox-')));
  const log = fakeLog();
  const runtime = createSystemRuntime();
  const { clock, ids } = runtime;
  const bus = createInProcessBus(log);
  const counters = zeroCounters();
  const store = await openSqliteStore({ file: join(folder, 'clawgate.db'), clock, bus, log });
  ids.atLeast(store.newestId());
  const account = options.account ?? newAccount(ids.next(), options.unknownPolicy ?? 'release');
  if (!options.account) await store.createAccount(account);

  const settings = { id: connectionId('scripted'), driverName: 'scripted', account: null, dataDir: folder };
  const connections = createSupervisor({
    settings: [{ ...settings, channels: driver.settings.channels, options: {} }],
    loadDriver: () => Promise.resolve(driver.create),
    receiving: {
      store,
      keepAttachment: (_, { url, mimeType }) => Promise.resolve({ url, mimeType }),
      bus,
      ids,
      counters,
      log,
    },
    traffic: store,
    wallets: memoryWallets(),
    readers: bus,
    targets: publicTargets,
    runtime,
    log,
  });
  const outbox = createOutbox({ store, connections, runtime, counters, log, providerTimeoutMs: 1_000 });
  await connections.start();
  await outbox.start();
  const chats = createChatResolver({ store, connections, defaultChannel: 'imessage', outbound: 'open' });
  const sendMessage = createSendMessage({ store, chats, turns: createTurns(), dispatch: outbox, clock, ids, counters });
  const resolveMessage = createResolveMessage({ store, dispatch: outbox, connections });

  const stop = async (): Promise<void> => {
    await outbox.stop(2_000);
    await connections.stop();
    await store.close();
  };
  return {
    store,
    account,
    send: (to, text, more) =>
      sendMessage({
        account: account.id,
        to: [to],
        chatId: null,
        channel: null,
        connection: null,
        thread: null,
        replyTo: null,
        parts: [{ type: 'text', value: text }],
        idempotencyKey: null,
        ttlMs: null,
        ...more,
      }),
    statuses: async (...wanted) => (await store.messages(account.id, wanted)).map(({ message }) => message.status),
    async settled() {
      for (;;) {
        const states = await store.queueStates();
        if (states.every(({ queued, sending }) => queued + sending === 0)) return;
        await runtime.timers.sleep(5);
      }
    },
    resolve: (message, as) => resolveMessage(account.id, message, as),
    stop,
    async restart() {
      await outbox.stop(0);
      await connections.stop();
      await store.close();
      return outboxRig(driver, { folder, account });
    },
    async end() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const newAccount = (number: number, unknownPolicy: UnknownPolicy): Account => ({
  id: idText('account', number),
  kind: 'personal',
  name: 'sender',
  plan: 'self-hosted',
  state: 'active',
  ...settingsAtFirst,
  unknownPolicy,
  createdAtMs: 0,
  trialEndsAtMs: null,
});
