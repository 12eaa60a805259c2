/**
 * The connections that exist, as actions and facades may ask of them: which one carries a channel, what it can do, how
 * it is. The outbox's supervisor implements it; a connection that failed to start is here too, with its health.
 */
import type { Capabilities, Channel } from '#core/channel.ts';
import type { AccountId, ConnectionId } from '#core/ids.ts';
import type { Driver, Health } from './driver.ts';

export interface Connection {
  readonly id: ConnectionId;
  readonly driverName: string;
  /** Dedicated to one account, or null: shared by all. */
  readonly account: AccountId | null;
  readonly channels: readonly Channel[];
  /** Absent while the driver could not be made; `health` says why. */
  readonly driver: Driver | undefined;
  readonly health: Health;
  readonly startedAtMs: number | null;
  readonly lastInboundAtMs: number | null;
  readonly lastOutboundAtMs: number | null;
  /** The last thing that went wrong, with its mend; kept after recovery so that a person can see it. */
  readonly lastError: { readonly atMs: number; readonly error: string; readonly mend: string } | null;
}

/**
 * How a connection really is: the one source for every surface that tells of it. Configured, running and connected are
 * three different things, and `connected` is what the driver said or was asked a moment ago, never configuration.
 */
export interface ConnectionStatus {
  readonly connection: ConnectionId;
  readonly driver: string;
  /** Dedicated to one account, or null: shared by all. */
  readonly account: AccountId | null;
  readonly channels: readonly Channel[];
  /** Its own addresses, the default first; empty while its driver does not run. */
  readonly lines: readonly string[];
  /** No setting of it was refused. */
  readonly configured: boolean;
  /** Not stopped on purpose. */
  readonly enabled: boolean;
  /** Its driver was made and started. */
  readonly running: boolean;
  readonly connected: boolean;
  readonly state: ConnectionState;
  /** The last thing that went wrong; it stays after recovery, with its time, so that a person can see it. */
  readonly lastError: string | null;
  readonly lastErrorAtMs: number | null;
  /** What a person can do about it now; null while it is connected. */
  readonly mend: string | null;
  /** The last thing from people that was taken in, and the last that the provider accepted. */
  readonly lastInboundAtMs: number | null;
  readonly lastOutboundAtMs: number | null;
  /** What waits or is under way, and how long the oldest of it has; null where the queue is also other accounts'. */
  readonly queueLength: number | null;
  readonly oldestQueuedMs: number | null;
  /** Sends whose fate nobody knows; null like the queue. */
  readonly unknownCount: number | null;
}

export type ConnectionState = 'connecting' | 'connected' | 'down' | 'needs_login' | 'stopped' | 'failed_to_start';

export interface Connections {
  all(): readonly Connection[];
  /** The connection that carries a channel for an account: its dedicated one before a shared one; `id` picks one by name. */
  for(channel: Channel, account: AccountId, id?: ConnectionId): Connection | undefined;
  get(id: ConnectionId): Connection | undefined;
  capabilities(channel: Channel): Capabilities | undefined;
  /** Stop and start one connection without touching the others. One that is being restarted is not restarted twice. Throws `not_found`. */
  restart(id: ConnectionId): Promise<void>;
  /**
   * Make `health` no older than a few seconds: a driver that has not shown for longer that it is connected is asked.
   * Bounded in time, never throws; cheap when asked often.
   */
  refresh(): Promise<void>;
}
