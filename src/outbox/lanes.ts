/**
 * What the outbox remembers of conversations with work: one lane each, and what it is waiting for. Memory alone, rebuilt
 * from the store at start; at most one claim or call is under way per lane, which is what keeps a conversation in order.
 */
import type { AccountId, ConnectionId, ConversationId } from '#core/ids.ts';

export type LaneState =
  /** An accept is being committed that will be born claimed. */
  | 'reserved'
  /** In line to be claimed. */
  | 'ready'
  | 'claiming'
  /** A run is with the driver, or its outcome on the way to disk. */
  | 'running'
  /** Its head may not be tried yet; an alarm is set. */
  | 'deferred'
  /** An unknown message blocks it until its alarm or somebody's decision. */
  | 'held'
  /** Its connection is not up. */
  | 'parked';

export interface Lane {
  readonly conversation: ConversationId;
  readonly account: AccountId;
  readonly connection: ConnectionId;
  state: LaneState;
  /** Something was committed behind what is under way. */
  more: boolean;
  /** When a deferred or held lane rings; null for no alarm. */
  alarmAtMs: number | null;
}
