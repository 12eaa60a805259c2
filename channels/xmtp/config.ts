/**
 * XMTP's settings, checked. Everything has a default, so a gateway that says nothing carries an XMTP network inside it.
 * What other environments need in addition is said by name.
 */
import { refuse } from '#core/failure.ts';
import type { DriverSettings } from '#ports/driver.ts';
import { isLoopback } from './network/loopback.ts';

/** Where the clients of the wallets connect to. */
export type Network =
  | { readonly kind: 'embedded'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'elsewhere';
      readonly env: 'local' | 'dev' | 'production';
      /** Null: where the environment always is. */
      readonly apiUrl: string | null;
      readonly gatewayHost: string | null;
    };

export interface XmtpConfig {
  readonly network: Network;
  /** Clients open at once; a client is one wallet's database, some threads and a few megabytes. */
  readonly maxClients: number;
  /** A client nobody used for so long is closed. */
  readonly idleMs: number;
}

const known = ['env', 'apiUrl', 'gatewayHost', 'listen', 'maxClients', 'idleMs'] as const;
type Name = (typeof known)[number];
type Options = Readonly<Partial<Record<Name, string>>>;

const environments = ['embedded', 'local', 'dev', 'production'] as const;
const defaultListen = '127.0.0.1:5556';

/** Throws `Refused('invalid')` naming the setting and what it takes. */
export function checkSettings({ options, channels }: DriverSettings): XmtpConfig {
  const unknown = Object.keys(options).find((name) => !(known as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw refuse('invalid', `${unknown} is not a setting of XMTP; it takes ${known.join(', ')}`, { field: unknown });
  }
  const other = channels.find((channel) => channel !== 'xmtp');
  if (other !== undefined || channels.length === 0) {
    throw refuse('invalid', `The XMTP driver carries the channel xmtp${other ? `, not ${other}` : ''}`, {
      field: 'channels',
    });
  }
  const set: Options = options;
  return {
    network: networkOf(set),
    maxClients: wholeNumber(set, 'maxClients', { least: 2, most: 2_000, otherwise: 64 }),
    idleMs: wholeNumber(set, 'idleMs', { least: 100, most: 86_400_000, otherwise: 60_000 }),
  };
}

function networkOf(set: Options): Network {
  const env = environments.find((name) => name === (set.env ?? 'embedded'));
  if (!env) throw refuse('invalid', `env must be ${environments.join(', ')}`, { field: 'env' });
  if (env === 'embedded') {
    for (const field of ['apiUrl', 'gatewayHost'] as const) {
      if (!isSet(set[field])) continue;
      throw refuse('invalid', `${field} is for a network elsewhere; set env to local, dev or production with it`, {
        field,
      });
    }
    return { kind: 'embedded', ...listenOf(isSet(set.listen) ? set.listen : defaultListen) };
  }
  return { kind: 'elsewhere', env, apiUrl: urlOf(set, 'apiUrl'), gatewayHost: hostOf(set) };
}

const isSet = (text: string | undefined): text is string => text !== undefined && text !== '';

function listenOf(text: string): { host: string; port: number } {
  const parts = /^(?:\[([0-9a-fA-F:]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const [host, port] = [parts?.[1] ?? parts?.[2], Number(parts?.[3])];
  if (host === undefined || port > 65_535) {
    throw refuse('invalid', `listen must be an address and a port, such as ${defaultListen}`, { field: 'listen' });
  }
  if (!isLoopback(host)) {
    const why = 'whoever reaches the network may read whom messages are for';
    throw refuse('invalid', `listen must be on this machine alone, such as ${defaultListen}: ${why}`, {
      field: 'listen',
    });
  }
  return { host, port };
}

/** A gateway may be named without its scheme, as the SDK takes it. */
function hostOf(set: Options): string | null {
  const text = set.gatewayHost;
  return isSet(text) && /^[\w.-]+(:\d{1,5})?$/.test(text) ? text : urlOf(set, 'gatewayHost');
}

function urlOf(set: Options, field: 'apiUrl' | 'gatewayHost'): string | null {
  const text = set[field];
  if (!isSet(text)) return null;
  if (URL.canParse(text)) {
    const { protocol, username, password, search, hash } = new URL(text);
    if (['http:', 'https:'].includes(protocol) && username + password + search + hash === '') return text;
  }
  throw refuse('invalid', `${field} must be an http address, such as http://127.0.0.1:5556`, { field });
}

function wholeNumber(
  set: Options,
  field: 'maxClients' | 'idleMs',
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
): number {
  const text = set[field];
  if (!isSet(text)) return otherwise;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw refuse('invalid', `${field} must be a whole number from ${least} to ${most}`, { field });
}
