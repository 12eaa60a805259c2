/**
 * The generated secrets of a data folder, in one file that only its owner can read: the pepper of the key hashes, the
 * key that signs media links, the one that wraps secrets in the database, and which key is the owner's. Lose it and
 * every API key has to be made anew, and what is wrapped stays shut: webhooks' secrets, and wallets for good.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Pepper } from './keys.ts';

export interface Secrets {
  readonly pepper: Pepper;
  readonly mediaKey: Uint8Array;
  /** Wraps the secrets in the database. */
  readonly wrappingKey: Uint8Array;
  /** The hash of the owner's key; null until there is one. */
  readonly ownerKeyHash: string | null;
}

export interface SecretsFile {
  readonly secrets: Secrets;
  /** True when this start made them. */
  readonly isNew: boolean;
  /** On disk before it resolves. */
  saveOwnerKeyHash(hash: string): Promise<void>;
}

interface Stored {
  readonly version: 1;
  readonly pepperId: string;
  readonly pepper: string;
  readonly mediaKey: string;
  /** Absent in a file from before there was anything to wrap. */
  readonly wrappingKey?: string;
  readonly ownerKeyHash: string | null;
}

type Complete = Required<Stored>;

/** Reads the file, or makes it and its folder (0700). Throws, naming the file, when it is there but cannot be used. */
export async function openSecrets(path: string): Promise<SecretsFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const found = await readStored(path);
  // It may have been copied here by hand with another mask.
  if (found) await chmod(path, 0o600);
  let stored: Complete = { ...generate(), ...found };
  let secrets = opened(stored);
  if (found?.wrappingKey === undefined) await writeStored(path, stored);
  return {
    isNew: !found,
    get secrets() {
      return secrets;
    },
    async saveOwnerKeyHash(hash) {
      stored = { ...stored, ownerKeyHash: hash };
      await writeStored(path, stored);
      secrets = opened(stored);
    },
  };
}

/** The generated key that wraps, without making or changing anything. Throws like `openSecrets`. */
export async function peekWrappingKey(path: string): Promise<Uint8Array | undefined> {
  const key = (await readStored(path))?.wrappingKey;
  return key === undefined ? undefined : Buffer.from(key, 'base64url');
}

function generate(): Complete {
  return {
    version: 1,
    pepperId: randomBytes(3).toString('hex'),
    pepper: randomBytes(32).toString('base64url'),
    mediaKey: randomBytes(32).toString('base64url'),
    wrappingKey: randomBytes(32).toString('base64url'),
    ownerKeyHash: null,
  };
}

const opened = (stored: Complete): Secrets => ({
  pepper: { id: stored.pepperId, secret: Buffer.from(stored.pepper, 'base64url') },
  mediaKey: Buffer.from(stored.mediaKey, 'base64url'),
  wrappingKey: Buffer.from(stored.wrappingKey, 'base64url'),
  ownerKeyHash: stored.ownerKeyHash,
});

async function readStored(path: string): Promise<Stored | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read: give this user the right to read it, or restore it from a backup`, {
      cause: error,
    });
  }
  const stored = parse(text);
  if (!stored) {
    throw new Error(`${path} is damaged: restore it from a backup, or move it away and make every API key anew`);
  }
  return stored;
}

function parse(text: string): Stored | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isStored(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isStored(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return false;
  if (!('ownerKeyHash' in value) || (value.ownerKeyHash !== null && typeof value.ownerKeyHash !== 'string'))
    return false;
  const isSecret = (text: unknown) => typeof text === 'string' && Buffer.from(text, 'base64url').length === 32;
  if (!('pepper' in value) || !('mediaKey' in value) || !isSecret(value.pepper) || !isSecret(value.mediaKey))
    return false;
  if ('wrappingKey' in value && !isSecret(value.wrappingKey)) return false;
  return 'pepperId' in value && typeof value.pepperId === 'string' && /^[0-9a-f]{1,16}$/.test(value.pepperId);
}

/** Written beside and renamed over, so that a crash leaves the old file or the new one, whole. */
async function writeStored(path: string, stored: Stored): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${JSON.stringify(stored, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
