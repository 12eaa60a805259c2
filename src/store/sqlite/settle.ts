/**
 * Settling: what became of a try, written only under the fence it was claimed with. The common case, one chunk that
 * the provider took, is a few narrow statements; everything else reads the rows and goes the long way.
 */
import type { OutboundStatus } from '#core/delivery.ts';
import { advance, rank } from '#core/delivery.ts';
import { idNumber, idText } from '#core/ids.ts';
import type { SettleItem, SettleOutcome, Settlement } from '#ports/store/outbound.ts';
import { commandKind, commandState, statusCode } from '../rules/codes.ts';
import { acceptChunks, fateOf, loseChunk, nameChunk } from '../rules/leaves.ts';
import type { AccountCache } from './account-cache.ts';
import { appendStatus, type Batch } from './batch.ts';
import { bornFence, type BornTable } from './born.ts';
import { isSend, type CommandRow, type CommandTable } from './commands.ts';
import type { ConversationCache, ConversationEntry } from './conversations.ts';
import { named, type Fates, type Named } from './fates.ts';
import type { Db } from './file.ts';
import { relistingChannel } from './listing.ts';
import { leavesOf, type FateRow, type MessageTable } from './messages.ts';
import type { Receipts } from './receipts.ts';
import type { RemoteIdTable } from './remote-ids.ts';

/** The whole of a simple send's command, in one step with the check of its fence. */
const endSimple = `DELETE FROM commands WHERE conversation = ? AND id = ? AND fence = ? AND state <> ${commandState.queued}
  AND chunk_count = 1 AND kind = ${commandKind.send}`;
const showSent = `UPDATE messages SET status = ${statusCode.sent}, error = NULL, remote_id = ?,
  channel = coalesce(?, channel), updated_at_ms = ?, body = NULL, expires_at_ms = NULL WHERE id = ? AND status < ${statusCode.sent}`;
/** Nobody reported on it by recipient: what is known of it is all there is. */
const showSimplySent = `${showSent} AND leaves IS NULL`;
const setRemoteId = `UPDATE messages SET remote_id = coalesce(remote_id, ?), channel = coalesce(?, channel), body = NULL,
  expires_at_ms = NULL WHERE id = ?`;
const progress = 'UPDATE commands SET next_chunk = ? WHERE conversation = ? AND id = ?';
const defer = `UPDATE commands SET state = ${commandState.queued}, not_before_ms = ?, maybe_sent = max(maybe_sent, ?)
  WHERE conversation = ? AND id = ?`;

export interface Parts {
  readonly db: Db;
  readonly accounts: AccountCache;
  readonly conversations: ConversationCache;
  readonly commands: CommandTable;
  readonly messages: MessageTable;
  readonly receipts: Receipts;
  readonly remoteIds: RemoteIdTable;
  readonly borns: BornTable;
  readonly fates: Fates;
}

type Accepted = Extract<Settlement, { outcome: 'accepted' }>;
const stale: SettleOutcome = { outcome: 'stale' };
const settled = (status: OutboundStatus): SettleOutcome => ({ outcome: 'settled', status });

export function settling(parts: Parts): (batch: Batch, item: SettleItem) => SettleOutcome {
  const simple = simpleSend(parts);
  const several = severalChunks(parts);
  const lose = losing(parts);
  const { commands, conversations, borns } = parts;

  return (batch, item) => {
    const entry = conversations.get(item.conversation);
    if (!entry || entry.conversation.account !== item.account) return stale;
    const { settlement, fence, command } = item;
    const known = borns.get(command);
    const born = known?.entry.number === entry.number ? known : undefined;
    if (born && fence !== bornFence) return stale;
    const number = born?.number ?? idNumber('message', command);
    if (number === undefined) return stale;

    const taken = settlement.outcome === 'accepted' ? settlement : undefined;
    if (taken?.fromChunk === 0 && taken.remoteIds.length === 1) {
      const outcome = simple(batch, entry, item, taken, born ?? named(number, command, entry), born !== undefined);
      if (outcome && born) borns.end(command, born);
      if (outcome) return outcome;
    }
    if (born) borns.writeOut(command, born);
    const row = commands.get(entry.number, number);
    if (!row || row.fence !== fence || row.state === commandState.queued) return stale;
    if (!isSend(row)) return settleSide(parts, row, settlement);
    return settlement.outcome === 'accepted' ? several(batch, entry, row, settlement) : lose(batch, row, settlement);
  };
}

/** One chunk, taken. Undefined when it is not that simple, with nothing written. */
function simpleSend(parts: Parts) {
  const { db, accounts, conversations, fates, receipts, remoteIds } = parts;
  const end = db.prepare<[number, number, number]>(endSimple);
  const show = showing(parts);
  type Simple = (
    batch: Batch,
    entry: ConversationEntry,
    item: SettleItem,
    taken: Accepted,
    message: Named,
    born: boolean,
  ) => SettleOutcome | undefined;
  const simple: Simple = (batch, entry, item, taken, message, born) => {
    const [remoteId] = taken.remoteIds;
    if (remoteId === undefined || typeof remoteId !== 'string') return undefined;
    if (!born && end.run(entry.number, message.number, item.fence).changes === 0) return undefined;
    const chat = taken.remoteChat ?? entry.conversation.remoteChat;
    if (chat !== null && entry.conversation.remoteChat === null) conversations.learnChat(entry, chat);
    remoteIds.link(remoteId, chat ?? '', message);
    const before = born && taken.channel === null ? fates.known(message) : undefined;
    if (before === statusCode.sending) fates.sent(message, remoteId, batch.nowMs);
    const shown = before === statusCode.sending || show(batch, message, remoteId, taken.channel);
    const account = shown ? accounts.byNumber(entry.account) : undefined;
    if (account) appendStatus(batch, account, message.id, message.number, 'sent');
    const joined = receipts.join(batch, message, remoteId, chat ?? '');
    return settled(joined ?? (shown ? 'sent' : parts.messages.fate(message.number)?.status) ?? 'sent');
  };
  return simple;
}

/** Shows on its row that a message is sent. False when a report that named our key was faster: it says more already. */
function showing({ db, fates, messages }: Parts) {
  const simply = db.prepare<[string, string | null, number, number]>(showSimplySent);
  const sent = db.prepare<[string, string | null, number, number]>(showSent);
  const name = db.prepare<[string, string | null, number]>(setRemoteId);
  const relist = relistingChannel(db);
  return (batch: Batch, message: Named, remoteId: string, channel: string | null): boolean => {
    messages.flush();
    if (simply.run(remoteId, channel, batch.nowMs, message.number).changes === 1) {
      fates.know(message, statusCode.sent);
      return true;
    }
    if (sent.run(remoteId, channel, batch.nowMs, message.number).changes === 1) return true;
    name.run(remoteId, channel, message.number);
    if (channel !== null) relist(message.number, channel);
    return false;
  };
}

function severalChunks({ db, commands, conversations, receipts, remoteIds, messages }: Parts) {
  const advanceTo = db.prepare<[number, number, number]>(progress);
  return (batch: Batch, entry: ConversationEntry, row: CommandRow, taken: Accepted): SettleOutcome => {
    const fate = messages.fate(row.id);
    if (!fate) return stale;
    const { fromChunk, remoteIds: ids } = taken;
    const chat = taken.remoteChat ?? entry.conversation.remoteChat;
    if (chat !== null && entry.conversation.remoteChat === null) conversations.learnChat(entry, chat);
    const message = named(row.id, idText('message', row.id), entry);
    for (const id of ids) remoteIds.link(id, chat ?? '', message);

    const next = Math.max(row.next_chunk, fromChunk + ids.length);
    const leaves = acceptChunks(leavesOf(fate), fromChunk, ids);
    const after = fateOf(leaves, fate.status, fate.error);
    const remoteId = leaves[0]?.remoteId ?? null;
    messages.move(batch, fate, { ...after, leaves: fate.leaves && leaves, remoteId, channel: taken.channel });
    if (next < row.chunk_count) advanceTo.run(next, row.conversation, row.id);
    else commands.remove(row.conversation, row.id);

    let { status } = after;
    for (const each of ids) status = receipts.join(batch, message, each, chat ?? '') ?? status;
    return settled(status);
  };
}

/** A try that did not get through: refused for good, put back, or nobody knows. */
function losing({ db, commands, messages }: Parts) {
  const putBack = db.prepare<[number, number, number, number]>(defer);
  return (batch: Batch, row: CommandRow, settlement: Exclude<Settlement, Accepted>): SettleOutcome => {
    const fate = messages.fate(row.id);
    if (!fate) return stale;
    if (settlement.outcome !== 'failed' && row.state !== commandState.sending) return stale;
    switch (settlement.outcome) {
      case 'deferred':
        putBack.run(settlement.notBeforeMs, settlement.maybeSent ? 1 : 0, row.conversation, row.id);
        if (rank(fate.status) >= rank('sent')) return settled(fate.status);
        messages.move(batch, fate, { status: 'queued', error: null, leaves: fate.leaves });
        return settled('queued');
      case 'failed':
        commands.remove(row.conversation, row.id);
        return settled(lost(batch, messages, fate, row, 'failed', settlement.error));
      case 'unknown': {
        const status = lost(batch, messages, fate, row, 'unknown', settlement.error);
        if (status === 'unknown') commands.hold(row.conversation, row.id, settlement.heldUntilMs);
        else commands.remove(row.conversation, row.id);
        return settled(status);
      }
      default:
        return settlement satisfies never;
    }
  };
}

/** Write that the next chunk failed or is unknown; the message keeps what a faster report already said. */
export function lost(
  batch: Batch,
  messages: MessageTable,
  fate: FateRow,
  row: Pick<CommandRow, 'next_chunk' | 'chunk_count'>,
  as: 'failed' | 'unknown',
  error: string,
): OutboundStatus {
  const named = nameChunk(error, row.next_chunk, row.chunk_count);
  const leaves = fate.leaves && loseChunk(fate.leaves, row.next_chunk, as, named);
  const status = advance(fate.status, as);
  if (status !== fate.status || leaves) {
    messages.move(batch, fate, { status, error: status === as ? named : fate.error, leaves });
  }
  return status;
}

function settleSide({ db, commands }: Parts, row: CommandRow, settlement: Settlement): SettleOutcome {
  switch (settlement.outcome) {
    case 'accepted':
      commands.remove(row.conversation, row.id);
      return settled('sent');
    case 'deferred':
      db.prepare(defer).run(settlement.notBeforeMs, settlement.maybeSent ? 1 : 0, row.conversation, row.id);
      return settled('queued');
    case 'failed':
    case 'unknown':
      commands.remove(row.conversation, row.id);
      return settled(settlement.outcome);
    default:
      return settlement satisfies never;
  }
}

/** An answer that cannot be stored leaves its message unknown: the provider did answer something. */
export function settlingSpoilt(settle: (batch: Batch, item: SettleItem) => SettleOutcome) {
  const error = "The provider's answer could not be stored";
  return (item: SettleItem, batch: Batch): SettleOutcome =>
    settle(batch, { ...item, settlement: { outcome: 'unknown', error, heldUntilMs: null } });
}
