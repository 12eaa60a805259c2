// Wallets, installations and the identity updates they sign, made by hand: what an XMTP client sends when it is honest,
// with every piece open to be spoilt.
import { ed25519ph } from '@noble/curves/ed25519.js';
import { type HDNodeWallet, Wallet, getBytes } from 'ethers';
import {
  type IdentityAction,
  type IdentityUpdate,
  type Signature,
  identityUpdate,
} from '#channels/xmtp/network/identity-shapes.ts';
import { inboxIdOf } from '#channels/xmtp/network/inbox-state.ts';
import { signatureText } from '#channels/xmtp/network/signature-text.ts';

export interface Holder {
  /** An address in lower case, or a key in hex. */
  readonly name: string;
  readonly identifier: { ethereumAddress?: string; installationPublicKey?: Buffer };
  sign(text: string): Promise<Signature>;
}

const none: Signature = {
  erc191: undefined,
  erc6492: undefined,
  installationKey: undefined,
  delegatedErc191: undefined,
  passkey: undefined,
};

export function wallet(from: HDNodeWallet | Wallet = Wallet.createRandom()): Holder {
  const address = from.address.toLowerCase();
  return {
    name: address,
    identifier: { ethereumAddress: address },
    sign: async (text) => ({ ...none, erc191: { bytes: Buffer.from(getBytes(await from.signMessage(text))) } }),
  };
}

export function installation(): Holder {
  const { secretKey, publicKey } = ed25519ph.keygen();
  const key = Buffer.from(publicKey);
  const context = Buffer.from('IDENTITY UPDATE SIGNATURE');
  return {
    name: key.toString('hex'),
    identifier: { installationPublicKey: key },
    sign: async (text) => ({
      ...none,
      installationKey: {
        bytes: Buffer.from(ed25519ph.sign(Buffer.from(text), secretKey, { context })),
        publicKey: key,
      },
    }),
  };
}

export const inboxOf = (owner: Holder, nonce = 0n): string => inboxIdOf(owner.name, nonce);

/** An action and who has to sign it. */
export interface Step {
  readonly action: (signed: (by: Holder) => Signature) => Partial<IdentityAction>;
  readonly signers: readonly Holder[];
}

export const create = (owner: Holder, nonce = 0n): Step => ({
  signers: [owner],
  action: (signed) => ({
    createInbox: { identifier: owner.name, nonce, signature: signed(owner), identifierKind: 1 },
  }),
});

export const add = (member: Holder, by: Holder): Step => ({
  signers: [member, by],
  action: (signed) => ({
    add: { member: full(member), existingSignature: signed(by), newSignature: signed(member) },
  }),
});

export const revoke = (member: Holder, by: Holder): Step => ({
  signers: [by],
  action: (signed) => ({ revoke: { member: full(member), recoverySignature: signed(by) } }),
});

export const changeRecovery = (to: Holder, by: Holder): Step => ({
  signers: [by],
  action: (signed) => ({
    changeRecovery: { identifier: to.name, recoverySignature: signed(by), identifierKind: 1 },
  }),
});

const full = ({ identifier }: Holder) => ({
  ethereumAddress: identifier.ethereumAddress,
  installationPublicKey: identifier.installationPublicKey,
  passkey: undefined,
});

let madeAt = BigInt(Date.UTC(2030, 0, 1)) * 1_000_000n;

/** Every signer signs the whole. Each update is a second later than the one before, as no two texts are the same. */
export async function signedUpdate(inboxId: string, steps: readonly Step[]): Promise<IdentityUpdate> {
  madeAt += 1_000_000_000n;
  const unsigned = update(inboxId, steps, () => none);
  const text = signatureText(unsigned);
  const holders = [...new Set(steps.flatMap(({ signers }) => signers))];
  const signatures = new Map<Holder, Signature>();
  for (const holder of holders) signatures.set(holder, await holder.sign(text));
  return update(inboxId, steps, (holder) => signatures.get(holder) ?? none);
}

function update(inboxId: string, steps: readonly Step[], signed: (by: Holder) => Signature): IdentityUpdate {
  const actions = steps.map(({ action }) => {
    return { createInbox: undefined, add: undefined, revoke: undefined, changeRecovery: undefined, ...action(signed) };
  });
  return { actions, clientTimestampNs: madeAt, inboxId };
}

export const encoded = (made: IdentityUpdate): Buffer => identityUpdate.encode(made);
