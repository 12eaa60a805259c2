// MLS structures made by hand after RFC 9420: key packages that a real key has signed, and messages whose sealed part
// is noise. For tests of what a network may look at.
import { type KeyObject, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export function vector(content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 64) return Buffer.concat([Buffer.from([length]), content]);
  const head = Buffer.alloc(length < 16_384 ? 2 : 4);
  if (head.length === 2) head.writeUInt16BE(length | 0x4000);
  else head.writeUInt32BE((length | 0x8000_0000) >>> 0);
  return Buffer.concat([head, content]);
}

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

export interface SigningKey {
  readonly raw: Buffer;
  readonly secret: KeyObject;
}

export function signingKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { raw: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32), secret: privateKey };
}

function signed(secret: KeyObject, label: string, content: Buffer): Buffer {
  return sign(null, Buffer.concat([vector(Buffer.from(`MLS 1.0 ${label}`)), vector(content)]), secret);
}

export interface KeyPackageParts {
  /** Whose package it is. */
  readonly key: SigningKey;
  readonly leafSignedBy?: SigningKey;
  readonly signedBy?: SigningKey;
  readonly version?: number;
  readonly suite?: number;
  readonly inboxId?: string;
  readonly credential?: number;
  readonly source?: number;
  readonly sameKeys?: boolean;
}

export function keyPackage(parts: KeyPackageParts): Buffer {
  const { key, version = 1, suite = 3, credential = 1, source = 1, inboxId = 'ab'.repeat(32) } = parts;
  const initKey = randomBytes(32);
  const identity = Buffer.concat([Buffer.from([0x0a, inboxId.length]), Buffer.from(inboxId)]);
  const capabilities = [uint16(1), uint16(3), uint16(0x0a0a), Buffer.alloc(0), uint16(1)].map(vector);
  const leafContent = Buffer.concat([
    vector(parts.sameKeys ? initKey : randomBytes(32)),
    vector(key.raw),
    uint16(credential),
    vector(identity),
    ...capabilities,
    Buffer.from([source]),
    Buffer.alloc(8),
    Buffer.alloc(8, 0x7f),
    vector(randomBytes(70)),
  ]);
  const leafSignature = signed((parts.leafSignedBy ?? key).secret, 'LeafNodeTBS', leafContent);
  const content = Buffer.concat([
    uint16(version),
    uint16(suite),
    vector(initKey),
    leafContent,
    vector(leafSignature),
    vector(Buffer.alloc(0)),
  ]);
  return Buffer.concat([content, vector(signed((parts.signedBy ?? key).secret, 'KeyPackageTBS', content))]);
}

/** A message to a group, sealed: 1 is something said, 2 and 3 change the group. */
export function privateMessage(groupId: Buffer, content = 1, sealed: Buffer = randomBytes(40)): Buffer {
  const head = Buffer.concat([uint16(1), uint16(2), vector(groupId), Buffer.alloc(8), Buffer.from([content])]);
  return Buffer.concat([head, vector(Buffer.alloc(0)), vector(randomBytes(20)), vector(sealed)]);
}

/** The same in the open, from a member. */
export function publicMessage(groupId: Buffer, content = 3): Buffer {
  const sender = Buffer.from([1, 0, 0, 0, 0]);
  const authenticated = vector(Buffer.alloc(0));
  const head = [uint16(1), uint16(1), vector(groupId), Buffer.alloc(8), sender, authenticated];
  return Buffer.concat([...head, Buffer.from([content]), randomBytes(90)]);
}
