/**
 * The credential of a request: `Authorization: Bearer`, `X-Api-Key`, or `?key=`. One in the URL is taken out of it
 * before anything that could log, trace or report the URL sees the request, and is remembered here beside it.
 */
import type { IncomingMessage } from 'node:http';

const inUrl = new WeakMap<IncomingMessage, string>();
/** Query parameters that carry a credential on one facade or another. */
const parameters = ['key', 'api_key'];

/** Call once, first thing. Takes the credential out of `req.url`; the other parameters stay as they were. */
export function hideCredential(req: IncomingMessage): void {
  const url = req.url ?? '/';
  const at = url.indexOf('?');
  if (at === -1) return;
  const kept: string[] = [];
  for (const pair of url.slice(at + 1).split('&')) {
    const [name = '', ...rest] = pair.split('=');
    if (!parameters.includes(decoded(name).toLowerCase())) kept.push(pair);
    else if (!inUrl.has(req)) inUrl.set(req, decoded(rest.join('=')));
  }
  req.url = url.slice(0, at) + (kept.length === 0 ? '' : `?${kept.join('&')}`);
}

/** The one credential of a request, headers before the URL; undefined when it brings none. */
export function credentialOf(req: IncomingMessage): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? '')?.[1];
  const apiKey = req.headers['x-api-key'];
  const found = bearer ?? (typeof apiKey === 'string' ? apiKey.trim() : undefined) ?? inUrl.get(req);
  return found === '' ? undefined : found;
}

/** Whether a credential stood in the URL, wherever another one stood. */
export const wasInUrl = (req: IncomingMessage): boolean => inUrl.has(req);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
