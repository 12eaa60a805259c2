/** When each connection last carried something. */
import { connectionId } from '#core/ids.ts';
import type { TrafficStore } from '#ports/store/traffic.ts';
import { bulkInsert } from './bulk.ts';
import type { Sql } from './sql.ts';
import type { Writer } from './writer.ts';

const selectTraffic = `SELECT connection, last_inbound_at_ms AS "lastInboundAtMs", last_outbound_at_ms AS "lastOutboundAtMs"
  FROM connection_traffic`;
/** `greatest` passes over a null, so the absent gives way to whatever is known. */
const upsertTraffic = bulkInsert(
  'connection_traffic',
  { connection: 'text', last_inbound_at_ms: 'int8', last_outbound_at_ms: 'int8' },
  `ON CONFLICT (connection) DO UPDATE SET
   last_inbound_at_ms = greatest(connection_traffic.last_inbound_at_ms, excluded.last_inbound_at_ms),
   last_outbound_at_ms = greatest(connection_traffic.last_outbound_at_ms, excluded.last_outbound_at_ms)`,
);

interface TrafficRow {
  readonly connection: string;
  readonly lastInboundAtMs: number | null;
  readonly lastOutboundAtMs: number | null;
}

export function trafficVerbs(reads: Sql, writer: Writer): TrafficStore {
  return {
    async traffic() {
      const rows = await reads.rows<TrafficRow>(selectTraffic);
      return rows.map((row) => ({ ...row, connection: connectionId(row.connection) }));
    },
    keepTraffic: (rows) =>
      writer.once(async ({ sql }) => {
        // One statement may not change a row twice.
        for (const row of rows) await upsertTraffic(sql, [[row.connection, row.lastInboundAtMs, row.lastOutboundAtMs]]);
      }),
  };
}
