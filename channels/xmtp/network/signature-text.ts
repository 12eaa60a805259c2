/**
 * What the signers of an identity update sign: a text a person can read in a wallet, made from the update alone. Every
 * character is XMTP's; one that differs makes every signature foreign.
 */
import type { IdentityAction, IdentityUpdate } from './identity-shapes.ts';
import { addressMember, isInstallation, memberOf, nameOf } from './members.ts';
import { Refusal } from './refusal.ts';

export function signatureText({ inboxId, clientTimestampNs, actions }: IdentityUpdate): string {
  const at = new Date(Number(clientTimestampNs / 1_000_000n)).toISOString().replace(/\.\d+Z$/, 'Z');
  return [
    'XMTP : Authenticate to inbox',
    '',
    `Inbox ID: ${inboxId}`,
    `Current time: ${at}`,
    '',
    ...actions.map(lineOf),
    '',
    'For more info: https://xmtp.org/signatures',
  ].join('\n');
}

function lineOf({ createInbox, add, revoke, changeRecovery }: IdentityAction): string {
  if (createInbox) {
    return entry('Create inbox', 'Owner', nameOf(addressMember(createInbox.identifier, createInbox.identifierKind)));
  }
  if (add) {
    const member = memberOf(add.member);
    return isInstallation(member)
      ? entry('Grant messaging access to app', 'ID', nameOf(member))
      : entry('Link address to inbox', 'Address', nameOf(member));
  }
  if (revoke) {
    const member = memberOf(revoke.member);
    return isInstallation(member)
      ? entry('Revoke messaging access from app', 'ID', nameOf(member))
      : entry('Unlink address from inbox', 'Address', nameOf(member));
  }
  if (changeRecovery) {
    const address = nameOf(addressMember(changeRecovery.identifier, changeRecovery.identifierKind));
    return entry('Change inbox recovery address', 'Address', address);
  }
  throw new Refusal('malformed', 'an action of this update is of no known kind');
}

const entry = (what: string, label: string, value: string): string => `- ${what}\n  (${label}: ${value})`;
