/**
 * Secrets at rest: AES-256-GCM with a data key for each secret, itself wrapped by a key that never enters the database.
 * A wrapped secret names the key that wrapped it, and opens only in the place it was wrapped for: it cannot be moved to
 * another account or used for another purpose. What the place is called is bound to it but not stored in it.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Where a secret belongs. */
export interface WrapPlace {
  /** The id of the account it is of, or `gateway`. */
  readonly owner: string;
  /** What it is for: `webhook`, `wallet`, `wallet-database`. */
  readonly purpose: string;
}

export interface Wrapper {
  wrap(secret: Uint8Array, place: WrapPlace): string;
  /** Undefined when it was wrapped with a key that is not here. Throws when it is damaged or of another place. */
  unwrap(wrapped: string, place: WrapPlace): Uint8Array | undefined;
  /** Which key it was wrapped with, without opening it: the one that wraps now, one that only opens, or none that is here. */
  keyOf(wrapped: string): 'current' | 'older' | 'missing';
}

const version = 'w1';
const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** Keys of 32 bytes: the first one wraps, the others only open what they wrapped before. */
export function createWrapper(keys: readonly [Uint8Array, ...Uint8Array[]]): Wrapper {
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  const [current] = keys;
  const currentId = idOf(current);
  return {
    wrap(secret, place) {
      const dataKey = randomBytes(keyBytes);
      const [outer, inner] = [bound(place, currentId, 'key'), bound(place, currentId, 'secret')];
      return [version, currentId, seal(current, dataKey, outer), seal(dataKey, secret, inner)].join('.');
    },
    unwrap(wrapped, place) {
      const [form, id = '', dataKey = '', secret = ''] = wrapped.split('.');
      if (form !== version) throw new Error('this is no wrapped secret of a form this version knows');
      const key = byId.get(id);
      if (!key) return undefined;
      return open(open(key, dataKey, bound(place, id, 'key')), secret, bound(place, id, 'secret'));
    },
    keyOf(wrapped) {
      const [, id = ''] = wrapped.split('.', 2);
      if (id === currentId) return 'current';
      return byId.has(id) ? 'older' : 'missing';
    },
  };
}

/** The same secret under the key that wraps now; undefined when it cannot be opened. */
export function rewrapSecret(wrapper: Wrapper, wrapped: string, place: WrapPlace): string | undefined {
  try {
    const secret = wrapper.unwrap(wrapped, place);
    return secret && wrapper.wrap(secret, place);
  } catch {
    return undefined;
  }
}

/** Where the signing secret of a webhook belongs. */
export const webhookPlace = (account: string): WrapPlace => ({ owner: account, purpose: 'webhook' });

/** Tells keys apart without telling anything of them. */
const idOf = (key: Uint8Array): string => {
  if (key.length !== keyBytes) throw new Error(`a wrapping key has ${keyBytes} bytes`);
  return createHash('sha256').update('clawgate wrapping key').update(key).digest('base64url').slice(0, 8);
};

/** JSON, so that no two places are spelt alike. */
const bound = ({ owner, purpose }: WrapPlace, key: string, layer: string): Buffer =>
  Buffer.from(JSON.stringify([version, key, owner, purpose, layer]));

function seal(key: Uint8Array, plain: Uint8Array, associated: Buffer): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(associated);
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final()]);
  return Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64url');
}

function open(key: Uint8Array, text: string, associated: Buffer): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < nonceBytes + tagBytes) throw new Error('a wrapped secret is cut short');
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes))
    .setAAD(associated)
    .setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}
