/**
 * What the contract says about a client's frame, without our parser: the AsyncAPI schemas through ajv, and the three
 * rules its text adds: at most 32 levels, no key that reaches a prototype, and an instant is a day that was.
 */
import { isObject, readBundle, validatorOf, type Json } from '../contract/openapi-documents.ts';

const check = validatorOf(readBundle('claw-messenger.asyncapi'));
const maxDepth = 32;

export const maxFrameBytes = 256 * 1024;

/** The frame's value, or undefined for what is no JSON. */
export function valueOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export function isFrame(value: Json | undefined): boolean {
  if (value === undefined || !isSafe(value, 1)) return false;
  if (check({ $ref: '#/components/schemas/ClientFrame' }, value).length > 0) return false;
  const since = isObject(value) && value['type'] === 'sync' ? value['since'] : undefined;
  return typeof since !== 'string' || isInstant(since);
}

/** Whether the sender is owed a `send.result`, and under which id. */
export function idOwed(value: Json | undefined): string | undefined {
  if (!isObject(value) || value['type'] !== 'send') return undefined;
  const { id } = value;
  return typeof id === 'string' && id !== '' && Array.from(id).length <= 255 ? id : undefined;
}

export function isSafe(value: Json, depth = 1): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth > maxDepth) return false;
  return Object.entries(value).every(
    ([name, inner]) => name !== '__proto__' && name !== 'constructor' && isSafe(inner, depth + 1),
  );
}

function isInstant(text: string): boolean {
  const [, day = '', hour, minute, second] = /^(.{10}).(\d\d):(\d\d):(\d\d)/.exec(text) ?? [];
  const [, offsetHour = '0', offsetMinute = '0'] = /[+-](\d\d):?(\d\d)$/.exec(text) ?? [];
  const midnight = new Date(`${day}T00:00:00Z`);
  const isDay = Number.isFinite(midnight.getTime()) && midnight.toISOString().startsWith(day);
  const isTime = Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 60;
  return isDay && isTime && Number(offsetHour) <= 23 && Number(offsetMinute) <= 59;
}
