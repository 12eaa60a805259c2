/**
 * A reader of an account's log and the two sides it has: the sink that takes what happened, and the follower by which the
 * reader says how fast it can take it.
 */
import type { Hint } from '#ports/bus.ts';

export type FollowedHint = Exclude<Hint, { kind: 'events' }>;

export interface Sink {
  /** Translated events, in order; `lastSeq` is the newest of them. False: hand over no more until `resume`. */
  frames(frames: readonly string[], lastSeq: number): boolean;
  /** What is not in the log: typing, a revoked key, a stopped account. */
  hint(hint: FollowedHint): void;
  /** The log could not be read any more: this follower is dead, and its reader has to start again. */
  broken(): void;
}

export interface Follower {
  /** The seq of the newest event handed over or passed over. */
  readonly seq: number;
  pause(): void;
  resume(): void;
  close(): void;
}
