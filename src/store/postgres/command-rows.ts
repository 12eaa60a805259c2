/**
 * The rows of the outbox, and what a batch knows of them that is not in the database yet.
 */
import type { Channel } from '#core/channel.ts';
import { commandKind } from '../rules/codes.ts';
import type { Batch } from './batch.ts';
import { bulkInsert, bulkUpdate, turned } from './bulk.ts';
import type { Scalar } from './sql.ts';

export interface CommandRow {
  readonly conversation: number;
  readonly id: number;
  readonly account: number;
  readonly connection_no: number;
  readonly kind: number;
  state: number;
  fence: number;
  attempt: number;
  maybe_sent: boolean;
  first_sent_at_ms: number | null;
  not_before_ms: number | null;
  readonly created_at_ms: number;
  expires_at_ms: number;
  next_chunk: number;
  readonly chunk_count: number;
  /** Null for a command that is not a send. */
  readonly channel: Channel | null;
  readonly body: string;
}

export interface CommandName {
  readonly conversation: number;
  readonly id: number;
}

export const isSend = (row: Pick<CommandRow, 'kind'>): boolean => row.kind === commandKind.send;

const deleteCommands = `DELETE FROM commands c USING unnest($1::int8[], $2::int8[]) AS w (conversation, id)
  WHERE c.conversation = w.conversation AND c.id = w.id`;
const insertCommands = bulkInsert('commands', {
  conversation: 'int8',
  id: 'int8',
  account: 'int8',
  connection_no: 'int8',
  kind: 'int2',
  state: 'int2',
  fence: 'int8',
  attempt: 'int8',
  maybe_sent: 'bool',
  first_sent_at_ms: 'int8',
  not_before_ms: 'int8',
  created_at_ms: 'int8',
  expires_at_ms: 'int8',
  next_chunk: 'int8',
  chunk_count: 'int8',
  channel: 'text',
  body: 'text',
});
const updateCommands = bulkUpdate(
  'commands',
  {
    conversation: 'int8',
    id: 'int8',
    state: 'int2',
    fence: 'int8',
    attempt: 'int8',
    maybe_sent: 'bool',
    first_sent_at_ms: 'int8',
    not_before_ms: 'int8',
    expires_at_ms: 'int8',
    next_chunk: 'int8',
  },
  2,
);

export type PendingCommands = ReturnType<typeof pendingCommands>;

export function pendingCommands() {
  const fresh = new Set<CommandRow>();
  const moved = new Set<CommandRow>();
  const gone = new Set<CommandRow>();
  return {
    added: (row: CommandRow) => void fresh.add(row),
    changed: (row: CommandRow) => void (fresh.has(row) || moved.add(row)),
    removed(row: CommandRow): void {
      moved.delete(row);
      if (!fresh.delete(row)) gone.add(row);
    },
    async flush({ sql }: Batch): Promise<void> {
      const [added, changed, removed] = [[...fresh], [...moved], [...gone]];
      for (const rows of [fresh, moved, gone]) rows.clear();
      await insertCommands(sql, added.map(everyValue));
      await updateCommands(sql, changed.map(movedValues));
      if (removed.length > 0) await sql.run(deleteCommands, namesOf(removed));
    },
    forget(): void {
      for (const rows of [fresh, moved, gone]) rows.clear();
    },
  };
}

/** As columns. */
export const namesOf = (names: readonly CommandName[]): Scalar[][] =>
  turned(
    names.map(({ conversation, id }) => [conversation, id]),
    2,
  );

const everyValue = (row: CommandRow): Scalar[] => [
  row.conversation,
  row.id,
  row.account,
  row.connection_no,
  row.kind,
  row.state,
  row.fence,
  row.attempt,
  row.maybe_sent,
  row.first_sent_at_ms,
  row.not_before_ms,
  row.created_at_ms,
  row.expires_at_ms,
  row.next_chunk,
  row.chunk_count,
  row.channel,
  row.body,
];

const movedValues = (row: CommandRow): Scalar[] => [
  row.conversation,
  row.id,
  row.state,
  row.fence,
  row.attempt,
  row.maybe_sent,
  row.first_sent_at_ms,
  row.not_before_ms,
  row.expires_at_ms,
  row.next_chunk,
];
