/**
 * The closed set of ways a request can fail. Every facade holds a total table from these codes to its own words, so a
 * new code breaks all of them until each has decided what to say.
 */
export const failureCodes = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'rate_limited',
  'unsupported',
  'unavailable',
  'internal',
] as const;
export type FailureCode = (typeof failureCodes)[number];

export interface Failure {
  readonly code: FailureCode;
  /** One sentence for the caller: the cause and the mend. Never a stack, SQL, a key, or somebody else's number. */
  readonly message: string;
  /** The field at fault, as the caller spelt the path: `parts[0].value`. */
  readonly field?: string;
  /** A finer reason a facade may map to a code of its own. */
  readonly reason?: FailureReason;
  /** How long to wait before the same request can succeed. */
  readonly retryAfterMs?: number;
}

export type FailureReason =
  | 'cap_reached'
  | 'suspended'
  | 'idempotency_conflict'
  | 'channel_not_found'
  | 'channel_down'
  | 'registered_elsewhere'
  | 'not_registered'
  | 'route_limit'
  | 'delivery_failed'
  | 'overloaded';

/** A request that was refused; thrown by actions, caught once at each facade's edge. */
export class Refused extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'Refused';
    this.failure = failure;
  }
}

type Extra = Omit<Failure, 'code' | 'message'>;

/** Build a refusal to throw: `throw refuse('invalid', 'to must be …', { field: 'to' })`. */
export function refuse(code: FailureCode, message: string, extra: Extra = {}): Refused {
  return new Refused({ code, message, ...extra });
}

/** The failure with a protocol's own name for its field, in its message too, where that begins with it or says what differs. */
export function renamed(failure: Failure, ours: string): Failure {
  const { field, message } = failure;
  const begins = message.startsWith(`${field} `) ? ours + message.slice(field?.length) : message;
  return { ...failure, field: ours, message: begins.replace(`another ${field};`, `another ${ours};`) };
}

/** What any thrown value means to a caller: a refusal as it is, everything else `internal` without its text. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refused) return error.failure;
  return {
    code: 'internal',
    message: 'Something failed inside the gateway; the request id in this answer finds it in the log',
  };
}
