/**
 * What receipts mean for the commands of a run: the settlements to write, in order. Pure, because every promise about
 * doubles and losses is decided here: accepted is sent, a documented refusal is final, what surely did not happen waits
 * its turn again, and what nobody knows is tried again only where the provider dedupes.
 */
import type { Capabilities, Channel } from '#core/channel.ts';
import type { ClaimedCommand } from '#core/command.ts';
import type { RemoteChat, RemoteId } from '#core/ids.ts';
import type { Receipt } from '#ports/driver.ts';
import type { Settlement } from '#ports/store/outbound.ts';
import { backoffMs } from './backoff.ts';

export interface Circumstances {
  readonly can: Pick<Capabilities, 'idempotency' | 'dedupeWindowMs'>;
  readonly channel: Channel;
  /** The provider can be asked what became of a send. */
  readonly canAsk: boolean;
  readonly nowMs: number;
  /** The connection is down: what surely was not sent waits for it, not for a clock. */
  readonly down: boolean;
  /** A number in [0, 1), for the backoff. */
  readonly chance: number;
}

export interface Verdict {
  readonly command: ClaimedCommand;
  readonly settlements: readonly Settlement[];
}

const holdMs = 60_000;
/** A provider's window is not trusted to its last minute: clocks differ, and the call itself takes time. */
const windowMarginMs = 60_000;

/** How many chunks of a command are still to go out. */
export const chunksLeft = (command: ClaimedCommand): number =>
  command.kind === 'send' ? command.chunks.length - command.nextChunk : 1;

/** Whether a try that may have arrived may be made again with the same key. */
export function mayRepeat(command: ClaimedCommand, at: Circumstances): boolean {
  switch (at.can.idempotency) {
    case 'key':
      return true;
    case 'window':
      return at.nowMs - command.firstSentAtMs < (at.can.dedupeWindowMs ?? 0) - windowMarginMs;
    case 'none':
      return false;
    default:
      return at.can.idempotency satisfies never;
  }
}

/** The settlements of a run, one verdict per command, from one receipt per chunk (missing ones were never attempted). */
export function verdicts(
  commands: readonly ClaimedCommand[],
  receipts: readonly Receipt[],
  at: Circumstances,
): readonly Verdict[] {
  let next = 0;
  return commands.map((command) => {
    const own = receipts.slice(next, next + chunksLeft(command));
    next += own.length;
    return { command, settlements: settle(command, own, at) };
  });
}

function settle(command: ClaimedCommand, receipts: readonly Receipt[], at: Circumstances): Settlement[] {
  const end = receipts.findIndex((receipt) => receipt.outcome !== 'accepted');
  const taken = receipts.slice(0, end === -1 ? receipts.length : end).filter(isAccepted);
  const settlements = taken.length > 0 ? [accepted(command, taken, at.channel)] : [];
  if (taken.length === chunksLeft(command)) return settlements;
  // One unclear chunk makes the command unclear, whatever is known of the others.
  const bad = receipts.find((receipt) => receipt.outcome === 'uncertain') ?? receipts[end];
  return [...settlements, bad === undefined ? notAttempted(command, at) : unaccepted(command, bad, at)];
}

type Accepted = Extract<Receipt, { outcome: 'accepted' }>;
const isAccepted = (receipt: Receipt): receipt is Accepted => receipt.outcome === 'accepted';

function accepted(command: ClaimedCommand, receipts: readonly Accepted[], channel: Channel): Settlement {
  const remoteIds: RemoteId[] = receipts.map((receipt) => receipt.remoteId);
  const remoteChat: RemoteChat | null = receipts[0]?.remoteChat ?? null;
  const other =
    receipts.find((receipt) => receipt.channel !== undefined && receipt.channel !== channel)?.channel ?? null;
  return {
    outcome: 'accepted',
    fromChunk: command.kind === 'send' ? command.nextChunk : 0,
    remoteIds,
    remoteChat,
    channel: other,
  };
}

function unaccepted(command: ClaimedCommand, receipt: Receipt, at: Circumstances): Settlement {
  switch (receipt.outcome) {
    case 'accepted':
      return notAttempted(command, at);
    case 'refused':
      return { outcome: 'failed', error: receipt.message };
    case 'deferred':
      return later(command, receipt.message, at, receipt.retryAfterMs, command.maybeSent);
    case 'uncertain':
      return mayRepeat(command, at) || at.canAsk
        ? later(command, receipt.message, at, 0, true)
        : unknown(command, receipt.message, at);
    default:
      return receipt satisfies never;
  }
}

function later(
  command: ClaimedCommand,
  error: string,
  at: Circumstances,
  retryAfterMs = 0,
  maybeSent = false,
): Settlement {
  const notBeforeMs = at.nowMs + (at.down ? 0 : backoffMs(command.attempt, at.chance, retryAfterMs));
  if (notBeforeMs < command.expiresAtMs) return { outcome: 'deferred', notBeforeMs, error, maybeSent };
  return maybeSent
    ? unknown(command, `Nobody could say before its time was over: ${error}`, at)
    : { outcome: 'failed', error: `Not sent before its time was over: ${error}` };
}

/** A command that was claimed and never attempted, back in its place. */
export const putBack = (command: ClaimedCommand, nowMs: number): Verdict => ({
  command,
  settlements: [{ outcome: 'deferred', notBeforeMs: nowMs, error: 'not attempted yet', maybeSent: command.maybeSent }],
});

/** Left out of a run that stopped before it: back in its place, with no blame and no wait. */
function notAttempted(command: ClaimedCommand, at: Circumstances): Settlement {
  return { outcome: 'deferred', notBeforeMs: at.nowMs, error: 'not attempted yet', maybeSent: command.maybeSent };
}

/** Nobody knows. What waits behind it waits a minute, or until somebody decides, or (by the account's wish) it is sent again. */
export function unknown(command: ClaimedCommand, error: string, at: Circumstances): Settlement {
  switch (command.unknownPolicy) {
    case 'hold':
      return { outcome: 'unknown', error, heldUntilMs: null };
    case 'release':
      return { outcome: 'unknown', error, heldUntilMs: at.nowMs + holdMs };
    case 'resend':
      return {
        outcome: 'deferred',
        notBeforeMs: at.nowMs + backoffMs(command.attempt, at.chance),
        error,
        maybeSent: false,
      };
    default:
      return command.unknownPolicy satisfies never;
  }
}

/** Whether the provider took any of it: a run stops at what it did not take. */
export const isTaken = (list: readonly Verdict[]): boolean => list[0]?.settlements[0]?.outcome === 'accepted';

/** What a conversation has to wait for after these verdicts; undefined when its next command may go at once. */
export function waitOf(
  list: readonly Verdict[],
  nowMs: number,
): { state: 'deferred' | 'held'; untilMs: number | null } | undefined {
  for (const { settlements } of list) {
    const last = settlements.at(-1);
    if (last?.outcome === 'unknown') return { state: 'held', untilMs: last.heldUntilMs };
    if (last?.outcome === 'deferred') return { state: 'deferred', untilMs: Math.max(last.notBeforeMs, nowMs) };
  }
  return undefined;
}
