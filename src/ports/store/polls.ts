/**
 * Votes on polls. The poll itself is a message whose one part is the poll; a voter's newest whole choice replaces any
 * earlier one, and every change is an event of the account's log.
 */
import type { AccountId, MessageId } from '#core/ids.ts';

/** One voter's whole choice at one time; an empty list takes it back. */
export interface Vote {
  /** Names the row behind a `vote` event. */
  readonly number: number;
  readonly poll: MessageId;
  readonly from: string;
  /** Indexes into the poll's options, rising. */
  readonly options: readonly number[];
}

export interface PollStore {
  /** The newest choice of every voter, in the order they first voted; those who took theirs back are left out. */
  votes(account: AccountId, poll: MessageId): Promise<readonly Vote[]>;
  /** Choices by number, as they were made, for reading events. */
  votesByNumber(account: AccountId, numbers: readonly number[]): Promise<readonly Vote[]>;
}
