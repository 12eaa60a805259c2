/**
 * The live stream of one wallet, for an account somebody listens to: it is told of every message within milliseconds,
 * and what it is told is read from the database by the hand-over, so that a stream that broke costs time and nothing
 * else. It is opened again until it is stopped.
 */
import type * as Binding from '@xmtp/node-bindings';
import type { AccountId } from '#core/ids.ts';
import type { DriverHost } from '#ports/driver.ts';
import { everything } from './chats.ts';
import type { Clients, Session } from './clients.ts';
import { wordsOf } from './faults.ts';
import type { HandOver } from './hand-over.ts';
import type { NetworkLink } from './network-link.ts';

export interface StreamParts {
  readonly clients: Clients;
  readonly handOver: HandOver;
  readonly link: NetworkLink;
  readonly host: DriverHost;
}

/** What others know of a stream's news: since when there should have been some, and how to tell it so. */
export interface Expectation {
  sinceMs: number | null;
  wake(): void;
}

const againMs = 500;
const longestPauseMs = 10_000;
/** A message the stream never told of, and a mark that should move on. */
const fullPassMs = 30_000;
/** So late is no news that was expected. */
const quietMs = 1_000;
const endWithinMs = 500;

/** Resolves when it was stopped and everything is let go. Never rejects. */
export async function followAccount(
  parts: StreamParts,
  account: AccountId,
  expected: Expectation,
  signal: AbortSignal,
): Promise<void> {
  const { clients, link, host } = parts;
  for (let failures = 0; !signal.aborted;) {
    try {
      if (link.isUp) await clients.use(account, (session) => listen(parts, session, expected, signal), { signal });
      failures = 0;
    } catch (error) {
      failures += 1;
      host.log.debug('xmtp.stream_failed', { account, error: wordsOf(error) });
    }
    await host.runtime.timers.sleep(Math.min(longestPauseMs, againMs * 2 ** Math.min(failures, 8)), signal);
  }
}

/** New to the client what the network has; whatever could be had of it is handed over by the caller. */
export const syncAll = async ({ conversations }: Session): Promise<void> =>
  void (await conversations.syncAll(everything));

/**
 * Returns when the stream ended or was stopped, and when it is found deaf: a chat that came while it was being opened may
 * be one it does not follow, however long it lives, and one opened anew follows all there are.
 */
async function listen(
  { handOver, host }: StreamParts,
  session: Session,
  expected: Expectation,
  signal: AbortSignal,
): Promise<void> {
  const { timers, clock } = host.runtime;
  const told = new Set<string>();
  let wake = new AbortController();
  let isOpen = true;
  const hear = (error: Error | null, message: Binding.Message | undefined): void => {
    if (error === null && message) told.add(message.convoId);
    wake.abort();
  };
  const end = (): void => {
    isOpen = false;
    wake.abort();
  };
  const closer = await session.conversations.streamAllMessages(hear, end, undefined, everything);
  try {
    await syncAll(session);
    await handOver.all(session);
    expected.wake = () => wake.abort();
    for (let [failures, fullAtMs] = [0, clock.monotonicMs() + fullPassMs]; isOpen && !signal.aborted;) {
      const since = expected.sinceMs;
      const passAtMs = since === null ? fullAtMs : Math.min(fullAtMs, since + quietMs);
      if (told.size === 0 && clock.monotonicMs() < passAtMs) {
        await timers.sleep(passAtMs - clock.monotonicMs(), AbortSignal.any([signal, wake.signal]));
      }
      wake = new AbortController();
      const conversations = new Set(told);
      told.clear();
      const isPass = clock.monotonicMs() >= passAtMs;
      if (isPass || conversations.size > 0) expected.sinceMs = null;
      try {
        if (conversations.size > 0) await handOver.of(session, conversations);
        if (isPass) {
          await syncAll(session);
          if ((await handOver.all(session)) > 0 && told.size === 0) return;
          fullAtMs = clock.monotonicMs() + fullPassMs;
        }
        failures = 0;
      } catch (error) {
        // Not taken: told of again, and expected still.
        for (const each of conversations) told.add(each);
        expected.sinceMs ??= since;
        failures += 1;
        host.log.warn('xmtp.hand_over_failed', { account: session.account, failures, error: wordsOf(error) });
        await timers.sleep(Math.min(longestPauseMs, (againMs / 2) * 2 ** Math.min(failures - 1, 10)), signal);
      }
    }
  } finally {
    expected.wake = () => undefined;
    await Promise.race([closer.endAndWait().catch(() => undefined), timers.sleep(endWithinMs)]);
    // The mark catches up with what the stream handed over.
    await handOver.all(session).catch(() => undefined);
  }
}
