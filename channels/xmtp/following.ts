/**
 * How news reaches the gateway: a live stream for every account somebody listens to, as far as the clients allow, and a
 * sweep that opens, syncs and closes the other wallets in turn. A wallet that had news, or that expects some, is looked
 * at soon again; one where nothing happens is left alone for longer and longer, a minute at most.
 */
import type { AccountId } from '#core/ids.ts';
import type { Wallet } from '#ports/wallets.ts';
import type { Session } from './clients.ts';
import { NotNow, unavailable, wordsOf } from './faults.ts';
import { type Expectation, type StreamParts, followAccount, syncAll } from './streams.ts';

export interface Following {
  start(): void;
  stop(): Promise<void>;
  /** There should be news on this line; where a stream is open it has a moment to hear of it by itself. */
  soon(line: string): void;
  /** Something was said on this line, so there may be an answer. */
  expectAnswer(line: string): void;
  /** Throws Refused `unavailable`. */
  pull(account: AccountId, signal: AbortSignal): Promise<number>;
}

interface Turn {
  dueAtMs: number;
  everyMs: number;
  failures: number;
  isRunning: boolean;
  /** It was asked for, not merely its time. */
  isUrgent: boolean;
  endedAtMs: number;
}

interface Stream {
  readonly stopping: AbortController;
  readonly expected: Expectation;
  readonly done: Promise<void>;
}

const soonestMs = 1_000;
const firstMs = 2_000;
const latestMs = 60_000;
const slower = 1.5;
/** Of wallets nobody asked about, so many are opened in a second, and so many at once. */
const pausePerSweepMs = 150;
const [maxSweeps, maxUrgent] = [2, 8];
const lookEveryMs = 500;
/** One look for what is said in quick succession. */
const [urgentGapMs, hurryMs] = [100, 25];

class Follower implements Following {
  readonly #parts: StreamParts;
  readonly #maxStreams: number;
  readonly #streams = new Map<AccountId, Stream>();
  readonly #turns = new Map<string, Turn>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #wake = new AbortController();
  /** Somebody's news is due in a moment. */
  #isHurried = false;
  #stopWatching: () => void = () => undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(parts: StreamParts, maxStreams: number) {
    [this.#parts, this.#maxStreams] = [parts, maxStreams];
  }

  start(): void {
    this.#stopWatching = this.#parts.host.readers.watch((account, isHeard) => {
      if (isHeard) this.#listenTo(account);
      else this.#streams.get(account)?.stopping.abort();
    });
    this.#sweeping = this.#keepSweeping();
  }

  async stop(): Promise<void> {
    this.#stopWatching();
    this.#stopping.abort();
    const streams = [...this.#streams.values()].map(({ done }) => done);
    await Promise.all([this.#sweeping, ...this.#running, ...streams]);
  }

  soon(line: string): void {
    const wallet = this.#parts.host.wallets.at(line);
    const expected = wallet && this.#streams.get(wallet.account)?.expected;
    if (expected) {
      expected.sinceMs ??= this.#nowMs();
      expected.wake();
    }
    const turn = this.#turnOf(line);
    [turn.dueAtMs, turn.everyMs, turn.isUrgent] = [turn.endedAtMs + urgentGapMs, soonestMs, true];
    this.#wake.abort();
  }

  expectAnswer(line: string): void {
    const turn = this.#turnOf(line);
    turn.everyMs = soonestMs;
    turn.dueAtMs = Math.min(turn.dueAtMs, this.#nowMs() + soonestMs);
  }

  async pull(account: AccountId, signal: AbortSignal): Promise<number> {
    const { clients, handOver, link } = this.#parts;
    try {
      if (!link.isUp) throw new NotNow('The XMTP network cannot be reached now');
      const work = async (session: Session): Promise<number> => {
        await syncAll(session);
        return handOver.all(session);
      };
      return await clients.use(account, work, { signal });
    } catch (error) {
      throw unavailable(error);
    }
  }

  #listenTo(account: AccountId): void {
    if (this.#streams.has(account) || this.#stopping.signal.aborted) return;
    const wallet = this.#parts.host.wallets.of(account);
    if (!wallet || wallet.inboxId === null || this.#streams.size >= this.#maxStreams) return;
    const stopping = new AbortController();
    const signal = AbortSignal.any([stopping.signal, this.#stopping.signal]);
    const expected: Expectation = { sinceMs: null, wake: () => undefined };
    const done = followAccount(this.#parts, account, expected, signal).then(() => void this.#streams.delete(account));
    this.#streams.set(account, { stopping, expected, done });
  }

  async #keepSweeping(): Promise<void> {
    const { link, host } = this.#parts;
    for (let nextAtMs = 0; !this.#stopping.signal.aborted;) {
      this.#wake = new AbortController();
      if (link.isUp) nextAtMs = this.#beginDue(nextAtMs);
      const pauseMs = this.#isHurried ? hurryMs : lookEveryMs;
      await host.runtime.timers.sleep(pauseMs, AbortSignal.any([this.#stopping.signal, this.#wake.signal]));
    }
  }

  /** Those asked about first, then whoever waited longest. Answers when the next one nobody asked about may begin. */
  #beginDue(nextAtMs: number): number {
    const { wallets, readers } = this.#parts.host;
    const nowMs = this.#nowMs();
    let next = nextAtMs;
    const due: (readonly [Wallet, Turn])[] = [];
    this.#isHurried = false;
    for (const wallet of wallets.all()) {
      if (wallet.inboxId === null) continue;
      if (readers.isHeard(wallet.account)) this.#listenTo(wallet.account);
      const turn = this.#turnOf(wallet.address);
      if (turn.isRunning || this.#streams.has(wallet.account)) continue;
      if (turn.dueAtMs <= nowMs) due.push([wallet, turn]);
      else this.#isHurried ||= turn.isUrgent;
    }
    due.sort(([, one], [, other]) => Number(other.isUrgent) - Number(one.isUrgent) || one.dueAtMs - other.dueAtMs);
    for (const [wallet, turn] of due) {
      const isItsTime = turn.isUrgent
        ? this.#running.size < maxUrgent
        : this.#running.size < maxSweeps && nowMs >= next;
      if (!isItsTime) {
        this.#isHurried = true;
        break;
      }
      if (!turn.isUrgent) next = nowMs + pausePerSweepMs;
      this.#begin(wallet, turn);
    }
    return next;
  }

  #begin(wallet: Wallet, turn: Turn): void {
    const one = this.#sweep(wallet, turn).finally(() => {
      this.#running.delete(one);
      this.#wake.abort();
    });
    this.#running.add(one);
  }

  async #sweep({ account }: Wallet, turn: Turn): Promise<void> {
    const { clients, handOver, host } = this.#parts;
    // Where there is news there is often more: then the client stays open for a while.
    const isBrief = !turn.isUrgent;
    [turn.isRunning, turn.isUrgent] = [true, false];
    try {
      const work = async (session: Session): Promise<number> => {
        await syncAll(session).catch((error: unknown) => {
          host.log.debug('xmtp.sync_failed', { account, error: wordsOf(error) });
        });
        return handOver.all(session);
      };
      const news = await clients.use(account, work, { signal: this.#stopping.signal, isBrief });
      // Somebody listens, and there was no stream left for them.
      const restMs = host.readers.isHeard(account) ? firstMs : latestMs;
      turn.everyMs = news > 0 ? soonestMs : Math.min(restMs, turn.everyMs * slower);
      turn.failures = 0;
    } catch (error) {
      // What could not be stored is handed over again in a moment; what goes on failing waits longer.
      turn.failures += 1;
      turn.everyMs = Math.min(latestMs, (soonestMs / 4) * 2 ** Math.min(turn.failures, 10));
      host.log.debug('xmtp.sweep_failed', { account, error: wordsOf(error) });
    }
    [turn.isRunning, turn.endedAtMs] = [false, this.#nowMs()];
    turn.dueAtMs = turn.endedAtMs + (turn.isUrgent ? urgentGapMs : turn.everyMs);
  }

  #turnOf(line: string): Turn {
    const known = this.#turns.get(line);
    if (known) return known;
    const dueAtMs = this.#nowMs() + this.#parts.host.runtime.chance() * soonestMs;
    const fresh = { dueAtMs, everyMs: firstMs, failures: 0, isRunning: false, isUrgent: false, endedAtMs: 0 };
    this.#turns.set(line, fresh);
    return fresh;
  }

  #nowMs(): number {
    return this.#parts.host.runtime.clock.monotonicMs();
  }
}

export const createFollowing = (parts: StreamParts, maxStreams: number): Following => new Follower(parts, maxStreams);
