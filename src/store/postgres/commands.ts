/**
 * The rows of the outbox: their shape, the questions several verbs ask of them, and the end of one's time. A batch moves
 * them in memory and writes them together. Only open commands have rows; the search for expired ones rests until the
 * earliest can have expired.
 */
import { idText } from '#core/ids.ts';
import type { Lane } from '#ports/store/outbound.ts';
import { commandState } from '../rules/codes.ts';
import type { Batch } from './batch.ts';
import { turned } from './bulk.ts';
import { namesOf, pendingCommands, type CommandName, type CommandRow, type PendingCommands } from './command-rows.ts';
import type { Sql } from './sql.ts';

const columns = `c.conversation, c.id, c.account, c.connection_no, c.kind, c.state, c.fence, c.attempt, c.maybe_sent,
  c.first_sent_at_ms, c.not_before_ms, c.created_at_ms, c.expires_at_ms, c.next_chunk, c.chunk_count, c.channel, c.body`;
const selectCommands = `SELECT ${columns} FROM unnest($1::int8[], $2::int8[]) AS w (conversation, id)
  JOIN commands c ON c.conversation = w.conversation AND c.id = w.id`;
/** Unknown ones whose hold is over block nobody. */
const waits = (now: string) =>
  `(c.state <> ${commandState.unknown} OR c.not_before_ms IS NULL OR c.not_before_ms > ${now})`;
/** The beginning of each lane. */
const selectWaiting = `SELECT ${columns} FROM unnest($1::int8[], $2::int8[]) AS w (conversation, most)
  CROSS JOIN LATERAL (SELECT * FROM commands c WHERE c.conversation = w.conversation AND ${waits('$3')}
    ORDER BY c.id LIMIT w.most) c`;
const selectHeads = `SELECT v.id AS conversation, v.account, k.name AS connection, h.not_before_ms
  FROM unnest($1::int8[]) WITH ORDINALITY AS w (conversation, at)
  CROSS JOIN LATERAL (SELECT c.not_before_ms FROM commands c WHERE c.conversation = w.conversation AND ${waits('$2')}
    ORDER BY c.id LIMIT 1) h
  JOIN conversations v ON v.id = w.conversation JOIN connections k ON k.no = v.connection_no
  ORDER BY w.at`;
const selectExpired = `SELECT ${columns} FROM commands c
  WHERE c.state = ${commandState.queued} AND c.expires_at_ms <= $1 LIMIT $2`;
const selectSoonest = `SELECT min(expires_at_ms) AS soonest FROM commands WHERE state <> ${commandState.unknown}`;
export interface CommandBook {
  /** Bring several into memory at once. */
  load(batch: Batch, names: readonly CommandName[]): Promise<void>;
  get(batch: Batch, conversation: number, id: number): Promise<CommandRow | undefined>;
  /** The beginnings of lanes: at most so many commands of each, oldest first. */
  waiting(
    batch: Batch,
    lanes: readonly { readonly conversation: number; readonly most: number }[],
  ): Promise<ReadonlyMap<number, readonly CommandRow[]>>;
  expired(batch: Batch, nowMs: number, limit: number): Promise<readonly CommandRow[]>;
  add(row: CommandRow): void;
  /** The row was moved in memory. */
  changed(row: CommandRow): void;
  remove(row: CommandRow): void;
  /** Make it unknown, blocking its conversation until an instant (null: until somebody decides). */
  hold(row: CommandRow, untilMs: number | null): void;
  /** Whether any may have expired by now. `rest`: a search found no more. */
  mayExpire(nowMs: number): boolean;
  rest(batch: Batch): Promise<void>;
  /** The greatest id added since the start. */
  newestId(): number;
  flush(batch: Batch): Promise<void>;
  /** At the end of a batch. */
  clear(): void;
  /** After a rollback. */
  forget(): void;
}

export function commandBook(): CommandBook {
  /** Null: surely not there. */
  const known = new Map<number, CommandRow | null>();
  const changes = pendingCommands();
  let [earliestMs, newest] = [0, 0];

  const take = (row: CommandRow): CommandRow => {
    const there = known.get(row.id);
    if (there) return there;
    known.set(row.id, row);
    return row;
  };
  const load: CommandBook['load'] = async ({ sql }, names) => {
    const missing = names.filter(({ id }) => !known.has(id));
    if (missing.length === 0) return;
    for (const { id } of missing) known.set(id, null);
    for (const row of await sql.rows<CommandRow>(selectCommands, namesOf(missing))) known.set(row.id, row);
  };
  return {
    ...searching(changes, take),
    load,
    async get(batch, conversation, id) {
      if (!known.has(id)) await load(batch, [{ conversation, id }]);
      const row = known.get(id);
      return row?.conversation === conversation ? row : undefined;
    },
    add(row) {
      known.set(row.id, row);
      changes.added(row);
      earliestMs = Math.min(earliestMs, row.expires_at_ms);
      newest = Math.max(newest, row.id);
    },
    changed: (row) => changes.changed(row),
    remove(row) {
      known.set(row.id, null);
      changes.removed(row);
    },
    hold(row, untilMs) {
      row.state = commandState.unknown;
      row.not_before_ms = untilMs;
      changes.changed(row);
    },
    mayExpire: (nowMs) => nowMs >= earliestMs,
    async rest(batch) {
      await changes.flush(batch);
      const [row] = await batch.sql.rows<{ soonest: number | null }>(selectSoonest);
      earliestMs = row?.soonest ?? Number.MAX_SAFE_INTEGER;
    },
    newestId: () => newest,
    flush: (batch) => changes.flush(batch),
    clear() {
      known.clear();
      changes.forget();
    },
    forget() {
      known.clear();
      changes.forget();
      earliestMs = 0;
    },
  };
}

/** Questions that only the database can answer: what is pending is written before they are asked. */
function searching(
  changes: PendingCommands,
  take: (row: CommandRow) => CommandRow,
): Pick<CommandBook, 'waiting' | 'expired'> {
  return {
    async waiting(batch, lanes) {
      await changes.flush(batch);
      const wanted = turned(
        lanes.map(({ conversation, most }) => [conversation, most]),
        2,
      );
      const rows = await batch.sql.rows<CommandRow>(selectWaiting, [...wanted, batch.nowMs]);
      const taken = rows.map(take).toSorted((one, other) => one.id - other.id);
      return Map.groupBy(taken, ({ conversation }) => conversation);
    },
    async expired(batch, nowMs, limit) {
      await changes.flush(batch);
      return (await batch.sql.rows<CommandRow>(selectExpired, [nowMs, limit])).map(take);
    },
  };
}

/** Conversations as lanes, in the order asked; those of which nothing waits are left out. */
export async function lanesOf(sql: Sql, conversations: readonly number[], nowMs: number): Promise<readonly Lane[]> {
  type Head = { conversation: number; account: number; connection: string; not_before_ms: number | null };
  const heads = await sql.rows<Head>(selectHeads, [conversations, nowMs]);
  return heads.map(({ conversation, account, connection, not_before_ms: at }) => ({
    conversation: idText('conversation', conversation),
    account: idText('account', account),
    connection: connection as Lane['connection'],
    notBeforeMs: at !== null && at <= nowMs ? 0 : at,
  }));
}
