/**
 * From what a sender named (recipients and a channel, or a chat of theirs) to one conversation on one connection. It
 * remembers what it looked up for as long as no route changed hands, so that a busy conversation costs no query.
 */
import type { Account } from '#core/account.ts';
import { isPhoneChannel, serviceOf, type Capabilities, type Channel } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import type { ConnectionId, ConversationId } from '#core/ids.ts';
import { peerKey, type Conversation } from '#core/message.ts';
import type { Connection, Connections } from '#ports/connections.ts';
import type { Driver } from '#ports/driver.ts';
import type { Store } from '#ports/store.ts';
import type { ConversationSpec } from '#ports/store/outbound.ts';

export interface ChatDependencies {
  readonly store: Pick<Store, 'conversation' | 'findConversation' | 'routesVersion'>;
  readonly connections: Connections;
  readonly defaultChannel: Channel;
  /** `registered`: only registered numbers may be texted. */
  readonly outbound: 'open' | 'registered';
}

/** Exactly one of `to` and `chatId` is set: facades refuse anything else in their own words. */
export interface ChatName {
  readonly to: readonly string[] | null;
  readonly chatId: ConversationId | null;
  /** Null: the chat's own channel, or the default one. */
  readonly channel: Channel | null;
  readonly connection: ConnectionId | null;
  readonly thread: string | null;
}

export interface Chat {
  readonly connection: Connection;
  readonly driver: Driver;
  readonly can: Capabilities;
  readonly channel: Channel;
  readonly spec: ConversationSpec;
  /** Known and checked against the routes as they are now; undefined: the store has to find or open it by `spec`. */
  readonly conversation: Conversation | undefined;
  /** Store what the accept answered, so that the next send finds it. */
  remember(conversation: Conversation): void;
}

const rememberedChats = 50_000;

export function createChatResolver(deps: ChatDependencies) {
  const known = new Map<string, { conversation: Conversation; version: number }>();

  function recall(key: string): Conversation | undefined {
    const entry = known.get(key);
    return entry?.version === deps.store.routesVersion() ? entry.conversation : undefined;
  }

  function remember(key: string, conversation: Conversation): void {
    if (known.size >= rememberedChats) known.clear();
    known.set(key, { conversation, version: deps.store.routesVersion() });
  }

  function chat(
    account: Account,
    connection: Connection,
    channel: Channel,
    target: Omit<ConversationSpec, 'numbers'>,
  ): Chat {
    const driver = usable(connection, channel);
    const registeredOnly = account.kind === 'subaccount' || deps.outbound === 'registered';
    const numbers = isPhoneChannel(channel) ? (registeredOnly ? 'registered' : 'open') : 'none';
    const peer = peerKey(target.participants, target.isGroup);
    const key = `${account.id} ${connection.id} ${target.line} ${target.thread ?? ''} ${numbers} ${peer}`;
    return {
      connection,
      driver,
      can: driver.capabilities(channel),
      channel,
      spec: { ...target, numbers },
      conversation: recall(key),
      remember: (conversation) => remember(key, conversation),
    };
  }

  async function byId(account: Account, id: ConversationId, name: ChatName): Promise<Chat> {
    const conversation = await deps.store.conversation(account.id, id);
    if (!conversation)
      throw refuse('not_found', 'chatId is not a chat of this account; use one from a send.result or a message', {
        field: 'chatId',
      });
    const connection = deps.connections.get(conversation.connection);
    const channel = name.channel ?? conversation.channel;
    if (!connection)
      throw refuse('unavailable', 'The connection this chat runs over is no longer configured', {
        reason: 'channel_down',
      });
    const { line, isGroup, participants, thread } = conversation;
    const found = chat(account, connection, channel, {
      connection: connection.id,
      line,
      channel,
      isGroup,
      participants,
      thread,
    });
    return {
      ...found,
      conversation: found.conversation ?? (found.spec.numbers === 'none' || isGroup ? conversation : undefined),
    };
  }

  function byRecipients(account: Account, to: readonly string[], name: ChatName): Chat {
    const channel = name.channel ?? deps.defaultChannel;
    if (account.plan === 'molt' && isPhoneChannel(channel)) {
      throw refuse('forbidden', `This account sends on XMTP alone; ${serviceOf(channel)} needs a plan`, {
        field: 'channel',
      });
    }
    const connection = deps.connections.for(channel, account.id, name.connection ?? undefined);
    if (!connection) throw notConfigured(channel, name.connection);
    const driver = usable(connection, channel);
    const participants = recipients(driver, channel, to);
    const line = driver.lines()[0];
    if (line === undefined) throw down(connection, channel);
    const target = {
      connection: connection.id,
      line,
      channel,
      isGroup: participants.length > 1,
      participants,
      thread: name.thread,
    };
    return chat(account, connection, channel, target);
  }

  return {
    /** Throws `not_found`, `invalid`, `forbidden` or `unavailable` in words for the sender. Stores nothing. */
    async resolve(account: Account, name: ChatName): Promise<Chat> {
      return name.chatId === null ? byRecipients(account, name.to ?? [], name) : byId(account, name.chatId, name);
    },

    /** The conversation as stored, for what needs one to exist already. Throws `not_found` when nothing was ever said in it. */
    async existing(account: Account, name: ChatName): Promise<{ chat: Chat; conversation: Conversation }> {
      const chat =
        name.chatId === null ? byRecipients(account, name.to ?? [], name) : await byId(account, name.chatId, name);
      const { connection, line, participants, isGroup, thread } = chat.spec;
      const key = { connection, line, peerKey: peerKey(participants, isGroup), thread };
      const conversation =
        chat.conversation ??
        (name.chatId === null
          ? await deps.store.findConversation(account.id, key)
          : await deps.store.conversation(account.id, name.chatId));
      if (conversation) return { chat, conversation };
      throw refuse('not_found', 'There is no chat with that recipient yet; send a message first', { field: 'to' });
    },
  };
}
export type ChatResolver = ReturnType<typeof createChatResolver>;

function recipients(driver: Driver, channel: Channel, to: readonly string[]): readonly string[] {
  const [first] = to;
  if (first === undefined) throw refuse('invalid', 'to must name at least one recipient', { field: 'to' });
  if (to.length === 1) return [driver.normalizeTarget(channel, first, 'to')];
  return [...new Set(to.map((each, index) => driver.normalizeTarget(channel, each, `to[${index}]`)))].toSorted();
}

function usable(connection: Connection, channel: Channel): Driver {
  if (!connection.driver || connection.health.state === 'needs_login') throw down(connection, channel);
  return connection.driver;
}

function down(connection: Connection, channel: Channel) {
  const why =
    'error' in connection.health
      ? `: ${connection.health.error}. ${connection.health.mend}`
      : '; try again in a moment';
  return refuse('unavailable', `Channel '${channel}' is not ready${why}`, { reason: 'channel_down', field: 'channel' });
}

function notConfigured(channel: Channel, connection: ConnectionId | null) {
  const what =
    connection === null
      ? `Channel '${channel}' is not configured`
      : `Channel '${channel}' has no connection '${connection}'`;
  return refuse('unsupported', what, {
    reason: 'channel_not_found',
    field: connection === null ? 'channel' : 'accountId',
  });
}
