/**
 * What several verbs do to a command that did not get through: its next chunk is failed or unknown, and time ends what
 * waited too long. What may have been sent never fails by time: it becomes unknown.
 */
import { advance, type OutboundStatus } from '#core/delivery.ts';
import { loseChunk, nameChunk } from '../rules/leaves.ts';
import type { Batch } from './batch.ts';
import { isSend, type CommandRow } from './command-rows.ts';
import type { FateRow, MessageBook } from './messages.ts';
import type { Tables } from './tables.ts';

const expiredError = 'It was not sent in time; send it again if it still matters';
const expiredUnknownError = 'It may have been sent, but nobody confirmed it in time';

/** Write that the next chunk failed or is unknown; the message keeps what a faster report already said. */
export async function lose(
  messages: MessageBook,
  batch: Batch,
  fate: FateRow,
  row: Pick<CommandRow, 'next_chunk' | 'chunk_count'>,
  as: 'failed' | 'unknown',
  error: string,
): Promise<OutboundStatus> {
  const named = nameChunk(error, row.next_chunk, row.chunk_count);
  const leaves = fate.leaves && loseChunk(fate.leaves, row.next_chunk, as, named);
  const status = advance(fate.status, as);
  if (status !== fate.status || leaves) {
    await messages.move(batch, fate, { status, error: status === as ? named : fate.error, leaves });
  }
  return status;
}

/** Ends a queued command whose time is over. */
export async function expireCommand(
  { accounts, commands, messages }: Tables,
  batch: Batch,
  row: CommandRow,
): Promise<void> {
  const fate = isSend(row) ? await messages.fate(batch, row.id) : undefined;
  if (!fate) return commands.remove(row);
  if (!row.maybe_sent) {
    await lose(messages, batch, fate, row, 'failed', expiredError);
    return commands.remove(row);
  }
  const status = await lose(messages, batch, fate, row, 'unknown', expiredUnknownError);
  if (status !== 'unknown') return commands.remove(row);
  const account = await accounts.byNumber(batch, row.account);
  // Its conversation waited long enough, unless its owner wants order above all.
  return commands.hold(row, account?.account.unknownPolicy === 'hold' ? null : batch.nowMs);
}
