/**
 * Tombstones: what a message said is erased, and its row stays for its key, its remote id and its events. Nothing moves
 * a tombstone: its status is above every report's. What a provider has in hand cannot be taken back. Made on request, and
 * of what is older than its account keeps.
 */
import { refuse } from '#core/failure.ts';
import { idNumber } from '#core/ids.ts';
import type { MaintenanceStore } from '#ports/store.ts';
import type { ListStore } from '#ports/store/lists.ts';
import { commandState, statusCode } from '../rules/codes.ts';
import type { Batch } from './batch.ts';
import type { Sql } from './sql.ts';
import type { Tables } from './tables.ts';
import type { Writer } from './writer.ts';

const selectMessage = `SELECT account, conversation, created_at_ms FROM messages WHERE id = $1 AND NOT is_erased`;
const erase = `UPDATE messages SET status = ${statusCode.deleted}, is_erased = true, parts = '[]', error = NULL,
  leaves = NULL, updated_at_ms = $1 WHERE id = $2`;
const selectLast = `SELECT created_at_ms FROM messages WHERE conversation = $1 AND NOT is_erased
  ORDER BY created_at_ms DESC, id DESC LIMIT 1`;
const selectKeepers = `SELECT id, coalesce(retention_days, $1::int8) AS days FROM accounts
  WHERE coalesce(retention_days, $1::int8) IS NOT NULL AND id > $2 ORDER BY id LIMIT 1`;
/** What waits, or is unknown, is somebody's to decide first. */
const selectOld = `SELECT id FROM messages WHERE account = $1 AND created_at_ms < $2 AND NOT is_erased
  AND status > ${statusCode.unknown} ORDER BY created_at_ms LIMIT $3`;

const dayMs = 24 * 60 * 60 * 1000;
/** In one commit: each of these is a row anywhere in the past. */
const erasedAtOnce = 64;

interface MessageRow {
  readonly account: number;
  readonly conversation: number;
  readonly created_at_ms: number;
}

type Verbs = Pick<ListStore, 'deleteMessage'> & Pick<MaintenanceStore, 'sweepRetention'>;

export function tombstoneVerbs(reads: Sql, tables: Tables, writer: Writer, isOpen: () => boolean): Verbs {
  return {
    deleteMessage: (account, message) =>
      writer.once(async (batch) => {
        const entry = await tables.accounts.get(batch, account);
        const number = idNumber('message', message);
        if (!entry || number === undefined) return false;
        const outcome = await bury(tables, batch, entry.number, number);
        if (outcome !== 'in hand') return outcome === 'buried';
        throw refuse(
          'conflict',
          'The provider has this message in hand; delete it in a moment, once its fate is known',
        );
      }),
    sweepRetention: retaining(reads, tables, writer, isOpen),
  };
}

async function bury(
  tables: Tables,
  batch: Batch,
  account: number,
  message: number,
): Promise<'buried' | 'in hand' | 'not there'> {
  const { commands, conversations, messages } = tables;
  await messages.flush(batch);
  const [row] = await batch.sql.rows<MessageRow>(selectMessage, [message]);
  if (row?.account !== account) return 'not there';
  const command = await commands.get(batch, row.conversation, message);
  if (command?.state === commandState.sending) return 'in hand';
  if (command) commands.remove(command);
  await batch.sql.run(erase, [batch.nowMs, message]);
  messages.drop(message);
  const entry = await conversations.byNumber(batch, row.conversation);
  if (!entry) return 'buried';
  entry.messageCount -= 1;
  if (row.created_at_ms >= (entry.lastMessageAtMs ?? 0)) {
    const [last] = await batch.sql.rows<{ created_at_ms: number }>(selectLast, [row.conversation]);
    entry.lastMessageAtMs = last?.created_at_ms ?? null;
  }
  conversations.changed(entry);
  return 'buried';
}

/** Account by account, a few messages a commit. */
function retaining(
  reads: Sql,
  tables: Tables,
  writer: Writer,
  isOpen: () => boolean,
): MaintenanceStore['sweepRetention'] {
  const eraseOld = async (account: number, beforeMs: number, limit: number): Promise<number> => {
    let count = 0;
    while (count < limit && isOpen()) {
      const atOnce = Math.min(limit - count, erasedAtOnce);
      const old = await reads.rows<{ id: number }>(selectOld, [account, beforeMs, atOnce]);
      const gone = await writer.once(async (batch) => {
        let buried = 0;
        for (const { id } of old) if ((await bury(tables, batch, account, id)) === 'buried') buried += 1;
        return buried;
      });
      count += gone;
      // What is in hand this long is left for the next time.
      if (gone < atOnce) break;
    }
    return count;
  };
  return async (nowMs, limit, gatewayDays) => {
    let [erased, at] = [0, 0];
    while (erased < limit && isOpen()) {
      const [next] = await reads.rows<{ id: number; days: number }>(selectKeepers, [gatewayDays, at]);
      if (!next) break;
      at = next.id;
      erased += await eraseOld(next.id, nowMs - next.days * dayMs, limit - erased);
    }
    return erased;
  };
}
