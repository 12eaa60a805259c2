/** When each connection last carried something. */
import { connectionId } from '#core/ids.ts';
import type { TrafficStore } from '#ports/store/traffic.ts';
import type { Db } from './file.ts';
import type { Writer } from './writer.ts';

const selectTraffic = `SELECT connection, last_inbound_at_ms AS lastInboundAtMs, last_outbound_at_ms AS lastOutboundAtMs
  FROM connection_traffic`;
/** `max` of a null is null, so the absent gives way to whatever is known. */
const upsertTraffic = `INSERT INTO connection_traffic VALUES (?, ?, ?) ON CONFLICT (connection) DO UPDATE SET
  last_inbound_at_ms = coalesce(max(last_inbound_at_ms, excluded.last_inbound_at_ms), last_inbound_at_ms, excluded.last_inbound_at_ms),
  last_outbound_at_ms = coalesce(max(last_outbound_at_ms, excluded.last_outbound_at_ms), last_outbound_at_ms, excluded.last_outbound_at_ms)`;

interface TrafficRow {
  readonly connection: string;
  readonly lastInboundAtMs: number | null;
  readonly lastOutboundAtMs: number | null;
}

export function trafficVerbs(db: Db, writer: Writer): TrafficStore {
  const select = db.prepare<[], TrafficRow>(selectTraffic);
  const upsert = db.prepare<[string, number | null, number | null]>(upsertTraffic);
  return {
    traffic: () => Promise.resolve(select.all().map((row) => ({ ...row, connection: connectionId(row.connection) }))),
    keepTraffic: (rows) =>
      writer.once(() => {
        for (const row of rows) upsert.run(row.connection, row.lastInboundAtMs, row.lastOutboundAtMs);
      }),
  };
}
