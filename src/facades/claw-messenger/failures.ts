/**
 * How this protocol says that something failed: the code of an error frame, the error text of a send.result, and the
 * status of a refused upgrade. The tables are total, so a new failure has to be given words here.
 */
import { renamed, type Failure, type FailureCode } from '#core/failure.ts';
import { capReachedMessage } from '#core/plan.ts';
import type { ErrorCode } from '#wire/claw-messenger-frames.ts';

const errorCodes = {
  invalid: 'invalid_request',
  unauthenticated: 'invalid_request',
  forbidden: 'invalid_request',
  not_found: 'invalid_request',
  conflict: 'invalid_request',
  too_large: 'invalid_request',
  rate_limited: 'rate_limited',
  unsupported: 'unsupported',
  unavailable: 'internal',
  internal: 'internal',
} as const satisfies Record<FailureCode, ErrorCode>;

/** A sync fails for what was asked, or for the store behind it. */
const syncCodes = {
  ...errorCodes,
  invalid: 'invalid_sync',
  unavailable: 'sync_error',
  internal: 'sync_error',
} as const satisfies Record<FailureCode, ErrorCode>;

/** A refused upgrade: its status, and what went wrong in a few words; the failure's own sentence is the detail. */
const upgrades = {
  invalid: { status: 400, error: 'A query parameter is not as documented' },
  unauthenticated: { status: 401, error: 'A valid API key is needed' },
  forbidden: { status: 403, error: 'This key may not open a socket' },
  not_found: { status: 404, error: 'There is no such socket' },
  conflict: { status: 409, error: 'The socket cannot be opened now' },
  too_large: { status: 413, error: 'The upgrade is too large' },
  rate_limited: { status: 429, error: 'Too many sockets or upgrades' },
  unsupported: { status: 400, error: 'This upgrade is not supported' },
  unavailable: { status: 503, error: 'The gateway is not ready' },
  internal: { status: 500, error: 'The gateway failed' },
} as const satisfies Record<FailureCode, { status: number; error: string }>;

export const errorCodeOf = (failure: Failure): ErrorCode => errorCodes[failure.code];

export const syncCodeOf = (failure: Failure): ErrorCode => syncCodes[failure.code];

export function upgradeRefusal(failure: Failure): {
  status: number;
  body: { ok: false; error: string; detail: string };
} {
  const { status, error } = upgrades[failure.code];
  return { status, body: { ok: false, error, detail: failure.message } };
}

/** The text of a failure for an agent; `reference` is what the log knows this socket by. */
export function errorText(failure: Failure, reference: string): string {
  if (failure.reason === 'cap_reached') return capReachedMessage;
  if (failure.reason === 'suspended') return 'Account suspended';
  // What the house calls a channel is a service here.
  if (failure.reason === 'idempotency_conflict' && failure.field === 'channel')
    return renamed(failure, 'service').message;
  if (failure.code !== 'internal') return failure.message;
  return `The gateway failed and may or may not have done this; repeat a send only with the same idempotencyKey. Its log has the cause under ${reference}`;
}
