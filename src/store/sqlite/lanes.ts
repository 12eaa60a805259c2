/**
 * The outbox as a whole: what a dead process left behind is put back once at start, and the dispatcher reads here which
 * conversations have work.
 */
import { connectionId, idNumber, type ConversationId } from '#core/ids.ts';
import type { Clock } from '#ports/runtime.ts';
import type { Lane, OutboundStore, QueueState } from '#ports/store/outbound.ts';
import { commandState, statusCode } from '../rules/codes.ts';
import type { BornTable } from './born.ts';
import type { CommandTable } from './commands.ts';
import type { Db } from './file.ts';
import type { Writer } from './writer.ts';

const showQueued = `UPDATE messages SET status = ${statusCode.queued} WHERE status = ${statusCode.sending}
  AND id IN (SELECT id FROM commands WHERE state = ${commandState.sending})`;
const putBack = `UPDATE commands SET state = ${commandState.queued}, maybe_sent = 1, not_before_ms = 0
  WHERE state = ${commandState.sending}`;
const selectLanes = 'SELECT conversation FROM commands GROUP BY conversation ORDER BY min(id)';
const selectNextLane = 'SELECT conversation FROM commands WHERE conversation > ? ORDER BY conversation LIMIT 1';
const selectStates = `SELECT c.name, q.state, count(*) AS count, min(q.created_at_ms) AS oldest
  FROM commands q JOIN connections c ON c.no = q.connection_no GROUP BY q.connection_no, q.state`;

type Verbs = Pick<OutboundStore, 'recover' | 'lanes' | 'queueStates'>;

export function laneVerbs(db: Db, commands: CommandTable, borns: BornTable, clock: Clock, writer: Writer): Verbs {
  const show = db.prepare(showQueued);
  const back = db.prepare(putBack);
  const every = db.prepare<[], number>(selectLanes).pluck();
  const next = db.prepare<[number], number>(selectNextLane).pluck();
  const states = db.prepare<[], { name: string; state: number; count: number; oldest: number }>(selectStates);

  return {
    recover: () =>
      writer.once((batch) => {
        borns.writeOutAll();
        show.run();
        back.run();
        return every.all().flatMap((conversation) => commands.lane(conversation, batch.nowMs) ?? []);
      }),
    async lanes(after: ConversationId | null, limit) {
      const nowMs = clock.nowMs();
      const found: Lane[] = [];
      let at = after === null ? 0 : (idNumber('conversation', after) ?? 0);
      while (found.length < limit) {
        const conversation = next.get(at);
        if (conversation === undefined) break;
        const lane = commands.lane(conversation, nowMs);
        if (lane) found.push(lane);
        at = conversation;
      }
      return found;
    },
    async queueStates() {
      const byName = new Map<string, { -readonly [Field in keyof QueueState]: QueueState[Field] }>();
      for (const { name, state, count, oldest } of states.all()) {
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
      for (const [connection, { count, oldestAtMs }] of borns.byConnection()) {
        const entry = byName.get(connection) ?? {
          connection,
          queued: 0,
          sending: 0,
          unknown: 0,
          oldestQueuedAtMs: null,
        };
        byName.set(connection, entry);
        entry.sending += count;
        entry.oldestQueuedAtMs = Math.min(entry.oldestQueuedAtMs ?? oldestAtMs, oldestAtMs);
      }
      return [...byName.values()];
    },
  };
}
