/**
 * The small integers that stand in rows for words of the core, and the way back. Status codes rise with rank, so SQL
 * can compare them. Numbers are for ever: append, never renumber.
 */
import type { MessageStatus } from '#core/delivery.ts';
import type { EventKind } from '#core/event.ts';

const statuses = [
  'queued',
  'sending',
  'unknown',
  'sent',
  'failed',
  'delivered',
  'read',
  'received',
  'deleted',
] as const;

export const statusCode = {
  queued: 0,
  sending: 1,
  unknown: 2,
  sent: 3,
  failed: 4,
  delivered: 5,
  read: 6,
  received: 7,
  deleted: 8,
} as const satisfies Record<MessageStatus, number>;

export function statusOfCode(code: number): MessageStatus {
  const status = statuses[code];
  if (status === undefined) throw new Error(`no message status has the code ${code}`);
  return status;
}

export const eventCode = { queued: 0, received: 1, status: 2, reaction: 3, vote: 4 } as const satisfies Record<
  EventKind,
  number
>;

export const directionCode = { outbound: 0, inbound: 1 } as const;

/** Where a command stands. An `unknown` one waits for a person, a late report, or the end of its hold. */
export const commandState = { queued: 0, sending: 1, unknown: 2 } as const;
export const commandKind = { send: 0, side: 1 } as const;

/** Of conversations: an archived one sorts behind the active ones. */
export const conversationCode = { active: 0, archived: 1 } as const;
