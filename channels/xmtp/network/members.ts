/**
 * Who can belong to an inbox here: wallets by their address and installations by their key, each as one text that
 * compares. Passkeys and smart contract wallets exist on XMTP but cannot be proven without a browser or a chain.
 */
import { installationKeyBytes } from './limits.ts';
import { type MemberIdentifier, ethereumKind, unspecifiedKind } from './identity-shapes.ts';
import { Refusal } from './refusal.ts';

export type AddressMember = `address:${string}`;
export type InstallationMember = `installation:${string}`;
export type Member = AddressMember | InstallationMember;

const addressText = /^0x[0-9a-f]{40}$/;

/** Addresses are compared in lower case, as XMTP writes them. */
export function addressMember(text: string, kind: number): AddressMember {
  if (kind !== unspecifiedKind && kind !== ethereumKind) throw unsupported('identifier');
  const address = text.toLowerCase();
  if (!addressText.test(address)) throw new Refusal('malformed', 'an address is 0x and 40 hex digits');
  return `address:${address}`;
}

export function installationMember(key: Uint8Array): InstallationMember {
  if (key.length !== installationKeyBytes) {
    throw new Refusal('malformed', `an installation key has ${installationKeyBytes} bytes`);
  }
  return `installation:${Buffer.from(key).toString('hex')}`;
}

export function memberOf(identifier: MemberIdentifier | undefined): Member {
  const { ethereumAddress, installationPublicKey } = identifier ?? {};
  if (ethereumAddress !== undefined) return addressMember(ethereumAddress, ethereumKind);
  if (installationPublicKey !== undefined) return installationMember(installationPublicKey);
  if (identifier?.passkey !== undefined) throw unsupported('passkey');
  throw new Refusal('malformed', 'a member is named by an address or an installation key');
}

export const isInstallation = (member: Member): member is InstallationMember => member.startsWith('installation:');
export const isAddress = (member: Member): member is AddressMember => member.startsWith('address:');

/** The address or the key alone. */
export const nameOf = (member: Member): string => member.slice(member.indexOf(':') + 1);

export function unsupported(what: string): Refusal {
  return new Refusal('unproven', `this network cannot verify a ${what}; it knows wallets and installation keys`);
}
