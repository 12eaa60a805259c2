/**
 * Makes a restored copy safe to start. The original may have sent what this copy still has queued, so nothing in it may
 * go out by itself: it gets a new epoch, every open send becomes unknown until somebody decides, and webhooks are told
 * only of what happens from now on.
 */
import type { Clock } from '#ports/runtime.ts';
import { commandKind, commandState } from '../rules/codes.ts';
import { accountCache } from './account-cache.ts';
import { batchEnd, openBatch } from './batch.ts';
import { bornTable } from './born.ts';
import { commandTable, type CommandRow } from './commands.ts';
import { conversationCache } from './conversations.ts';
import { eventTail } from './event-tail.ts';
import { fateBook } from './fates.ts';
import { lockFile, type Db } from './file.ts';
import { messageTable } from './messages.ts';
import { openMigrated } from './open.ts';
import { lost } from './settle.ts';

const raiseEpoch = "UPDATE meta SET value = max(value + 1, ?) WHERE name = 'epoch' RETURNING value";
const deleteSides = `DELETE FROM commands WHERE kind = ${commandKind.side}`;
const holdForever = `UPDATE commands SET not_before_ms = NULL WHERE state = ${commandState.unknown}`;
const selectOpen = `SELECT * FROM commands WHERE state <> ${commandState.unknown}
  AND (conversation, id) > (?, ?) ORDER BY conversation, id LIMIT 500`;

const endDeliveries = `UPDATE webhook_deliveries SET state = 'failed', error = ?, next_attempt_at_ms = NULL
  WHERE state = 'waiting'`;
const skipEvents = `UPDATE webhooks SET cursor_seq = max(cursor_seq,
  coalesce((SELECT max(seq) FROM event_log WHERE account = webhooks.account), 0))`;

const restoredError = 'It waited to be sent when this copy was made; it may have been sent since';
const deliveryError = 'It waited to be delivered when this copy was made; it may have been delivered since';

/** Prepare a copied database file. Answers its new epoch and how many messages wait for a decision. */
export async function prepareRestored(file: string, clock: Clock): Promise<{ epoch: number; held: number }> {
  const lock = lockFile(file);
  try {
    const db = await openMigrated({ file, clock });
    try {
      return db.transaction(() => quieten(db, clock)).immediate();
    } finally {
      db.close();
    }
  } finally {
    lock.release();
  }
}

function quieten(db: Db, clock: Clock): { epoch: number; held: number } {
  const tail = eventTail(db);
  const accounts = accountCache(db, tail);
  const conversations = conversationCache(db);
  const borns = bornTable(db, conversations);
  const messages = messageTable(db, { accounts, borns, fates: fateBook(db) });
  const commands = commandTable(db, conversations);
  const batch = openBatch(clock);
  const open = db.prepare<[number, number], CommandRow>(selectOpen);
  // Seconds of the clock, so that two copies restored from one backup differ in epoch too.
  const epoch =
    db
      .prepare<[number], number>(raiseEpoch)
      .pluck()
      .get(Math.floor(batch.nowMs / 1000)) ?? 1;
  borns.writeOutAll();
  db.prepare(deleteSides).run();
  db.prepare(holdForever).run();
  let [held, at] = [0, { conversation: 0, id: 0 }];
  for (let rows = open.all(0, 0); rows.length > 0; rows = open.all(at.conversation, at.id)) {
    for (const row of rows) {
      at = row;
      const fate = messages.fate(row.id);
      const status = fate && lost(batch, messages, fate, row, 'unknown', restoredError);
      if (status === 'unknown') commands.hold(row.conversation, row.id, null);
      else commands.remove(row.conversation, row.id);
      if (status === 'unknown') held += 1;
    }
  }
  batchEnd(tail, accounts)(batch);
  db.prepare(endDeliveries).run(deliveryError);
  db.prepare(skipEvents).run();
  return { epoch, held };
}
