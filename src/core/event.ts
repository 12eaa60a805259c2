/**
 * The account's log: what every facade, sync, poll, page and webhook reads. A row holds ids and a status, never a body
 * or an address, so it can be kept for ever and shown anywhere.
 */
import type { OutboundStatus } from './delivery.ts';
import type { AccountId, MessageId } from './ids.ts';

interface Row {
  readonly account: AccountId;
  /** Gapless from 1 within the account. */
  readonly seq: number;
  /** Strictly rising microseconds: `max(last + 1, now)`. For order and `since`; wall time is the message's own. */
  readonly tsUs: number;
  readonly message: MessageId;
}

export type Event = Row &
  (
    | { readonly kind: 'queued' }
    | { readonly kind: 'received' }
    | { readonly kind: 'status'; readonly status: OutboundStatus }
    | { readonly kind: 'reaction'; readonly reaction: number }
    | { readonly kind: 'vote'; readonly vote: number }
  );
export type EventKind = Event['kind'];

/** A tapback on a message, added or taken away by `from`. */
export interface Reaction {
  readonly number: number;
  readonly message: MessageId;
  readonly from: string;
  readonly reactionType: string;
  readonly added: boolean;
}

/** Where a reader stands in a log. A restored copy has another epoch, so its cursors are told apart. */
export interface Cursor {
  readonly epoch: number;
  readonly seq: number;
}

export const cursorText = (cursor: Cursor): string => `${cursor.epoch.toString(36)}:${cursor.seq}`;

/** The cursor behind its text, or undefined when it is not one. */
export function parseCursor(text: string): Cursor | undefined {
  const match = /^([0-9a-z]{1,11}):(\d{1,15})$/.exec(text);
  return match?.[1] && match[2] ? { epoch: Number.parseInt(match[1], 36), seq: Number(match[2]) } : undefined;
}
