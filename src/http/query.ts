/**
 * The parameters behind the question mark of a request, each of which means something once.
 */
import type { Request } from 'express';
import { refuse, type Refused } from '#core/failure.ts';

export const queryOf = (req: Pick<Request, 'url'>): URLSearchParams => new URLSearchParams(req.url.split('?')[1]);

/** A validator sees a list there, and complains of its type: the caller wrote no list. */
export function repeated(query: URLSearchParams, name: string): Refused | undefined {
  const { length } = query.getAll(name);
  if (length < 2) return undefined;
  const times = length === 2 ? 'twice' : `${length} times`;
  return refuse('invalid', `${name} was given ${times}; give it once`, { field: name });
}
