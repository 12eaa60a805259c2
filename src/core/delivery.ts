/**
 * The status of an outbound message, as a pure state machine: a status only rises by rank, so reports may come late,
 * twice or out of order and the answer is the same. A message shows the least advanced of its leaves (one leaf per
 * chunk and recipient); a failed leaf fails the message until a late report lifts it.
 */
export const messageStatuses = ['queued', 'sending', 'unknown', 'sent', 'failed', 'delivered', 'read'] as const;
export type OutboundStatus = (typeof messageStatuses)[number];
/** `received` is the one status of an inbound message; `deleted` is a tombstone's. */
export type MessageStatus = OutboundStatus | 'received' | 'deleted';

const ranks = {
  queued: 0,
  sending: 1,
  unknown: 2,
  sent: 3,
  failed: 3.5,
  delivered: 4,
  read: 5,
} as const satisfies Record<OutboundStatus, number>;

export const rank = (status: OutboundStatus): number => ranks[status];

/** The status after a report: the higher of the two ranks. */
export function advance(current: OutboundStatus, reported: OutboundStatus): OutboundStatus {
  return ranks[reported] > ranks[current] ? reported : current;
}

/** Whether nothing but a late report can change it: the outbox is done with the message. */
export function isSettled(status: MessageStatus): boolean {
  return status !== 'queued' && status !== 'sending';
}

/** One chunk to one recipient. `recipient` is null while the whole chat is one addressee. */
export interface Leaf {
  readonly chunk: number;
  readonly recipient: string | null;
  readonly status: OutboundStatus;
  readonly remoteId: string | null;
  readonly error: string | null;
}

/** The least advanced of the leaves, except that any failed leaf fails the whole. */
export function statusOf(leaves: readonly Leaf[]): { status: OutboundStatus; error: string | null } {
  let least: Leaf | undefined;
  for (const leaf of leaves) {
    if (leaf.status === 'failed') return { status: 'failed', error: leaf.error };
    if (!least || ranks[leaf.status] < ranks[least.status]) least = leaf;
  }
  return { status: least?.status ?? 'queued', error: least?.status === 'unknown' ? least.error : null };
}

export interface Report {
  readonly remoteId: string;
  /** Which group member it is about; null for the whole chat. */
  readonly recipient: string | null;
  readonly status: Extract<OutboundStatus, 'sent' | 'delivered' | 'read' | 'failed'>;
  readonly error: string | null;
}

/**
 * The leaves after a report. A report about one member of a group splits the chunk's leaf into one per member, so that
 * `read` by one is not taken for `read` by all; `members` are the group's addresses.
 */
export function applyReport(leaves: readonly Leaf[], report: Report, members: readonly string[]): readonly Leaf[] {
  const about = (leaf: Leaf) => leaf.remoteId === report.remoteId;
  const split = leaves.flatMap((leaf) =>
    about(leaf) && leaf.recipient === null && report.recipient !== null && members.length > 1
      ? members.map((recipient) => ({ ...leaf, recipient }))
      : [leaf],
  );
  return split.map((leaf) => {
    if (!about(leaf)) return leaf;
    if (report.recipient !== null && leaf.recipient !== null && leaf.recipient !== report.recipient) return leaf;
    const status = advance(leaf.status, report.status);
    if (status === leaf.status) return leaf;
    return { ...leaf, status, error: status === 'failed' ? report.error : null };
  });
}
