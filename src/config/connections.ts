/**
 * Which driver carries which channel, and the connections that follow: those a person configured under `connections`,
 * and one for every driver that CLAWGATE_CHANNELS names without configuring it. Options are handed to the driver
 * unread: only it knows what they mean.
 */
import { type Channel, channels, isChannel } from '#core/channel.ts';
import { type ConnectionId, connectionId } from '#core/ids.ts';
import { wordList, words } from './checks.ts';
import { nearMiss } from './env.ts';
import { type Fault, shown } from './fault.ts';

export interface ConnectionConfig {
  readonly id: ConnectionId;
  readonly driver: string;
  readonly channels: readonly Channel[];
  /** The id of the one account it serves, or null: shared by all. */
  readonly account: string | null;
  readonly options: Readonly<Record<string, string>>;
}

const defaultChannels: ReadonlyMap<Channel, string> = new Map([
  ['imessage', 'simulator'],
  ['rcs', 'simulator'],
  ['sms', 'simulator'],
  ['xmtp', 'xmtp'],
]);
/** Carried by default only where the caller says that their driver exists. */
const ifThere = ['xmtp'];

const name = /^[a-z0-9][a-z0-9._-]{0,63}$/;

interface Sources {
  /** The value of the channel setting, or undefined for the default; `setting` is its name in messages. */
  readonly channels: unknown;
  readonly setting: string;
  /** `connections` of the file. */
  readonly connections: unknown;
  /** The drivers that exist, or undefined when the caller cannot tell. */
  readonly drivers: readonly string[] | undefined;
}

/** The connections to open; those the channel setting names come first, so that they are the ones a channel means. */
export function readConnections(sources: Sources, faults: Fault[]): readonly ConnectionConfig[] {
  const configured = readConfigured(sources.connections, faults);
  const named = sources.channels === undefined ? undefined : readChannels(sources.channels, sources.setting, faults);
  const carriers = named ?? defaultCarriers(configured, sources.drivers ?? []);
  const connections = new Map<string, ConnectionConfig>();
  for (const [channel, carrier] of carriers) {
    const known = connections.get(carrier) ?? configured.find(({ id }) => id === carrier) ?? implied(carrier);
    const carried = known.channels.includes(channel) ? known.channels : [...known.channels, channel];
    connections.set(carrier, { ...known, channels: carried });
  }
  for (const connection of configured) {
    if (!connections.has(connection.id)) connections.set(connection.id, connection);
  }
  const all = [...connections.values()];
  for (const connection of all) checkDriver(connection, sources, configured, faults);
  for (const { id } of all.filter(({ channels: carried }) => carried.length === 0)) {
    const mend = `Name its channels, or point a channel to it: "channels": {"sms": "${id}"}`;
    faults.push({ name: `connections.${id}`, problem: 'carries no channel', mend });
  }
  return all;
}

const implied = (driver: string): ConnectionConfig => ({
  id: connectionId(driver),
  driver,
  channels: [],
  account: null,
  options: {},
});

/** The default carriers, but for channels that a shared connection of the file carries already. */
function defaultCarriers(
  configured: readonly ConnectionConfig[],
  drivers: readonly string[],
): ReadonlyMap<Channel, string> {
  const taken = new Set(
    configured.filter(({ account }) => account === null).flatMap((connection) => connection.channels),
  );
  const isThere = (driver: string): boolean => !ifThere.includes(driver) || drivers.includes(driver);
  return new Map([...defaultChannels].filter(([channel, driver]) => !taken.has(channel) && isThere(driver)));
}

/** `imessage=simulator,sms=acme`, or the same as an object in the file. */
function readChannels(value: unknown, setting: string, faults: Fault[]): ReadonlyMap<Channel, string> {
  const mend = 'Write channel=driver pairs, separated by commas: imessage=simulator,sms=simulator';
  const fault = (problem: string, otherMend = mend) => faults.push({ name: setting, problem, mend: otherMend });
  const carriers = new Map<Channel, string>();
  for (const [channel, carrier] of pairs(value)) {
    if (!isChannel(channel)) {
      const meant = nearMiss(channel, channels);
      fault(
        `names the channel ${shown(channel)}${meant ? `; did you mean ${meant}?` : ''}`,
        `Channels are ${wordList(channels)}`,
      );
    } else if (typeof carrier !== 'string' || !name.test(carrier)) fault(`gives ${channel} no driver`);
    else if (carriers.has(channel)) fault(`names ${channel} twice`);
    else carriers.set(channel, carrier);
  }
  if (carriers.size === 0 && !faults.some((known) => known.name === setting))
    fault(`is ${shown(value)}, which names no channel`);
  return carriers;
}

function pairs(value: unknown): readonly (readonly [string, unknown])[] {
  if (isRecord(value)) return Object.entries(value);
  return words(String(value)).map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? ([pair, undefined] as const) : ([pair.slice(0, at), pair.slice(at + 1)] as const);
  });
}

function readConfigured(value: unknown, faults: Fault[]): readonly ConnectionConfig[] {
  if (value === undefined) return [];
  if (!isRecord(value)) {
    faults.push({
      name: 'connections',
      problem: 'is no object',
      mend: 'Write {"<id>": {"driver": "…", "channels": ["…"]}}',
    });
    return [];
  }
  return Object.entries(value).flatMap(([id, entry]) => readConnection(id, entry, faults) ?? []);
}

function readConnection(id: string, entry: unknown, faults: Fault[]): ConnectionConfig | undefined {
  const before = faults.length;
  const fault = (field: string, problem: string, mend: string) => {
    faults.push({ name: `connections.${id}${field && `.${field}`}`, problem, mend });
  };
  if (!name.test(id))
    fault('', 'has an id that cannot be used', 'Use lower-case letters, digits, dot, dash and underscore');
  if (!isRecord(entry)) {
    fault('', 'is no object', 'Write {"driver": "…", "channels": ["…"]}');
    return undefined;
  }
  const { driver, channels: carried = [], account = null, options = {}, ...others } = entry;
  for (const other of Object.keys(others))
    fault(other, 'is no field of a connection', 'Use driver, channels, account and options');
  if (typeof driver !== 'string' || !name.test(driver))
    fault('driver', 'names no driver', 'Write the name of a driver, such as "simulator"');
  if (!isChannelList(carried)) fault('channels', 'is no list of channels', `Write a list of ${wordList(channels)}`);
  if (account !== null && (typeof account !== 'string' || account === '')) {
    fault(
      'account',
      'is no account id',
      'Write an id that `clawgate accounts list` shows, or leave it out to share the connection',
    );
  }
  const texts = readOptions(options);
  if (!texts) fault('options', 'is no object of texts', 'Write {"name": "value"}');
  if (faults.length > before || typeof driver !== 'string' || !isChannelList(carried) || !texts) return undefined;
  return {
    id: connectionId(id),
    driver,
    channels: carried,
    account: typeof account === 'string' ? account : null,
    options: texts,
  };
}

function readOptions(options: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(options)) return undefined;
  const entries = Object.entries(options);
  if (entries.some(([, value]) => !['string', 'number', 'boolean'].includes(typeof value))) return undefined;
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

function checkDriver(
  connection: ConnectionConfig,
  sources: Sources,
  configured: readonly ConnectionConfig[],
  faults: Fault[],
): void {
  const { driver, id } = connection;
  if (!sources.drivers || sources.drivers.includes(driver)) return;
  const meant = nearMiss(driver, sources.drivers);
  const isConfigured = configured.some((known) => known.id === id);
  faults.push({
    name: isConfigured ? `connections.${id}.driver` : sources.setting,
    problem: `names the driver ${shown(driver)}, which this version does not have${meant ? `; did you mean ${meant}?` : ''}`,
    mend: `Drivers are ${wordList(sources.drivers)}`,
  });
}

const isChannelList = (value: unknown): value is readonly Channel[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string' && isChannel(item));

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
