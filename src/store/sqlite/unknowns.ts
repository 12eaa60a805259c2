/**
 * Decisions about commands that did not end by themselves: a person or agent resolves an unknown message, and time
 * ends what waited too long. What may have been sent never fails by time: it becomes unknown.
 */
import { commandLifetimeMs } from '#core/command.ts';
import { refuse } from '#core/failure.ts';
import { idNumber, idText, type AccountId, type MessageId } from '#core/ids.ts';
import { advance, type Leaf } from '#core/delivery.ts';
import type { OutboundStore, Resolution } from '#ports/store/outbound.ts';
import type { Clock } from '#ports/runtime.ts';
import { commandState } from '../rules/codes.ts';
import { loseChunk, nameChunk } from '../rules/leaves.ts';
import type { AccountCache } from './account-cache.ts';
import { appendStatus, type Batch } from './batch.ts';
import { isSend, type CommandRow, type CommandTable } from './commands.ts';
import type { ConversationCache } from './conversations.ts';
import type { Db } from './file.ts';
import type { MessageTable } from './messages.ts';
import { lost } from './settle.ts';
import type { Writer } from './writer.ts';

const selectExpired = `SELECT * FROM commands WHERE state = ${commandState.queued} AND expires_at_ms <= ? LIMIT ?`;
const queueAgain = `UPDATE commands SET state = ${commandState.queued}, not_before_ms = 0, maybe_sent = 0,
  expires_at_ms = ? WHERE conversation = ? AND id = ?`;

/** Only open commands have rows, so this reads no more than what waits. */
const selectUnknowns = `SELECT c.account, c.conversation, c.id, m.error, coalesce(m.updated_at_ms, m.created_at_ms) AS since_ms
  FROM commands c JOIN messages m ON m.id = c.id WHERE c.state = ${commandState.unknown} ORDER BY c.id LIMIT ?`;

interface UnknownRow {
  account: number;
  conversation: number;
  id: number;
  error: string | null;
  since_ms: number;
}

const expiredError = 'It was not sent in time; send it again if it still matters';
const expiredUnknownError = 'It may have been sent, but nobody confirmed it in time';
const resolvedFailedError = 'Marked as failed after its fate stayed unknown';

export interface Parts {
  readonly db: Db;
  readonly accounts: AccountCache;
  readonly commands: CommandTable;
  readonly conversations: ConversationCache;
  readonly messages: MessageTable;
}

/** Ends a queued command whose time is over. */
export function expiring({ accounts, commands, messages }: Parts): (batch: Batch, row: CommandRow) => void {
  return (batch, row) => {
    const fate = isSend(row) ? messages.fate(row.id) : undefined;
    if (!fate) return commands.remove(row.conversation, row.id);
    if (row.maybe_sent === 0) {
      lost(batch, messages, fate, row, 'failed', expiredError);
      return commands.remove(row.conversation, row.id);
    }
    const status = lost(batch, messages, fate, row, 'unknown', expiredUnknownError);
    if (status !== 'unknown') return commands.remove(row.conversation, row.id);
    const policy = accounts.byNumber(row.account)?.account.unknownPolicy;
    // Its conversation waited long enough, unless its owner wants order above all.
    return commands.hold(row.conversation, row.id, policy === 'hold' ? null : batch.nowMs);
  };
}

type Verbs = Pick<OutboundStore, 'expire' | 'resolve' | 'unknowns'>;

export function unknownVerbs(parts: Parts, clock: Clock, writer: Writer, expire: ReturnType<typeof expiring>): Verbs {
  const { db, commands, conversations } = parts;
  const undecided = db.prepare<[number], UnknownRow>(selectUnknowns);
  const expired = db.prepare<[number, number], CommandRow>(selectExpired);
  const decide = deciding(parts);
  return {
    async expire(nowMs, limit) {
      if (!commands.mayExpire(nowMs)) return 0;
      return writer.once((batch) => {
        const rows = expired.all(nowMs, limit);
        for (const row of rows) expire(batch, row);
        if (rows.length < limit) commands.none();
        return rows.length;
      });
    },
    resolve: (account, message, as) =>
      writer.once((batch) => {
        const { status, conversation } = decide(batch, account, message, as);
        return { status, lane: commands.lane(conversation, clock.nowMs()) ?? null };
      }),
    async unknowns(limit) {
      return undecided.all(limit).flatMap(({ conversation: number, id, error, since_ms: sinceMs }) => {
        const entry = conversations.byNumber(number);
        if (!entry) return [];
        const { account, id: conversation, connection } = entry.conversation;
        return [{ account, conversation, connection, message: idText('message', id), error, sinceMs }];
      });
    },
  };
}

function deciding({ db, accounts, commands, messages }: Parts) {
  const again = db.prepare<[number, number, number]>(queueAgain);
  return (batch: Batch, account: AccountId, message: MessageId, as: Resolution) => {
    const entry = accounts.get(account);
    const number = idNumber('message', message);
    const fate = number === undefined ? undefined : messages.fate(number);
    if (!entry || !fate || fate.account !== entry.number) {
      throw refuse('not_found', 'No message of this account has that id', { field: 'id' });
    }
    const { conversation } = fate;
    const row = commands.get(conversation, fate.id);
    if (fate.status !== 'unknown' || (as === 'resend' && !row)) {
      throw refuse('conflict', `Only a message whose fate is unknown can be resolved; this one is ${fate.status}`);
    }
    const leaves = fate.leaves && (as === 'resend' ? reopened(fate.leaves) : closed(fate.leaves, as, row));
    if (as === 'sent') messages.move(batch, fate, { status: 'sent', error: null, leaves });
    if (as === 'failed') messages.move(batch, fate, { status: 'failed', error: resolvedFailedError, leaves });
    if (as !== 'resend' && row) commands.remove(conversation, fate.id);
    if (as === 'resend' && row) {
      messages.move(batch, fate, { status: 'queued', error: null, leaves, isTold: true });
      appendStatus(batch, entry, message, fate.id, 'queued');
      const expiresAtMs = Math.max(row.expires_at_ms, batch.nowMs + commandLifetimeMs);
      again.run(expiresAtMs, conversation, fate.id);
      commands.expiresAt(expiresAtMs);
    }
    return { status: as === 'resend' ? ('queued' as const) : as, conversation };
  };
}

/** To be sent again: what was unknown is open once more. */
function reopened(leaves: readonly Leaf[]): readonly Leaf[] {
  return leaves.map((leaf) => (leaf.status === 'unknown' ? { ...leaf, status: 'queued', error: null } : leaf));
}

function closed(leaves: readonly Leaf[], as: 'sent' | 'failed', row: CommandRow | undefined): readonly Leaf[] {
  if (as === 'sent') return leaves.map((leaf) => ({ ...leaf, status: advance(leaf.status, 'sent') }));
  const chunk = row?.next_chunk ?? 0;
  return loseChunk(leaves, chunk, 'failed', nameChunk(resolvedFailedError, chunk, leaves.length));
}
