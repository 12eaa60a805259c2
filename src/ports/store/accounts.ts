/**
 * Accounts, keys, routes, usage and diagnostics reports.
 */
import type { Account, AccountSettings, AccountState, Scope } from '#core/account.ts';
import type { Failure } from '#core/failure.ts';
import type { AccountId, KeyId, ReportId } from '#core/ids.ts';
import type { Plan } from '#core/plan.ts';

export interface KeyRow {
  readonly id: KeyId;
  readonly account: AccountId;
  readonly name: string;
  /** The visible start of the key, for lists; the rest is stored as a hash alone. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

export interface RouteRow {
  readonly phoneNumber: string;
  readonly isPrimary: boolean;
  readonly createdAtMs: number;
}

export type ClaimOutcome = 'claimed' | 'already_claimed' | 'taken' | 'full';

export interface AccountStore {
  createAccount(account: Account): Promise<void>;
  account(id: AccountId): Promise<Account | undefined>;
  owner(): Promise<Account | undefined>;
  accounts(): Promise<readonly Account[]>;
  /** Change what a person may change of an account; throws Refused `not_found`. */
  updateAccount(
    id: AccountId,
    change: { name?: string; plan?: Plan; state?: AccountState } & Partial<AccountSettings>,
  ): Promise<Account>;
  /** Messages counted in the month that starts at `monthStartMs`. */
  usage(account: AccountId, monthStartMs: number): Promise<number>;

  /** `hash` is the keyed hash of the whole key (identity makes it); unique. */
  insertKey(key: KeyRow & { readonly hash: string }): Promise<void>;
  /** The live key behind a hash, with its account. */
  keyByHash(hash: string): Promise<{ readonly key: KeyRow; readonly account: Account } | undefined>;
  keys(account: AccountId): Promise<readonly KeyRow[]>;
  /** True when there was such a live key; it can never be used again. */
  revokeKey(account: AccountId, key: KeyId): Promise<boolean>;
  touchKeys(used: readonly { readonly key: KeyId; readonly atMs: number }[]): Promise<void>;

  /** Register a phone number; overrides provisional routes. `max` is the account's limit. */
  claimRoute(account: AccountId, phoneNumber: string, max: number, nowMs: number): Promise<ClaimOutcome>;
  /** Changes whenever any route of any account does (on many nodes: soon after); what was checked under another one is stale. */
  routesVersion(): number;
  /** Oldest first. */
  routes(account: AccountId): Promise<readonly RouteRow[]>;
  /** False when the number is not the account's. */
  setPrimaryRoute(account: AccountId, phoneNumber: string): Promise<boolean>;
  /** Whether the account may text these numbers now: `open` but for those registered elsewhere, or only its `registered` ones. */
  mayText(account: AccountId, numbers: 'open' | 'registered', addresses: readonly string[]): Promise<Failure | null>;
  /** False when the number is not the account's. Releasing the primary promotes the oldest. */
  releaseRoute(account: AccountId, phoneNumber: string): Promise<boolean>;

  /** Keep a diagnostics report unless the account sent one within `everyMs`; then the wait left. */
  insertReport(
    account: AccountId,
    report: { readonly id: ReportId; readonly body: string; readonly atMs: number },
    everyMs: number,
  ): Promise<{ outcome: 'stored' } | { outcome: 'too_soon'; retryAfterMs: number }>;
}
