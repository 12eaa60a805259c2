/**
 * Reads an MLS key package (RFC 9420, section 10) and verifies both signatures in it, the leaf's and its own, with the
 * key it carries: only who holds an installation's key can publish a package for it. Pure.
 */
import { type KeyObject, createPublicKey, verify } from 'node:crypto';
import { installationKeyBytes, maxKeyPackageBytes } from './limits.ts';
import { Malformed, bytes, shape } from './protobuf.ts';
import { Refusal } from './refusal.ts';
import { TlsReader, tlsVector } from './tls.ts';

export interface KeyPackage {
  readonly installationKey: Buffer;
  readonly inboxId: string;
}

const mls10 = 1;
const basicCredential = 1;
const fromKeyPackage = 1;
/** The two suites that sign with Ed25519; XMTP's clients use the second. */
const ed25519Suites = [1, 3];
const lifetimeBytes = 16;
/** A public key of Ed25519 as the raw key behind this. */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const credentialIdentity = shape({ inboxId: bytes(1) });

/** Throws `Refusal` when it is none, or is not signed by the key it names. */
export function readKeyPackage(package_: Buffer): KeyPackage {
  if (package_.length > maxKeyPackageBytes) {
    throw new Refusal('too_large', `a key package has at most ${maxKeyPackageBytes} bytes`);
  }
  try {
    return readWhole(new TlsReader(package_));
  } catch (error) {
    if (error instanceof Malformed) throw new Refusal('malformed', `this is no key package: ${error.message}`);
    throw error;
  }
}

function readWhole(input: TlsReader): KeyPackage {
  if (input.uint16() !== mls10) throw new Malformed('its version is not MLS 1.0');
  if (!ed25519Suites.includes(input.uint16())) throw new Malformed('its cipher suite does not sign with Ed25519');
  const initKey = input.vector();
  const leaf = readLeaf(input);
  if (initKey.equals(leaf.encryptionKey)) throw new Malformed('its two encryption keys are one');
  input.vector(); // extensions
  const signed = input.since(0);
  const signature = input.vector();
  input.end();
  const key = publicKey(leaf.installationKey);
  if (!isSigned(key, 'LeafNodeTBS', leaf.signed, leaf.signature)) {
    throw new Refusal('unproven', "the key package's leaf is not signed by its installation");
  }
  if (!isSigned(key, 'KeyPackageTBS', signed, signature)) {
    throw new Refusal('unproven', 'the key package is not signed by its installation');
  }
  return { installationKey: leaf.installationKey, inboxId: leaf.inboxId };
}

function readLeaf(input: TlsReader) {
  const start = input.position;
  const encryptionKey = input.vector();
  const installationKey = input.vector();
  if (installationKey.length !== installationKeyBytes) throw new Malformed('its signature key is not of Ed25519');
  if (input.uint16() !== basicCredential) throw new Malformed('its credential is not a basic one');
  const inboxId = credentialIdentity.decode(input.vector()).inboxId.toString('latin1');
  if (!/^[0-9a-f]{64}$/.test(inboxId)) throw new Malformed('its credential names no inbox');
  for (let list = 0; list < 5; list += 1) input.vector(); // capabilities
  if (input.uint8() !== fromKeyPackage) throw new Malformed('its leaf was made for something else');
  input.take(lifetimeBytes);
  input.vector(); // extensions
  const signed = input.since(start);
  return { encryptionKey, installationKey, inboxId, signed, signature: input.vector() };
}

function publicKey(bytesOfKey: Buffer): KeyObject {
  try {
    return createPublicKey({ key: Buffer.concat([spkiPrefix, bytesOfKey]), format: 'der', type: 'spki' });
  } catch {
    throw new Malformed('its signature key is not of Ed25519');
  }
}

function isSigned(key: KeyObject, label: string, content: Buffer, signature: Buffer): boolean {
  const signedBytes = Buffer.concat([tlsVector(Buffer.from(`MLS 1.0 ${label}`)), tlsVector(content)]);
  return verify(null, signedBytes, key, signature);
}
