/**
 * Why the network did not do what it was asked, and the gRPC status each reason is answered with. Messages are for the
 * developer of a client: they name what is wrong, never what a message holds.
 */
import { type ServiceError, Metadata, status } from '@grpc/grpc-js';
import { Malformed } from './protobuf.ts';

const statusOf = {
  /** The request is not what the API describes. */
  malformed: status.INVALID_ARGUMENT,
  /** A signature is not its signer's, or what was signed may not be done by them. */
  unproven: status.INVALID_ARGUMENT,
  too_large: status.INVALID_ARGUMENT,
  /** A limit that waiting does not lift: an inbox that has all the updates it may have. */
  full: status.FAILED_PRECONDITION,
  /** A limit that waiting lifts. */
  too_fast: status.RESOURCE_EXHAUSTED,
  /** A reader that does not read. */
  too_slow: status.RESOURCE_EXHAUSTED,
  closing: status.UNAVAILABLE,
  broken: status.INTERNAL,
} as const;

export type RefusalCode = keyof typeof statusOf;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What any error is to a client: a refusal says why, anything else is ours and says nothing. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof Malformed) return new Refusal('malformed', error.message);
  return new Refusal('broken', 'the network could not do this');
}

export function serviceError({ code, message }: Refusal): ServiceError {
  return Object.assign(new Error(message), { code: statusOf[code], details: message, metadata: new Metadata() });
}
