/**
 * The configuration, whole and checked: the environment over `clawgate.config.json` in the working directory over the
 * defaults. Every fault is found before any is reported, and whoever holds a `Config` need not check it again.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Channel, channels } from '#core/channel.ts';
import type { Tier } from '#core/tier.ts';
import * as check from './checks.ts';
import { type ConnectionConfig, isRecord, readConnections } from './connections.ts';
import { envName, isSecret, readNames, type SettingKey, type WrittenSettings } from './env.ts';
import { ConfigError, type Fault, shown } from './fault.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface Config {
  readonly host: string;
  /** 0: whichever is free. */
  readonly port: number;
  /** Whether only this machine can reach the gateway. */
  readonly isLoopback: boolean;
  /** Absolute. */
  readonly dataDir: string;
  /** A PostgreSQL database that keeps the messages; null: SQLite in the data folder. It holds a password. */
  readonly databaseUrl: string | null;
  /** Null: made from the host and the port once it listens. No slash at its end. */
  readonly publicUrl: string | null;
  /** For each channel, the first shared connection that carries it is the one it means. */
  readonly connections: readonly ConnectionConfig[];
  readonly defaultChannel: Channel;
  /** Null: generated at the first start. */
  readonly ownerKey: string | null;
  /** Of 32 bytes: the first wraps secrets in the database, the others open what they wrapped before. None: a generated one. */
  readonly masterKeys: readonly Uint8Array[];
  /** Who may make an account: anybody who reaches the gateway, whoever was invited, or only the operator. */
  readonly signup: 'open' | 'invite' | 'off';
  /** How often the owner may ask on /api/v1. */
  readonly ownerTier: Tier;
  /** `registered`: only registered numbers may be texted. */
  readonly outbound: 'open' | 'registered';
  /** Messages and attachments older than this are erased, where an account does not say; null: kept. */
  readonly retentionDays: number | null;
  /** Address ranges, in CIDR notation or single addresses. */
  readonly trustedProxies: readonly string[];
  readonly privateTargets: readonly string[];
  /** Whether requests are limited; false on loopback only. */
  readonly limits: boolean;
  readonly logLevel: LogLevel;
  readonly xmtp: {
    readonly env: 'embedded' | 'local' | 'dev' | 'production';
    readonly apiUrl: string | null;
    readonly gatewayHost: string | null;
    readonly listen: { readonly host: string; readonly port: number };
  };
}

export const configFileName = 'clawgate.config.json';
const ownerKeyCharacters = 24;

/**
 * Throws `ConfigError` with every fault. `drivers` are the drivers that exist; without it a driver's name is checked
 * for its form alone.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  workingDir: string,
  drivers?: readonly string[],
): Config {
  const faults: Fault[] = [];
  const file = readFile(join(workingDir, configFileName), faults);
  const written = readNames(env, file, faults);
  const config = checkAll(written, file['connections'], workingDir, drivers, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

/** One setting, or its fallback when it is not written or faulty. */
type Read = <Value>(key: SettingKey, checkValue: check.Check<Value>, fallback: Value) => Value;

function checkAll(
  written: WrittenSettings,
  configured: unknown,
  workingDir: string,
  drivers: readonly string[] | undefined,
  faults: Fault[],
): Config {
  const read: Read = (key, checkValue, fallback) => readSetting(written, key, checkValue, fallback, faults);
  const host = read('host', check.host, '127.0.0.1');
  const port = read('port', check.wholeNumber(0, 65_535), 18_789);
  const publicUrl = read<string | null>('publicUrl', check.webUrl, null);
  const xmtp = readXmtp(read);
  const connections = readConnections(
    {
      channels: written.get('channels')?.value,
      setting: written.get('channels')?.name ?? envName('channels'),
      connections: configured,
      drivers,
    },
    faults,
  );
  return {
    host,
    port,
    isLoopback: check.isLoopback(host),
    dataDir: resolve(workingDir, read('data', check.path, 'data')),
    databaseUrl: read<string | null>('databaseUrl', check.postgresUrl, null),
    publicUrl,
    connections: withOptions(connections, {
      simulator: given({
        url: read<string | null>('simulatorUrl', check.webUrl, null),
        dedupe: read<string | null>('simulatorDedupe', check.oneOf('key', 'none'), null),
      }),
      xmtp: given({ ...xmtp, listen: placeText(xmtp.listen) }),
    }),
    defaultChannel: readDefaultChannel(written, connections, faults),
    ownerKey: read<string | null>('ownerKey', check.atLeast(ownerKeyCharacters), null),
    masterKeys: read('masterKey', check.masterKeys, []),
    signup: read<Config['signup']>('signup', check.oneOf('open', 'invite', 'off'), signupAtFirst(host, publicUrl)),
    ownerTier: read<Tier>('ownerTier', check.oneOf('standard', 'pro', 'elite', 'unlimited'), 'elite'),
    outbound: read<Config['outbound']>('outbound', check.oneOf('open', 'registered'), 'open'),
    retentionDays: read<number | null>('retentionDays', check.wholeNumber(1, 36_500), null),
    trustedProxies: read('trustedProxies', check.ranges, []),
    privateTargets: read('privateTargets', check.ranges, []),
    limits: readLimits(written, host, faults),
    logLevel: read<LogLevel>('logLevel', check.oneOf('debug', 'info', 'warn', 'error', 'silent'), 'info'),
    xmtp,
  };
}

function readXmtp(read: Read): Config['xmtp'] {
  return {
    env: read<Config['xmtp']['env']>('xmtpEnv', check.oneOf('embedded', 'local', 'dev', 'production'), 'embedded'),
    apiUrl: read<string | null>('xmtpApiUrl', check.webUrl, null),
    gatewayHost: read<string | null>('xmtpGatewayHost', check.service, null),
    listen: read('xmtpListen', check.hostAndPort, { host: '127.0.0.1', port: 5556 }),
  };
}

/** A gateway that only its own machine reaches lets whoever is there in. */
function signupAtFirst(host: string, publicUrl: string | null): Config['signup'] {
  const publicHost = publicUrl === null ? host : new URL(publicUrl).hostname.replace(/^\[(.*)\]$/, '$1');
  return check.isLoopback(host) && check.isLoopback(publicHost) ? 'open' : 'invite';
}

function readSetting<Value>(
  written: WrittenSettings,
  key: SettingKey,
  checkValue: check.Check<Value>,
  fallback: Value,
  faults: Fault[],
): Value {
  const setting = written.get(key);
  if (!setting) return fallback;
  const text = textOf(setting.value);
  const checked =
    text === undefined ? { problem: 'is no text, number or list of texts', mend: 'Write a text' } : checkValue(text);
  if ('value' in checked) return checked.value;
  const value = isSecret(key) ? '' : `is ${shown(setting.value)}, which `;
  faults.push({ name: setting.name, problem: value + checked.problem, mend: checked.mend });
  return fallback;
}

/** A file may write numbers, true and false (for on and off) and lists where the environment has text alone. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  return undefined;
}

/** The channel a sender means who names none: as set, else iMessage where something carries it, else the first there is. */
function readDefaultChannel(
  written: WrittenSettings,
  connections: readonly ConnectionConfig[],
  faults: Fault[],
): Channel {
  const carried = connections.flatMap((connection) => connection.channels);
  const fallback = carried.includes('imessage') ? 'imessage' : (carried[0] ?? 'imessage');
  const before = faults.length;
  const channel = readSetting<Channel>(written, 'defaultChannel', check.oneOf(...channels), fallback, faults);
  const setting = written.get('defaultChannel');
  if (setting && faults.length === before && carried.length > 0 && !carried.includes(channel)) {
    faults.push({
      name: setting.name,
      problem: `is "${channel}", which no connection carries`,
      mend: `Write ${check.wordList([...new Set(carried)])}, or give ${channel} a driver in ${envName('channels')}`,
    });
  }
  return channel;
}

function readLimits(written: WrittenSettings, host: string, faults: Fault[]): boolean {
  const on = readSetting(written, 'limits', check.oneOf('on', 'off'), 'on', faults) === 'on';
  if (!on && !check.isLoopback(host)) {
    faults.push({
      name: written.get('limits')?.name ?? envName('limits'),
      problem: `is "off" while the gateway listens on ${host}, where others can reach it`,
      mend: 'Leave it out, or listen on 127.0.0.1',
    });
  }
  return on;
}

type Options = Readonly<Record<string, string>>;

/** The settings of a driver are options of its connections; what a connection says for itself wins. */
function withOptions(
  connections: readonly ConnectionConfig[],
  ofDriver: Readonly<Record<string, Options>>,
): readonly ConnectionConfig[] {
  return connections.map((connection) => {
    const options = Object.hasOwn(ofDriver, connection.driver) ? ofDriver[connection.driver] : {};
    return { ...connection, options: { ...options, ...connection.options } };
  });
}

/** Those that have a value. */
const given = (options: Readonly<Record<string, string | null>>): Options =>
  Object.fromEntries(Object.entries(options).filter((entry): entry is [string, string] => entry[1] !== null));

const placeText = ({ host, port }: Config['xmtp']['listen']): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

function readFile(path: string, faults: Fault[]): Readonly<Record<string, unknown>> {
  const fault = (problem: string, mend: string) => {
    faults.push({ name: configFileName, problem, mend });
    return {};
  };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    return fault(
      `cannot be read (${error instanceof Error ? error.message : String(error)})`,
      'Make it readable, or take it away',
    );
  }
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isRecord(value) ? value : fault('holds no object', 'Write {"port": 18789} and the like');
  } catch (error) {
    // The parser repeats what stands around the fault, which may be a key: its position alone is passed on.
    const position = error instanceof Error ? /line \d+ column \d+/.exec(error.message)?.[0] : undefined;
    return fault(
      `is not valid JSON${position ? ` (${position})` : ''}`,
      'Mend it; JSON has no comments and no comma before a closing bracket',
    );
  }
}
