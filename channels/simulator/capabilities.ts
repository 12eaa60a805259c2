/**
 * What the simulator can do, which is everything a phone channel could: true for each channel it carries.
 */
import { type Capabilities, type Channel, addressingOf } from '#core/channel.ts';
import { maxTextCharacters } from '#core/message.ts';
import { type Dedupe, maxGroupMembers, maxMedia, maxPollOptions, maxRun, tapbacks } from './network/terms.ts';

export function capabilitiesOf(channel: Channel, dedupe: Dedupe): Capabilities {
  return {
    addressing: addressingOf(channel),
    text: { maxCharacters: maxTextCharacters, format: 'plain' },
    media: { maxCount: maxMedia, maxBytes: 100 * 1024 * 1024 },
    groups: { maxMembers: maxGroupMembers },
    typing: true,
    readReceipts: true,
    reactions: tapbacks,
    edits: true,
    unsend: true,
    replies: true,
    // Text messages have none: there a poll goes as numbered text.
    polls: channel === 'sms' ? false : { maxOptions: maxPollOptions, multiple: true },
    receipts: ['delivered', 'read'],
    idempotency: dedupe,
    maxRun: dedupe === 'key' ? maxRun : 1,
  };
}
