/**
 * Decisions about commands that did not end by themselves: a person or agent resolves an unknown message, and time
 * ends what waited too long.
 */
import { commandLifetimeMs } from '#core/command.ts';
import { advance, type Leaf } from '#core/delivery.ts';
import { refuse } from '#core/failure.ts';
import { idNumber, type AccountId, type MessageId } from '#core/ids.ts';
import type { OutboundStore, Resolution } from '#ports/store/outbound.ts';
import { commandState } from '../rules/codes.ts';
import { loseChunk, nameChunk } from '../rules/leaves.ts';
import { append, type Batch } from './batch.ts';
import type { CommandRow } from './command-rows.ts';
import { lanesOf } from './commands.ts';
import { expireCommand } from './fates.ts';
import type { Tables } from './tables.ts';
import type { Writer } from './writer.ts';

const resolvedFailedError = 'Marked as failed after its fate stayed unknown';

type Verbs = Pick<OutboundStore, 'expire' | 'resolve'>;

export function unknownVerbs(tables: Tables, writer: Writer): Verbs {
  const { commands } = tables;
  return {
    async expire(nowMs, limit) {
      if (!commands.mayExpire(nowMs)) return 0;
      return writer.once(async (batch) => {
        const rows = await commands.expired(batch, nowMs, limit);
        await tables.messages.load(
          batch,
          rows.map(({ id }) => id),
        );
        for (const row of rows) await expireCommand(tables, batch, row);
        if (rows.length < limit) await commands.rest(batch);
        return rows.length;
      });
    },
    resolve: (account, message, as) =>
      writer.once(async (batch) => {
        const { status, conversation } = await decide(tables, batch, account, message, as);
        await commands.flush(batch);
        const [lane] = await lanesOf(batch.sql, [conversation], batch.nowMs);
        return { status, lane: lane ?? null };
      }),
  };
}

async function decide(
  { accounts, commands, messages }: Tables,
  batch: Batch,
  account: AccountId,
  message: MessageId,
  as: Resolution,
) {
  const entry = await accounts.get(batch, account);
  const number = idNumber('message', message);
  const fate = number === undefined ? undefined : await messages.fate(batch, number);
  if (!entry || !fate || fate.account !== entry.number) {
    throw refuse('not_found', 'No message of this account has that id', { field: 'id' });
  }
  const { conversation } = fate;
  const row = await commands.get(batch, conversation, fate.id);
  if (fate.status !== 'unknown' || (as === 'resend' && !row)) {
    throw refuse('conflict', `Only a message whose fate is unknown can be resolved; this one is ${fate.status}`);
  }
  const leaves = fate.leaves && (as === 'resend' ? reopened(fate.leaves) : closed(fate.leaves, as, row));
  if (as === 'sent') await messages.move(batch, fate, { status: 'sent', error: null, leaves });
  if (as === 'failed') await messages.move(batch, fate, { status: 'failed', error: resolvedFailedError, leaves });
  if (as !== 'resend' && row) commands.remove(row);
  if (as === 'resend' && row) {
    await messages.move(batch, fate, { status: 'queued', error: null, leaves, isTold: true });
    append(batch, entry, message, fate.id, { kind: 'status', status: 'queued' });
    row.state = commandState.queued;
    row.not_before_ms = 0;
    row.maybe_sent = false;
    row.expires_at_ms = Math.max(row.expires_at_ms, batch.nowMs + commandLifetimeMs);
    commands.changed(row);
  }
  return { status: as === 'resend' ? ('queued' as const) : as, conversation };
}

/** To be sent again: what was unknown is open once more. */
function reopened(leaves: readonly Leaf[]): readonly Leaf[] {
  return leaves.map((leaf) => (leaf.status === 'unknown' ? { ...leaf, status: 'queued', error: null } : leaf));
}

function closed(leaves: readonly Leaf[], as: 'sent' | 'failed', row: CommandRow | undefined): readonly Leaf[] {
  if (as === 'sent') return leaves.map((leaf) => ({ ...leaf, status: advance(leaf.status, 'sent') }));
  const chunk = row?.next_chunk ?? 0;
  return loseChunk(leaves, chunk, 'failed', nameChunk(resolvedFailedError, chunk, leaves.length));
}
