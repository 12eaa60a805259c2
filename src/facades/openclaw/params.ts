/**
 * Reading the parameters of a call: each by its name and kind, with a refusal that names it and the mend. A parameter
 * nobody asks for is ignored, because newer clients send more.
 */
import { isChannel, type Channel } from '#core/channel.ts';
import { refuse, type Refused } from '#core/failure.ts';
import { nearMiss } from '#http/near-miss.ts';

export type Params = Readonly<Record<string, unknown>>;

export const maxKeyCharacters = 255;

export const isParams = (value: unknown): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Required text; `missing` is worded as the protocol's own example has it. */
export function requiredText(params: Params, name: string): string {
  const value = optionalText(params, name);
  if (value === null || value === '') throw missing(params, name);
  return value;
}

export function optionalText(params: Params, name: string): string | null {
  const value = params[name];
  if (value === undefined || value === null) return null;
  // Ids of people and chats are numbers on some networks, and clients send them so.
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') throw refuse('invalid', `${name} must be a string`, { field: name });
  return value;
}

export function flag(params: Params, name: string): boolean {
  const value = params[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw refuse('invalid', `${name} must be true or false`, { field: name });
  return value;
}

export function optionalCount(params: Params, name: string, least: number, most: number): number | null {
  const value = params[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw refuse('invalid', `${name} must be a whole number from ${least} to ${most}`, { field: name });
}

export function texts(params: Params, name: string): readonly string[] {
  const value = params[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw refuse('invalid', `${name} must be an array of strings`, { field: name });
  return value.map((each: unknown, index) => {
    if (typeof each === 'string') return each;
    throw refuse('invalid', `${name}[${index}] must be a string`, { field: `${name}[${index}]` });
  });
}

/** Throws what the protocol's example shows; with a hint when a parameter is nearly spelt so. */
export function missing(params: Params, name: string): Refused {
  const meant = nearMiss(name, Object.keys(params));
  const hint = meant === undefined ? '' : `; did you mean it by '${meant}'?`;
  return refuse('invalid', `Missing required parameter: ${name}${hint}`, { field: name });
}

export function idempotencyKeyOf(params: Params): string {
  const key = requiredText(params, 'idempotencyKey');
  if (key.length <= maxKeyCharacters) return key;
  throw refuse('invalid', `idempotencyKey has ${key.length} characters; at most ${maxKeyCharacters} are kept`, {
    field: 'idempotencyKey',
  });
}

/** The channel named, else the one the session key begins with; null: the default one. */
export function channelOf(params: Params): Channel | null {
  const named = optionalText(params, 'channel')?.trim().toLowerCase();
  if (named !== undefined && named !== '' && named !== 'last') {
    if (isChannel(named)) return named;
    throw refuse('unsupported', `Channel '${named.slice(0, 64)}' is not configured`, {
      reason: 'channel_not_found',
      field: 'channel',
    });
  }
  const [prefix = '', ...rest] = (optionalText(params, 'sessionKey') ?? '').split(':');
  const inferred = prefix.toLowerCase();
  return rest.length > 0 && isChannel(inferred) ? inferred : null;
}
