/**
 * What a wallet's private key does: the address it stands for, and signatures of texts. The cryptography is large, so it
 * is loaded with the first wallet that is made or signs.
 */
import { randomBytes } from 'node:crypto';

const keyBytes = 32;

export async function newKey(): Promise<{ readonly privateKey: Uint8Array; readonly address: string }> {
  const { SigningKey, computeAddress } = await cryptography();
  const privateKey = randomBytes(keyBytes);
  return { privateKey, address: computeAddress(new SigningKey(privateKey)).toLowerCase() };
}

/** ERC-191, `personal_sign`: 65 bytes. */
export async function signText(privateKey: Uint8Array, text: string): Promise<Uint8Array> {
  const { SigningKey, hashMessage } = await cryptography();
  return Buffer.from(new SigningKey(privateKey).sign(hashMessage(text)).serialized.slice(2), 'hex');
}

async function cryptography() {
  const [{ SigningKey }, { computeAddress }, { hashMessage }] = await Promise.all([
    import('ethers/crypto'),
    import('ethers/transaction'),
    import('ethers/hash'),
  ]);
  return { SigningKey, computeAddress, hashMessage };
}
