/**
 * The replays of one socket: one at a time, in the order asked, at the pace of the reader. While any is under way the
 * follower stands still at the seq up to which the replay goes, so what comes live meanwhile comes after it, once.
 */
import type { Following } from '#actions/follow-events.ts';
import type { FollowedHint, Follower, Sink } from '#actions/follower.ts';
import type { Translate } from '#actions/read-entries.ts';
import type { Replay } from '#actions/replay-messages.ts';
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { Outlet } from '#http/link.ts';
import { syncDone } from './answers.ts';
import type { SyncRequest } from './parse.ts';
import type { Words } from './translate.ts';

export interface SyncDependencies {
  readonly replay: Replay;
  readonly following: Following;
  readonly words: Words;
}

const maxWaiting = 8;
/** Messages written before the reader's pace is looked at again. */
const batch = 32;

export class Syncs {
  readonly #deps: SyncDependencies;
  readonly #account: AccountId;
  readonly #outlet: Outlet;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(deps: SyncDependencies, account: AccountId, outlet: Outlet) {
    this.#deps = deps;
    this.#account = account;
    this.#outlet = outlet;
  }

  /** Whether the follower has to stand still. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  /**
   * Resolves after `sync.done`, or without it when the signal aborts. `followed` is null for a socket that follows
   * nothing. Throws Refused for a cursor that is none, or when too many wait; anything else is the store's.
   */
  run(request: SyncRequest, followed: Promise<Follower | null> | null, signal: AbortSignal): Promise<void> {
    if (this.#waiting >= maxWaiting) {
      throw refuse('rate_limited', `${maxWaiting} syncs wait already; wait for sync.done`);
    }
    this.#waiting += 1;
    const mine = this.#last
      .then(() => this.#replay(request, followed, signal))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#last = mine.catch(() => {});
    return mine;
  }

  async #replay(request: SyncRequest, followed: Promise<Follower | null> | null, signal: AbortSignal): Promise<void> {
    const throughSeq = await this.#standStill(await followed);
    const { replay, words } = this.#deps;
    const { afterSeq, reset } = await replay.position(this.#account, request.from);
    const write = async (frames: readonly string[]) => {
      // A page of long messages is more than a socket should hold at once.
      for (let from = 0; from < frames.length; from += batch) {
        this.#outlet.sendMany(frames.slice(from, from + batch));
        await this.#outlet.drained();
      }
    };
    const count = await replay.inbound(this.#account, afterSeq, throughSeq, words.replayed, write, signal);
    if (!signal.aborted) this.#outlet.send(syncDone(count, replay.cursor(throughSeq), reset));
  }

  /** The seq up to which this socket has been served: the replay ends there, and live goes on from there. */
  async #standStill(follower: Follower | null): Promise<number> {
    if (follower !== null) {
      follower.pause();
      return follower.seq;
    }
    const glance = await this.#deps.following.follow(this.#account, silence, deaf);
    const head = glance.seq;
    glance.close();
    return head;
  }
}

const silence: Translate = () => null;

const deaf: Sink = {
  frames: () => true,
  hint: (_hint: FollowedHint) => {},
  broken: () => {},
};
