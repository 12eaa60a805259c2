/**
 * Accounts, the rights a key carries, and what a request is allowed once its key is known.
 */
import { refuse } from './failure.ts';
import type { Channel } from './channel.ts';
import type { AccountId, KeyId } from './ids.ts';
import type { Plan } from './plan.ts';

export type AccountKind = 'owner' | 'personal' | 'agency' | 'subaccount' | 'molt';
export type AccountState = 'active' | 'suspended' | 'lapsed';
/** What happens to a conversation behind a send nobody knows the fate of. */
export type UnknownPolicy = 'hold' | 'release' | 'resend';
/** `registered`: only registered numbers may be texted. */
export type OutboundRule = 'open' | 'registered';

/** What an account decides for itself; null leaves it to the gateway. */
export interface AccountSettings {
  readonly unknownPolicy: UnknownPolicy;
  /** Where a message goes that names no channel. */
  readonly defaultChannel: Channel | null;
  /** An account may be stricter than the gateway, never laxer: see `outboundRule`. */
  readonly outbound: OutboundRule | null;
  /** Messages older than this become tombstones. At least 1. */
  readonly retentionDays: number | null;
}

export const settingsAtFirst: AccountSettings = {
  unknownPolicy: 'release',
  defaultChannel: null,
  outbound: null,
  retentionDays: null,
};

/** The stricter of the two rules. */
export function outboundRule({ outbound }: Pick<AccountSettings, 'outbound'>, gateway: OutboundRule): OutboundRule {
  return outbound === 'registered' ? 'registered' : gateway;
}

export interface Account extends AccountSettings {
  readonly id: AccountId;
  readonly kind: AccountKind;
  readonly name: string;
  readonly plan: Plan;
  readonly state: AccountState;
  readonly createdAtMs: number;
  readonly trialEndsAtMs: number | null;
}

export const scopes = [
  'read:status',
  'read:conversations',
  'read:messages',
  'write:messages',
  'admin:settings',
  'admin:users',
  '*',
] as const;
export type Scope = (typeof scopes)[number];
export const defaultScopes: readonly Scope[] = ['read:status', 'read:conversations', 'read:messages', 'write:messages'];

/** Who is asking: an account through one of its keys. `operator` is the owner account's rights over the gateway itself. */
export interface Principal {
  readonly account: AccountId;
  readonly key: KeyId;
  readonly scopes: readonly Scope[];
  readonly operator: boolean;
}

export function holds(principal: Principal, scope: Scope): boolean {
  return principal.scopes.includes('*') || principal.scopes.includes(scope);
}

/** Throws `forbidden` unless the key holds the scope. */
export function requireScope(principal: Principal, scope: Scope): void {
  if (holds(principal, scope)) return;
  throw refuse(
    'forbidden',
    `This key lacks the scope ${scope}; use a key that has it, or make one with POST /api/keys`,
  );
}

/** Throws `forbidden` unless the owner account asks with a key that may do everything. */
export function requireOperator(principal: Principal): void {
  if (principal.operator && holds(principal, '*')) return;
  throw refuse('forbidden', "Only the gateway's owner key may do this");
}
