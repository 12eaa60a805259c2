/**
 * What XMTP can do through this driver, and how a tapback is an emoji there. Times of typing, edits and polls have no
 * content type that other apps know; a key is never sent twice as long as the wallet's database is there, which is why
 * the outbox may try again with it for a while and asks after that.
 */
import type { Capabilities } from '#core/channel.ts';
import { maxTextCharacters } from '#core/message.ts';
import { maxMembers } from './chats.ts';

/** What travels within a message; a larger file, or one that cannot be fetched, goes as its link. */
export const maxInlineBytes = 1024 * 1024;
export const maxMedia = 10;

const emoji = {
  love: '❤️',
  like: '👍',
  dislike: '👎',
  laugh: '😂',
  emphasize: '‼️',
  question: '❓',
} as const;
type Tapback = keyof typeof emoji;
const tapbacks = Object.keys(emoji) as Tapback[];

export const xmtpCapabilities: Capabilities = {
  addressing: 'wallet',
  text: { maxCharacters: maxTextCharacters, format: 'plain' },
  media: { maxCount: maxMedia, maxBytes: maxInlineBytes },
  groups: { maxMembers: maxMembers - 1 },
  typing: false,
  readReceipts: true,
  reactions: tapbacks,
  edits: false,
  unsend: false,
  replies: true,
  polls: false,
  receipts: ['read'],
  idempotency: 'window',
  dedupeWindowMs: 10 * 60_000,
  maxRun: 16,
};

export const emojiOf = (tapback: string): string => (tapback in emoji ? emoji[tapback as Tapback] : tapback);

/** An emoji that is no tapback stays what it is. */
export function tapbackOf(content: string): string {
  const bare = (text: string) => text.replaceAll('\u{fe0f}', '');
  return tapbacks.find((name) => bare(emoji[name]) === bare(content)) ?? content;
}
