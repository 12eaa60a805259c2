/**
 * The idempotency key of a REST request: the header of that name (draft-ietf-httpapi-idempotency-key-header).
 */
import { refuse } from '#core/failure.ts';

export const idempotencyHeader = 'Idempotency-Key';
const longest = 255;

/** Null without the header. Throws `invalid` when it is empty or too long. */
export function idempotencyKeyIn(header: (name: string) => string | undefined): string | null {
  const key = header(idempotencyHeader);
  if (key === undefined) return null;
  if (key.length > 0 && key.length <= longest) return key;
  throw refuse('invalid', `${idempotencyHeader} must have 1 to ${longest} characters`, { field: idempotencyHeader });
}
