/**
 * Claw Messenger's words for a failure over HTTP: `{"ok": false, "error", "detail"}`. `error` is the cause in one
 * sentence, `detail` the mend; core writes both in one message with a semicolon between.
 */
import type { Failure, FailureCode } from '#core/failure.ts';

export interface Refusal {
  readonly ok: false;
  readonly error: string;
  readonly detail: string;
}

/** The status of every code, and what to say where a failure names no mend of its own. */
const table = {
  invalid: { status: 400, mend: 'Correct the request and send it again.' },
  unauthenticated: { status: 401, mend: 'Send a valid key in the header Authorization: Bearer <key>.' },
  forbidden: { status: 403, mend: 'Use a key or an account that may do this.' },
  not_found: { status: 404, mend: 'Check the path and the id in it.' },
  conflict: { status: 409, mend: 'Look at the present state and decide again.' },
  too_large: { status: 413, mend: 'Send less at once.' },
  rate_limited: { status: 429, mend: 'Wait as long as Retry-After says, then send it again.' },
  unsupported: { status: 400, mend: 'GET /api/channels/capabilities lists what can be done.' },
  unavailable: { status: 503, mend: 'Try again in a few seconds.' },
  internal: { status: 500, mend: 'Report the request id in X-Request-Id.' },
} as const satisfies Record<FailureCode, { status: number; mend: string }>;

export function renderFailure(failure: Failure): {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> & Refusal;
} {
  const { status, mend } = table[failure.code];
  const at = failure.message.indexOf('; ');
  const cause = at === -1 ? failure.message : failure.message.slice(0, at);
  const written = at === -1 ? '' : failure.message.slice(at + 2);
  const named = failure.field === undefined ? mend : `Correct ${failure.field} and send it again.`;
  return { status, body: { ok: false, error: cause, detail: written === '' ? named : sentence(written) } };
}

function sentence(text: string): string {
  const ended = /[.?!]$/.test(text) ? text : `${text}.`;
  // A path or a field keeps its spelling; a word begins the sentence.
  return /^[a-z]+ /.test(ended) ? ended.charAt(0).toUpperCase() + ended.slice(1) : ended;
}
