/**
 * ClawBook's words for a failure: a code and a message in the envelope, with the field or the wait in `details` where
 * there is one. A missing and a bad key are refused in the protocol's own sentence.
 */
import type { Failure, FailureCode } from '#core/failure.ts';
import { retryAfterSeconds, waitMsOf, type RenderFailure } from '#http/failures.ts';
import type { ErrorCode, ErrorDetails } from '#wire/clawbook.ts';
import { metaOf } from './answer.ts';

const table = {
  invalid: { status: 400, code: 'INVALID_PARAMETER' },
  unauthenticated: { status: 401, code: 'INVALID_API_KEY' },
  forbidden: { status: 403, code: 'INSUFFICIENT_PERMISSIONS' },
  not_found: { status: 404, code: 'NOT_FOUND' },
  conflict: { status: 409, code: 'CONFLICT' },
  too_large: { status: 413, code: 'PAYLOAD_TOO_LARGE' },
  rate_limited: { status: 429, code: 'RATE_LIMITED' },
  unsupported: { status: 400, code: 'INVALID_PARAMETER' },
  unavailable: { status: 503, code: 'SERVICE_UNAVAILABLE' },
  internal: { status: 500, code: 'INTERNAL_ERROR' },
} as const satisfies Record<FailureCode, { status: number; code: ErrorCode }>;

const invalidKey = 'The provided API key is invalid or expired';

export const renderFailure =
  (nowMs: () => number): RenderFailure =>
  (failure, { requestId, isMethod }) => {
    const { status, code } = table[failure.code];
    const error = {
      code: isMethod ? 'METHOD_NOT_ALLOWED' : (finer(failure) ?? code),
      message: failure.code === 'unauthenticated' ? invalidKey : failure.message,
      details: detailsOf(failure),
    };
    return { status, body: { success: false, error, meta: metaOf(requestId, nowMs()) } };
  };

/** Reasons that have a code of their own here. */
function finer({ reason }: Failure): ErrorCode | undefined {
  if (reason === 'channel_not_found') return 'CHANNEL_NOT_FOUND';
  return reason === 'idempotency_conflict' ? 'IDEMPOTENCY_CONFLICT' : undefined;
}

function detailsOf(failure: Failure): ErrorDetails {
  if (failure.code === 'unauthenticated') return null;
  const { field, reason } = failure;
  const waitMs = waitMsOf(failure);
  const details = {
    // A parameter may be written without a name.
    ...(field ? { field } : {}),
    ...(reason === undefined || finer(failure) !== undefined ? {} : { reason }),
    ...(waitMs === undefined ? {} : { retry_after: retryAfterSeconds(waitMs) }),
  };
  return Object.keys(details).length === 0 ? null : details;
}
