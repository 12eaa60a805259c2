/**
 * What goes wrong with a client, in three kinds: the network did not answer, this wallet's database cannot be used, or
 * something else. XMTP's library says it in words; they are read here and nowhere else.
 */
import { refuse, type Refused } from '#core/failure.ts';

/** One wallet cannot be used until a person does something about it. `why` is one sentence and what to do. */
export class WalletBroken extends Error {
  override readonly name = 'WalletBroken';
  readonly kind: 'lost' | 'unreadable' | 'locked';

  constructor(kind: WalletBroken['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** For now only: the network is away, another process has the wallet, too much is going on. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}

const networkWords =
  /api error|ApiError|api client error|tcp connect|transport error|deadline|unavailable|\[[^\]]*::Api\]/i;

export const isNetworkFault = (error: unknown): boolean => networkWords.test(wordsOf(error));

/** A wait for what was published already or will be: the message stays queued with the client. */
export const isStillQueued = (error: unknown): boolean =>
  /SyncFailedToWait|failed to wait for intent/i.test(wordsOf(error));

/** We are no longer in that conversation. */
export const isInactive = (error: unknown): boolean =>
  /inactive|NotActive|not a member|GroupInactive/i.test(wordsOf(error));

/** The first line, without the statistics the library puts behind it. */
export function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n').find((line) => line.trim() !== '') ?? 'no reason given').trim().slice(0, 300);
}

/** For actions, which ask a driver directly. */
export function unavailable(error: unknown): Refused {
  if (error instanceof WalletBroken || error instanceof NotNow) return refuse('unavailable', error.message);
  return refuse('unavailable', `XMTP cannot do this now: ${wordsOf(error)}`);
}
