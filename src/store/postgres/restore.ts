/**
 * Noticing that a database is a copy, and making it safe. The original may have sent what a copy still has queued, so
 * nothing in it may go out by itself: it gets a new epoch, every open send becomes unknown until somebody decides, and
 * webhooks are told only of what happens from now on. A dump that was restored has tables of its own, so the place of a
 * database says whether it is the one that was written.
 */
import { commandKind, commandState } from '../rules/codes.ts';
import type { Batch } from './batch.ts';
import type { CommandRow } from './command-rows.ts';
import { lose } from './fates.ts';
import type { Sql } from './sql.ts';
import type { Tables } from './tables.ts';

const selectTable = `SELECT (SELECT oid FROM pg_database WHERE datname = current_database())::text || '/' ||
  'meta'::regclass::oid::text AS place`;
const selectServer = 'SELECT system_identifier::text AS server FROM pg_control_system()';
const selectHome = 'SELECT place FROM home';
const deleteHome = 'DELETE FROM home';
const insertHome = 'INSERT INTO home (place) VALUES ($1)';
/** Seconds of the clock, so that two copies of one dump differ in epoch too. */
const raiseEpoch = "UPDATE meta SET value = greatest(value + 1, $1) WHERE name = 'epoch' RETURNING value";
const deleteSides = `DELETE FROM commands WHERE kind = ${commandKind.side}`;
const holdForever = `UPDATE commands SET not_before_ms = NULL WHERE state = ${commandState.unknown}`;
const selectOpen = `SELECT conversation, id FROM commands WHERE state <> ${commandState.unknown}
  AND (conversation, id) > ($1, $2) ORDER BY conversation, id LIMIT 500`;

const endDeliveries = `UPDATE webhook_deliveries SET state = 'failed', error = $1, next_attempt_at_ms = NULL
  WHERE state = 'waiting'`;
const skipEvents = `UPDATE webhooks SET cursor_seq = greatest(cursor_seq,
  coalesce((SELECT max(seq) FROM events WHERE account = webhooks.account), 0))`;

const restoredError = 'It waited to be sent when this copy was made; it may have been sent since';
const deliveryError = 'It waited to be delivered when this copy was made; it may have been delivered since';

/** Where this database is: server, database and table, none of which a restored dump has in common with its original. */
export async function placeOf(sql: Sql): Promise<string> {
  const [table] = await sql.rows<{ place: string }>(selectTable);
  // Some hosts do not tell which server it is; a database of its own is a place of its own there all the same.
  const [server] = await sql.rows<{ server: string }>(selectServer).catch(() => []);
  return `${server?.server ?? 'server'}/${table?.place ?? ''}`;
}

/** Whether the database was written elsewhere. A fresh one was not. */
export async function isMoved(sql: Sql, place: string): Promise<boolean> {
  const [home] = await sql.rows<{ place: string }>(selectHome);
  return home !== undefined && home.place !== place;
}

export async function settleIn(sql: Sql, place: string): Promise<void> {
  await sql.run(deleteHome);
  await sql.run(insertHome, [place]);
}

/** Inside a batch. Answers how many messages wait for a decision. */
export async function quieten(tables: Tables, batch: Batch): Promise<{ held: number }> {
  const { sql, nowMs } = batch;
  const { commands, messages } = tables;
  await sql.rows(raiseEpoch, [Math.floor(nowMs / 1000)]);
  await sql.run(deleteSides);
  await sql.run(holdForever);
  let [held, at] = [0, { conversation: 0, id: 0 }];
  for (;;) {
    const names = await sql.rows<Pick<CommandRow, 'conversation' | 'id'>>(selectOpen, [at.conversation, at.id]);
    const last = names.at(-1);
    if (!last) return { held };
    at = last;
    await commands.load(batch, names);
    await messages.load(
      batch,
      names.map(({ id }) => id),
    );
    for (const { conversation, id } of names) {
      const row = await commands.get(batch, conversation, id);
      const fate = row && (await messages.fate(batch, id));
      if (!row) continue;
      const status = fate && (await lose(messages, batch, fate, row, 'unknown', restoredError));
      if (status === 'unknown') commands.hold(row, null);
      else commands.remove(row);
      if (status === 'unknown') held += 1;
    }
    await commands.flush(batch);
  }
}

/** After the batch: what it put into the log is no news either. */
export async function quietenWebhooks(sql: Sql): Promise<void> {
  await sql.run(endDeliveries, [deliveryError]);
  await sql.run(skipEvents);
}
