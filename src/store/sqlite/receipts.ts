/**
 * Receipts: a provider's report moves the message it is about, by remote id or by our own key. Ranks only rise, so a
 * report may come twice or late; one that comes before its send was settled is parked and joined then. Reports need no
 * row in the inbox: repeating one changes nothing.
 */
import { rank, type OutboundStatus } from '#core/delivery.ts';
import { idNumber, idText } from '#core/ids.ts';
import type { Inbound } from '#ports/driver.ts';
import type { ReceiveOutcome } from '#ports/store/inbound.ts';
import { commandState, statusCode } from '../rules/codes.ts';
import { chunksGone, fateOf, reportOn, sentRank } from '../rules/leaves.ts';
import type { AccountCache } from './account-cache.ts';
import { appendStatus, type Batch } from './batch.ts';
import type { CommandTable } from './commands.ts';
import type { ConversationCache } from './conversations.ts';
import { named, type Fates, type Named } from './fates.ts';
import type { Db } from './file.ts';
import type { RemoteIdTable } from './remote-ids.ts';
import { leavesOf, type FateRow, type MessageTable } from './messages.ts';

type Receipt = Extract<Inbound, { kind: 'receipt' }>;
type Told = Pick<Receipt, 'remoteId' | 'recipient' | 'status' | 'error'>;

interface Parked {
  no: number;
  recipient: string;
  status: Receipt['status'];
  error: string | null;
}

/** A simple message that is out already: one step, with the check that the report lifts it. */
const liftSimple = `UPDATE messages SET status = ?, error = ?, updated_at_ms = ?
  WHERE id = ? AND status < ? AND status >= ${statusCode.sent} AND leaves IS NULL`;
const selectConversation = 'SELECT conversation FROM messages WHERE id = ?';
const park = `INSERT INTO parked_receipts (connection_no, remote_id, remote_chat, recipient, status, error, at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const countParked = 'SELECT count(*) FROM parked_receipts';
const selectParked = `SELECT no, recipient, status, error FROM parked_receipts
  WHERE connection_no = ? AND remote_id = ? AND remote_chat = ? ORDER BY no`;
const unpark = 'DELETE FROM parked_receipts WHERE no = ?';
const nextChunk = 'UPDATE commands SET next_chunk = ? WHERE conversation = ? AND id = ?';

/** Reports about messages that are not ours must not fill the disk. */
const parkedLimit = 10_000;
/** A recipient of its own never is the empty text: it stands for the whole chat. */
const wholeChat = '';

export interface Receipts {
  receive(batch: Batch, connection: number, row: Receipt): ReceiveOutcome;
  /** Apply what was parked for a remote id that a settled send just learnt; the status after, if anything was. */
  join(batch: Batch, message: Named, remoteId: string, remoteChat: string): OutboundStatus | undefined;
  /** Count again what is parked: after a rollback, or a sweep. */
  recount(): void;
}

export interface Parts {
  readonly db: Db;
  readonly accounts: AccountCache;
  readonly conversations: ConversationCache;
  readonly commands: CommandTable;
  readonly fates: Fates;
  readonly messages: MessageTable;
  readonly remoteIds: RemoteIdTable;
}

export function receiptBook(parts: Parts): Receipts {
  const { db, conversations, remoteIds } = parts;
  const keyed = keyedMessage(parts);
  const simple = simpleLift(parts);
  const thorough = thoroughLift(parts);
  const parking = parkedRows(db);

  const apply = (batch: Batch, named: Named, told: Told, chunk: number | null): ReceiveOutcome => {
    const lifted = simple(batch, named, told) || thorough(batch, named, told, chunk);
    if (!lifted) return { outcome: 'ignored', why: 'no_change' };
    const { id, account } = named.entry.conversation;
    return { outcome: 'stored', account, conversation: id, message: named.id };
  };
  return {
    receive(batch, connection, row) {
      const known = remoteIds.find(connection, row.remoteId, row.remoteChat);
      if (known) return apply(batch, known, row, null);
      const ours = row.key === undefined ? undefined : keyed(connection, row.key);
      if (ours) {
        const { message, chunk } = ours;
        remoteIds.link(row.remoteId, row.remoteChat, message);
        if (message.entry.conversation.remoteChat === null) conversations.learnChat(message.entry, row.remoteChat);
        return apply(batch, message, row, chunk);
      }
      return parking.add(batch, connection, row)
        ? { outcome: 'parked' }
        : { outcome: 'ignored', why: 'unknown_message' };
    },
    join(batch, message, remoteId, remoteChat) {
      let joined = false;
      for (const row of parking.take(message.entry.connection, remoteId, remoteChat)) {
        const recipient = row.recipient === wholeChat ? null : row.recipient;
        apply(batch, message, { ...row, remoteId: remoteId as Receipt['remoteId'], recipient }, null);
        joined = true;
      }
      return joined ? parts.messages.fate(message.number)?.status : undefined;
    },
    recount: () => parking.recount(),
  };
}

/** The message and chunk our own key names (`msg_x`, `msg_x/2`), if the connection is the one it went by. */
function keyedMessage({ db, conversations, messages }: Parts) {
  const place = db.prepare<[number], number>(selectConversation).pluck();
  return (connection: number, key: string) => {
    const [id = '', part] = key.split('/');
    const number = idNumber('message', id);
    const conversation = number === undefined ? undefined : place.get(number);
    const entry = conversation === undefined ? undefined : conversations.byNumber(conversation);
    if (number === undefined || entry?.connection !== connection || !messages.fate(number)) return undefined;
    const chunk = part === undefined ? 0 : Number.parseInt(part, 10) || 0;
    return { message: named(number, idText('message', number), entry), chunk };
  };
}

function simpleLift({ db, accounts, fates, messages }: Parts) {
  const lift = db.prepare<[number, string | null, number, number, number]>(liftSimple);
  const liftRow = (batch: Batch, number: number, code: number, error: string | null): boolean => {
    messages.flush();
    if (lift.run(code, error, batch.nowMs, number, code).changes === 0) return false;
    fates.moved(number);
    return true;
  };
  return (batch: Batch, message: Named, told: Told): boolean => {
    const { entry, number, id } = message;
    // A member's report is about a part of the group: the leaves have to be read.
    if (told.recipient !== null && entry.conversation.isGroup) return false;
    const code = statusCode[told.status];
    const known = told.status === 'failed' ? undefined : fates.known(message);
    if (known === undefined || known < statusCode.sent) {
      if (!liftRow(batch, number, code, told.status === 'failed' ? told.error : null)) return false;
    } else if (known < code) fates.lift(message, code, batch.nowMs);
    else return false;
    const account = accounts.byNumber(entry.account);
    if (account) appendStatus(batch, account, id, number, told.status);
    return true;
  };
}

/** Any report on any message: over its leaves, and with its command, which a proof of sending ends or advances. */
function thoroughLift({ db, commands, messages }: Parts) {
  const advanceTo = db.prepare<[number, number, number]>(nextChunk);

  const endCommand = (fate: FateRow, status: OutboundStatus, gone: number) => {
    if (rank(fate.status) >= sentRank) return;
    const row = commands.get(fate.conversation, fate.id);
    if (!row) return;
    if (rank(status) >= sentRank) {
      // While it is in hand, its own settlement ends it and stores what the provider answered.
      if (row.state !== commandState.sending) commands.remove(fate.conversation, fate.id);
    } else if (gone > row.next_chunk) advanceTo.run(gone, fate.conversation, fate.id);
  };
  return (batch: Batch, { entry, number }: Named, told: Told, chunk: number | null): boolean => {
    const fate = messages.fate(number);
    if (!fate) return false;
    const before = leavesOf(fate);
    const members = entry.conversation.isGroup ? entry.conversation.participants : [];
    const leaves = reportOn(before, told, chunk, members);
    const changed =
      leaves.length !== before.length || leaves.some((leaf, index) => leaf.status !== before[index]?.status);
    if (!changed) return false;
    const after = fateOf(leaves, fate.status, fate.error);
    const remoteId = chunk === 0 ? told.remoteId : null;
    const single = fate.leaves === null && leaves.length === 1;
    messages.move(batch, fate, { ...after, leaves: single ? null : leaves, remoteId });
    endCommand(fate, after.status, chunksGone(leaves));
    return after.status !== fate.status;
  };
}

function parkedRows(db: Db) {
  const count = db.prepare<[], number>(countParked).pluck();
  const insert = db.prepare(park);
  const select = db.prepare<[number, string, string], Parked>(selectParked);
  const remove = db.prepare<[number]>(unpark);
  let parked = count.get() ?? 0;
  return {
    add(batch: Batch, connection: number, row: Receipt): boolean {
      if (parked >= parkedLimit) return false;
      const { remoteId, remoteChat, recipient, status, error } = row;
      parked += insert.run(
        connection,
        remoteId,
        remoteChat,
        recipient ?? wholeChat,
        status,
        error,
        batch.nowMs,
      ).changes;
      return true;
    },
    take(connection: number, remoteId: string, remoteChat: string): readonly Parked[] {
      if (parked === 0) return [];
      const rows = select.all(connection, remoteId, remoteChat);
      for (const { no } of rows) remove.run(no);
      parked -= rows.length;
      return rows;
    },
    recount() {
      parked = count.get() ?? 0;
    },
  };
}
