/**
 * Texts as PostgreSQL can hold them. Its text has no place for the character NUL and none for half of a surrogate pair,
 * but people and providers send both, so such characters are stored spelt out and come back as they were. Texts that
 * are looked up may be longer than an index takes: of those the index holds a digest.
 */
import { createHash } from 'node:crypto';

/** Opens the spelling of a character; itself spelt out where it occurs. */
const opening = '\u0001';
const spelt = new RegExp(`${opening}([0-9a-f]{4})`, 'g');
/** With the `u` flag a surrogate here is one without its other half. */
const unspeakable = new RegExp(`[\0${opening}\\u{d800}-\\u{dfff}]`, 'gu');

export function encodeText(text: string): string {
  if (text.isWellFormed() && !text.includes('\0') && !text.includes(opening)) return text;
  return text.replaceAll(unspeakable, (character) => opening + character.charCodeAt(0).toString(16).padStart(4, '0'));
}

export function decodeText(text: string): string {
  if (!text.includes(opening)) return text;
  return text.replaceAll(spelt, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Three such texts and a few numbers fit into one entry of an index. */
const indexedBytes = 600;

/** What stands in an index for a text: itself, unless it is too long. Equal for equal texts alone. */
export function indexed(text: string): string {
  // What is no text at all is refused where it is bound.
  if (typeof text !== 'string' || text.length <= indexedBytes / 6) return text;
  if (Buffer.byteLength(encodeText(text)) <= indexedBytes) return text;
  return `${text.slice(0, 16)}\u0002${createHash('sha256').update(text, 'utf16le').digest('base64url')}`;
}
