/**
 * ClawXmtp's words for a failure: `{"ok": false, "error", "detail"}`. `error` is the cause in one sentence, `detail` the
 * mend; core writes both in one message with a semicolon between.
 */
import { renamed, type Failure, type FailureCode } from '#core/failure.ts';
import type { Refusal } from '#wire/clawxmtp.ts';

/** The status of every code, and what to say where a failure names no mend of its own. */
const table = {
  invalid: { status: 400, mend: 'Correct the request and send it again.' },
  unauthenticated: { status: 401, mend: 'Send a valid key in the header X-Api-Key.' },
  forbidden: { status: 403, mend: 'Use a key or an account that may do this.' },
  not_found: { status: 404, mend: 'Check the path and the names in it.' },
  conflict: { status: 409, mend: 'Look at the present state and decide again.' },
  too_large: { status: 413, mend: 'Send less at once.' },
  rate_limited: { status: 429, mend: 'Wait as long as Retry-After says, then send it again.' },
  unsupported: { status: 400, mend: 'Send something that XMTP takes.' },
  unavailable: { status: 503, mend: 'Try again in a few seconds.' },
  internal: { status: 500, mend: 'Report the request id in X-Request-Id.' },
} as const satisfies Record<FailureCode, { status: number; mend: string }>;

export function renderFailure(failure: Failure): {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> & Refusal;
} {
  const { status, mend } = table[failure.code];
  const message = inOurWords(failure);
  const [cause = message, ...rest] = message.split('; ');
  // A key goes into another header here than core says.
  const written = failure.code === 'unauthenticated' ? mend : rest.join('; ');
  const named = failure.field === undefined ? mend : `Correct ${failure.field} and send it again.`;
  return { status, body: { ok: false, error: cause, detail: written === '' ? named : sentence(written) } };
}

/** What differs between two requests with one key, as this protocol's bodies and paths call it. */
const ourNames: Readonly<Record<string, string>> = { parts: 'message', to: 'recipient', chatId: 'group' };

function inOurWords(failure: Failure): string {
  const { message, reason, field = '' } = failure;
  return reason === 'idempotency_conflict' ? renamed(failure, ourNames[field] ?? field).message : message;
}

function sentence(text: string): string {
  const ended = /[.?!]$/.test(text) ? text : `${text}.`;
  // A path or a field keeps its spelling; a word begins the sentence.
  return /^[a-z]+ /.test(ended) ? ended.charAt(0).toUpperCase() + ended.slice(1) : ended;
}
