/**
 * The statuses that memory knows of messages on their usual way, from claimed as stored over sent to delivered. What is
 * known needs no look at its row: it is moved in memory and written with the others of its batch. Whatever else moves a
 * message says so here, and from then on its row is asked.
 */
import type { MessageId } from '#core/ids.ts';
import { directionCode, statusCode } from '../rules/codes.ts';
import { bulk, type Value } from './bulk.ts';
import type { ConversationEntry } from './conversations.ts';
import type { Db } from './file.ts';

/** A message somebody holds: its sender's command, or a remote id that names it. */
export interface Named {
  readonly number: number;
  readonly id: MessageId;
  readonly entry: ConversationEntry;
  /** In the care of the fates: what the status was, and when that was known. */
  status: number;
  known: number;
}

/** A message of which only its row knows more. */
export const named = (number: number, id: MessageId, entry: ConversationEntry): Named => ({
  number,
  id,
  entry,
  status: 0,
  known: 0,
});

/** The rows are there: these only ever update, and are upserts because those are fastest for many. */
const upsert = (
  rows: string,
) => `INSERT INTO messages (account, conversation, direction, status, channel, sender, parts,
  created_at_ms, id, remote_id, updated_at_ms) VALUES ${rows} ON CONFLICT (id) DO UPDATE SET`;
const sentRow = `(0, 0, ${directionCode.outbound}, ?, '', '', '', 0, ?, ?, ?)`;
const markSent = (rows: string) => `${upsert(rows)} status = excluded.status, remote_id = excluded.remote_id,
  updated_at_ms = excluded.updated_at_ms, body = NULL, expires_at_ms = NULL WHERE status < ${statusCode.sent}`;
const liftRow = `(0, 0, ${directionCode.outbound}, ?, '', '', '', 0, ?, NULL, ?)`;
const lift = (rows: string) => `${upsert(rows)} status = excluded.status, updated_at_ms = excluded.updated_at_ms
  WHERE status < excluded.status`;

export interface Fates {
  /** From here on memory knows: a message of one chunk without a report by recipient. */
  know(message: Named, status: number): void;
  known(message: Named): number | undefined;
  /** Its row was moved without asking here. */
  moved(message: number): void;
  /** The provider took a message known to be claimed as it was stored. */
  sent(message: Named, remoteId: string, nowMs: number): void;
  /** A report says more than is known. */
  lift(message: Named, status: number, nowMs: number): void;
  /** Write what was moved, before rows are read and at the end of a batch. */
  flush(): void;
  forget(): void;
}

/** Above this many exceptions it is simpler to know nothing. */
const movedAtMost = 1_000;

export function fateBook(db: Db): Fates {
  const writeSent = bulk(db, sentRow, markSent);
  const writeLifted = bulk(db, liftRow, lift);
  const exceptions = new Set<number>();
  /** What was known under another number is known no more. */
  let knowledge = 1;
  let sents: Value[] = [];
  /** Where in `sents` a message is: most are reported on in the batch that settles them, which is one write then. */
  const sentAt = new Map<number, number>();
  let lifts: Value[] = [];

  const know = (message: Named, status: number): void => {
    message.status = status;
    message.known = knowledge;
  };
  const forgetAll = (): void => {
    knowledge += 1;
    exceptions.clear();
  };
  return {
    know,
    known(message) {
      if (message.known !== knowledge) return undefined;
      return exceptions.size > 0 && exceptions.has(message.number) ? undefined : message.status;
    },
    moved(message) {
      if (exceptions.size >= movedAtMost) forgetAll();
      else exceptions.add(message);
    },
    sent(message, remoteId, nowMs) {
      know(message, statusCode.sent);
      sentAt.set(message.number, sents.length);
      sents.push(statusCode.sent, message.number, remoteId, nowMs);
    },
    lift(message, status, nowMs) {
      know(message, status);
      const at = sentAt.get(message.number);
      if (at === undefined) lifts.push(status, message.number, nowMs);
      else sents[at] = status;
    },
    flush() {
      if (sents.length > 0) writeSent(sents.splice(0));
      sentAt.clear();
      if (lifts.length > 0) writeLifted(lifts.splice(0));
    },
    forget() {
      forgetAll();
      sentAt.clear();
      sents = [];
      lifts = [];
    },
  };
}
