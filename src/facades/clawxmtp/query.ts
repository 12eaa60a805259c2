/**
 * Pages of this protocol: `limit` and `offset`, checked by the contract before they come here.
 */
export interface PageAsked {
  readonly limit: number;
  readonly offset: number;
}

export function readPage(query: URLSearchParams, limit: number): PageAsked {
  return { limit: Number(query.get('limit') ?? limit), offset: Number(query.get('offset') ?? 0) };
}

/** What every page tells of itself, beside its rows. */
export function paging({ limit, offset }: PageAsked, shown: number, total: number) {
  return { total, limit, offset, has_more: offset + shown < total };
}
