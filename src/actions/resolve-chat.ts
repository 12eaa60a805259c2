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

export interface ChatResolver {
  /** Throws `not_found`, `invalid`, `forbidden` or `unavailable` in words for the sender. Stores nothing. */
  resolve(account: Account, name: ChatName): Promise<Chat>;
  /** The conversation as stored, for what needs one to exist already. Throws `not_found` when nothing was ever said in it. */
  existing(account: Account, name: ChatName): Promise<{ readonly chat: Chat; readonly conversation: Conversation }>;
}

export function createChatResolver(deps: ChatDependencies): ChatResolver {
  const memory = createMemory(deps.store);
  const resolve = async (account: Account, name: ChatName): Promise<Chat> =>
    name.chatId === null ? byRecipients(deps, memory, account, name) : byId(deps, memory, account, name, name.chatId);
  return {
    resolve,
    async existing(account, name) {
      const chat = await resolve(account, name);
      const { connection, line, participants, isGroup, thread } = chat.spec;
      const key = { connection, line, peerKey: peerKey(participants, isGroup), thread };
      const conversation = chat.conversation ?? (await lookUp(deps, account, name, key));
      if (conversation) return { chat, conversation };
      throw refuse('not_found', 'There is no chat with that recipient yet; send a message first', { field: 'to' });
    },
  };
}

function lookUp(
  deps: ChatDependencies,
  account: Account,
  name: ChatName,
  key: Parameters<Store['findConversation']>[1],
) {
  if (name.chatId !== null) return deps.store.conversation(account.id, name.chatId);
  return deps.store.findConversation(account.id, key);
}

const rememberedChats = 50_000;

interface Memory {
  recall(key: string): Conversation | undefined;
  remember(key: string, conversation: Conversation): void;
}

/** Conversations by what was asked for; forgotten as soon as any route changes hands. */
function createMemory(store: Pick<Store, 'routesVersion'>): Memory {
  const known = new Map<string, Conversation>();
  let version = store.routesVersion();

  function refresh(): void {
    if (version === store.routesVersion() && known.size < rememberedChats) return;
    version = store.routesVersion();
    known.clear();
  }

  return {
    recall(key) {
      refresh();
      return known.get(key);
    },
    remember(key, conversation) {
      refresh();
      known.set(key, conversation);
    },
  };
}

type Place = Omit<ConversationSpec, 'numbers'>;

function chatOf(deps: ChatDependencies, memory: Memory, account: Account, connection: Connection, place: Place): Chat {
  const { channel } = place;
  const driver = usable(connection, channel);
  const registeredOnly = account.kind === 'subaccount' || deps.outbound === 'registered';
  const numbers = isPhoneChannel(channel) ? (registeredOnly ? 'registered' : 'open') : 'none';
  const peer = peerKey(place.participants, place.isGroup);
  const key = `${account.id} ${connection.id} ${place.line} ${place.thread ?? ''} ${numbers} ${peer}`;
  return {
    connection,
    driver,
    can: driver.capabilities(channel),
    channel,
    spec: { ...place, numbers },
    conversation: memory.recall(key),
    remember: (conversation) => memory.remember(key, conversation),
  };
}

async function byId(
  deps: ChatDependencies,
  memory: Memory,
  account: Account,
  name: ChatName,
  id: ConversationId,
): Promise<Chat> {
  const conversation = await deps.store.conversation(account.id, id);
  if (!conversation) {
    const mend = 'use one from a send.result or a message';
    throw refuse('not_found', `chatId is not a chat of this account; ${mend}`, { field: 'chatId' });
  }
  const connection = deps.connections.get(conversation.connection);
  if (!connection) {
    throw refuse('unavailable', 'The connection this chat runs over is no longer configured', {
      reason: 'channel_down',
    });
  }
  const { line, isGroup, participants, thread } = conversation;
  const channel = name.channel ?? conversation.channel;
  const chat = chatOf(deps, memory, account, connection, {
    connection: connection.id,
    line,
    channel,
    isGroup,
    participants,
    thread,
  });
  if (chat.conversation) return chat;
  // A DM to a number is opened by its key, so that the store looks at who registered it; the rest is known by its id.
  return chat.spec.numbers !== 'none' && !isGroup ? chat : { ...chat, conversation };
}

function byRecipients(deps: ChatDependencies, memory: Memory, account: Account, name: ChatName): Chat {
  const channel = name.channel ?? deps.defaultChannel;
  if (account.plan === 'molt' && isPhoneChannel(channel)) {
    throw refuse('forbidden', `This account sends on XMTP alone; ${serviceOf(channel)} needs a plan`, {
      field: 'channel',
    });
  }
  const connection = deps.connections.for(channel, account.id, name.connection ?? undefined);
  if (!connection) throw notConfigured(channel, name.connection);
  const driver = usable(connection, channel);
  const participants = recipients(driver, channel, name.to ?? []);
  const line = driver.lines()[0];
  if (line === undefined) throw down(connection, channel);
  const isGroup = participants.length > 1;
  return chatOf(deps, memory, account, connection, {
    connection: connection.id,
    line,
    channel,
    isGroup,
    participants,
    thread: name.thread,
  });
}

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
