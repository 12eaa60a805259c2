/**
 * The inbox: the newest message of each direct conversation on the network of wallets, newest first.
 */
import type { Principal } from '#core/account.ts';
import type { AccountId, ConversationId } from '#core/ids.ts';
import type { ConversationSummary, ListStore } from '#ports/store/lists.ts';
import type { MessageInChat } from '#ports/store/log.ts';
import { newestFirst } from './read-dms.ts';

export interface ReadInboxDependencies {
  readonly store: Pick<ListStore, 'listConversations' | 'listMessages'>;
}

const pageSize = 200;
const onXmtp = { fromMs: null, beforeMs: null, channel: 'xmtp' } as const;

export async function readInbox(
  { store }: ReadInboxDependencies,
  { account }: Principal,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<readonly MessageInChat[]> {
  const chats = (await directChats(store, account, offset + limit)).slice(offset, offset + limit);
  const latest = await latestOf(store, account, chats);
  return chats.flatMap(({ conversation }) => latest.get(conversation.id) ?? []);
}

/** Groups are listed among them and passed over. */
async function directChats(
  store: ReadInboxDependencies['store'],
  account: AccountId,
  atLeast: number,
): Promise<readonly ConversationSummary[]> {
  const found: ConversationSummary[] = [];
  for (let offset = 0; found.length < atLeast; offset += pageSize) {
    const sort = [{ field: 'last_message_at', descending: true }] as const;
    const { rows } = await store.listConversations(account, {
      ...onXmtp,
      offset,
      limit: pageSize,
      status: null,
      sort,
    });
    found.push(...rows.filter(({ conversation, messageCount }) => !conversation.isGroup && messageCount > 0));
    if (rows.length < pageSize) break;
  }
  return found;
}

/** One question answers for most; only a conversation that others talk over is asked for by itself. */
async function latestOf(
  store: ReadInboxDependencies['store'],
  account: AccountId,
  chats: readonly ConversationSummary[],
): Promise<ReadonlyMap<ConversationId, MessageInChat>> {
  const latest = new Map<ConversationId, MessageInChat>();
  const times = chats.flatMap(({ lastMessageAtMs }) => lastMessageAtMs ?? []);
  if (times.length === 0) return latest;
  const fromMs = times.reduce((oldest, time) => Math.min(oldest, time));
  const page = { ...newestFirst, ...onXmtp, offset: 0, limit: pageSize, fromMs, conversation: null };
  for (const row of (await store.listMessages(account, page)).rows) {
    if (!latest.has(row.conversation.id)) latest.set(row.conversation.id, row);
  }
  const rest = chats.filter(({ conversation }) => !latest.has(conversation.id));
  await Promise.all(
    rest.map(async ({ conversation: { id }, lastMessageAtMs: fromMs }) => {
      const one = { ...newestFirst, offset: 0, limit: 1, fromMs, conversation: id };
      const [row] = (await store.listMessages(account, one)).rows;
      if (row) latest.set(id, row);
    }),
  );
  return latest;
}
