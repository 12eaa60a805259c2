/**
 * Which group an idempotency key opened. A key belongs to an account and is kept as long as those of messages, whatever
 * becomes of the group, so that a repetition never opens another.
 */
import type { AccountId, RemoteChat } from '#core/ids.ts';

/** One request with a key; the fingerprint is the request's. */
export interface GroupKeyUse {
  readonly account: AccountId;
  readonly key: string;
  readonly fingerprint: string;
}

export interface KeyedGroup {
  /** The network's idempotency key of this group, the same on every try. */
  readonly networkKey: string;
  /** Null until there is a row of it; afterwards the same for ever, also when that row is gone. */
  readonly group: RemoteChat | null;
}

export interface GroupKeyStore {
  /** Undefined for a key that is new. Throws `conflict`, with the field that differs, for one of another request. */
  keyedGroup(use: GroupKeyUse): Promise<KeyedGroup | undefined>;
  /**
   * From now on the key stands for this request, before anything was asked of the network. Callable again, also after a
   * crash: answers what the first call kept, with its `networkKey`. Throws as above.
   */
  claimGroupKey(use: GroupKeyUse, networkKey: string): Promise<KeyedGroup>;
}
