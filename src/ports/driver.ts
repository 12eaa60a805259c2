/**
 * What a channel driver promises: one provider behind one interface. A driver translates and transports; it never
 * retries (the outbox does), never decides who owns a message, and mints and reads its own remote ids. Whatever it
 * throws from a sending verb counts as `uncertain`; connection problems are health states, not exceptions.
 */
import type { Capabilities, Channel } from '#core/channel.ts';
import type { AccountId, ConnectionId, MessageId, RemoteChat, RemoteId } from '#core/ids.ts';
import type { Part } from '#core/message.ts';
import type { Targets } from '#core/targets.ts';
import type { Readers } from './bus.ts';
import type { Log, Runtime } from './runtime.ts';
import type { Wallets } from './wallets.ts';

/** What a driver answers to a command: what is known of its fate, never more. */
export type Receipt =
  | {
      readonly outcome: 'accepted';
      readonly remoteId: RemoteId;
      readonly remoteChat: RemoteChat;
      readonly channel?: Channel;
    }
  /** The provider documents this answer as a refusal: the command did not and will not happen. */
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string }
  /** It surely did not happen (connection refused, 429, documented 503) and may be tried again. */
  | { readonly outcome: 'deferred'; readonly message: string; readonly retryAfterMs?: number }
  /** It may or may not have happened. */
  | { readonly outcome: 'uncertain'; readonly message: string };

/** The remote side of a conversation as the driver needs it. `remoteChat` is null until the provider has named one. */
export interface Target {
  readonly line: string;
  readonly channel: Channel;
  readonly remoteChat: RemoteChat | null;
  readonly isGroup: boolean;
  readonly participants: readonly string[];
  readonly thread: string | null;
}

/** One chunk of a message on its way out. `body` is what `render` made, byte-identical on every try. */
export interface OutboundChunk {
  /** The provider's idempotency key: our message id, with `/n` behind it for the chunks after the first. */
  readonly key: string;
  readonly messageId: MessageId;
  readonly body: string;
  /** 1 on the first try. */
  readonly attempt: number;
}

/** Chunks of one conversation, to be sent in order. */
export interface Run {
  readonly target: Target;
  readonly chunks: readonly OutboundChunk[];
}

export interface Content {
  readonly parts: readonly Part[];
  readonly replyTo: RemoteId | null;
}

export type Health =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  /** Not usable now; it tries again by itself. `mend` says what a person can do. */
  | { readonly state: 'down'; readonly error: string; readonly mend: string }
  /** It will not come back without a person. */
  | { readonly state: 'needs_login'; readonly error: string; readonly mend: string }
  | { readonly state: 'stopped' };

interface InboundRow {
  /** The provider's id of this report, unique per connection: what the gateway dedupes by for at least seven days. */
  readonly eventId: string;
  readonly line: string;
  readonly remoteChat: RemoteChat;
  /** Whose line it is, where a connection's lines belong to accounts (see `Driver.lineOf`): it is theirs, whoever wrote. */
  readonly account?: AccountId;
}

export interface InboundAttachment {
  /** A public URL, or one only `fetchMedia` can read. */
  readonly url: string;
  readonly mimeType: string;
  readonly fetch: 'public' | 'driver';
}

/** Everything a provider can tell us that must be stored before it is acknowledged. */
export type Inbound =
  | (InboundRow & {
      readonly kind: 'message';
      readonly remoteId: RemoteId;
      readonly channel: Channel;
      readonly from: string;
      readonly isGroup: boolean;
      /** Remote addresses in the chat, the sender included, our line not. */
      readonly participants: readonly string[];
      readonly text: string;
      readonly attachments: readonly InboundAttachment[];
      readonly replyTo: RemoteId | null;
      readonly thread: string | null;
      readonly sentAtMs: number;
    })
  | (InboundRow & {
      readonly kind: 'reaction';
      readonly remoteId: RemoteId;
      readonly from: string;
      readonly reactionType: string;
      readonly added: boolean;
    })
  | (InboundRow & {
      /** A participant's whole choice on a poll, replacing any earlier one; an empty list takes it back. */
      readonly kind: 'vote';
      readonly remoteId: RemoteId;
      readonly from: string;
      readonly options: readonly number[];
    })
  | (InboundRow & {
      readonly kind: 'receipt';
      readonly remoteId: RemoteId;
      /** Our idempotency key where the provider echoes it: it finds a message whose send was never answered. */
      readonly key?: string;
      /** Which group member; null when it is about the whole chat. */
      readonly recipient: string | null;
      readonly status: 'sent' | 'delivered' | 'read' | 'failed';
      readonly error: string | null;
    });

/** Ephemeral: passed on to whoever listens, never stored. */
export interface TypingSignal {
  readonly line: string;
  readonly remoteChat: RemoteChat;
  readonly from: string;
  readonly started: boolean;
}

/** The gateway as a driver sees it. */
export interface DriverHost {
  readonly connection: ConnectionId;
  /** A folder of the driver's own below the data folder; created on first use. */
  readonly dataDir: string;
  readonly runtime: Runtime;
  readonly log: Log;
  /** The wallets of accounts, for a network whose addresses are wallets. */
  readonly wallets: Wallets;
  /** Which accounts somebody listens to right now: whose news should come at once. */
  readonly readers: Readers;
  /** What may be fetched by a link that somebody else chose, as the operator set it. */
  readonly targets: Targets;
  /** Hand over what came in, in order. Resolves once every row is committed (or known, or nobody's): then acknowledge. */
  receive(rows: readonly Inbound[]): Promise<void>;
  typing(signal: TypingSignal): void;
  health(health: Health): void;
}

/** A command about a chat. `key` is its idempotency key at the provider, the same on every try. */
export interface ChatCommand {
  readonly key: string;
  readonly target: Target;
}

/** A command about a message in a chat. */
export interface MessageCommand extends ChatCommand {
  readonly remoteId: RemoteId;
}

export interface ReactCommand extends MessageCommand {
  readonly reactionType: string;
  readonly remove: boolean;
}

export interface MembersCommand extends ChatCommand {
  readonly members: readonly string[];
}

export interface Driver {
  readonly channels: readonly Channel[];
  /**
   * The addresses this connection sends from and is texted on; the first is the default. Known after `start`. Of lines
   * that belong to accounts only some, for a person to see.
   */
  lines(): readonly string[];
  /**
   * Where every account has a line of its own (a wallet): which one it is, from memory; undefined until `provision` has
   * made it. A driver without this verb sends for everybody from its first line.
   */
  lineOf?(account: AccountId): string | undefined;
  /**
   * Why nothing can be sent from this line before a person does something about it, with the mend; null when nothing is
   * known against it. From memory and at most a glance at the disk: it is asked before every send is accepted.
   */
  lineTrouble?(line: string): string | null;
  /** Constant for the life of the driver, and true: the contract suite holds the driver to every field. */
  capabilities(channel: Channel): Capabilities;

  /** Connect, and keep trying in the background; reports through `host.health`. Resolves quickly, connected or not. */
  start(): Promise<void>;
  /** Finish what is in flight, disconnect, release everything. Callable twice. */
  stop(): Promise<void>;
  /** Ask the provider now whether the connection works. Bounded by the signal; never throws. */
  probe(signal: AbortSignal): Promise<Health>;
  /** The driver's spelling of an address, or a thrown `Refused('invalid')`. Pure. */
  normalizeTarget(channel: Channel, address: string, field: string): string;
  /**
   * The wire bodies of a message, one per chunk, in order. Text is in the format of the channel's capabilities by now; a
   * poll comes only where they have polls. Pure and deterministic. Throws `Refused` where it cannot. */
  render(channel: Channel, content: Content): readonly string[];
  /**
   * Send a run of one conversation in order. Answers one receipt per chunk, in order; stops at the first that is not
   * accepted, and leaves the rest out (they count as deferred). Never more than `maxRun` chunks.
   */
  send(target: Target, run: readonly OutboundChunk[], signal: AbortSignal): Promise<readonly Receipt[]>;

  /**
   * Several runs of different conversations, for a provider to whom one call is cheaper than many. Answers a list of
   * receipts per run, in order, each as `send` would have answered it. No run is longer than `maxRun`.
   */
  sendRuns?(runs: readonly Run[], signal: AbortSignal): Promise<readonly (readonly Receipt[])[]>;

  typing?(target: Target, started: boolean, signal: AbortSignal): Promise<void>;
  /** Mark the chat read up to `remoteId`, or everything when it is null. */
  markRead?(command: ChatCommand & { readonly remoteId: RemoteId | null }, signal: AbortSignal): Promise<Receipt>;
  react?(command: ReactCommand, signal: AbortSignal): Promise<Receipt>;
  edit?(command: MessageCommand & { readonly body: string }, signal: AbortSignal): Promise<Receipt>;
  unsend?(command: MessageCommand, signal: AbortSignal): Promise<Receipt>;
  /** Our own vote on somebody's poll. */
  vote?(command: MessageCommand & { readonly options: readonly number[] }, signal: AbortSignal): Promise<Receipt>;

  /**
   * Which of the driver's channels reach an address now; an empty list means none. `asker`: for whom it is asked, where
   * that is known. Throws Refused `unavailable` when it cannot be asked now.
   */
  reach?(address: string, signal: AbortSignal, asker?: AccountId): Promise<readonly Channel[]>;
  /** Like every verb about groups it may be called again with one key, after an outage: it makes no second group. */
  createGroup?(command: MembersCommand & { readonly title: string }, signal: AbortSignal): Promise<Receipt>;
  addMembers?(command: MembersCommand, signal: AbortSignal): Promise<Receipt>;
  removeMembers?(command: MembersCommand, signal: AbortSignal): Promise<Receipt>;
  renameGroup?(command: ChatCommand & { readonly title: string }, signal: AbortSignal): Promise<Receipt>;
  leaveGroup?(command: ChatCommand, signal: AbortSignal): Promise<Receipt>;

  /**
   * Fetch what waits for an account at a provider that does not push to it; called on demand beside the driver's own
   * pace. Answers how many messages were new, all of them committed. Throws Refused `unavailable` when it cannot be asked.
   */
  pull?(account: AccountId, signal: AbortSignal): Promise<number>;
  /**
   * Make the provider-side identity of an account (a wallet's inbox, a number); answers its line. Callable twice, also at
   * once. Throws Refused `unavailable`, with what is the matter, when it cannot be had now.
   */
  provision?(account: AccountId, signal: AbortSignal): Promise<string>;
  /** What became of a send with this key: a receipt when the provider knows, `deferred` when it surely never came. */
  reconcile?(target: Target, chunk: OutboundChunk, signal: AbortSignal): Promise<Receipt>;
  /** The bytes behind an attachment's URL. Throws when they cannot be had. */
  fetchMedia?(url: string, signal: AbortSignal): Promise<{ mimeType: string; bytes: AsyncIterable<Uint8Array> }>;
  /** The provider's callbacks, verified on raw bytes. Framework-free. */
  webhook?(request: Request): Promise<Response>;
  /** An operator surface of the driver's own, such as the simulator's handsets. The path is relative to the mount. */
  control?(request: Request): Promise<Response>;
}

/** What `channels/<driver>/driver.ts` exports as `createDriver`. Throws `Refused('invalid')` naming a bad setting. */
export type CreateDriver = (settings: DriverSettings, host: DriverHost) => Driver;

export interface DriverSettings {
  readonly channels: readonly Channel[];
  /** The connection's entry in the configuration, checked by the driver that reads it. */
  readonly options: Readonly<Record<string, string>>;
}
