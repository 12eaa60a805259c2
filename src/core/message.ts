/**
 * What a message is: parts in, one row of ours, one direction. Bodies live in messages alone; events, logs and metrics
 * carry ids.
 */
import type { Channel } from './channel.ts';
import type { MessageStatus } from './delivery.ts';
import { pollText, type Poll } from './poll.ts';
import type { AccountId, ConnectionId, ConversationId, MessageId, RemoteChat, RemoteId } from './ids.ts';

export type Part =
  /** `format`: the text is Markdown, which each channel shows in its own way; without it, it is sent as it is. */
  | { readonly type: 'text'; readonly value: string; readonly format?: 'markdown' }
  /**
   * `gif`: to be played like an animated GIF, where the channel can. `reference`: on its way out, what is kept in place
   * of a URL that is a link and ends.
   */
  | {
      readonly type: 'media';
      readonly url: string;
      readonly mimeType?: string;
      readonly gif?: true;
      readonly reference?: string;
    }
  /** Always the only part of its message. */
  | Poll;

export const maxTextCharacters = 10_000;
export const maxParts = 100;

export interface Message {
  readonly id: MessageId;
  readonly account: AccountId;
  readonly conversation: ConversationId;
  readonly direction: 'inbound' | 'outbound';
  readonly channel: Channel;
  /** The sender's address: the line when we send, the person when they do. */
  readonly sender: string;
  readonly parts: readonly Part[];
  readonly status: MessageStatus;
  /** Why it failed or is unknown, in words for the sender; null otherwise. */
  readonly error: string | null;
  readonly remoteId: RemoteId | null;
  readonly replyTo: MessageId | null;
  /** Wall time of the commit, and the provider's own time when it gave one. Milliseconds since the epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly sentAtMs: number | null;
}

export interface Conversation {
  readonly id: ConversationId;
  readonly account: AccountId;
  readonly connection: ConnectionId;
  readonly line: string;
  readonly channel: Channel;
  readonly isGroup: boolean;
  /** The remote addresses, sorted; our own line is not among them. */
  readonly participants: readonly string[];
  readonly remoteChat: RemoteChat | null;
  readonly thread: string | null;
  readonly createdAtMs: number;
}

/** The remote side of a conversation as one comparable text: the address of a DM, the sorted members of a group. */
export function peerKey(participants: readonly string[], isGroup: boolean): string {
  return isGroup ? `g:${participants.join(',')}` : (participants[0] ?? '');
}

/** All the text of a message, parts joined by a line break; a poll as a person would read it out. */
export function textOf(parts: readonly Part[]): string {
  const [only] = parts;
  if (parts.length === 1 && only?.type === 'text') return only.value;
  return parts
    .flatMap((part) => (part.type === 'text' ? [part.value] : part.type === 'poll' ? [pollText(part)] : []))
    .join('\n');
}

/** The poll a message is, or undefined. */
export function pollOf(parts: readonly Part[]): Poll | undefined {
  const [only] = parts;
  return only?.type === 'poll' ? only : undefined;
}

export function mediaOf(
  parts: readonly Part[],
): readonly { readonly url: string; readonly mimeType?: string; readonly gif?: true }[] {
  return parts.filter((part) => part.type === 'media');
}
