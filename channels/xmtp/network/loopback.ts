/**
 * Names of this machine alone, and how a host is written in a URL. Apart from the network itself, so that a setting can
 * be checked without loading it.
 */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

export const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
