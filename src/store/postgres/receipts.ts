/**
 * Receipts: a provider's report moves the message it is about, by remote id or by our own key. Ranks only rise, so a
 * report may come twice or late; one that comes before its send was settled is parked and joined then. Reports need no
 * row in the inbox: repeating one changes nothing.
 */
import { rank, type OutboundStatus } from '#core/delivery.ts';
import { idNumber, idText } from '#core/ids.ts';
import type { Inbound } from '#ports/driver.ts';
import type { ReceiveOutcome } from '#ports/store/inbound.ts';
import { commandState } from '../rules/codes.ts';
import { chunksGone, fateOf, reportOn, sentRank } from '../rules/leaves.ts';
import type { Batch } from './batch.ts';
import { leavesOf, type FateRow } from './messages.ts';
import type { Named, RemoteName } from './remote-ids.ts';
import type { Tables } from './tables.ts';

export type Receipt = Extract<Inbound, { kind: 'receipt' }>;
type Told = Pick<Receipt, 'recipient' | 'status' | 'error'> & { readonly remoteId: string };

export async function receiveReceipt(
  tables: Tables,
  batch: Batch,
  connection: number,
  row: Receipt,
): Promise<ReceiveOutcome> {
  const { conversations, parked, remoteIds } = tables;
  const name = { connection, remoteId: row.remoteId, remoteChat: row.remoteChat };
  const known = await remoteIds.find(batch, name);
  if (known) return apply(tables, batch, known, row, null);
  const ours = row.key === undefined ? undefined : await keyedMessage(tables, batch, connection, row.key);
  if (ours) {
    const { named, chunk } = ours;
    remoteIds.link(name, named);
    if (named.entry.conversation.remoteChat === null) conversations.learnChat(named.entry, row.remoteChat);
    return apply(tables, batch, named, row, chunk);
  }
  await parked.load(batch);
  return parked.add(batch, connection, row) ? { outcome: 'parked' } : { outcome: 'ignored', why: 'unknown_message' };
}

/** Apply what was parked for a remote id that a settled send just learnt; the status after, if anything was. */
export async function joinParked(
  tables: Tables,
  batch: Batch,
  named: Named,
  name: RemoteName,
): Promise<OutboundStatus | undefined> {
  const rows = tables.parked.take(name);
  for (const row of rows) await apply(tables, batch, named, { ...row, remoteId: name.remoteId }, null);
  return rows.length > 0 ? (await tables.messages.fate(batch, named.number))?.status : undefined;
}

/** The number of the message that our own key names (`msg_x`, `msg_x/2`). */
export const keyedNumber = (key: string): number | undefined => idNumber('message', key.split('/')[0] ?? '');

/** The message and chunk our own key names, if the connection is the one it went by. */
async function keyedMessage({ conversations, messages }: Tables, batch: Batch, connection: number, key: string) {
  const number = keyedNumber(key);
  const fate = number === undefined ? undefined : await messages.fate(batch, number);
  const entry = fate && (await conversations.byNumber(batch, fate.conversation));
  if (!fate || entry?.connection !== connection) return undefined;
  const chunk = Number.parseInt(key.split('/')[1] ?? '', 10) || 0;
  const named: Named = { number: fate.id, id: idText('message', fate.id), entry };
  return { named, chunk };
}

async function apply(
  tables: Tables,
  batch: Batch,
  named: Named,
  told: Told,
  chunk: number | null,
): Promise<ReceiveOutcome> {
  const lifted = (await liftSimply(tables, batch, named, told)) || (await lift(tables, batch, named, told, chunk));
  if (!lifted) return { outcome: 'ignored', why: 'no_change' };
  const { id, account } = named.entry.conversation;
  return { outcome: 'stored', account, conversation: id, message: named.id };
}

/** A simple message that is out already: whatever its report calls it, it is about all there is of it. */
async function liftSimply({ messages }: Tables, batch: Batch, { entry, number }: Named, told: Told): Promise<boolean> {
  // A member's report is about a part of the group: the leaves have to be read.
  if (told.recipient !== null && entry.conversation.isGroup) return false;
  const fate = await messages.fate(batch, number);
  if (!fate || fate.leaves !== null || rank(fate.status) < sentRank) return false;
  if (rank(told.status) <= rank(fate.status)) return false;
  const error = told.status === 'failed' ? told.error : null;
  await messages.move(batch, fate, { status: told.status, error, leaves: null });
  return true;
}

/** Over the message's leaves, and with its command, which a proof of sending ends or advances. */
async function lift(
  tables: Tables,
  batch: Batch,
  { entry, number }: Named,
  told: Told,
  chunk: number | null,
): Promise<boolean> {
  const { messages } = tables;
  const fate = await messages.fate(batch, number);
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
  await messages.move(batch, fate, { ...after, leaves: single ? null : leaves, remoteId });
  await endCommand(tables, batch, fate, after.status, chunksGone(leaves));
  return after.status !== fate.status;
}

async function endCommand(
  { commands }: Tables,
  batch: Batch,
  fate: FateRow,
  status: OutboundStatus,
  gone: number,
): Promise<void> {
  if (rank(fate.status) >= sentRank) return;
  const row = await commands.get(batch, fate.conversation, fate.id);
  if (!row) return;
  if (rank(status) >= sentRank) {
    // While it is in hand, its own settlement ends it and stores what the provider answered.
    if (row.state !== commandState.sending) commands.remove(row);
  } else if (gone > row.next_chunk) {
    row.next_chunk = gone;
    commands.changed(row);
  }
}
