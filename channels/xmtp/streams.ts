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

const againMs = 500;
const longestPauseMs = 10_000;
/** A message the stream never told of, and a mark that should move on. */
const fullPassMs = 30_000;
const endWithinMs = 500;

/** Resolves when it was stopped and everything is let go. Never rejects. */
export async function followAccount(parts: StreamParts, account: AccountId, signal: AbortSignal): Promise<void> {
  const { clients, link, host } = parts;
  for (let failures = 0; !signal.aborted;) {
    try {
      if (link.isUp) await clients.use(account, (session) => listen(parts, session, signal), { signal });
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

/** Returns when the stream ended or was stopped. */
async function listen({ handOver, host }: StreamParts, session: Session, signal: AbortSignal): Promise<void> {
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
    for (let [failures, fullAtMs] = [0, clock.monotonicMs() + fullPassMs]; isOpen && !signal.aborted;) {
      if (told.size === 0 && clock.monotonicMs() < fullAtMs) {
        await timers.sleep(fullAtMs - clock.monotonicMs(), AbortSignal.any([signal, wake.signal]));
      }
      wake = new AbortController();
      const conversations = new Set(told);
      told.clear();
      try {
        if (conversations.size > 0) await handOver.of(session, conversations);
        if (clock.monotonicMs() >= fullAtMs) {
          await syncAll(session);
          await handOver.all(session);
          fullAtMs = clock.monotonicMs() + fullPassMs;
        }
        failures = 0;
      } catch (error) {
        // Not taken: told of again.
        for (const each of conversations) told.add(each);
        failures += 1;
        host.log.warn('xmtp.hand_over_failed', { account: session.account, failures, error: wordsOf(error) });
        await timers.sleep(Math.min(longestPauseMs, (againMs / 2) * 2 ** Math.min(failures - 1, 10)), signal);
      }
    }
  } finally {
    await Promise.race([closer.endAndWait().catch(() => undefined), timers.sleep(endWithinMs)]);
    // The mark catches up with what the stream handed over.
    await handOver.all(session).catch(() => undefined);
  }
}
