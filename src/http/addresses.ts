/**
 * Where a request comes from and what it calls us: the peer's address behind trusted proxies, loopback, and the host
 * names this gateway answers to. Pure text work; nothing here resolves a name.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Whether an address is a proxy of ours; `hop` counts from the socket outwards. */
export type TrustsProxy = (address: string, hop: number) => boolean;

/** The nearest address that is not a proxy of ours. Without trusted proxies it is the socket's own. */
export function peerAddress(req: IncomingMessage, trusts: TrustsProxy): string {
  const forwarded = req.headers['x-forwarded-for'];
  if (forwarded === undefined) return plainAddress(req.socket.remoteAddress ?? '');
  const claimed = headerText(forwarded).split(',').reverse();
  const hops = [req.socket.remoteAddress ?? '', ...claimed.map((hop) => hop.trim()).filter((hop) => isIP(hop) > 0)];
  return plainAddress(hops.find((address, hop) => !trusts(address, hop)) ?? hops.at(-1) ?? '');
}

/**
 * Whether the request was made on this machine. One that a proxy handed on was not, whatever its socket says: a proxy
 * beside us that nobody told us to trust would otherwise lend everybody its address.
 */
export function isFromLoopback(req: IncomingMessage, peer: string): boolean {
  if (!isLoopback(peer)) return false;
  const handedOn = req.headers['x-forwarded-for'] ?? req.headers['forwarded'] ?? req.headers['x-real-ip'];
  return handedOn === undefined;
}

export const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');

/** What counts as one visitor: an IPv4 address, or the /64 that one IPv6 customer is given. */
export function visitor(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return `${[...front, ...zeros, ...back].slice(0, 4).join(':')}::/64`;
}

/**
 * Whether a Host header names this gateway: an address, a loopback name, the host it was bound to, or its public URL's.
 * Any other name could be a stranger's that was pointed here to borrow a browser's trust.
 */
export function answersTo(hostHeader: string | undefined, ownHosts: readonly string[]): boolean {
  const name = hostName(hostHeader ?? '');
  if (name === undefined) return false;
  return isIP(name) > 0 || name === 'localhost' || name.endsWith('.localhost') || ownHosts.includes(name);
}

/** The lower-case host of `host`, `host:port` or `[v6]:port`, or undefined when it is none of them. */
export function hostName(host: string): string | undefined {
  const bracketed = /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i.exec(host)?.[1];
  if (bracketed !== undefined) return bracketed.toLowerCase();
  return /^([a-z0-9._-]{1,253}?)\.?(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
}

/** Whether a browser says that another site's page makes this request. */
export function isCrossSite(req: IncomingMessage, ownHosts: readonly string[]): boolean {
  if (req.headers['sec-fetch-site'] === 'cross-site') return true;
  const { origin } = req.headers;
  if (origin === undefined) return false;
  const host = URL.canParse(origin) ? new URL(origin).host : undefined;
  if (host === undefined || host === '') return true;
  if (host === req.headers.host?.toLowerCase()) return false;
  const name = hostName(host);
  return name === undefined || !ownHosts.includes(name);
}

/** An IPv4 address that a dual-stack socket shows in IPv6's dress, undressed. */
const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;

const headerText = (header: string | readonly string[] | undefined): string =>
  typeof header === 'string' ? header : (header ?? []).join(',');
