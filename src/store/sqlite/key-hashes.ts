/**
 * Idempotency keys as numbers: the hash of a key, the table that holds the hashes not written yet, and the filter that
 * says for most keys that no row can hold them. Hashes of different keys may be equal: whoever finds one here asks the
 * message whether it is meant.
 */

/** 47 bits: one below what SQLite stores in six bytes, and exact in a number. The seed is the database's own. */
export function keyHash(seed: number, account: number, action: string, key: string): number {
  let high = Math.imul(seed ^ (account >>> 0), 0x9e3779b1);
  let low = Math.imul(seed ^ ((account / 4294967296) >>> 0) ^ action.length, 0x5f356495) ^ high;
  for (let at = 0; at < action.length; at += 1) high = Math.imul(high ^ action.charCodeAt(at), 0x85ebca6b);
  for (let at = 0; at < key.length; at += 1) {
    const code = key.charCodeAt(at);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code ^ (high >>> 15), 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return 4294967296 * (0x7fff & high) + (low >>> 0);
}

/** Messages by the hash of their key, several where hashes are equal. */
export interface HashTable {
  readonly size: number;
  all(hash: number): readonly number[];
  add(hash: number, message: number): void;
  /** Every hash, rising; as often as it was added. */
  sorted(): Float64Array;
}

const none: readonly number[] = [];

/** Open addressing over two arrays of numbers: a map of objects would be the collector's work. */
export function hashTable(): HashTable {
  // Empty places hold 0, so hashes are stored one higher.
  let hashes = new Float64Array(1_024);
  let messages = new Float64Array(1_024);
  let size = 0;

  const put = (stored: number, message: number): void => {
    const mask = hashes.length - 1;
    let at = (stored >>> 0) & mask;
    while (hashes[at] !== 0) at = (at + 1) & mask;
    hashes[at] = stored;
    messages[at] = message;
  };
  const grow = (): void => {
    const [oldHashes, oldMessages] = [hashes, messages];
    hashes = new Float64Array(oldHashes.length * 2);
    messages = new Float64Array(oldHashes.length * 2);
    for (let at = 0; at < oldHashes.length; at += 1) {
      const stored = oldHashes[at] ?? 0;
      if (stored !== 0) put(stored, oldMessages[at] ?? 0);
    }
  };
  return {
    get size() {
      return size;
    },
    all(hash) {
      const mask = hashes.length - 1;
      let found: number[] | undefined;
      for (let at = ((hash + 1) >>> 0) & mask; hashes[at] !== 0; at = (at + 1) & mask) {
        if (hashes[at] === hash + 1) (found ??= []).push(messages[at] ?? 0);
      }
      return found ?? none;
    },
    add(hash, message) {
      if (2 * size >= hashes.length) grow();
      put(hash + 1, message);
      size += 1;
    },
    sorted() {
      return hashes
        .filter((stored) => stored !== 0)
        .map((stored) => stored - 1)
        .sort();
    },
  };
}

/** Says `false` only of a hash that was never added; wrong once in a hundred when it says `true`. */
export interface HashFilter {
  readonly bytes: number;
  add(hash: number): void;
  mayHold(hash: number): boolean;
}

/** Three bits in one word for each: one look at memory. */
export function hashFilter(capacity: number): HashFilter {
  const words = new Uint32Array(Math.ceil(capacity / 2));
  const place = (hash: number): number => Math.floor(((hash >>> 0) / 4294967296) * words.length);
  const bits = (hash: number): number => {
    const high = Math.floor(hash / 4294967296);
    return ((1 << (high & 31)) | (1 << ((high >>> 5) & 31)) | (1 << ((high >>> 10) & 31))) >>> 0;
  };
  return {
    bytes: words.byteLength,
    add(hash) {
      const at = place(hash);
      words[at] = (words[at] ?? 0) | bits(hash);
    },
    mayHold(hash) {
      const wanted = bits(hash);
      return ((words[place(hash)] ?? 0) & wanted) >>> 0 === wanted;
    },
  };
}
