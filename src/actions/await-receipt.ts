/**
 * Wait until the provider has answered for a message, or until the wait is over: for callers whose protocol answers a
 * send with what became of it. What it answers is always read from the store.
 */
import { isSettled } from '#core/delivery.ts';
import { refuse } from '#core/failure.ts';
import type { AccountId, MessageId } from '#core/ids.ts';
import type { Message } from '#core/message.ts';
import type { Bus } from '#ports/bus.ts';
import type { Timers } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';

export type AwaitReceipt = (
  account: AccountId,
  message: MessageId,
  waitMs: number,
  signal?: AbortSignal,
) => Promise<Pick<Message, 'status' | 'error' | 'remoteId' | 'channel'>>;

/** Answers early when the signal aborts. A status still `queued` or `sending` means the wait was over first. */
export function createAwaitReceipt(deps: { store: Pick<Store, 'messages'>; bus: Bus; timers: Timers }): AwaitReceipt {
  async function read(account: AccountId, message: MessageId) {
    const [found] = await deps.store.messages(account, [message]);
    if (!found) throw refuse('not_found', 'There is no such message');
    const { status, error, remoteId, channel } = found.message;
    return { status, error, remoteId, channel };
  }

  return async (account, message, waitMs, signal) => {
    const over = new AbortController();
    const stop = deps.bus.listen(account, (hint) => {
      if (hint.kind === 'events' && hint.events.some((event) => event.message === message && event.kind === 'status'))
        over.abort();
    });
    try {
      // Listening comes before reading: a receipt between the two is heard.
      const now = await read(account, message);
      if (isSettled(now.status)) return now;
      await deps.timers.sleep(waitMs, signal ? AbortSignal.any([over.signal, signal]) : over.signal);
      return await read(account, message);
    } finally {
      stop();
    }
  };
}
