/**
 * How news reaches the gateway: a live stream for every account somebody listens to, as far as the clients allow, and a
 * sweep that opens, syncs and closes the other wallets in turn. A wallet that had news, or that expects some, is looked
 * at soon again; one where nothing happens is left alone for longer and longer, a minute at most.
 */
import type { AccountId } from '#core/ids.ts';
import type { Wallet } from '#ports/wallets.ts';
import { NotNow, unavailable, wordsOf } from './faults.ts';
import { type StreamParts, followAccount, syncAll } from './streams.ts';

export interface Following {
  start(): void;
  stop(): Promise<void>;
  /** There should be news on this line; nothing happens where a stream hears of it anyway. */
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
}

const soonestMs = 1_000;
const firstMs = 2_000;
const latestMs = 60_000;
const slower = 1.5;
/** Of wallets nobody asked about, so many are opened in a second, and so many at once. */
const pausePerSweepMs = 150;
const [maxSweeps, maxUrgent] = [2, 8];
const lookEveryMs = 500;

export function createFollowing(parts: StreamParts, maxStreams: number): Following {
  const { clients, handOver, link, host } = parts;
  const { timers, clock } = host.runtime;
  const streams = new Map<AccountId, { readonly stopping: AbortController; readonly done: Promise<void> }>();
  const turns = new Map<string, Turn>();
  const stopping = new AbortController();
  let [wake, stopWatching]: [AbortController, () => void] = [new AbortController(), () => undefined];
  let sweeping: Promise<void> = Promise.resolve();
  const running = new Set<Promise<void>>();

  const listenTo = (account: AccountId): void => {
    if (streams.has(account) || stopping.signal.aborted) return;
    const wallet = host.wallets.of(account);
    if (!wallet || wallet.inboxId === null || streams.size >= maxStreams) return;
    const stop = new AbortController();
    const done = followAccount(parts, account, AbortSignal.any([stop.signal, stopping.signal]));
    streams.set(account, { stopping: stop, done });
    void done.then(() => streams.delete(account));
  };
  const heard = (account: AccountId, isHeard: boolean): void => {
    if (isHeard) listenTo(account);
    else streams.get(account)?.stopping.abort();
  };
  const turnOf = (line: string): Turn => {
    const known = turns.get(line);
    if (known) return known;
    const dueAtMs = clock.monotonicMs() + host.runtime.chance() * soonestMs;
    const fresh = { dueAtMs, everyMs: firstMs, failures: 0, isRunning: false, isUrgent: false };
    turns.set(line, fresh);
    return fresh;
  };
  const sweep = async (wallet: Wallet, turn: Turn): Promise<void> => {
    turn.isRunning = true;
    turn.isUrgent = false;
    let news = 0;
    try {
      news = await clients.use(
        wallet.account,
        async (session) => {
          await syncAll(session).catch((error: unknown) => {
            host.log.debug('xmtp.sync_failed', { account: wallet.account, error: wordsOf(error) });
          });
          return handOver.all(session);
        },
        { signal: stopping.signal, isBrief: true },
      );
      turn.everyMs = news > 0 ? soonestMs : Math.min(latestMs, turn.everyMs * slower);
      turn.failures = 0;
    } catch (error) {
      // What could not be stored is handed over again in a moment; what goes on failing waits longer.
      turn.failures += 1;
      turn.everyMs = Math.min(latestMs, (soonestMs / 4) * 2 ** Math.min(turn.failures, 10));
      host.log.debug('xmtp.sweep_failed', { account: wallet.account, error: wordsOf(error) });
    }
    turn.isRunning = false;
    if (!turn.isUrgent) turn.dueAtMs = clock.monotonicMs() + turn.everyMs;
  };
  const begin = (wallet: Wallet, turn: Turn): void => {
    const one = sweep(wallet, turn).finally(() => {
      running.delete(one);
      if (turn.isUrgent) wake.abort();
    });
    running.add(one);
  };
  /** Answers when to look again. */
  const beginDue = (nextAtMs: number): number => {
    const nowMs = clock.monotonicMs();
    let next = nextAtMs;
    for (const wallet of host.wallets.all()) {
      if (running.size >= maxUrgent) break;
      if (wallet.inboxId === null) continue;
      if (host.readers.isHeard(wallet.account)) listenTo(wallet.account);
      const turn = turnOf(wallet.address);
      if (turn.isRunning || turn.dueAtMs > nowMs || streams.has(wallet.account)) continue;
      const isItsTime = turn.isUrgent || (nowMs >= next && running.size < maxSweeps);
      if (!isItsTime) continue;
      if (!turn.isUrgent) next = nowMs + pausePerSweepMs;
      begin(wallet, turn);
    }
    return next;
  };
  const keepSweeping = async (): Promise<void> => {
    for (let nextAtMs = 0; !stopping.signal.aborted;) {
      wake = new AbortController();
      if (link.isUp) nextAtMs = beginDue(nextAtMs);
      const pauseMs = Math.min(lookEveryMs, Math.max(20, nextAtMs - clock.monotonicMs()));
      await timers.sleep(pauseMs, AbortSignal.any([stopping.signal, wake.signal]));
    }
  };

  return {
    start() {
      stopWatching = host.readers.watch(heard);
      sweeping = keepSweeping();
    },
    async stop() {
      stopWatching();
      stopping.abort();
      await Promise.all([sweeping, ...running, ...[...streams.values()].map(({ done }) => done)]);
    },
    soon(line) {
      const turn = turnOf(line);
      [turn.dueAtMs, turn.everyMs, turn.isUrgent] = [0, soonestMs, true];
      wake.abort();
    },
    expectAnswer(line) {
      const turn = turnOf(line);
      turn.everyMs = soonestMs;
      turn.dueAtMs = Math.min(turn.dueAtMs, clock.monotonicMs() + soonestMs);
    },
    async pull(account, signal) {
      try {
        if (!link.isUp) throw new NotNow('The XMTP network cannot be reached now');
        return await clients.use(
          account,
          async (session) => {
            await syncAll(session);
            return handOver.all(session);
          },
          { signal },
        );
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}
