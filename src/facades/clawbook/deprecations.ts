/**
 * What of this facade will go, since when, and when at the earliest: one table. Whoever uses a row of it is told so in
 * the answer's headers (RFC 9745, RFC 8594), whatever the answer is. What stands here goes on working until its sunset,
 * which is at least twelve months after its start.
 */
import type { Exchange } from '#http/rows.ts';

interface Deprecated {
  readonly what: string;
  readonly isUsedBy: (exchange: Exchange) => boolean;
  /** Days in UTC, as `2026-01-31`. */
  readonly since: string;
  readonly sunset: string;
  /** Where the way out is described, below the gateway's address. */
  readonly link: string;
}

const deprecations: readonly Deprecated[] = [
  {
    what: 'a key in the URL; send it in Authorization: Bearer or X-Api-Key',
    isUsedBy: ({ hadKeyInUrl }) => hadKeyInUrl,
    since: '2026-01-01',
    sunset: '2027-06-30',
    link: '/docs',
  },
];

export function announceDeprecations(url: () => string): (exchange: Exchange) => void {
  return (exchange) => {
    for (const { isUsedBy, since, sunset, link } of deprecations) {
      if (!isUsedBy(exchange)) continue;
      exchange.setHeader('Deprecation', `@${Date.parse(since) / 1000}`);
      exchange.setHeader('Sunset', new Date(sunset).toUTCString());
      exchange.addHeader('Link', `<${url()}${link}>; rel="deprecation"; type="text/html"`);
    }
  };
}
