/**
 * An entry of the account's log as a frame of this protocol. Pure but for the functions it is given, so that one
 * text serves every socket of an account. Keys stand in the order of the protocol's own examples, our extras after.
 */
import type { Entry, Translate } from '#actions/read-entries.ts';
import type { NameOf } from '#core/address.ts';
import { serviceOf } from '#core/channel.ts';
import { mediaOf, textOf } from '#core/message.ts';
import { instantText } from './instant.ts';

export interface Words {
  /** Live events. One function object, shared by all sockets. */
  readonly live: Translate;
  /** Inbound messages of a sync. */
  readonly replayed: Translate;
}

export interface Vocabulary {
  readonly nameOf: NameOf;
  /** The address under which an attachment opens without a header, valid from now on for a while. */
  readonly mediaUrl: (url: string) => string;
  /** The opaque cursor of a seq. */
  readonly cursor: (seq: number) => string;
}

export function createWords(vocabulary: Vocabulary): Words {
  return {
    live: (entry) => translate(vocabulary, entry, ''),
    replayed: (entry) => (entry.event.kind === 'received' ? messageFrame(vocabulary, entry, ',"replay":true') : null),
  };
}

function translate(vocabulary: Vocabulary, entry: Entry, tail: string): string | null {
  switch (entry.event.kind) {
    case 'queued':
      return null;
    case 'received':
      return messageFrame(vocabulary, entry, tail);
    case 'status':
      return statusFrame(entry, entry.event.status);
    case 'reaction':
      return reactionFrame(vocabulary, entry);
    // This protocol has no polls.
    case 'vote':
      return null;
    default:
      return entry.event satisfies never;
  }
}

/** Null for a tombstone: what was erased is not shown, and its seq passes in silence. */
function messageFrame({ nameOf, mediaUrl, cursor }: Vocabulary, { event, chat }: Entry, tail: string): string | null {
  if (chat === null || chat.message.status === 'deleted') return null;
  const { message, conversation } = chat;
  const attachments = mediaOf(message.parts).map(
    ({ url, mimeType }) =>
      `{"url":${JSON.stringify(mediaUrl(url))},"mimeType":${JSON.stringify(mimeType ?? 'application/octet-stream')}}`,
  );
  const { channel } = message;
  const participants = conversation.isGroup
    ? JSON.stringify(conversation.participants.map((each) => nameOf(channel, each)))
    : '[]';
  return (
    `{"type":"message","messageId":${JSON.stringify(message.id)},"chatId":${JSON.stringify(conversation.id)}` +
    `,"from":${JSON.stringify(nameOf(channel, message.sender))},"text":${JSON.stringify(textOf(message.parts))}` +
    `,"attachments":[${attachments.join(',')}],"service":"${serviceOf(channel)}"` +
    `,"isGroup":${conversation.isGroup},"participants":${participants}` +
    `,"timestamp":"${instantText(event.tsUs)}","seq":${event.seq},"cursor":${JSON.stringify(cursor(event.seq))}${tail}}`
  );
}

/** Only what a sender outside has to know; how a message moves inside is not shown. */
function statusFrame({ event, chat }: Entry, status: (Entry['event'] & { kind: 'status' })['status']): string | null {
  const start = `{"type":"status","messageId":${JSON.stringify(event.message)},"status":"${status}"`;
  switch (status) {
    case 'queued':
    case 'sending':
    case 'sent':
      return null;
    case 'delivered':
    case 'read':
      return `${start}}`;
    case 'failed':
    case 'unknown': {
      const otherwise =
        status === 'failed' ? 'The message was not delivered' : 'The provider did not say whether it was sent';
      // The message may have moved on since; then its error is gone, but the event still needs a reason.
      return `${start},"error":${JSON.stringify(chat?.message.error || otherwise)}}`;
    }
    default:
      return status satisfies never;
  }
}

function reactionFrame({ nameOf }: Vocabulary, { reaction, chat }: Entry): string | null {
  if (reaction === null) return null;
  const from = chat === null ? reaction.from : nameOf(chat.message.channel, reaction.from);
  const chatId = chat === null ? '' : `,"chatId":${JSON.stringify(chat.conversation.id)}`;
  return (
    `{"type":"reaction","messageId":${JSON.stringify(reaction.message)},"from":${JSON.stringify(from)}` +
    `,"reactionType":${JSON.stringify(reaction.reactionType)},"added":${reaction.added}${chatId}}`
  );
}
