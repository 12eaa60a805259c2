/**
 * What every listing of this API has in common: cursors, directions, page sizes, and answers that fit into one frame.
 */
import { maxPageBytes, maxPageMessages } from './limits.ts';
import { ascending, descending } from './mls-shapes.ts';
import { Refusal } from './refusal.ts';
import type { Page, PageAsk } from './topic-log.ts';

interface PagingInfo {
  readonly direction: number;
  readonly limit: number;
  readonly idCursor: bigint;
}

/** Newest first unless the client says otherwise. */
export function pageAsk(paging: PagingInfo | undefined): PageAsk {
  return {
    cursor: cursorOf(paging?.idCursor ?? 0n),
    descending: paging?.direction !== ascending,
    limit: Math.min(paging?.limit || maxPageMessages, maxPageMessages),
  };
}

/** A cursor in the answer says that there may be more. */
export function pagingInfo(ask: PageAsk, { entries, isFull }: Page): PagingInfo {
  const last = entries.at(-1);
  return {
    direction: ask.descending ? descending : ascending,
    limit: ask.limit,
    idCursor: isFull && last ? BigInt(last.id) : 0n,
  };
}

export function cursorOf(id: bigint): number {
  return id > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(id);
}

export function atMost(limit: number, items: readonly unknown[], what: string): void {
  if (items.length > limit) throw new Refusal('too_large', `a request names at most ${limit} ${what}`);
}

/** Call the answer with the size of each piece. Throws when together they are more than one answer holds. */
export function withinOneAnswer(): (bytes: number) => void {
  let left = maxPageBytes;
  return (bytes) => {
    left -= bytes;
    if (left < 0) throw new Refusal('too_large', 'the answer would be too large; ask for less at once');
  };
}
