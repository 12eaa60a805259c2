/**
 * The words of the phone network: what a gateway may ask of it and what it reports back. They are plain data, so the
 * same exchange works by direct call and over HTTP. Nothing here knows of accounts, drivers or our own message ids.
 */
import type { Channel } from '#core/channel.ts';

/** What goes wrong with a handset on demand. */
export interface Faults {
  readonly delayMs: number;
  readonly duplicate: boolean;
  readonly reorder: boolean;
  readonly fail: boolean;
  readonly loseAck: boolean;
  readonly smsFallback: boolean;
}

export const noFaults: Faults = {
  delayMs: 0,
  duplicate: false,
  reorder: false,
  fail: false,
  loseAck: false,
  smsFallback: false,
};

/** `key`: a second message with a known key is answered with the first one's receipt. `none`: it is a second message. */
export type Dedupe = 'key' | 'none';

export const tapbacks = ['love', 'like', 'dislike', 'laugh', 'emphasize', 'question'] as const;
export const maxGroupMembers = 32;
export const maxPollOptions = 12;
export const maxMedia = 100;
/** The most messages the gateway may hand over in one run. */
export const maxRun = 64;

/** A chat as the gateway names it: by its id once it has one, else by who is in it. */
export interface ChatRef {
  readonly line: string;
  readonly channel: Channel;
  readonly chatId: string | null;
  readonly isGroup: boolean;
  readonly people: readonly string[];
}

/** What a message says. It travels and is stored as JSON text, made once by whoever wrote it. */
export interface Body {
  readonly text: string;
  readonly media?: readonly { readonly url: string; readonly mimeType?: string }[];
  readonly replyTo?: string;
  readonly poll?: { readonly options: readonly string[]; readonly maxSelections: number };
}

export interface SendRun {
  readonly to: ChatRef;
  readonly messages: readonly { readonly key: string; readonly body: string }[];
}

export type Outcome =
  | { readonly outcome: 'accepted'; readonly messageId: string; readonly chatId: string; readonly channel: Channel }
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string }
  | { readonly outcome: 'deferred'; readonly message: string }
  | { readonly outcome: 'uncertain'; readonly message: string };

interface About {
  readonly to: ChatRef;
  /** The idempotency key of the command; the verbs that only set a state do not need it. */
  readonly key: string;
}

export type Command = About &
  (
    | { readonly verb: 'react'; readonly messageId: string; readonly reactionType: string; readonly remove: boolean }
    | { readonly verb: 'edit'; readonly messageId: string; readonly body: string }
    | { readonly verb: 'unsend'; readonly messageId: string }
    | { readonly verb: 'markRead'; readonly messageId: string | null }
    | { readonly verb: 'vote'; readonly messageId: string; readonly options: readonly number[] }
    | { readonly verb: 'createGroup'; readonly title: string; readonly members: readonly string[] }
    | { readonly verb: 'addMembers' | 'removeMembers'; readonly members: readonly string[] }
    | { readonly verb: 'renameGroup'; readonly title: string }
    | { readonly verb: 'leaveGroup' }
    /** What became of the message with this key. */
    | { readonly verb: 'ask' }
  );

interface Report {
  /** Stays the same however often the report is made. */
  readonly eventId: string;
  readonly line: string;
  readonly chatId: string;
  readonly messageId: string;
}

/** What the gateway must store before it acknowledges. */
export type FeedEvent = Report &
  (
    | {
        readonly kind: 'message';
        readonly channel: Channel;
        readonly from: string;
        readonly isGroup: boolean;
        readonly people: readonly string[];
        readonly text: string;
        readonly media: readonly { readonly url: string; readonly mimeType: string }[];
        readonly replyTo: string | null;
        readonly sentAtMs: number;
      }
    | { readonly kind: 'receipt'; readonly recipient: string | null; readonly status: 'delivered' | 'read' }
    | { readonly kind: 'reaction'; readonly from: string; readonly reactionType: string; readonly added: boolean }
    | { readonly kind: 'vote'; readonly from: string; readonly options: readonly number[] }
  );

export interface Typing {
  readonly line: string;
  readonly chatId: string;
  readonly from: string;
  readonly started: boolean;
}

export interface FeedBatch {
  readonly events: readonly FeedEvent[];
  /** Acknowledge this number once every event of the batch is stored. */
  readonly through: number;
  /** Ephemeral: lost if nobody listens. */
  readonly typing: readonly Typing[];
}

/** The exchange a gateway is connected to. One gateway at a time: there is one feed and one place in it. */
export interface Exchange {
  /** Say which lines and channels the gateway serves; remembered over restarts. Callable again and again. */
  attach(
    gateway: { readonly lines: readonly string[]; readonly channels: readonly Channel[] },
    signal: AbortSignal,
  ): Promise<Dedupe>;
  /** Per run one outcome per message, in order, up to the first that is not accepted. Never throws. */
  send(runs: readonly SendRun[], signal: AbortSignal): Promise<readonly (readonly Outcome[])[]>;
  /** Never throws. */
  command(command: Command, signal: AbortSignal): Promise<Outcome>;
  typing(to: ChatRef, started: boolean, signal: AbortSignal): Promise<void>;
  /** Which of the attached channels reach an address now. */
  reach(address: string, signal: AbortSignal): Promise<readonly Channel[]>;
  /**
   * Acknowledge what came before (null: nothing new), then the next reports in order, at most `feedBatch`. Waits up to
   * `waitMs` for one; the same reports come again until they are acknowledged.
   */
  feed(ask: { readonly acknowledged: number | null; readonly waitMs: number }, signal: AbortSignal): Promise<FeedBatch>;
  /** The bytes of something a handset attached, or undefined when there is no such thing. */
  media(
    id: string,
    signal: AbortSignal,
  ): Promise<{ readonly mimeType: string; readonly bytes: Uint8Array } | undefined>;
  close(): Promise<void>;
}

export const feedBatch = 500;
/** Where `media` finds a handset's own attachment. */
export const mediaScheme = 'simulator:media/';
