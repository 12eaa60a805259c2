/**
 * The wallets behind accounts, as drivers and actions may use them: who has which address, under which handle, and
 * what only the holder of a wallet can do. Its secrets stay with the identity room: nobody else is given a private key,
 * and the key of a wallet's database only in the moment in which that database is opened.
 */
import type { AccountId } from '#core/ids.ts';

export interface Wallet {
  readonly account: AccountId;
  /** Counts from 1 in the order in which wallets were made: what other molts know the account by. */
  readonly number: number;
  /** `0x` and 40 hex digits, lower case. */
  readonly address: string;
  /** 64 hex digits, once the wallet is on the network; null before. */
  readonly inboxId: string | null;
  /** The handle its account registered, lower case; null before. It never changes. */
  readonly handle: string | null;
  /** Its secrets cannot be opened: they were wrapped with a master key that is not here. Why, in words for a person. */
  readonly locked: string | null;
}

/** Who is who. Answered from memory, so that it can be asked for every address that is shown. */
export interface WalletBook {
  of(account: AccountId): Wallet | undefined;
  /** In any spelling of case. */
  at(address: string): Wallet | undefined;
  byInbox(inboxId: string): Wallet | undefined;
  byHandle(handle: string): Wallet | undefined;
  all(): Iterable<Wallet>;
}

export interface Wallets extends WalletBook {
  /** The account's wallet, made and stored when it has none. Callable twice, also at once: it is the same wallet. */
  make(account: AccountId): Promise<Wallet>;
  /** Keep which inbox the network gave the wallet. Callable twice. */
  keepInbox(account: AccountId, inboxId: string): Promise<void>;
  /**
   * The signature of a text by ERC-191 (`personal_sign`): 65 bytes. Throws Refused `unavailable` when the wallet is
   * locked, `not_found` when there is none.
   */
  sign(account: AccountId, text: string): Promise<Uint8Array>;
  /** The 32 bytes that encrypt the wallet's database on disk; made with the wallet. Throws like `sign`. */
  databaseKey(account: AccountId): Promise<Uint8Array>;
}
