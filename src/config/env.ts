/**
 * Names alone: which settings exist, how each is spelt in the environment and in `clawgate.config.json`, and what a
 * setting nobody knows was probably meant to be. Every setting the house plans is listed from the first day; one whose
 * room is not built yet says what is missing, so that it is refused instead of silently doing nothing. Values are
 * checked in config.ts.
 */
import type { Fault } from './fault.ts';

/** What a setting is: usable, or planned and what it waits for. `secret` values are never repeated in a message. */
interface Setting {
  readonly secret?: true;
  readonly waitsFor?: string;
}

/** Keyed by the name in the file; the environment's name is made from it: `publicUrl` is CLAWGATE_PUBLIC_URL. */
export const settings = {
  host: {},
  port: {},
  data: {},
  databaseUrl: { secret: true },
  natsUrl: { secret: true, waitsFor: 'gateways of several nodes' },
  channels: {},
  defaultChannel: {},
  ownerKey: { secret: true },
  ownerTier: {},
  masterKey: { secret: true },
  publicUrl: {},
  signup: {},
  jwksUrl: { waitsFor: 'sign-in with tokens of an identity provider' },
  jwtIssuer: { waitsFor: 'sign-in with tokens of an identity provider' },
  authorizedParties: { waitsFor: 'sign-in with tokens of an identity provider' },
  xmtpEnv: {},
  xmtpApiUrl: {},
  xmtpGatewayHost: {},
  xmtpListen: {},
  privateTargets: {},
  trustedProxies: {},
  outbound: {},
  retentionDays: {},
  limits: {},
  logLevel: {},
  simulatorUrl: {},
  simulatorDedupe: {},
} as const satisfies Record<string, Setting>;
export type SettingKey = keyof typeof settings;

const keys = Object.keys(settings) as SettingKey[];
const prefix = 'CLAWGATE_';

export const envName = (key: SettingKey): string =>
  prefix + key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
export const isSecret = (key: SettingKey): boolean => 'secret' in settings[key];

const keyByEnvName = new Map(keys.map((key) => [envName(key), key]));

/** A setting as it was written, and where: `name` is how messages call it. */
export interface Written {
  readonly name: string;
  readonly value: unknown;
}
export type WrittenSettings = ReadonlyMap<SettingKey, Written>;

/** The settings of the environment laid over those of the file; names nobody knows become faults. Empty variables are unset. */
export function readNames(
  env: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, unknown>>,
  faults: Fault[],
): WrittenSettings {
  const written = new Map<SettingKey, Written>();
  for (const [name, value] of Object.entries(file)) {
    const key = keys.find((candidate) => candidate === name);
    if (key) written.set(key, { name, value });
    else if (!besideSettings.includes(name))
      faults.push(unknown(name, [...keys, ...besideSettings], 'clawgate.config.json'));
  }
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(prefix) || value === undefined) continue;
    const key = keyByEnvName.get(name);
    if (!key) faults.push(unknown(name, [...keyByEnvName.keys()], 'the environment'));
    else if (value !== '') written.set(key, { name, value });
  }
  for (const [key, { name }] of written) {
    const setting: Setting = settings[key];
    if (setting.waitsFor === undefined) continue;
    faults.push({ name, problem: `is not in this version: it waits for ${setting.waitsFor}`, mend: 'Leave it out' });
    written.delete(key);
  }
  return written;
}

/** What the file may hold that is no setting of the environment. */
const besideSettings = ['$schema', 'connections'];

function unknown(name: string, known: readonly string[], place: string): Fault {
  const meant = nearMiss(name, known);
  const mend = meant ? `Write ${meant}` : `Take it out of ${place}`;
  return { name, problem: `is no setting of the gateway${meant ? `; did you mean ${meant}?` : ''}`, mend };
}

/** The known word that a misspelt one most resembles, or undefined when none is near. */
export function nearMiss(text: string, known: readonly string[]): string | undefined {
  const spelling = (word: string) => word.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  const allowed = Math.max(1, Math.min(3, Math.floor(spelling(text).replace(/^CLAWGATE/, '').length / 3)));
  let best: { word: string; distance: number } | undefined;
  for (const word of known) {
    const distance = editDistance(spelling(text), spelling(word));
    if (distance <= allowed && (!best || distance < best.distance)) best = { word, distance };
  }
  return best?.word;
}

/** Letters to add, drop or change; two letters in the wrong order count once. */
function editDistance(from: string, to: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      line[column] = Math.min(
        (last[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + same,
        swapped ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, last] = [last, line];
  }
  return last[to.length] ?? 0;
}
