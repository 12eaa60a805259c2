/**
 * How a poll of ours stands: every voter's newest choice, counted.
 */
import { refuse } from '#core/failure.ts';
import type { AccountId, MessageId } from '#core/ids.ts';
import { pollOf } from '#core/message.ts';
import { isOpen } from '#core/poll.ts';
import type { Clock } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { MessageInChat } from '#ports/store/log.ts';

export interface PollResults {
  readonly chat: MessageInChat;
  readonly question: string;
  readonly options: readonly {
    readonly text: string;
    readonly votes: number;
    /** In the order they first voted; left out of an anonymous poll. */
    readonly voters?: readonly string[];
  }[];
  readonly totalVoters: number;
  readonly anonymous: boolean;
  readonly degraded: boolean;
  readonly closed: boolean;
}

export type ReadPoll = (account: AccountId, message: MessageId | undefined) => Promise<PollResults>;

/** Throws `not_found` for what is no poll of the account. */
export function createReadPoll({
  store,
  clock,
}: {
  readonly store: Pick<Store, 'messages' | 'votes'>;
  readonly clock: Clock;
}): ReadPoll {
  return async (account, message) => {
    const [chat] = message === undefined ? [] : await store.messages(account, [message]);
    const poll = chat?.message.direction === 'outbound' ? pollOf(chat.message.parts) : undefined;
    if (!chat || !poll) {
      const mend = 'use the messageId that poll answered';
      throw refuse('not_found', `messageId is not a poll of this account; ${mend}`, { field: 'messageId' });
    }
    const votes = await store.votes(account, chat.message.id);
    return {
      chat,
      question: poll.question,
      options: poll.options.map((text, index) => {
        const voters = votes.filter(({ options }) => options.includes(index)).map(({ from }) => from);
        return { text, votes: voters.length, ...(poll.anonymous ? {} : { voters }) };
      }),
      totalVoters: votes.length,
      anonymous: poll.anonymous,
      degraded: poll.degraded === true,
      closed: !isOpen(poll, chat.message.createdAtMs, clock.nowMs()),
    };
  };
}
