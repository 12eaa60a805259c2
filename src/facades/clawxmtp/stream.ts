/**
 * GET /messages/stream: what comes in over XMTP, as it comes. A reader that names the last event it saw is given exactly
 * what it missed, at its own pace, and then goes on live; every event carries the cursor to come back with.
 */
import type { Following } from '#actions/follow-events.ts';
import type { FollowedHint, Follower, Sink } from '#actions/follower.ts';
import type { Entry } from '#actions/read-entries.ts';
import type { Replay } from '#actions/replay-messages.ts';
import type { Principal } from '#core/account.ts';
import { eventText, type EventStream } from '#http/event-stream.ts';
import type { Call, StreamRow } from '#http/rows.ts';
import { message, type Vocabulary } from './translate.ts';

export interface StreamDependencies {
  readonly following: Following;
  readonly replay: Replay;
  readonly vocabulary: Vocabulary;
}

type Position = Awaited<ReturnType<Replay['position']>>;

/** Messages written before the reader's pace is looked at again. */
const batch = 32;

export function streamRow(deps: StreamDependencies): StreamRow {
  const words = wordsOf(deps);
  return {
    method: 'get',
    path: '/messages/stream',
    scope: 'read:messages',
    stream: async (call) => {
      const cursor = cursorOf(call);
      const { account } = call.principal;
      const from = cursor === undefined ? null : await deps.replay.position(account, { cursor });
      return (stream) => new Reading(deps, words, call.principal, stream).run(from);
    },
  };
}

/** The header before the parameter: whoever comes back by itself knows better than the URL it was given at first. */
const cursorOf = ({ header, query }: Call): string | undefined =>
  (header('Last-Event-ID') || query().get('cursor')) ?? undefined;

type Words = (entry: Entry) => string | null;

/** One function for all readers, so that each message is put into words once. */
function wordsOf({ replay, vocabulary }: StreamDependencies): Words {
  return ({ event, chat }) => {
    if (event.kind !== 'received' || chat?.message.channel !== 'xmtp') return null;
    return eventText({
      id: replay.cursor(event.seq),
      name: 'message',
      data: JSON.stringify(message(chat, vocabulary)),
    });
  };
}

class Reading implements Sink {
  readonly #deps: StreamDependencies;
  readonly #words: Words;
  readonly #principal: Principal;
  readonly #stream: EventStream;
  #follower: Follower | null = null;
  #isLive = false;

  constructor(deps: StreamDependencies, words: Words, principal: Principal, stream: EventStream) {
    this.#deps = deps;
    this.#words = words;
    this.#principal = principal;
    this.#stream = stream;
  }

  /** Resolves when the reader is live; from then on the log drives it, until the stream ends. */
  async run(from: Position | null): Promise<void> {
    const { ended } = this.#stream;
    const follower = await this.#deps.following.follow(this.#principal.account, this.#words, this);
    this.#follower = follower;
    ended.addEventListener('abort', () => follower.close());
    if (ended.aborted) return follower.close();
    // It stands still while it is told what it missed: what comes meanwhile comes after that, once.
    follower.pause();
    const throughSeq = follower.seq;
    if (from !== null) await this.#catchUp(from, throughSeq);
    const cursor = this.#deps.replay.cursor(throughSeq);
    this.#stream.write([eventText({ id: cursor, name: 'ready', data: JSON.stringify({ cursor }) })]);
    await this.#stream.drained();
    this.#isLive = true;
    follower.resume();
  }

  async #catchUp({ afterSeq, reset }: Position, throughSeq: number): Promise<void> {
    const { replay } = this.#deps;
    const stream = this.#stream;
    if (reset) stream.write([eventText({ name: 'reset', data: '{}' })]);
    const write = async (events: readonly string[]) => {
      for (let at = 0; at < events.length; at += batch) {
        stream.write(events.slice(at, at + batch));
        await stream.drained();
      }
    };
    const { account } = this.#principal;
    await replay.inbound(account, afterSeq, throughSeq, this.#words, write, stream.ended);
  }

  frames(frames: readonly string[]): boolean {
    // Before it is live nothing is taken: up to where it stands then, the log has told it.
    if (!this.#isLive) return false;
    if (this.#stream.write(frames)) return true;
    void this.#stream.drained().then(() => this.#follower?.resume());
    return false;
  }

  hint(hint: FollowedHint): void {
    if (hint.kind === 'key-revoked' && hint.key === this.#principal.key) this.#stream.close('key_revoked');
    if (hint.kind === 'account-stopped') this.#stream.close('account_stopped');
  }

  broken(): void {
    this.#stream.close('internal');
  }
}
