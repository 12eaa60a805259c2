/**
 * API keys: `cm_live_` and 8 visible characters, then a secret of 160 bits and a check that catches a mistyped or cut
 * key without asking the store. Only a keyed hash is ever stored; the pepper that keys it lives outside the database.
 */
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { idText } from '#core/ids.ts';
import type { KeyMint } from '#ports/identity.ts';
import type { Ids } from '#ports/runtime.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const brand = 'cm_live_';
const visibleCharacters = 8;
/** 27 characters of 62 are 160.7 bits. */
const secretCharacters = 27;
const checkCharacters = 6;
const shape = new RegExp(
  `^(${brand}[${alphabet}]{${visibleCharacters}})_[${alphabet}]{${secretCharacters + checkCharacters}}$`,
);

export interface Pepper {
  /** Stands before every hash, so that hashes of another pepper are told apart. */
  readonly id: string;
  readonly secret: Uint8Array;
}

export function createKeyMint(pepper: Pepper, ids: Pick<Ids, 'next'>): KeyMint {
  return {
    mint() {
      const prefix = brand + randomText(visibleCharacters);
      const body = `${prefix}_${randomText(secretCharacters)}`;
      const text = body + checkOf(body);
      return { id: idText('key', ids.next()), text, prefix, hash: hashKey(pepper, text) };
    },
  };
}

/** The visible start of a key of our own making, or undefined when it is none: mistyped, cut short, somebody else's. */
export function keyPrefix(text: string): string | undefined {
  const prefix = shape.exec(text)?.[1];
  const body = text.slice(0, -checkCharacters);
  return prefix !== undefined && text === body + checkOf(body) ? prefix : undefined;
}

export function hashKey(pepper: Pepper, text: string): string {
  return `${pepper.id}:${createHmac('sha256', preparedSecret(pepper)).update(text).digest('base64url')}`;
}

const prepared = new WeakMap<Uint8Array, KeyObject>();

/** Every request brings a key to hash, and bytes that have to be made a secret first cost eight times the hash. */
function preparedSecret({ secret }: Pepper): KeyObject {
  let known = prepared.get(secret);
  if (!known) prepared.set(secret, (known = createSecretKey(secret)));
  return known;
}

function checkOf(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let count = 0; count < checkCharacters; count += 1) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Even over the alphabet: bytes that would favour its start are thrown away. */
function randomText(characters: number): string {
  let text = '';
  while (text.length < characters) {
    for (const byte of randomBytes(characters)) {
      if (byte < 248 && text.length < characters) text += alphabet.charAt(byte % 62);
    }
  }
  return text;
}
