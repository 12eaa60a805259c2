/**
 * One check per kind of value: text as a person wrote it in, a parsed value out, or the sentence that says what is
 * wrong and how to mend it. No setting is known here by name.
 */
import { isIP } from 'node:net';

/** A parsed value, or why there is none. */
export type Checked<Value> = { readonly value: Value } | { readonly problem: string; readonly mend: string };
export type Check<Value> = (text: string) => Checked<Value>;

export function oneOf<const Word extends string>(...words: readonly Word[]): Check<Word> {
  return (text) => {
    const value = words.find((word) => word === text);
    return value === undefined ? { problem: 'is none of its values', mend: `Write ${wordList(words)}` } : { value };
  };
}

export const wholeNumber = (min: number, max: number): Check<number> => {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return { value };
    return { problem: `is no whole number from ${min} to ${max}`, mend: `Give a whole number from ${min} to ${max}` };
  };
};

export const atLeast = (characters: number): Check<string> => {
  return (text) => {
    if (text.length >= characters) return { value: text };
    return {
      problem: `is shorter than ${characters} characters`,
      mend: `Give ${characters} random characters or more`,
    };
  };
};

const masterKeyBytes = 32;

/** Keys of 32 bytes in hex or base64, separated by commas or spaces. No problem repeats any of it. */
export const masterKeys: Check<readonly Uint8Array[]> = (text) => {
  const value = words(text)
    .map(masterKey)
    .filter((key) => key !== undefined);
  if (value.length > 0 && value.length === words(text).length) return { value };
  return {
    problem: `is no key of ${masterKeyBytes} bytes, nor a list of them`,
    mend: 'Give 32 random bytes in hex or base64, as `openssl rand -hex 32` makes them; keys of before follow behind a comma',
  };
};

function masterKey(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

export const path: Check<string> = (text) =>
  text.includes('\0') ? { problem: 'is no path', mend: 'Give the path of a folder' } : { value: text };

const hostName = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?$/i;

/** An address or name to listen on, as `listen` takes it: IPv6 without brackets. */
export const host: Check<string> = (text) => {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  const isName = hostName.test(bare) && bare.length <= 253 && !/^[\d.]+$/.test(bare);
  if (isIP(bare) !== 0 || isName) return { value: bare };
  return {
    problem: 'is neither an IP address nor a host name',
    mend: 'Give an address such as 127.0.0.1 or ::1, or 0.0.0.0 for all',
  };
};

/** `host:port`, as one text; port 0 is allowed. */
export const hostAndPort: Check<{ host: string; port: number }> = (text) => {
  const at = text.lastIndexOf(':');
  const [name, port] = [host(text.slice(0, at)), wholeNumber(0, 65_535)(text.slice(at + 1))];
  if (at > 0 && 'value' in name && 'value' in port) return { value: { host: name.value, port: port.value } };
  return { problem: 'is not host:port', mend: 'Give an address and a port, such as 127.0.0.1:5556' };
};

/** An http or https URL without credentials, query or fragment; the answer has no slash at its end. */
export const webUrl: Check<string> = (text) => {
  const url = URL.parse(text);
  const mend = 'Give a URL such as https://gateway.example.com';
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '')
    return { problem: 'is no http or https URL', mend };
  if (url.username !== '' || url.password !== '')
    return { problem: 'carries credentials', mend: `${mend}, without a user or password` };
  if (url.search !== '' || url.hash !== '')
    return { problem: 'carries a query or fragment', mend: `${mend}, without ? or #` };
  return { value: url.href.replace(/\/+$/, '') };
};

/** Where a PostgreSQL database is. It holds a password, so no problem repeats any of it. */
export const postgresUrl: Check<string> = (text) => {
  const url = URL.parse(text);
  const mend = 'Give a URL such as postgres://user:password@host:5432/database';
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) return { problem: 'is no postgres URL', mend };
  if (url.pathname.length < 2) return { problem: 'names no database', mend };
  return { value: text };
};

/** A service by URL, by host:port or by name alone, as its library takes it. */
export const service: Check<string> = (text) => {
  if ('value' in webUrl(text) || 'value' in hostAndPort(text) || 'value' in host(text)) return { value: text };
  return { problem: 'is neither a URL nor a host', mend: 'Give a URL, a host or host:port' };
};

/** Address ranges in CIDR notation, or single addresses, separated by commas or spaces. */
export const ranges: Check<readonly string[]> = (text) => {
  const value = words(text);
  const bad = value.find((range) => !isRange(range));
  if (bad === undefined) return { value };
  return {
    problem: `has ${JSON.stringify(bad)}, which is no address range`,
    mend: 'Give addresses or ranges in CIDR notation, separated by commas: 10.0.0.0/8,fd00::/8',
  };
};

function isRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

export function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

export function wordList(list: readonly string[]): string {
  if (list.length < 2) return list.join('');
  return `${list.slice(0, -1).join(', ')} or ${list.at(-1) ?? ''}`;
}

/** Whether a host to listen on can only be reached from this machine. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
