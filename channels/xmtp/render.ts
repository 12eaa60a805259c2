/**
 * From parts to wire bodies and from a body to XMTP's content: the texts of a message as one, every file as a message
 * of its own, because XMTP's content types carry one thing each. Bodies are ours (JSON, the same bytes every time);
 * what a file becomes is decided when it is first sent, and kept with the message that was prepared then.
 */
import type * as Binding from '@xmtp/node-bindings';
import { refuse } from '#core/failure.ts';
import { remoteId } from '#core/ids.ts';
import { maxTextCharacters, mediaOf, textOf } from '#core/message.ts';
import type { Content } from '#ports/driver.ts';
import { maxInlineBytes, maxMedia } from './capabilities.ts';
import { lookFor } from './chats.ts';
import type { Session } from './clients.ts';
import type { Files } from './files.ts';
import { messageIn } from './ids.ts';
import { optionalText, bytes, many, one, shape, text, uint32 } from './network/protobuf.ts';

export type Body =
  | { readonly kind: 'text'; readonly text: string; readonly replyTo?: string }
  | { readonly kind: 'media'; readonly url: string; readonly mimeType?: string; readonly replyTo?: string };

/** Throws `Refused` for what is empty or too much. */
export function bodiesOf({ parts, replyTo }: Content): readonly string[] {
  const words = textOf(parts);
  const files = mediaOf(parts);
  if (words === '' && files.length === 0)
    throw refuse('invalid', 'The message is empty: give it text or media', { field: 'parts' });
  if (words.length > maxTextCharacters && Array.from(words).length > maxTextCharacters)
    throw refuse('too_large', `The text is longer than ${maxTextCharacters} characters`, { field: 'parts' });
  if (files.length > maxMedia) throw refuse('invalid', `A message takes at most ${maxMedia} media`, { field: 'parts' });
  const bodies: Body[] = words === '' ? [] : [{ kind: 'text', text: words }];
  for (const { url, mimeType } of files) {
    bodies.push({ kind: 'media', url, ...(mimeType !== undefined && { mimeType }) });
  }
  return bodies.map((body, index) => JSON.stringify(index === 0 && replyTo !== null ? { ...body, replyTo } : body));
}

/** The content of a body. Never throws for want of a file: then it is the file's link. */
export async function contentOf(
  files: Files,
  session: Session,
  body: string,
  signal: AbortSignal,
): Promise<Binding.EncodedContent> {
  const read = JSON.parse(body) as Body;
  const inner = await plainContent(files, session, read, signal);
  const quoted = read.replyTo === undefined ? undefined : messageIn(remoteId(read.replyTo));
  return quoted === undefined ? inner : replyContent(session, inner, quoted);
}

async function plainContent(
  files: Files,
  { bindings }: Session,
  body: Body,
  signal: AbortSignal,
): Promise<Binding.EncodedContent> {
  if (body.kind === 'text') return bindings.encodeText(body.text);
  const file = await files.fetch(body.url, maxInlineBytes, signal).catch(() => null);
  if (!file) return bindings.encodeText(body.url);
  const filename = new URL(body.url).pathname.split('/').at(-1)?.slice(0, 200) || 'file';
  return bindings.encodeAttachment({ filename, mimeType: body.mimeType ?? file.mimeType, content: file.bytes });
}

const parameter = shape({ key: text(1), value: text(2) });
const contentType = shape({ authorityId: text(1), typeId: text(2), versionMajor: uint32(3), versionMinor: uint32(4) });
const encodedContent = shape({
  type: one(1, contentType),
  parameters: many(2, parameter),
  fallback: optionalText(3),
  content: bytes(4),
});

/** XMTP's reply: the answer, itself encoded, and what it answers. The library encodes it only while it sends. */
function replyContent(session: Session, inner: Binding.EncodedContent, quoted: string): Binding.EncodedContent {
  const { type } = inner;
  const said = session.bindings.contentTypeText().typeId === type?.typeId ? Buffer.from(inner.content).toString() : '';
  const sender = lookFor(() => session.conversations.getMessageById(quoted))?.senderInboxId;
  return {
    type: session.bindings.contentTypeReply(),
    parameters: {
      reference: quoted,
      contentType: `${type?.authorityId}/${type?.typeId}:${type?.versionMajor}.${type?.versionMinor}`,
      ...(sender !== undefined && { referenceInboxId: sender }),
    },
    fallback: said === '' ? 'Replied to an earlier message' : `Replied with "${said}" to an earlier message`,
    content: encodedContent.encode({
      type,
      parameters: Object.entries(inner.parameters).map(([key, value]) => ({ key, value })),
      fallback: inner.fallback,
      content: Buffer.from(inner.content),
    }),
  };
}
