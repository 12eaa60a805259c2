/**
 * `messages.list`: the newest messages of the account, as this protocol names them.
 */
import type { MessageInChat, MessageQuery, Page } from '#actions/list-messages.ts';
import type { Principal } from '#core/account.ts';
import type { NameOf } from '#core/address.ts';
import { mediaOf, textOf } from '#core/message.ts';
import { channelOf, optionalCount, optionalText, type Params } from './params.ts';

const usualLimit = 50;
const mostLimit = 200;
const mostOffset = 1_000_000;

/** `conversation` as the caller wrote it; null for all of them. */
export type ListMessages = (
  principal: Principal,
  conversation: string | null,
  query: Omit<MessageQuery, 'conversation'>,
) => Promise<Page<MessageInChat>>;

export async function listMessages(
  deps: { readonly listMessages: ListMessages; readonly mediaUrl: (url: string) => string; readonly nameOf: NameOf },
  principal: Principal,
  params: Params,
) {
  const limit = optionalCount(params, 'limit', 1, mostLimit) ?? usualLimit;
  const offset = optionalCount(params, 'offset', 0, mostOffset) ?? 0;
  const { rows, total } = await deps.listMessages(principal, optionalText(params, 'chatId'), {
    offset,
    limit,
    fromMs: null,
    beforeMs: null,
    channel: channelOf(params),
    direction: null,
    status: null,
    sort: [{ field: 'created_at', descending: true }],
  });
  const messages = rows.map(({ message, conversation }) => ({
    messageId: message.remoteId ?? message.id,
    gatewayMessageId: message.id,
    channel: message.channel,
    accountId: conversation.connection,
    chatId: conversation.id,
    direction: message.direction,
    from: deps.nameOf(message.channel, message.sender),
    to: (message.direction === 'outbound' ? conversation.participants : [conversation.line]).map((each) =>
      deps.nameOf(message.channel, each),
    ),
    text: textOf(message.parts),
    attachments: mediaOf(message.parts).map(({ url, mimeType }) => ({
      url: deps.mediaUrl(url),
      mimeType: mimeType ?? 'application/octet-stream',
    })),
    status: message.status,
    error: message.error,
    timestamp: new Date(message.createdAtMs).toISOString(),
  }));
  return { messages, total, ...(offset + rows.length < total ? { nextOffset: offset + rows.length } : {}) };
}
