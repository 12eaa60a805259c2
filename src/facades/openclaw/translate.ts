/**
 * An entry of the account's log as an event of this protocol. `messageId` is what a send answered: the provider's id
 * where there is one, with ours beside it. Pure but for the functions it is given, so that one text serves every socket.
 */
import type { Entry, Translate } from '#actions/read-entries.ts';
import type { NameOf } from '#core/address.ts';
import { mediaOf, pollOf, textOf } from '#core/message.ts';
import { nativeEvent } from './frames.ts';

export interface Vocabulary {
  readonly nameOf: NameOf;
  /** The address under which an attachment opens without a header, valid from now on for a while. */
  readonly mediaUrl: (url: string) => string;
  /** The opaque cursor of a seq. */
  readonly cursor: (seq: number) => string;
}

/** One function object, shared by all sockets; it wants every message loaded, to name it as the provider does. */
export function createWords(vocabulary: Vocabulary): Translate {
  const words: Translate = (entry) => {
    switch (entry.event.kind) {
      case 'queued':
        return null;
      case 'received':
        return message(vocabulary, entry);
      case 'status':
        return status(vocabulary, entry, entry.event.status);
      case 'reaction':
        return reaction(vocabulary, entry);
      case 'vote':
        return vote(vocabulary, entry);
      default:
        return entry.event satisfies never;
    }
  };
  return Object.assign(words, { wantsMessages: true as const });
}

function ids({ event, chat }: Entry) {
  return {
    messageId: chat?.message.remoteId ?? event.message,
    gatewayMessageId: event.message,
    ...(chat ? { channel: chat.message.channel, chatId: chat.conversation.id } : {}),
  };
}

/** Whose channel is not known keeps the address. */
const named = ({ nameOf }: Vocabulary, { chat }: Entry, address: string): string =>
  chat === null ? address : nameOf(chat.message.channel, address);

const place = ({ cursor }: Vocabulary, { event }: Entry) => ({
  timestamp: new Date(Math.floor(event.tsUs / 1000)).toISOString(),
  cursor: cursor(event.seq),
});

function message(vocabulary: Vocabulary, entry: Entry): string | null {
  const { chat } = entry;
  if (chat === null || chat.message.status === 'deleted') return null;
  const { message: inbound, conversation } = chat;
  const { nameOf } = vocabulary;
  return nativeEvent('message', {
    ...ids(entry),
    accountId: conversation.connection,
    from: nameOf(inbound.channel, inbound.sender),
    text: textOf(inbound.parts),
    attachments: mediaOf(inbound.parts).map(({ url, mimeType }) => ({
      url: vocabulary.mediaUrl(url),
      mimeType: mimeType ?? 'application/octet-stream',
    })),
    isGroup: conversation.isGroup,
    participants: conversation.isGroup ? conversation.participants.map((each) => nameOf(inbound.channel, each)) : [],
    ...(conversation.thread === null ? {} : { threadId: conversation.thread }),
    ...place(vocabulary, entry),
  });
}

/** How a message moves inside the gateway is not shown. */
function status(vocabulary: Vocabulary, entry: Entry, now: (Entry['event'] & { kind: 'status' })['status']) {
  switch (now) {
    case 'queued':
    case 'sending':
      return null;
    case 'sent':
    case 'delivered':
    case 'read':
      return nativeEvent('message.status', { ...ids(entry), status: now, ...place(vocabulary, entry) });
    case 'failed':
    case 'unknown': {
      const otherwise =
        now === 'failed' ? 'The message was not delivered' : 'The provider did not say whether it was sent';
      const error = entry.chat?.message.error || otherwise;
      return nativeEvent('message.status', { ...ids(entry), status: now, error, ...place(vocabulary, entry) });
    }
    default:
      return now satisfies never;
  }
}

function reaction(vocabulary: Vocabulary, entry: Entry): string | null {
  if (entry.reaction === null) return null;
  const { reactionType, added } = entry.reaction;
  const from = named(vocabulary, entry, entry.reaction.from);
  return nativeEvent('message.reaction', { ...ids(entry), from, reactionType, added, ...place(vocabulary, entry) });
}

/** Who chose stays untold where the poll promised so. */
function vote(vocabulary: Vocabulary, entry: Entry): string | null {
  if (entry.vote === null) return null;
  const { from, options } = entry.vote;
  const isAnonymous = entry.chat !== null && pollOf(entry.chat.message.parts)?.anonymous === true;
  const who = isAnonymous ? null : named(vocabulary, entry, from);
  return nativeEvent('poll.vote', { ...ids(entry), from: who, options, ...place(vocabulary, entry) });
}
