/**
 * How this protocol says that something failed, in both of its forms: the documented form has its own codes; the native
 * form has the real gateway's, with the documented one among the details. The tables are total.
 */
import type { Failure, FailureCode, FailureReason } from '#core/failure.ts';

export type SeedCode =
  | 'INVALID_REQUEST'
  | 'CHANNEL_NOT_FOUND'
  | 'DELIVERY_FAILED'
  | 'UNAUTHORIZED'
  | 'IDEMPOTENCY_CONFLICT'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE';
export type NativeCode = 'INVALID_REQUEST' | 'UNAVAILABLE' | 'FORBIDDEN' | 'NOT_PAIRED';

const seedCodes = {
  invalid: 'INVALID_REQUEST',
  unauthenticated: 'UNAUTHORIZED',
  forbidden: 'UNAUTHORIZED',
  not_found: 'INVALID_REQUEST',
  conflict: 'INVALID_REQUEST',
  too_large: 'INVALID_REQUEST',
  rate_limited: 'RATE_LIMITED',
  unsupported: 'INVALID_REQUEST',
  unavailable: 'UNAVAILABLE',
  internal: 'UNAVAILABLE',
} as const satisfies Record<FailureCode, SeedCode>;

const nativeCodes = {
  invalid: 'INVALID_REQUEST',
  unauthenticated: 'INVALID_REQUEST',
  forbidden: 'FORBIDDEN',
  not_found: 'INVALID_REQUEST',
  conflict: 'INVALID_REQUEST',
  too_large: 'INVALID_REQUEST',
  rate_limited: 'UNAVAILABLE',
  unsupported: 'INVALID_REQUEST',
  unavailable: 'UNAVAILABLE',
  internal: 'UNAVAILABLE',
} as const satisfies Record<FailureCode, NativeCode>;

/** Statuses of `POST /api/send`: whatever is about a message itself is a 200 with its envelope. */
const statuses = {
  invalid: 200,
  unauthenticated: 401,
  forbidden: 200,
  not_found: 200,
  conflict: 200,
  too_large: 413,
  rate_limited: 429,
  unsupported: 200,
  unavailable: 200,
  internal: 200,
} as const satisfies Record<FailureCode, number>;

/** Reasons this protocol has a code of its own for. */
const reasonCodes: Partial<Record<FailureReason, SeedCode>> = {
  channel_not_found: 'CHANNEL_NOT_FOUND',
  delivery_failed: 'DELIVERY_FAILED',
  idempotency_conflict: 'IDEMPOTENCY_CONFLICT',
};

export const seedCodeOf = ({ code, reason }: Failure): SeedCode => (reason && reasonCodes[reason]) ?? seedCodes[code];

export interface SeedError {
  readonly code: SeedCode;
  readonly message: string;
  readonly details?: { readonly field: string };
  readonly retryAfterMs?: number;
}

export function seedError(failure: Failure): SeedError {
  const { message, field, retryAfterMs } = failure;
  return {
    code: seedCodeOf(failure),
    message,
    ...(field === undefined ? {} : { details: { field } }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

export interface NativeError {
  readonly code: NativeCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable?: true;
  readonly retryAfterMs?: number;
}

export function nativeError(failure: Failure): NativeError {
  const { code, message, field, reason, retryAfterMs } = failure;
  // Whoever repeats a failed delivery with its key only hears of it again.
  const isPassing = (code === 'unavailable' && reason !== 'delivery_failed') || code === 'rate_limited';
  // A cap, or a number of somebody else's, is nothing that another key could mend.
  const isScope = code === 'forbidden' && reason === undefined && field === undefined;
  return {
    code: nativeCodes[code],
    message,
    details: {
      code: isScope ? 'MISSING_SCOPE' : seedCodeOf(failure),
      ...(field === undefined ? {} : { field }),
    },
    ...(isPassing ? { retryable: true } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The answer of `POST /api/send` where no request could be read or nobody was let in. */
export function renderFailure(failure: Failure): { status: number; body: { ok: false; error: SeedError } } {
  return { status: statuses[failure.code], body: { ok: false, error: seedError(failure) } };
}
