/**
 * An entry: a row of the log with what it points at loaded, ready for a facade to put in its own words.
 */
import type { Event, Reaction } from '#core/event.ts';
import type { AccountId, MessageId } from '#core/ids.ts';
import type { Store } from '#ports/store.ts';
import type { Vote } from '#ports/store/polls.ts';
import type { MessageInChat } from '#ports/store/log.ts';

export interface Entry {
  readonly event: Event;
  /** Loaded for what a reader must show whole (received, reaction, and a status that carries an error); else null. */
  readonly chat: MessageInChat | null;
  readonly reaction: Reaction | null;
  readonly vote: Vote | null;
}

/** One facade's words for an entry, or null for what it does not show. Pure, so that one text serves every reader. */
export interface Translate {
  (entry: Entry): string | null;
  /** It names messages in other words than our ids, so each status comes with its message. */
  readonly wantsMessages?: true;
}

/** Statuses whose frames carry only the message's id need no look at the message. */
export function needsLoading(event: Event): boolean {
  switch (event.kind) {
    case 'queued':
      return false;
    case 'received':
    case 'reaction':
    case 'vote':
      return true;
    case 'status':
      return event.status === 'failed' || event.status === 'unknown';
    default:
      return event satisfies never;
  }
}

/** As above, for readers of whom one may want every status with its message. */
export const mustLoad = (event: Event, wantsMessages: boolean): boolean =>
  needsLoading(event) || (wantsMessages && event.kind === 'status');

export const bare = (event: Event): Entry => ({ event, chat: null, reaction: null, vote: null });

/**
 * The entries of events, in order. A message that became a tombstone is not shown: its `chat` is null, and with it what
 * anybody thought of it. At most one query for all their messages and one for all their reactions.
 */
export async function readEntries(
  store: Pick<Store, 'messages' | 'reactions' | 'votesByNumber'>,
  account: AccountId,
  events: readonly Event[],
  wantsMessages = false,
): Promise<readonly Entry[]> {
  const wanted = new Set<MessageId>();
  const numbers: number[] = [];
  const ballots: number[] = [];
  for (const event of events) {
    if (mustLoad(event, wantsMessages)) wanted.add(event.message);
    if (event.kind === 'reaction') numbers.push(event.reaction);
    if (event.kind === 'vote') ballots.push(event.vote);
  }
  if (wanted.size === 0) return events.map(bare);
  const chats = new Map((await store.messages(account, [...wanted])).map((chat) => [chat.message.id, chat]));
  const reactions = new Map(
    numbers.length === 0
      ? []
      : (await store.reactions(account, numbers)).map((reaction) => [reaction.number, reaction] as const),
  );
  const votes = new Map(
    ballots.length === 0
      ? []
      : (await store.votesByNumber(account, ballots)).map((vote) => [vote.number, vote] as const),
  );
  return events.map((event) => {
    const chat = chats.get(event.message) ?? null;
    const number = event.kind === 'reaction' && chat !== null ? event.reaction : 0;
    const ballot = event.kind === 'vote' && chat !== null ? event.vote : 0;
    return { event, chat, reaction: reactions.get(number) ?? null, vote: votes.get(ballot) ?? null };
  });
}
