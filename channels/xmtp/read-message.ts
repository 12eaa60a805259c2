/**
 * From one of XMTP's messages to what the gateway is told: messages, tapbacks, read receipts. Changes of a group are no
 * messages. A content type nobody here knows is its own fallback text.
 */
import type * as Binding from '@xmtp/node-bindings';
import type { Inbound, InboundAttachment } from '#ports/driver.ts';
import { tapbackOf } from './capabilities.ts';
import { lookFor } from './chats.ts';
import type { Session } from './clients.ts';
import { eventName, messageName } from './ids.ts';
import { attachmentUrl, mimeTypeOfName } from './media.ts';
import type { Place } from './places.ts';

const application: Binding.GroupMessageKind = 0;
const newestFirst: Binding.SortDirection = 1;
/** How far back a read receipt speaks for messages, when there was none before it. */
const maxRead = 100;

export async function inboundOf(session: Session, place: Place, message: Binding.Message): Promise<readonly Inbound[]> {
  if (message.kind !== application || message.senderInboxId === session.inboxId) return [];
  const typeId = message.content.type?.typeId;
  if (typeId === 'text' && message.content.compression === undefined) {
    return [said(session, place, message, { text: Buffer.from(message.content.content).toString('utf8') })];
  }
  if (typeId === 'readReceipt') return read(session, place, message);
  const enriched = lookFor(() => session.conversations.getEnrichedMessageById(message.id));
  if (!enriched) return [];
  const { content } = enriched;
  const { reaction, reply } = content;
  if (content.groupUpdated || content.leaveRequest || content.deletedMessage || content.readReceipt) return [];
  if (reaction) return reacted(session, place, message, reaction);
  const shown = shownAs(session, message, reply?.content ?? content) ?? { text: enriched.fallback ?? '' };
  if (shown.text === '' && !shown.attachments?.length) return [];
  return [said(session, place, message, shown, reply?.referenceId)];
}

interface Shown {
  readonly text: string;
  readonly attachments?: readonly InboundAttachment[];
}

/** Undefined for what is neither text nor a file. */
function shownAs(
  { line }: Session,
  { id }: Binding.Message,
  content: Binding.DecodedMessageContent,
): Shown | undefined {
  const words = content.text ?? content.markdown;
  if (words !== null) return { text: words };
  const file = (mimeType: string, index: number): InboundAttachment => {
    return { url: attachmentUrl(line, id, index), mimeType, fetch: 'driver' };
  };
  const { attachment, remoteAttachment, multiRemoteAttachment } = content;
  if (attachment) return { text: '', attachments: [file(attachment.mimeType, 0)] };
  const remote = multiRemoteAttachment?.attachments ?? (remoteAttachment ? [remoteAttachment] : undefined);
  return (
    remote && { text: '', attachments: remote.map(({ filename }, index) => file(mimeTypeOfName(filename), index)) }
  );
}

function said(
  { line, account }: Session,
  place: Place,
  message: Binding.Message,
  { text, attachments = [] }: Shown,
  quoted?: string,
): Inbound {
  return {
    kind: 'message',
    eventId: eventName(message.id, line),
    line,
    account,
    remoteChat: place.name,
    remoteId: messageName(message.id, line),
    channel: 'xmtp',
    from: place.addressOf(message.senderInboxId),
    isGroup: place.isGroup,
    participants: place.people,
    text,
    attachments,
    replyTo: quoted === undefined ? null : messageName(quoted, line),
    thread: null,
    sentAtMs: Number(message.sentAtNs / 1_000_000n),
  };
}

function reacted(
  { line, account }: Session,
  place: Place,
  message: Binding.Message,
  { reference, content, action }: Binding.Reaction,
): readonly Inbound[] {
  return [
    {
      kind: 'reaction',
      eventId: eventName(message.id, line),
      line,
      account,
      remoteChat: place.name,
      remoteId: messageName(reference, line),
      from: place.addressOf(message.senderInboxId),
      reactionType: tapbackOf(content),
      added: action !== 2,
    },
  ];
}

/** XMTP's receipt names no message: it is about everything before it that no earlier one was about. */
async function read(session: Session, place: Place, receipt: Binding.Message): Promise<readonly Inbound[]> {
  const { line, account, inboxId } = session;
  const earlier = await place.conversation.listMessages({
    sentBeforeNs: receipt.sentAtNs,
    direction: newestFirst,
    limit: maxRead,
  });
  const rows: Inbound[] = [];
  for (const { id, senderInboxId, kind, content } of earlier) {
    const isReceipt = content.type?.typeId === 'readReceipt';
    if (isReceipt && senderInboxId === receipt.senderInboxId) break;
    if (senderInboxId !== inboxId || kind !== application || isReceipt) continue;
    rows.push({
      kind: 'receipt',
      eventId: eventName(receipt.id, line, id.slice(0, 32)),
      line,
      account,
      remoteChat: place.name,
      remoteId: messageName(id, line),
      recipient: place.isGroup ? place.addressOf(receipt.senderInboxId) : null,
      status: 'read',
      error: null,
    });
  }
  return rows;
}
