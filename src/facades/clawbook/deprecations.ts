/**
 * What of this facade will go, since when, and when at the earliest: one table. Whoever uses a row of it is told so in
 * the answer's headers (RFC 9745, RFC 8594), whatever the answer is. What stands here goes on working until its sunset,
 * which is at least twelve months after its start.
 */
import type { Request, RequestHandler } from 'express';
import { wasInUrl } from '#http/credential.ts';

export interface Deprecated {
  readonly what: string;
  readonly isUsedBy: (req: Request) => boolean;
  /** Days in UTC, as `2026-01-31`. */
  readonly since: string;
  readonly sunset: string;
  /** Where the way out is described, below the gateway's address. */
  readonly link: string;
}

export const deprecations: readonly Deprecated[] = [
  {
    what: 'a key in the URL; send it in Authorization: Bearer or X-Api-Key',
    isUsedBy: wasInUrl,
    since: '2026-01-01',
    sunset: '2027-06-30',
    link: '/docs',
  },
];

export function announceDeprecations(url: () => string, table: readonly Deprecated[] = deprecations): RequestHandler {
  return (req, res, next) => {
    const used = table.filter((row) => row.isUsedBy(req));
    for (const { since, sunset, link } of used.slice(0, 1)) {
      res.setHeader('Deprecation', `@${Date.parse(since) / 1000}`);
      res.setHeader('Sunset', new Date(sunset).toUTCString());
      res.append('Link', `<${url()}${link}>; rel="deprecation"; type="text/html"`);
    }
    next();
  };
}
