/**
 * Tombstones: what a message said is erased, and its row stays for its key, its remote id and its events. Nothing moves
 * a tombstone: its status is above every report's. What a provider has in hand cannot be taken back. Made on request, and
 * of what is older than its account keeps.
 */
import { refuse } from '#core/failure.ts';
import { idNumber, idText } from '#core/ids.ts';
import type { MaintenanceStore } from '#ports/store.ts';
import type { ListStore } from '#ports/store/lists.ts';
import { commandState, statusCode } from '../rules/codes.ts';
import type { AccountCache } from './account-cache.ts';
import type { Batch } from './batch.ts';
import type { BornTable } from './born.ts';
import type { CommandTable } from './commands.ts';
import type { EventTail } from './event-tail.ts';
import type { Fates } from './fates.ts';
import type { Db } from './file.ts';
import type { Listing } from './listing.ts';
import type { MessageTable } from './messages.ts';
import type { Writer } from './writer.ts';

const selectMessage = `SELECT account, conversation, created_at_ms AS createdAtMs FROM messages
  WHERE id = ? AND status <> ${statusCode.deleted}`;
const erase = `UPDATE messages SET status = ${statusCode.deleted}, parts = '[]', error = NULL, leaves = NULL, body = NULL,
  expires_at_ms = NULL, updated_at_ms = ? WHERE id = ?`;
const selectKeepers = `SELECT id, coalesce(retention_days, ?) AS days FROM accounts
  WHERE coalesce(retention_days, ?) IS NOT NULL AND id > ? ORDER BY id LIMIT 1`;
/** What waits, or is unknown, is somebody's to decide first; the row knows, because the listing may be behind here. */
const selectOld = `SELECT l.message FROM listed_messages l JOIN messages m ON m.id = l.message
  WHERE l.account = ? AND l.created_at_ms < ? AND m.status > ${statusCode.unknown} ORDER BY l.created_at_ms LIMIT ?`;
const selectTs = 'SELECT ts_us FROM events WHERE account = ? AND seq = ?';

const dayMs = 24 * 60 * 60 * 1000;
/** In one commit: each of these is a row anywhere in the past. */
const erasedAtOnce = 64;

interface MessageRow {
  account: number;
  conversation: number;
  createdAtMs: number;
}

export interface Parts {
  readonly db: Db;
  readonly tail: EventTail;
  readonly accounts: AccountCache;
  readonly borns: BornTable;
  readonly commands: CommandTable;
  readonly fates: Fates;
  readonly messages: MessageTable;
  readonly listed: Listing;
}

type Verbs = Pick<ListStore, 'deleteMessage'> & Pick<MaintenanceStore, 'sweepRetention'>;

export function tombstoneVerbs(parts: Parts, writer: Writer): Verbs {
  const { accounts } = parts;
  const bury = burying(parts);
  return {
    deleteMessage: (account, message) =>
      writer.once((batch) => {
        const entry = accounts.get(account);
        const number = idNumber('message', message);
        if (!entry || number === undefined) return false;
        const outcome = bury(batch, entry.number, number);
        if (outcome !== 'in hand') return outcome === 'buried';
        throw refuse(
          'conflict',
          'The provider has this message in hand; delete it in a moment, once its fate is known',
        );
      }),
    sweepRetention: retaining(parts, writer, bury),
  };
}

type Bury = (batch: Batch, account: number, message: number) => 'buried' | 'in hand' | 'not there';

function burying({ db, borns, commands, fates, listed, messages }: Parts): Bury {
  const select = db.prepare<[number], MessageRow>(selectMessage);
  const update = db.prepare<[number, number]>(erase);
  return (batch, account, number) => {
    messages.flush();
    const row = select.get(number);
    if (row?.account !== account) return 'not there';
    const command = commands.get(row.conversation, number);
    if (command?.state === commandState.sending || borns.get(idText('message', number))) return 'in hand';
    if (command) commands.remove(row.conversation, number);
    update.run(batch.nowMs, number);
    fates.moved(number);
    listed.drop(account, number, row);
    return 'buried';
  };
}

/** Account by account, a few messages a commit, with a turn of the event loop for everybody else in between. */
function retaining({ db, tail, listed }: Parts, writer: Writer, bury: Bury): MaintenanceStore['sweepRetention'] {
  const keeper = db.prepare<[number | null, number | null, number], { id: number; days: number }>(selectKeepers);
  const old = db.prepare<[number, number, number], number>(selectOld).pluck();
  const moved = db.prepare<[number, number], number>(selectTs).pluck();
  /** When the first event happened that is not listed yet. */
  const nextUs = (account: number): number => {
    const seq = listed.mark(account) + 1;
    return moved.get(account, seq) ?? tail.fresh(account, seq - 1)[0]?.[1] ?? Number.MAX_SAFE_INTEGER;
  };
  const erase = async (account: number, beforeMs: number, limit: number): Promise<number> => {
    while (nextUs(account) < beforeMs * 1000) await writer.once(() => listed.step(account));
    let [count, found] = [0, old.all(account, beforeMs, Math.min(limit, erasedAtOnce))];
    while (found.length > 0) {
      const some = found;
      const gone = await writer.once(
        (batch) => some.filter((message) => bury(batch, account, message) === 'buried').length,
      );
      count += gone;
      // What is in hand this long is left for the next time.
      if (gone < some.length) break;
      found = old.all(account, beforeMs, Math.min(limit - count, erasedAtOnce));
    }
    return count;
  };
  return async (nowMs, limit, gatewayDays) => {
    let [erased, at] = [0, 0];
    while (erased < limit && db.open) {
      const next = keeper.get(gatewayDays, gatewayDays, at);
      if (!next) break;
      at = next.id;
      erased += await erase(next.id, nowMs - next.days * dayMs, limit - erased);
      await new Promise(setImmediate);
    }
    return erased;
  };
}
