/**
 * When each connection last carried something, kept so that a restart does not forget it. Written now and then by whoever
 * supervises the connections, never on the way of a message.
 */
import type { ConnectionId } from '#core/ids.ts';

export interface ConnectionTraffic {
  readonly connection: ConnectionId;
  readonly lastInboundAtMs: number | null;
  readonly lastOutboundAtMs: number | null;
}

export interface TrafficStore {
  /** Every connection that ever carried something, those no longer configured too. */
  traffic(): Promise<readonly ConnectionTraffic[]>;
  /** What is newer replaces what is stored; null and what is older change nothing. Callable twice. */
  keepTraffic(rows: readonly ConnectionTraffic[]): Promise<void>;
}
