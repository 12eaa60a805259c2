/**
 * The store: one durable truth behind every facade, asynchronous so that one process on SQLite and many on PostgreSQL
 * keep the same promises. Each half has its own file; one contract suite holds every engine to all of it.
 */
import type { AccountStore } from './store/accounts.ts';
import type { GroupKeyStore } from './store/group-keys.ts';
import type { InboundStore } from './store/inbound.ts';
import type { ListStore } from './store/lists.ts';
import type { LogStore } from './store/log.ts';
import type { MoltStore } from './store/molts.ts';
import type { OutboundStore } from './store/outbound.ts';
import type { PollStore } from './store/polls.ts';
import type { TrafficStore } from './store/traffic.ts';
import type { WebhookStore } from './store/webhooks.ts';

export interface MaintenanceStore {
  /** The greatest id ever stored as a message, command or conversation; 0 in an empty store. Ids must go on from there. */
  newestId(): number;
  /** A consistent copy of the database at `file`, made while running. Throws when the file exists. */
  backup(file: string): Promise<void>;
  /** Forget idempotency keys and provider event ids older than promised; bounded work, answers how many rows went. */
  sweep(nowMs: number, limit: number): Promise<number>;
  /**
   * Make tombstones of messages older than their account keeps them, or than `gatewayDays` where it does not say (null:
   * for ever). What still waits to be sent, or is unknown, stays. At most `limit`; answers how many.
   */
  sweepRetention(nowMs: number, limit: number, gatewayDays: number | null): Promise<number>;
  /** Throws with a sentence for a person when the database cannot be read or written now. */
  check(): Promise<void>;
  /** Finish the commits under way, then let go of the file. Callable twice. */
  close(): Promise<void>;
}

export interface Store
  extends
    OutboundStore,
    InboundStore,
    LogStore,
    ListStore,
    AccountStore,
    MoltStore,
    GroupKeyStore,
    PollStore,
    TrafficStore,
    WebhookStore,
    MaintenanceStore {}
