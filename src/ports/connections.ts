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

export interface Connections {
  all(): readonly Connection[];
  /** The connection that carries a channel for an account: its dedicated one before a shared one; `id` picks one by name. */
  for(channel: Channel, account: AccountId, id?: ConnectionId): Connection | undefined;
  get(id: ConnectionId): Connection | undefined;
  capabilities(channel: Channel): Capabilities | undefined;
  /** Stop and start one connection without touching the others. Throws `not_found`. */
  restart(id: ConnectionId): Promise<void>;
}
