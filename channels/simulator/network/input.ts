/**
 * The edge of the network's HTTP surfaces: bodies read within bounds, JSON of bounded depth without keys that could
 * reach a prototype, and fields checked one by one. What it refuses names the field and says what would be taken.
 */
import { maxTextCharacters } from '#core/message.ts';
import { refuse } from '#core/failure.ts';

export const maxControlBytes = 256 * 1024;
const maxDepth = 32;

export type Fields = Readonly<Record<string, unknown>>;

/** The body of a request as text, refused past a number of bytes. */
export async function readBounded(request: Request, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > maxBytes) throw refuse('too_large', `The body is larger than ${maxBytes} bytes; send media by URL`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The JSON object of a request; an absent body is an empty object. */
export async function readFields(request: Request): Promise<Fields> {
  const text = await readBounded(request, maxControlBytes);
  if (text.trim() === '') return {};
  const value = parseJson(text);
  if (isFields(value)) return value;
  throw refuse('invalid', 'The body must be a JSON object');
}

export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('invalid', 'The body is not valid JSON');
  }
  checkShape(value, 0);
  return value;
}

function checkShape(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= maxDepth) throw refuse('invalid', `The body is nested deeper than ${maxDepth} levels`);
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw refuse('invalid', `The body must not have a field named ${key}`, { field: key });
    }
    checkShape(inner, depth + 1);
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function optionalText(fields: Fields, field: string, maxCharacters = 255): string | undefined {
  const value = fields[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.length > 0 && value.length <= maxCharacters) return value;
  throw refuse('invalid', `${field} must be a text of 1 to ${maxCharacters} characters`, { field });
}

export function requiredText(fields: Fields, field: string, maxCharacters = 255): string {
  const text = optionalText(fields, field, maxCharacters);
  if (text === undefined) throw missing(fields, field);
  return text;
}

/** A message's text; absent or empty is the empty text. */
export function messageText(fields: Fields, field: string): string {
  const value = fields[field];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw refuse('invalid', `${field} must be a text`, { field });
  if (value.length <= maxTextCharacters || Array.from(value).length <= maxTextCharacters) return value;
  throw refuse('invalid', `${field} must have at most ${maxTextCharacters} characters`, { field });
}

export function optionalFlag(fields: Fields, field: string, path = field): boolean | undefined {
  const value = fields[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw refuse('invalid', `${path} must be true or false`, { field: path });
}

export function requiredFlag(fields: Fields, field: string): boolean {
  const flag = optionalFlag(fields, field);
  if (flag === undefined) throw missing(fields, field);
  return flag;
}

export function optionalList(fields: Fields, field: string, max: number): readonly unknown[] | undefined {
  const value = fields[field];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.length <= max) return value as readonly unknown[];
  throw refuse('invalid', `${field} must be a list of at most ${max}`, { field });
}

export function missing(fields: Fields, field: string) {
  const near = Object.keys(fields).find((key) => key.toLowerCase().replace(/[-_]/g, '') === field.toLowerCase());
  const hint = near && near !== field ? `; did you mean it by '${near}'?` : '';
  return refuse('invalid', `${field} is missing${hint}`, { field });
}
