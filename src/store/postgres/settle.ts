/**
 * Settling: what became of a try, written only under the fence it was claimed with. All that the items of a batch are
 * about is read at once, moved in memory and written at its end.
 */
import { rank, type OutboundStatus } from '#core/delivery.ts';
import { idNumber, idText } from '#core/ids.ts';
import type { SettleItem, SettleOutcome, Settlement } from '#ports/store/outbound.ts';
import { commandState } from '../rules/codes.ts';
import { acceptChunks, fateOf } from '../rules/leaves.ts';
import type { Batch } from './batch.ts';
import { isSend, type CommandRow } from './command-rows.ts';
import type { ConversationEntry } from './conversation-rows.ts';
import { lose } from './fates.ts';
import { leavesOf } from './messages.ts';
import { joinParked } from './receipts.ts';
import { together } from './sql.ts';
import type { Tables } from './tables.ts';
import type { Verb } from './writer.ts';

type Accepted = Extract<Settlement, { outcome: 'accepted' }>;
const stale: SettleOutcome = { outcome: 'stale' };
const settled = (status: OutboundStatus): SettleOutcome => ({ outcome: 'settled', status });

/** An answer that cannot be stored leaves its message unknown: the provider did answer something. */
const unstorable = "The provider's answer could not be stored";

export function settling(tables: Tables): Verb<SettleItem, SettleOutcome> {
  return {
    async carry(batch, items) {
      await lookAhead(tables, batch, items);
      const outcomes: SettleOutcome[] = [];
      for (const item of items) outcomes.push(await settle(tables, batch, item));
      return outcomes;
    },
    spoilt: (batch, item) =>
      settle(tables, batch, { ...item, settlement: { outcome: 'unknown', error: unstorable, heldUntilMs: null } }),
  };
}

async function lookAhead(tables: Tables, batch: Batch, items: readonly SettleItem[]): Promise<void> {
  const { commands, conversations, messages, parked } = tables;
  const names = items.flatMap((item) => {
    const [conversation, id] = [idNumber('conversation', item.conversation), idNumber('message', item.command)];
    return conversation === undefined || id === undefined ? [] : [{ conversation, id }];
  });
  await together([
    conversations.load(
      batch,
      names.map(({ conversation }) => conversation),
    ),
    commands.load(batch, names),
    messages.load(
      batch,
      names.map(({ id }) => id),
    ),
    parked.load(batch),
  ]);
}

async function settle(tables: Tables, batch: Batch, item: SettleItem): Promise<SettleOutcome> {
  const entry = await tables.conversations.get(batch, item.conversation);
  if (!entry || entry.conversation.account !== item.account) return stale;
  const { settlement, fence, command } = item;
  const number = idNumber('message', command);
  const row = number === undefined ? undefined : await tables.commands.get(batch, entry.number, number);
  if (!row || row.fence !== fence || row.state === commandState.queued) return stale;
  if (!isSend(row)) return settleSide(tables, row, settlement);
  return settlement.outcome === 'accepted'
    ? chunksTaken(tables, batch, entry, row, settlement)
    : notTaken(tables, batch, row, settlement);
}

async function chunksTaken(
  tables: Tables,
  batch: Batch,
  entry: ConversationEntry,
  row: CommandRow,
  taken: Accepted,
): Promise<SettleOutcome> {
  const { commands, conversations, messages, remoteIds } = tables;
  const fate = await messages.fate(batch, row.id);
  if (!fate) return stale;
  const { fromChunk, remoteIds: ids } = taken;
  const chat = taken.remoteChat ?? entry.conversation.remoteChat;
  if (chat !== null && entry.conversation.remoteChat === null) conversations.learnChat(entry, chat);
  const named = { number: row.id, id: idText('message', row.id), entry };
  const nameOf = (remoteId: string) => ({ connection: entry.connection, remoteId, remoteChat: chat ?? '' });
  for (const id of ids) remoteIds.link(nameOf(id), named);

  const next = Math.max(row.next_chunk, fromChunk + ids.length);
  const leaves = acceptChunks(leavesOf(fate), fromChunk, ids);
  const after = fateOf(leaves, fate.status, fate.error);
  const remoteId = leaves[0]?.remoteId ?? null;
  await messages.move(batch, fate, { ...after, leaves: fate.leaves && leaves, remoteId, channel: taken.channel });
  if (next < row.chunk_count) {
    row.next_chunk = next;
    commands.changed(row);
  } else commands.remove(row);

  let { status } = after;
  for (const id of ids) status = (await joinParked(tables, batch, named, nameOf(id))) ?? status;
  return settled(status);
}

/** A try that did not get through: refused for good, put back, or nobody knows. */
async function notTaken(
  { commands, messages }: Tables,
  batch: Batch,
  row: CommandRow,
  settlement: Exclude<Settlement, Accepted>,
): Promise<SettleOutcome> {
  const fate = await messages.fate(batch, row.id);
  if (!fate) return stale;
  if (settlement.outcome !== 'failed' && row.state !== commandState.sending) return stale;
  switch (settlement.outcome) {
    case 'deferred':
      putBack(row, settlement);
      commands.changed(row);
      if (rank(fate.status) >= rank('sent')) return settled(fate.status);
      await messages.move(batch, fate, { status: 'queued', error: null, leaves: fate.leaves });
      return settled('queued');
    case 'failed':
      commands.remove(row);
      return settled(await lose(messages, batch, fate, row, 'failed', settlement.error));
    case 'unknown': {
      const status = await lose(messages, batch, fate, row, 'unknown', settlement.error);
      if (status === 'unknown') commands.hold(row, settlement.heldUntilMs);
      else commands.remove(row);
      return settled(status);
    }
    default:
      return settlement satisfies never;
  }
}

function putBack(row: CommandRow, settlement: Extract<Settlement, { outcome: 'deferred' }>): void {
  row.state = commandState.queued;
  row.not_before_ms = settlement.notBeforeMs;
  row.maybe_sent ||= settlement.maybeSent;
}

function settleSide({ commands }: Tables, row: CommandRow, settlement: Settlement): SettleOutcome {
  switch (settlement.outcome) {
    case 'accepted':
      commands.remove(row);
      return settled('sent');
    case 'deferred':
      putBack(row, settlement);
      commands.changed(row);
      return settled('queued');
    case 'failed':
    case 'unknown':
      commands.remove(row);
      return settled(settlement.outcome);
    default:
      return settlement satisfies never;
  }
}
