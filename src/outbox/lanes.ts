/**
 * What the outbox remembers of conversations with work: one lane each, and what it is waiting for. Memory alone, rebuilt
 * from the store at start; at most one claim or call is under way per lane, which is what keeps a conversation in order.
 */
import type { ClaimedCommand, ClaimedRun } from '#core/command.ts';
import type { AccountId, ConnectionId, ConversationId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import { chunksLeft } from './verdict.ts';

export type LaneState =
  /** Nothing is under way; an accept may be about to commit something. */
  | 'idle'
  /** In line to be claimed. */
  | 'ready'
  | 'claiming'
  /** A run is with the driver. */
  | 'running'
  /** Its head may not be tried yet; an alarm is set. */
  | 'deferred'
  /** An unknown message blocks it until its alarm or somebody's decision. */
  | 'held'
  /** Its connection is not up. */
  | 'parked';

export interface Lane {
  readonly conversation: ConversationId;
  readonly account: AccountId;
  readonly connection: ConnectionId;
  state: LaneState;
  /** Commands committed as claimed that wait for the run before them. */
  readonly waiting: ClaimedCommand[];
  /** The conversation as last seen; what waits is sent to it. */
  chat: Conversation | null;
  /** Places taken whose commit is under way, by how they are written. */
  enteringClaimed: number;
  enteringQueued: number;
  /** Something is queued in the store behind what is under way here. */
  more: boolean;
  /** When a deferred or held lane rings; null for no alarm. */
  alarmAtMs: number | null;
  /** The end of the hold that an unknown message put on it, null for one without end; undefined where nothing holds it. */
  heldUntilMs: number | null | undefined;
}

const longestWait = 1_024;

export function newLane(conversation: ConversationId, account: AccountId, connection: ConnectionId): Lane {
  return {
    conversation,
    account,
    connection,
    state: 'idle',
    waiting: [],
    chat: null,
    enteringClaimed: 0,
    enteringQueued: 0,
    more: false,
    alarmAtMs: null,
    heldUntilMs: undefined,
  };
}

/** Whether the next command may be written claimed: nothing queued may stand before it, in the store or on its way there. */
export function takesClaimed(lane: Lane): boolean {
  const flows = lane.state === 'idle' || lane.state === 'running';
  return flows && !lane.more && lane.enteringQueued === 0 && lane.waiting.length + lane.enteringClaimed < longestWait;
}

/** Whether the unknown message that held it when it was last claimed may hold it still. */
export function isHeld({ heldUntilMs }: Lane, nowMs: number): boolean {
  return heldUntilMs === null || (heldUntilMs !== undefined && heldUntilMs > nowMs);
}

/** Nothing waits, is under way, or is on its way to the store. */
export function isForgettable(lane: Lane): boolean {
  return lane.state === 'idle' && !lane.more && lane.waiting.length + lane.enteringClaimed + lane.enteringQueued === 0;
}

/** The next run of what waits: at most `max` chunks, but at least one command. */
export function takeRun(lane: Lane, chat: Conversation, max: number): ClaimedRun {
  let [count, chunks] = [0, 0];
  for (const command of lane.waiting) {
    chunks += chunksLeft(command);
    if (count > 0 && chunks > max) break;
    count += 1;
  }
  return { conversation: chat, commands: lane.waiting.splice(0, count) };
}
