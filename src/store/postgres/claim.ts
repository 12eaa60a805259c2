/**
 * Claiming: the head run of a conversation is taken with a higher fence, and says `sending`, before anything goes over
 * the wire. A lane whose head is under way, held, or not due yet gives nothing. Expired commands end here.
 */
import type { ClaimedCommand, SideCommand } from '#core/command.ts';
import { idNumber, idText } from '#core/ids.ts';
import type { Claim, ClaimRequest } from '#ports/store/outbound.ts';
import { commandState } from '../rules/codes.ts';
import type { AccountEntry, Batch } from './batch.ts';
import { isSend, type CommandRow } from './command-rows.ts';
import type { ConversationEntry } from './conversation-rows.ts';
import { expireCommand } from './fates.ts';
import type { Tables } from './tables.ts';
import type { Verb } from './writer.ts';

/** A run is never longer than this, whatever the request says. */
const longestRun = 1_024;

interface Lane {
  readonly entry: ConversationEntry;
  readonly conversation: number;
  readonly max: number;
  /** How many commands are looked at. */
  readonly most: number;
}

interface Run {
  readonly commands: readonly CommandRow[];
  readonly more: boolean;
}

export function claiming(tables: Tables): Verb<ClaimRequest, Claim | undefined> {
  const { accounts, commands, conversations, messages } = tables;
  return {
    async carry(batch, requests) {
      const numbers = requests.flatMap(({ conversation }) => idNumber('conversation', conversation) ?? []);
      await conversations.load(batch, numbers);
      const lanes: (Lane | undefined)[] = [];
      for (const { conversation, max } of requests) {
        const entry = await conversations.get(batch, conversation);
        const most = Math.max(1, Math.min(max, longestRun));
        lanes.push(entry && { entry, conversation: entry.number, max, most });
      }
      const runs = await headRuns(
        tables,
        batch,
        lanes.flatMap((lane) => lane ?? []),
      );
      await accounts.load(
        batch,
        [...runs.keys()].map(({ entry }) => entry.account),
      );
      const taken = [...runs.values()].flatMap((run) => run.commands);
      await messages.showSending(
        batch,
        taken.filter(isSend).map(({ id }) => id),
      );
      const claims: (Claim | undefined)[] = [];
      for (const lane of lanes) {
        const run = lane && runs.get(lane);
        const account = lane && (await accounts.byNumber(batch, lane.entry.account));
        claims.push(lane && account && run ? claimOf(lane.entry, account, take(run, commands, batch)) : undefined);
      }
      return claims;
    },
    spoilt: () => undefined,
  };
}

/** Every conversation once, even if asked for twice; those that give nothing are left out. */
async function headRuns(tables: Tables, batch: Batch, lanes: readonly Lane[]): Promise<ReadonlyMap<Lane, Run>> {
  const runs = new Map<Lane, Run>();
  let open: readonly Lane[] = [...new Map(lanes.map((lane) => [lane.conversation, lane])).values()];
  while (open.length > 0) {
    const waiting = await tables.commands.waiting(batch, open);
    const again: Lane[] = [];
    for (const lane of open) {
      const rows = waiting.get(lane.conversation) ?? [];
      const [head] = rows;
      if (!head || head.state !== commandState.queued || !isDue(head, batch.nowMs)) continue;
      if (head.expires_at_ms <= batch.nowMs) {
        await expireCommand(tables, batch, head);
        again.push(lane);
        continue;
      }
      const commands = runOf(rows, lane.max, batch.nowMs);
      runs.set(lane, { commands, more: rows.length > commands.length || rows.length === lane.most });
    }
    open = again;
  }
  return runs;
}

const isDue = (row: CommandRow, nowMs: number) => row.not_before_ms !== null && row.not_before_ms <= nowMs;

/** The head, and behind it the sends that still fit: a message of several chunks is taken whole or left for the next run. */
function runOf(rows: readonly CommandRow[], max: number, nowMs: number): CommandRow[] {
  const run: CommandRow[] = [];
  let chunks = 0;
  for (const row of rows) {
    chunks += row.chunk_count - row.next_chunk;
    if (run.length > 0) {
      const fits = isSend(row) && chunks <= max;
      if (!fits || row.state !== commandState.queued || !isDue(row, nowMs) || row.expires_at_ms <= nowMs) break;
    }
    run.push(row);
    if (!isSend(row)) break;
  }
  return run;
}

function take(run: Run, commands: Tables['commands'], { nowMs }: Batch): Run {
  for (const row of run.commands) {
    row.state = commandState.sending;
    row.fence += 1;
    row.attempt += 1;
    row.first_sent_at_ms ??= nowMs;
    commands.changed(row);
  }
  return run;
}

function claimOf(entry: ConversationEntry, account: AccountEntry, { commands, more }: Run): Claim {
  return { conversation: entry.conversation, commands: commands.map((row) => claimed(row, account)), more };
}

function claimed(row: CommandRow, account: AccountEntry): ClaimedCommand {
  const base = {
    id: idText('message', row.id),
    account: account.id,
    fence: row.fence,
    attempt: row.attempt,
    maybeSent: row.maybe_sent,
    firstSentAtMs: row.first_sent_at_ms ?? 0,
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
