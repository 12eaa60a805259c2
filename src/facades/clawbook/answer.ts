/**
 * What a row of this facade answers, and the envelope it goes out in. `bare` is for the one answer that has none.
 */
import type { Call, Exchange, Row } from '#http/rows.ts';
import type { Meta, Pagination } from '#wire/clawbook.ts';

export type Answer =
  | {
      readonly data: unknown;
      /** Beside the request's id and time. */
      readonly meta?: Readonly<Record<string, unknown>>;
      readonly page?: Pagination;
    }
  | { readonly bare: object };

export type BookRow = Row<Answer>;
export type BookCall = Call;

/** Seconds, as the protocol's examples have it. */
export function metaOf(requestId: string, nowMs: number): Meta {
  return { request_id: requestId, timestamp: secondText(nowMs) };
}

/** Puts answers into envelopes, and links to the pages around a page into the header. */
export function envelope(deps: { readonly nowMs: () => number; readonly url: () => string }) {
  return (answer: Answer, { requestId, path, query, addHeader }: Exchange): object => {
    if ('bare' in answer) return answer.bare;
    const meta = metaOf(requestId, deps.nowMs());
    const { data, page } = answer;
    if (!page) return { success: true, data, meta: { ...meta, ...answer.meta } };
    addHeader('Link', pageLinks(deps.url() + path, query(), page));
    return { success: true, data, meta: { ...meta, ...answer.meta, pagination: page } };
  };
}

/** RFC 8288. The request's own query with another page; a credential was taken out of it long before. */
function pageLinks(url: string, query: URLSearchParams, { page, per_page, total_pages }: Pagination): string {
  const last = Math.max(1, total_pages);
  const link = (relation: string, to: number): string => {
    query.set('page', String(to));
    query.set('per_page', String(per_page));
    return `<${url}?${query.toString()}>; rel="${relation}"`;
  };
  return [
    link('first', 1),
    ...(page > 1 ? [link('prev', Math.min(page - 1, last))] : []),
    ...(page < last ? [link('next', page + 1)] : []),
    link('last', last),
  ].join(', ');
}

export function pagination(page: number, perPage: number, total: number): Pagination {
  return { page, per_page: perPage, total, total_pages: Math.ceil(total / perPage) };
}

/** Written thousands of times a second and another text once a second. */
let written = { second: -1, text: '' };
function secondText(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== written.second) written = { second, text: new Date(second * 1000).toISOString().replace('.000', '') };
  return written.text;
}
