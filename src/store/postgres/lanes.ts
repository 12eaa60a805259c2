/**
 * The outbox as a whole: what a dead process left behind is put back once at start, the dispatcher reads here which
 * conversations have work, and people what nobody knows the fate of.
 */
import { connectionId, idNumber, idText } from '#core/ids.ts';
import type { Clock } from '#ports/runtime.ts';
import type { Lane, OutboundStore, QueueState, UnknownMessage } from '#ports/store/outbound.ts';
import { commandState, statusCode } from '../rules/codes.ts';
import { lanesOf } from './commands.ts';
import type { Sql } from './sql.ts';
import type { Writer } from './writer.ts';

const showQueued = `UPDATE messages SET status = ${statusCode.queued} WHERE status = ${statusCode.sending}
  AND id IN (SELECT id FROM commands WHERE state = ${commandState.sending})`;
const putBack = `UPDATE commands SET state = ${commandState.queued}, maybe_sent = true, not_before_ms = 0
  WHERE state = ${commandState.sending}`;
const selectLanes = 'SELECT conversation FROM commands GROUP BY conversation ORDER BY min(id)';
const selectNextLanes = `SELECT DISTINCT conversation FROM commands WHERE conversation > $1 ORDER BY conversation LIMIT $2`;
const selectStates = `SELECT k.name, q.state, count(*) AS count, min(q.created_at_ms) AS oldest
  FROM commands q JOIN connections k ON k.no = q.connection_no GROUP BY k.name, q.state`;
/** Only open commands have rows, so this reads no more than what waits. */
const selectUnknowns = `SELECT c.account, c.conversation, c.id, k.name AS connection, m.error, m.updated_at_ms AS since_ms
  FROM commands c JOIN messages m ON m.id = c.id JOIN connections k ON k.no = c.connection_no
  WHERE c.state = ${commandState.unknown} ORDER BY c.id LIMIT $1`;

type Verbs = Pick<OutboundStore, 'recover' | 'lanes' | 'queueStates' | 'unknowns'>;
type LaneRow = { readonly conversation: number };

export function laneVerbs(reads: Sql, clock: Clock, writer: Writer): Verbs {
  return {
    recover: () =>
      writer.once(async ({ sql, nowMs }) => {
        await sql.run(showQueued);
        await sql.run(putBack);
        const every = await sql.rows<LaneRow>(selectLanes);
        return lanesOf(
          sql,
          every.map(({ conversation }) => conversation),
          nowMs,
        );
      }),
    async lanes(after, limit) {
      const nowMs = clock.nowMs();
      const found: Lane[] = [];
      let at = after === null ? 0 : (idNumber('conversation', after) ?? 0);
      while (found.length < limit) {
        const next = await reads.rows<LaneRow>(selectNextLanes, [at, limit - found.length]);
        if (next.length === 0) break;
        at = next.at(-1)?.conversation ?? at;
        found.push(
          ...(await lanesOf(
            reads,
            next.map(({ conversation }) => conversation),
            nowMs,
          )),
        );
      }
      return found;
    },
    async queueStates() {
      type Row = { name: string; state: number; count: number; oldest: number };
      const byName = new Map<string, { -readonly [Field in keyof QueueState]: QueueState[Field] }>();
      for (const { name, state, count, oldest } of await reads.rows<Row>(selectStates)) {
        const fresh = { connection: connectionId(name), queued: 0, sending: 0, unknown: 0, oldestQueuedAtMs: null };
        const entry = byName.get(name) ?? fresh;
        byName.set(name, entry);
        if (state === commandState.unknown) entry.unknown = count;
        else {
          if (state === commandState.queued) entry.queued = count;
          else entry.sending = count;
          entry.oldestQueuedAtMs = Math.min(entry.oldestQueuedAtMs ?? oldest, oldest);
        }
      }
      return [...byName.values()];
    },
    async unknowns(limit) {
      return (await reads.rows<UnknownRow>(selectUnknowns, [limit])).map(unknownOf);
    },
  };
}

interface UnknownRow {
  readonly account: number;
  readonly conversation: number;
  readonly id: number;
  readonly connection: string;
  readonly error: string | null;
  readonly since_ms: number;
}

const unknownOf = (row: UnknownRow): UnknownMessage => ({
  account: idText('account', row.account),
  conversation: idText('conversation', row.conversation),
  connection: connectionId(row.connection),
  message: idText('message', row.id),
  error: row.error,
  sinceMs: row.since_ms,
});
