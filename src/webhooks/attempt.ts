/**
 * One try: a signed POST to an address that may be reached, answered in time. Only a 2xx is a success; a redirect is
 * never followed, and of the answer's body a little is read and nothing kept.
 */
import { FetchRefused, type SafeFetch } from '#net/fetch.ts';
import type { Clock } from '#ports/runtime.ts';
import type { Signer } from './secrets.ts';

const timeoutMs = 15_000;
const maxBytes = 4 * 1024;

export interface Post {
  readonly url: string;
  readonly name: string;
  readonly body: string;
  readonly loopbackGranted: boolean;
}

export type TryOutcome =
  | { readonly outcome: 'delivered'; readonly responseStatus: number }
  /** `isGone`: the receiver wants no more, ever. */
  | {
      readonly outcome: 'failed';
      readonly responseStatus: number | null;
      readonly error: string;
      readonly isGone: boolean;
    }
  /** We stopped in the middle: it may have arrived or not, and is no fault of the receiver's. */
  | { readonly outcome: 'stopped' };

export async function tryOnce(
  { net, clock }: { readonly net: Pick<SafeFetch, 'status'>; readonly clock: Clock },
  signer: Signer,
  { url, name, body, loopbackGranted }: Post,
  signal: AbortSignal,
): Promise<TryOutcome> {
  try {
    const headers = { 'content-type': 'application/json', ...signer.headers(name, clock.nowMs(), body) };
    const request = { method: 'POST', headers, body, maxBytes, timeoutMs, signal, loopbackGranted };
    return judged(await net.status(url, request));
  } catch (error) {
    if (signal.aborted) return { outcome: 'stopped' };
    return { outcome: 'failed', responseStatus: null, error: sentenceOf(error), isGone: false };
  }
}

function judged(status: number): TryOutcome {
  if (status >= 200 && status < 300) return { outcome: 'delivered', responseStatus: status };
  const isRedirect = status >= 300 && status < 400;
  const error = `The endpoint answered ${status}${isRedirect ? '; redirects are not followed' : ''}`;
  return { outcome: 'failed', responseStatus: status, error, isGone: status === 410 };
}

/** Ours and the system's code; the words of a cause name hosts. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof FetchRefused)) return 'The gateway failed to make the request; its log has the reason';
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(cause.code)) {
      return `${error.message} (${cause.code})`;
    }
  }
  return error.message;
}
