/**
 * Housekeeping while the gateway runs: forgetting what was promised only for a time, and asking whether the database can
 * still be written. Copies are PostgreSQL's own business.
 */
import { refuse } from '#core/failure.ts';
import type { MaintenanceStore } from '#ports/store.ts';
import type { Tables } from './tables.ts';
import type { Writer } from './writer.ts';

/** Promised: a day. The second is for clients whose clock or patience is off. */
const keysKeptMs = 48 * 60 * 60 * 1000;
/** Promised: seven days. */
const inboxKeptMs = 8 * 24 * 60 * 60 * 1000;
const parkedKeptMs = 24 * 60 * 60 * 1000;

const forgetOld = (table: string, instant: string): string => `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM ${table} WHERE ${instant} < $1 LIMIT $2))`;
const deleteKeys = forgetOld('idempotency', 'at_ms');
const deleteGroupKeys = forgetOld('group_keys', 'at_ms');
const deleteInbox = forgetOld('inbox', 'at_ms');
const deleteParked = forgetOld('parked_receipts', 'at_ms');
const deleteProvisional = forgetOld('provisional_routes', 'expires_at_ms');
const setChecked = "UPDATE meta SET value = $1 WHERE name = 'checked_at_ms'";

type Verbs = Pick<MaintenanceStore, 'backup' | 'sweep' | 'check'>;

export function maintenanceVerbs({ keys, inbox, parked, routes }: Tables, writer: Writer): Verbs {
  return {
    backup: () =>
      Promise.reject(
        refuse(
          'unsupported',
          'Messages are kept in PostgreSQL: copy them with pg_dump, and beside them the folder media and the file secrets.json of the data folder',
        ),
      ),
    sweep: (nowMs, limit) =>
      writer.once(async (batch) => {
        const { sql } = batch;
        const tables = [keys, inbox, parked, routes];
        for (const table of tables) await table.flush(batch);
        let gone = await sql.run(deleteKeys, [nowMs - keysKeptMs, limit]);
        gone += await sql.run(deleteGroupKeys, [nowMs - keysKeptMs, limit]);
        gone += await sql.run(deleteInbox, [nowMs - inboxKeptMs, limit]);
        gone += await sql.run(deleteParked, [nowMs - parkedKeptMs, limit]);
        gone += await sql.run(deleteProvisional, [nowMs, limit]);
        for (const table of tables) table.forget();
        return gone;
      }),
    check: () => writer.once(async ({ sql, nowMs }) => void (await sql.run(setChecked, [nowMs]))),
  };
}
