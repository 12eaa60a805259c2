/**
 * Claiming: the head run of a conversation is taken with a higher fence, and says `sending`, before anything goes over
 * the wire. A lane whose head is under way, held, or not due yet gives nothing. Expired commands end here.
 */
import type { ClaimedCommand, SideCommand } from '#core/command.ts';
import { idText } from '#core/ids.ts';
import type { Claim, ClaimRequest } from '#ports/store/outbound.ts';
import { commandState, statusCode } from '../rules/codes.ts';
import type { AccountCache, AccountEntry } from './account-cache.ts';
import type { Batch } from './batch.ts';
import type { BornTable } from './born.ts';
import { isSend, type CommandRow } from './commands.ts';
import type { ConversationCache } from './conversations.ts';
import type { Db } from './file.ts';

const selectWaiting = `SELECT * FROM commands
  WHERE conversation = ? AND (state <> ${commandState.unknown} OR not_before_ms IS NULL OR not_before_ms > ?)
  ORDER BY id LIMIT ?`;
const takeCommand = `UPDATE commands SET state = ${commandState.sending}, fence = fence + 1, attempt = attempt + 1,
  first_sent_at_ms = coalesce(first_sent_at_ms, ?) WHERE conversation = ? AND id = ?`;
const showSending = `UPDATE messages SET status = ${statusCode.sending} WHERE id = ? AND status = ${statusCode.queued}`;

/** A run is never longer than this, whatever the request says. */
const longestRun = 1_024;

export interface Parts {
  readonly db: Db;
  readonly accounts: AccountCache;
  readonly conversations: ConversationCache;
  readonly borns: BornTable;
  readonly expire: (batch: Batch, row: CommandRow) => void;
}

export function claiming(parts: Parts): (batch: Batch, request: ClaimRequest) => Claim | undefined {
  const { db, accounts, conversations, borns, expire } = parts;
  const waiting = db.prepare<[number, number, number], CommandRow>(selectWaiting);
  const take = db.prepare<[number, number, number]>(takeCommand);
  const show = db.prepare<[number]>(showSending);

  const headRun = (batch: Batch, conversation: number, max: number): { run: CommandRow[]; more: boolean } => {
    const limit = Math.max(1, Math.min(max, longestRun));
    const inHand = borns.oldest(conversation) ?? Number.MAX_SAFE_INTEGER;
    for (;;) {
      const rows = waiting.all(conversation, batch.nowMs, limit);
      const [head] = rows;
      // Behind one that was born claimed and is under way, order says wait.
      if (head && head.id > inHand) return { run: [], more: true };
      if (!head || head.state !== commandState.queued || !isDue(head, batch.nowMs)) return { run: [], more: false };
      if (head.expires_at_ms > batch.nowMs) {
        const run = runOf(rows, max, batch.nowMs, inHand);
        return { run, more: rows.length > run.length || rows.length === limit };
      }
      expire(batch, head);
    }
  };
  return (batch, { conversation, max }) => {
    const entry = conversations.get(conversation);
    const account = entry && accounts.byNumber(entry.account);
    if (!account) return undefined;
    const { run, more } = headRun(batch, entry.number, max);
    if (run.length === 0) return undefined;
    for (const row of run) {
      take.run(batch.nowMs, row.conversation, row.id);
      if (isSend(row)) show.run(row.id);
    }
    return { conversation: entry.conversation, commands: run.map((row) => claimed(row, account, batch.nowMs)), more };
  };
}

const isDue = (row: CommandRow, nowMs: number) => row.not_before_ms !== null && row.not_before_ms <= nowMs;

/** The head, and behind it the sends that still fit: a message of several chunks is taken whole or left for the next run. */
function runOf(rows: readonly CommandRow[], max: number, nowMs: number, inHand: number): CommandRow[] {
  const run: CommandRow[] = [];
  let chunks = 0;
  for (const row of rows) {
    chunks += row.chunk_count - row.next_chunk;
    if (run.length > 0) {
      const fits = isSend(row) && chunks <= max && row.id < inHand;
      if (!fits || row.state !== commandState.queued || !isDue(row, nowMs) || row.expires_at_ms <= nowMs) break;
    }
    run.push(row);
    if (!isSend(row)) break;
  }
  return run;
}

function claimed(row: CommandRow, account: AccountEntry, nowMs: number): ClaimedCommand {
  const base = {
    id: idText('message', row.id),
    account: account.id,
    fence: row.fence + 1,
    attempt: row.attempt + 1,
    maybeSent: row.maybe_sent === 1,
    firstSentAtMs: row.first_sent_at_ms ?? nowMs,
    expiresAtMs: row.expires_at_ms,
    unknownPolicy: account.account.unknownPolicy,
  };
  const { channel } = row;
  if (!isSend(row) || channel === null) return { ...base, kind: 'side', command: JSON.parse(row.body) as SideCommand };
  return {
    ...base,
    kind: 'send',
    channel,
    chunks: JSON.parse(row.body) as readonly string[],
    nextChunk: row.next_chunk,
  };
}
