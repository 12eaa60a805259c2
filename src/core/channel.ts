/**
 * The channels a sender can name, how Claw Messenger spells three of them as services, and what a connection can do on
 * each: capabilities are data, served to users and held against the driver by the contract suite.
 */
export const channels = [
  'imessage',
  'rcs',
  'sms',
  'xmtp',
  'telegram',
  'signal',
  'discord',
  'slack',
  'whatsapp',
] as const;
export type Channel = (typeof channels)[number];

export const isChannel = (text: string): text is Channel => (channels as readonly string[]).includes(text);

const services = { imessage: 'iMessage', rcs: 'RCS', sms: 'SMS', xmtp: 'XMTP' } as const;

/** Claw Messenger's word for a channel (`iMessage`, `RCS`, `SMS`, `XMTP`); other channels keep their own name. */
export function serviceOf(channel: Channel): string {
  return channel in services ? services[channel as keyof typeof services] : channel;
}

/** The channel behind a service name, or undefined. Exact spelling, as the seed writes it. */
export function channelOfService(service: string): Channel | undefined {
  return channels.find((channel) => serviceOf(channel) === service);
}

/** What an address on a channel looks like. */
export type Addressing = 'phone' | 'phone-or-email' | 'wallet' | 'opaque';

const addressing = {
  imessage: 'phone-or-email',
  rcs: 'phone',
  sms: 'phone',
  whatsapp: 'phone',
  signal: 'phone',
  xmtp: 'wallet',
  telegram: 'opaque',
  discord: 'opaque',
  slack: 'opaque',
} as const satisfies Record<Channel, Addressing>;

export const addressingOf = (channel: Channel): Addressing => addressing[channel];

/** Channels that reach a phone number: monthly caps, routes and the registered-number rules apply to these. */
export const isPhoneChannel = (channel: Channel): boolean => addressing[channel].startsWith('phone');

export interface Capabilities {
  readonly addressing: Addressing;
  readonly text: { readonly maxCharacters: number; readonly format: 'plain' | 'markdown' | 'html' };
  readonly media: { readonly maxCount: number; readonly maxBytes: number } | false;
  readonly groups: { readonly maxMembers: number } | false;
  readonly typing: boolean;
  readonly readReceipts: boolean;
  readonly reactions: readonly string[] | false;
  readonly edits: boolean;
  readonly unsend: boolean;
  readonly replies: boolean;
  readonly polls: { readonly maxOptions: number; readonly multiple: boolean } | false;
  /** Which reports the provider sends after it accepted a message. */
  readonly receipts: readonly ('delivered' | 'read' | 'failed')[];
  /** `key`: a resend with the same key is never a second message; `window`: so for `dedupeWindowMs`; `none`: never. */
  readonly idempotency: 'key' | 'window' | 'none';
  readonly dedupeWindowMs?: number;
  /** How many messages of one conversation may be handed over in one call, in order. 1 where the provider cannot dedupe. */
  readonly maxRun: number;
  /** The provider's pace: messages a second per line and per (line, recipient); absent means unpaced. */
  readonly rate?: { readonly perLinePerSecond?: number; readonly perPairPerMinute?: number };
}
