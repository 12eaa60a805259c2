/**
 * The query of a handset's message list: how long to wait, and which messages are meant.
 */
import { refuse } from '#core/failure.ts';
import { numberOf } from './database.ts';
import type { Filter } from './view.ts';

export interface ListQuery {
  readonly waitMs: number;
  readonly filter: Filter;
}

const maxWaitMs = 60_000;
const maxLimit = 1_000;
/** ISO 8601 with a zone; a plus that was not percent-encoded arrives as a space and is taken for what was meant. */
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+ -]\d{2}:?\d{2})$/;

export function listQuery(params: URLSearchParams): ListQuery {
  const match = params.get('match');
  const since = params.get('since');
  const limit = params.get('limit');
  return {
    waitMs: waitOf(params.get('wait')),
    filter: {
      ...(match !== null && match !== '' && { match }),
      ...(since !== null && sinceOf(since)),
      ...(limit !== null && { limit: limitOf(limit) }),
    },
  };
}

function waitOf(text: string | null): number {
  if (text === null) return 0;
  const found = /^(\d{1,6})(ms|s)?$/.exec(text);
  if (!found) throw refuse('invalid', 'wait must be a time such as 5s or 500ms', { field: 'wait' });
  return Math.min(maxWaitMs, Number(found[1]) * (found[2] === 'ms' ? 1 : 1_000));
}

function sinceOf(text: string): { sinceMs: number } | { afterId: number } {
  const id = numberOf('m', text);
  if (id !== undefined) return { afterId: id };
  const sinceMs = instant.test(text) ? Date.parse(text.replace(' ', '+')) : Number.NaN;
  if (Number.isFinite(sinceMs)) return { sinceMs };
  throw refuse('invalid', 'since must be an instant such as 2026-04-10T14:30:00Z, or a messageId', { field: 'since' });
}

function limitOf(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= maxLimit) return limit;
  throw refuse('invalid', `limit must be a number from 1 to ${maxLimit}`, { field: 'limit' });
}
