/**
 * From what a sender named (recipients and a channel, or a chat of theirs) to one conversation on one connection. It
 * remembers what it looked up for as long as no route changed hands, so that a busy conversation costs no query.
 */
import { outboundRule, type Account, type OutboundRule } from '#core/account.ts';
import { isPhoneChannel, serviceOf, type Capabilities, type Channel } from '#core/channel.ts';
import { refuse, Refused } from '#core/failure.ts';
import type { ConnectionId, ConversationId } from '#core/ids.ts';
import { peerKey, type Conversation } from '#core/message.ts';
import type { Connection, Connections } from '#ports/connections.ts';
import type { Driver } from '#ports/driver.ts';
import type { Store } from '#ports/store.ts';
import type { ConversationSpec } from '#ports/store/outbound.ts';

export interface ChatDependencies {
  readonly store: Pick<Store, 'conversation' | 'findConversation' | 'mayText' | 'routesVersion'>;
  readonly connections: Connections;
  /** For accounts that have none of their own. */
  readonly defaultChannel: Channel;
  readonly outbound: OutboundRule;
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
  /** Known, and checked against the routes as they are now; undefined: the store has to find or open it by `spec`. */
  readonly conversation: Conversation | undefined;
  /** Keep what the accept answered, so that the next send finds it. */
  remember(conversation: Conversation): void;
}

export interface ChatResolver {
  /**
   * A promise only where something has to be read: a busy chat is answered from memory. Throws (or rejects with)
   * `not_found`, `invalid`, `forbidden` or `unavailable` in words for the sender. Stores nothing.
   */
  resolve(account: Account, name: ChatName): Chat | Promise<Chat>;
  /** The conversation as stored, for what needs one to exist already. Throws `not_found` when nothing was ever said in it. */
  existing(account: Account, name: ChatName): Promise<{ readonly chat: Chat; readonly conversation: Conversation }>;
}

export function createChatResolver(deps: ChatDependencies): ChatResolver {
  const memory = createMemory(deps.store);
  const resolve = (account: Account, name: ChatName): Chat | Promise<Chat> => {
    const key = keyOf(account, name, channelFor(deps, account, name));
    const known = memory.recall(key);
    const remember = (chat: Chat) => memory.remember(key, chat);
    // A chat is read each time, because its people may have moved to another channel; only its numbers stay checked.
    if (name.chatId !== null)
      return byId(deps, account, name, name.chatId, { remember, isChecked: known !== undefined });
    return known && isUsable(known) ? known : byRecipients(deps, account, name, remember);
  };
  return {
    resolve,
    async existing(account, name) {
      const chat = await resolve(account, name);
      const { connection, line, participants, isGroup, thread } = chat.spec;
      const key = { connection, line, peerKey: peerKey(participants, isGroup), thread };
      const conversation = chat.conversation ?? (await deps.store.findConversation(account.id, key));
      if (conversation) return { chat, conversation };
      throw refuse('not_found', 'There is no chat with that recipient yet; send a message first', { field: 'to' });
    },
  };
}

const channelFor = (deps: ChatDependencies, account: Account, name: ChatName): Channel =>
  name.channel ?? account.defaultChannel ?? deps.defaultChannel;

/** What was asked for, as it was spelt and under the account's rule: two spellings of one recipient are remembered twice. */
function keyOf(account: Account, { chatId, to, connection, thread }: ChatName, channel: Channel): string {
  const who = chatId ?? (to?.length === 1 ? to[0] : to?.join(','));
  return `${account.id} ${account.outbound ?? ''} ${channel} ${connection ?? ''} ${thread ?? ''} ${who}`;
}

/** Its connection may have been restarted since, and a chat the provider has named since is better known by its name. */
function isUsable({ connection, driver, conversation, spec }: Chat): boolean {
  const isNamed = conversation !== undefined && conversation.remoteChat !== null;
  if (!isNamed || connection.driver !== driver || connection.health.state === 'needs_login') return false;
  return (driver.lineTrouble?.(spec.line) ?? null) === null;
}

const rememberedChats = 50_000;

interface Memory {
  recall(key: string): Chat | undefined;
  remember(key: string, chat: Chat): void;
}

/** Chats by what was asked for; forgotten as soon as any route changes hands. */
function createMemory(store: Pick<Store, 'routesVersion'>): Memory {
  const known = new Map<string, Chat>();
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
    remember(key, chat) {
      refresh();
      known.set(key, chat);
    },
  };
}

type Place = Omit<ConversationSpec, 'numbers'>;
type Remember = (chat: Chat) => void;

function chatOf(
  deps: ChatDependencies,
  account: Account,
  connection: Connection,
  place: Place,
  remember: Remember,
): Chat {
  const { channel } = place;
  const driver = usable(connection, channel);
  const trouble = driver.lineTrouble?.(place.line) ?? null;
  if (trouble !== null) throw refuse('unavailable', trouble, { reason: 'channel_down' });
  const chat = {
    connection,
    driver,
    can: driver.capabilities(channel),
    channel,
    spec: { ...place, numbers: numbersFor(deps, account, channel) },
    conversation: undefined,
  };
  return { ...chat, remember: (conversation) => remember({ ...chat, conversation, remember: () => undefined }) };
}

function numbersFor(deps: ChatDependencies, account: Account, channel: Channel): ConversationSpec['numbers'] {
  if (!isPhoneChannel(channel)) return 'none';
  return account.kind === 'subaccount' ? 'registered' : outboundRule(account, deps.outbound);
}

async function byId(
  deps: ChatDependencies,
  account: Account,
  name: ChatName,
  id: ConversationId,
  { remember, isChecked }: { readonly remember: Remember; readonly isChecked: boolean },
): Promise<Chat> {
  const conversation = await deps.store.conversation(account.id, id);
  if (!conversation) {
    const mend = 'use one from a send.result or a message';
    throw refuse('not_found', `chatId is not a chat of this account; ${mend}`, { field: 'chatId' });
  }
  const connection = deps.connections.get(conversation.connection);
  if (!connection) {
    const gone = 'The connection this chat runs over is no longer configured';
    throw refuse('unavailable', gone, { reason: 'channel_down' });
  }
  const { line, isGroup, participants, thread } = conversation;
  const channel = name.channel ?? conversation.channel;
  const place = { connection: connection.id, line, channel, isGroup, participants, thread };
  const chat = chatOf(deps, account, connection, place, remember);
  const { numbers } = chat.spec;
  // A group that the account owns is its own, whoever is in it; the number of a DM may have been registered since.
  if (numbers !== 'none' && !isGroup && !isChecked) {
    const failure = await deps.store.mayText(account.id, numbers, participants);
    if (failure) throw new Refused(failure);
  }
  if (!isChecked) chat.remember(conversation);
  return { ...chat, conversation };
}

function byRecipients(
  deps: ChatDependencies,
  account: Account,
  name: ChatName,
  remember: Remember,
): Chat | Promise<Chat> {
  const channel = channelFor(deps, account, name);
  if (account.plan === 'molt' && isPhoneChannel(channel)) {
    const message = `This account sends on XMTP alone; ${serviceOf(channel)} needs a plan`;
    throw refuse('forbidden', message, { field: 'channel' });
  }
  const connection = deps.connections.for(channel, account.id, name.connection ?? undefined);
  if (!connection) throw notConfigured(channel, name.connection);
  const driver = usable(connection, channel);
  const participants = recipients(driver, channel, name.to ?? []);
  const from = (line: string): Chat => {
    if (driver.lineOf && participants.includes(line)) {
      throw refuse('invalid', 'to names the sender itself; name somebody else', { field: 'to' });
    }
    const place = { connection: connection.id, line, channel, isGroup: participants.length > 1, participants };
    return chatOf(deps, account, connection, { ...place, thread: name.thread }, remember);
  };
  const line = driver.lineOf ? driver.lineOf(account.id) : driver.lines()[0];
  if (line !== undefined) return from(line);
  if (!driver.provision) throw down(connection, channel);
  return driver.provision(account.id, AbortSignal.timeout(provisionMs)).then(from);
}

/** An account's first message on a network where it gets a line of its own. */
const provisionMs = 15_000;

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
