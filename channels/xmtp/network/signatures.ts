/**
 * Who signed a text: a wallet, recovered from its signature as wallets sign messages, or an installation, by the
 * Ed25519ph signature of its key. What cannot be verified is refused, never believed.
 */
import { ed25519ph } from '@noble/curves/ed25519.js';
import { Signature as WalletSignature } from 'ethers/crypto';
import { verifyMessage } from 'ethers/hash';
import type { Signature } from './identity-shapes.ts';
import { type Member, addressMember, installationMember, unsupported } from './members.ts';
import { Refusal } from './refusal.ts';

export interface Signer {
  readonly member: Member;
  /** The signature in its one canonical form, by which a replay is known. */
  readonly spent: string;
}

const context = Buffer.from('IDENTITY UPDATE SIGNATURE');
const walletSignatureBytes = 65;

export function signerOf(signature: Signature | undefined, text: string): Signer {
  if (signature?.erc191) return walletOf(signature.erc191.bytes, text);
  if (signature?.installationKey) return installationOf(signature.installationKey, text);
  if (signature?.erc6492) throw unsupported('smart contract wallet');
  if (signature?.delegatedErc191) throw unsupported('legacy delegated key');
  if (signature?.passkey) throw unsupported('passkey');
  throw new Refusal('malformed', 'a signature is missing');
}

function walletOf(bytes: Buffer, text: string): Signer {
  if (bytes.length !== walletSignatureBytes) {
    throw new Refusal('malformed', `a wallet's signature has ${walletSignatureBytes} bytes`);
  }
  try {
    const signature = WalletSignature.from(`0x${bytes.toString('hex')}`);
    const { compactSerialized } = signature;
    return { member: addressMember(verifyMessage(text, signature), 0), spent: compactSerialized };
  } catch {
    throw new Refusal('unproven', "a wallet's signature is none");
  }
}

function installationOf({ bytes, publicKey }: { bytes: Buffer; publicKey: Buffer }, text: string): Signer {
  const member = installationMember(publicKey);
  if (!isSignedBy(bytes, text, publicKey)) {
    throw new Refusal('unproven', "an installation's signature is not of this update");
  }
  return { member, spent: bytes.toString('hex') };
}

function isSignedBy(bytes: Buffer, text: string, publicKey: Buffer): boolean {
  try {
    return ed25519ph.verify(bytes, Buffer.from(text), publicKey, { context, zip215: false });
  } catch {
    return false;
  }
}
