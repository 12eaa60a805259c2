/**
 * Who asks, and new keys, as promises: the identity room keeps the secrets, everybody else takes these as arguments.
 */
import type { Account, Principal } from '#core/account.ts';
import type { Failure } from '#core/failure.ts';
import type { AccountId, KeyId } from '#core/ids.ts';
import type { Plan } from '#core/plan.ts';

export type Authentication =
  | { readonly ok: true; readonly principal: Principal; readonly account: Account }
  | { readonly ok: false; readonly failure: Failure };

/**
 * Classifies a credential once and answers whose it is. Never throws for a bad credential; a suspended or lapsed account
 * still authenticates, and its state is the reader's to judge. Called on every request: fast for a key seen lately.
 */
export type Authenticate = (credential: string) => Promise<Authentication>;

export interface MintedKey {
  readonly id: KeyId;
  /** The whole key: shown once, never stored or logged. */
  readonly text: string;
  readonly prefix: string;
  /** What is stored and looked up. */
  readonly hash: string;
}

export interface KeyMint {
  mint(): MintedKey;
}

/** New tenants, in two steps: an account that nobody has a key of is nobody's, so what fails in between leaves no half. */
export interface NewAccounts {
  makeAccount(plan: Plan, name: string): Promise<Account>;
  /** A key that may do all that the account may. The whole text: shown once, it cannot be had again. */
  makeKey(account: AccountId): Promise<string>;
}
