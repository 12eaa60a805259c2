/**
 * What an inbox's updates add up to: its members, who let each in, its recovery address, and every signature that was
 * used, none of which counts twice. Pure: an update is applied whole or refused whole.
 */
import { createHash } from 'node:crypto';
import type { IdentityAction, IdentityUpdate } from './identity-shapes.ts';
import { maxActions, maxInstallations } from './limits.ts';
import { type Member, addressMember, isAddress, isInstallation, memberOf, nameOf } from './members.ts';
import { Refusal } from './refusal.ts';
import { signatureText } from './signature-text.ts';
import { type Signer, signerOf } from './signatures.ts';

export interface InboxState {
  readonly recovery: Member;
  /** Each member and who added it; null for the first. */
  readonly members: ReadonlyMap<Member, Member | null>;
  readonly spent: ReadonlySet<string>;
}

/** An action and who signed it: the first signer lets in or decides, the second, if any, is let in. */
type Proven =
  | { readonly kind: 'create'; readonly owner: Member; readonly nonce: bigint; readonly by: Signer }
  | { readonly kind: 'add'; readonly member: Member; readonly by: Signer; readonly consent: Signer }
  | { readonly kind: 'revoke'; readonly member: Member; readonly by: Signer }
  | { readonly kind: 'changeRecovery'; readonly recovery: Member; readonly by: Signer };

export interface ProvenUpdate {
  readonly inboxId: string;
  readonly actions: readonly Proven[];
}

/** Verify every signature of an update. The costly part, and it needs no state. Throws `Refusal`. */
export function prove(update: IdentityUpdate): ProvenUpdate {
  if (!/^[0-9a-f]{64}$/.test(update.inboxId)) throw new Refusal('malformed', 'an inbox id is 64 hex digits');
  if (update.actions.length === 0 || update.actions.length > maxActions) {
    throw new Refusal('malformed', `an update has 1 to ${maxActions} actions`);
  }
  const text = signatureText(update);
  const signers = new Map<string, Signer>();
  const signer = (signature: Parameters<typeof signerOf>[0]): Signer => {
    const key = JSON.stringify([signature?.erc191?.bytes, signature?.installationKey]);
    const found = signers.get(key) ?? signerOf(signature, text);
    signers.set(key, found);
    return found;
  };
  return { inboxId: update.inboxId, actions: update.actions.map((action) => provenAction(action, signer)) };
}

function provenAction(
  { createInbox, add, revoke, changeRecovery }: IdentityAction,
  signer: (signature: Parameters<typeof signerOf>[0]) => Signer,
): Proven {
  if (createInbox) {
    const owner = addressMember(createInbox.identifier, createInbox.identifierKind);
    return { kind: 'create', owner, nonce: createInbox.nonce, by: signer(createInbox.signature) };
  }
  if (add) {
    const [by, consent] = [signer(add.existingSignature), signer(add.newSignature)];
    return { kind: 'add', member: memberOf(add.member), by, consent };
  }
  if (revoke) return { kind: 'revoke', member: memberOf(revoke.member), by: signer(revoke.recoverySignature) };
  if (changeRecovery) {
    const recovery = addressMember(changeRecovery.identifier, changeRecovery.identifierKind);
    return { kind: 'changeRecovery', recovery, by: signer(changeRecovery.recoverySignature) };
  }
  throw new Refusal('malformed', 'an action of this update is of no known kind');
}

/** The state after an update; null is an inbox that does not exist yet. Throws `Refusal`. */
export function applyUpdate(before: InboxState | null, { inboxId, actions }: ProvenUpdate): InboxState {
  let state = before;
  for (const action of actions) state = applyAction(state, inboxId, action);
  if (!state) throw new Refusal('unproven', 'this inbox does not exist; its first update creates it');
  const installations = [...state.members.keys()].filter(isInstallation).length;
  if (installations > maxInstallations) {
    throw new Refusal('full', `an inbox has at most ${maxInstallations} installations; revoke one first`);
  }
  // Within one update a signature stands for several actions; after it, for none.
  const used = actions.flatMap((action) => signersOf(action).map(({ spent }) => spent));
  return { ...state, spent: new Set([...state.spent, ...used]) };
}

const signersOf = (action: Proven): readonly Signer[] =>
  action.kind === 'add' ? [action.by, action.consent] : [action.by];

function applyAction(state: InboxState | null, inboxId: string, action: Proven): InboxState {
  if (action.kind === 'create') return created(state, inboxId, action);
  if (!state) throw new Refusal('unproven', 'this inbox does not exist; its first update creates it');
  for (const { spent } of signersOf(action)) {
    if (state.spent.has(spent)) throw new Refusal('unproven', 'a signature of this update was used before');
  }
  switch (action.kind) {
    case 'add':
      return added(state, action);
    case 'revoke':
      mustBeRecovery(state, action.by);
      return without(state, action.member);
    case 'changeRecovery':
      mustBeRecovery(state, action.by);
      return { ...state, recovery: action.recovery };
    default:
      return action satisfies never;
  }
}

function created(state: InboxState | null, inboxId: string, action: Extract<Proven, { kind: 'create' }>): InboxState {
  const { owner, nonce, by } = action;
  if (state) throw new Refusal('unproven', 'this inbox was created before');
  if (by.member !== owner) throw new Refusal('unproven', 'an inbox is created by the signature of its owner');
  if (inboxIdOf(nameOf(owner), nonce) !== inboxId) {
    throw new Refusal('unproven', 'the inbox id is not that of its owner and nonce');
  }
  return { recovery: owner, members: new Map([[owner, null]]), spent: new Set() };
}

export function inboxIdOf(address: string, nonce: bigint): string {
  return createHash('sha256').update(`${address}${nonce}`).digest('hex');
}

function added(state: InboxState, { member, by, consent }: Extract<Proven, { kind: 'add' }>): InboxState {
  if (consent.member !== member) throw new Refusal('unproven', 'a new member has not signed for itself');
  if (by.member === member) throw new Refusal('unproven', 'a member cannot add itself');
  if (!state.members.has(by.member) && by.member !== state.recovery) {
    throw new Refusal('unproven', 'a new member was not added by a member of the inbox');
  }
  if (isInstallation(by.member) && isInstallation(member)) {
    throw new Refusal('unproven', 'an installation cannot add an installation');
  }
  return { ...state, members: new Map([...state.members, [member, by.member]]) };
}

function mustBeRecovery(state: InboxState, by: Signer): void {
  if (by.member !== state.recovery) throw new Refusal('unproven', 'this takes the recovery address');
}

/** Installations go with the member that let them in. */
function without(state: InboxState, member: Member): InboxState {
  const left = [...state.members].filter(
    ([each, addedBy]) => each !== member && !(addedBy === member && isInstallation(each)),
  );
  return { ...state, members: new Map(left) };
}

/** The addresses of an inbox, in no order. */
export function addressesOf(state: InboxState | null): readonly string[] {
  return state ? [...state.members.keys()].filter(isAddress).map(nameOf) : [];
}

export function stateText({ recovery, members, spent }: InboxState): string {
  return JSON.stringify({ recovery, members: [...members], spent: [...spent] });
}

/** Reads what `stateText` wrote; nothing else is ever in that column. */
export function stateFromText(text: string): InboxState {
  const { recovery, members, spent } = JSON.parse(text) as {
    recovery: Member;
    members: [Member, Member | null][];
    spent: string[];
  };
  return { recovery, members: new Map(members), spent: new Set(spent) };
}
