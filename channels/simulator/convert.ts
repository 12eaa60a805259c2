/**
 * Between the gateway's words and the phone network's: bodies, targets, outcomes and reports, both ways. Pure.
 */
import { refuse } from '#core/failure.ts';
import { remoteChat, remoteId } from '#core/ids.ts';
import { maxTextCharacters, mediaOf, pollOf, textOf } from '#core/message.ts';
import type { Content, Inbound, Receipt, Target, TypingSignal } from '#ports/driver.ts';
import { bodyText } from './network/body.ts';
import { type ChatRef, type FeedEvent, type Outcome, type Typing, maxMedia, mediaScheme } from './network/terms.ts';

/** The one body of a message: its texts joined by line breaks, its media behind. */
export function bodyOf({ parts, replyTo }: Content): string {
  const poll = pollOf(parts);
  if (poll) {
    const { question, options, maxSelections } = poll;
    return bodyText({ text: question, poll: { options, maxSelections }, ...(replyTo !== null && { replyTo }) });
  }
  const text = textOf(parts);
  const media = mediaOf(parts).map(({ url, mimeType }) => (mimeType === undefined ? { url } : { url, mimeType }));
  if (text === '' && media.length === 0)
    throw refuse('invalid', 'The message is empty: give it text or media', { field: 'parts' });
  if (text.length > maxTextCharacters && Array.from(text).length > maxTextCharacters) {
    throw refuse('too_large', `The text is longer than ${maxTextCharacters} characters`, { field: 'parts' });
  }
  if (media.length > maxMedia) throw refuse('invalid', `A message takes at most ${maxMedia} media`, { field: 'parts' });
  return bodyText({ text, ...(media.length > 0 && { media }), ...(replyTo !== null && { replyTo }) });
}

export function chatOf(target: Target): ChatRef {
  return {
    line: target.line,
    channel: target.channel,
    chatId: target.remoteChat,
    isGroup: target.isGroup,
    people: target.participants,
  };
}

export function receiptOf(outcome: Outcome): Receipt {
  if (outcome.outcome !== 'accepted') return outcome;
  const { messageId, chatId, channel } = outcome;
  return { outcome: 'accepted', remoteId: remoteId(messageId), remoteChat: remoteChat(chatId), channel };
}

export function inboundOf(event: FeedEvent): Inbound {
  if (event.kind === 'receipt') {
    const { eventId, line, chatId, messageId, recipient, status } = event;
    // In one piece: there is one of these for every message sent.
    return {
      eventId,
      line,
      remoteChat: remoteChat(chatId),
      remoteId: remoteId(messageId),
      kind: 'receipt',
      recipient,
      status,
      error: null,
    };
  }
  const row = {
    eventId: event.eventId,
    line: event.line,
    remoteChat: remoteChat(event.chatId),
    remoteId: remoteId(event.messageId),
  };
  switch (event.kind) {
    case 'message':
      return {
        ...row,
        kind: 'message',
        channel: event.channel,
        from: event.from,
        isGroup: event.isGroup,
        participants: event.people,
        text: event.text,
        attachments: event.media.map(({ url, mimeType }) => {
          return { url, mimeType, fetch: url.startsWith(mediaScheme) ? ('driver' as const) : ('public' as const) };
        }),
        replyTo: event.replyTo === null ? null : remoteId(event.replyTo),
        thread: null,
        sentAtMs: event.sentAtMs,
      };
    case 'reaction':
      return { ...row, kind: 'reaction', from: event.from, reactionType: event.reactionType, added: event.added };
    case 'vote':
      return { ...row, kind: 'vote', from: event.from, options: event.options };
    default:
      return event satisfies never;
  }
}

export function typingOf({ line, chatId, from, started }: Typing): TypingSignal {
  return { line, remoteChat: remoteChat(chatId), from, started };
}
