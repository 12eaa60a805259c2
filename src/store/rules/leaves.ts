/**
 * The fate of a message's chunks and recipients over time, as pure steps over core/delivery's leaves. A message of one
 * chunk that nobody reported on by recipient has no leaves stored: its row says it all.
 */
import { advance, applyReport, rank, statusOf, type Leaf, type OutboundStatus, type Report } from '#core/delivery.ts';

export const sentRank = rank('sent');

export interface Fate {
  readonly status: OutboundStatus;
  readonly error: string | null;
  readonly leaves: readonly Leaf[];
}

/** The leaves of a message of which nothing is known yet; null for the simple one. */
export function leavesAtStart(chunkCount: number): readonly Leaf[] | null {
  if (chunkCount === 1) return null;
  return Array.from({ length: chunkCount }, (_, chunk) => ({
    chunk,
    recipient: null,
    status: 'queued' as const,
    remoteId: null,
    error: null,
  }));
}

/** The one leaf of a simple message, made from its row. */
export function simpleLeaf(status: OutboundStatus, remoteId: string | null, error: string | null): readonly Leaf[] {
  return [{ chunk: 0, recipient: null, status, remoteId, error }];
}

/** The leaves after the provider took chunks, in order from `fromChunk`. */
export function acceptChunks(
  leaves: readonly Leaf[],
  fromChunk: number,
  remoteIds: readonly string[],
): readonly Leaf[] {
  return leaves.map((leaf) => {
    const remoteId = remoteIds[leaf.chunk - fromChunk];
    if (remoteId === undefined) return leaf;
    return { ...leaf, remoteId, status: advance(leaf.status, 'sent'), error: null };
  });
}

/** The leaves after one chunk was refused, or nobody knows of it. */
export function loseChunk(
  leaves: readonly Leaf[],
  chunk: number,
  status: 'failed' | 'unknown',
  error: string,
): readonly Leaf[] {
  return leaves.map((leaf) => (leaf.chunk === chunk ? { ...leaf, status: advance(leaf.status, status), error } : leaf));
}

/** What a message shows: its command's state while chunks have yet to go, else the least advanced leaf. */
export function fateOf(leaves: readonly Leaf[], meanwhile: OutboundStatus, error: string | null): Fate {
  const shown = statusOf(leaves);
  if (rank(shown.status) < sentRank) return { status: meanwhile, error, leaves };
  return { ...shown, leaves };
}

/**
 * The leaves after a report. `chunk` is given when the report named our own key: then the leaf learns its remote id from
 * the report, because the send itself was never answered.
 */
export function reportOn(
  leaves: readonly Leaf[],
  report: Report,
  chunk: number | null,
  members: readonly string[],
): readonly Leaf[] {
  const named =
    chunk === null
      ? leaves
      : leaves.map((leaf) =>
          leaf.chunk === chunk && leaf.remoteId === null ? { ...leaf, remoteId: report.remoteId } : leaf,
        );
  return applyReport(named, report, members);
}

/** How many chunks from the first on have surely gone out. */
export function chunksGone(leaves: readonly Leaf[]): number {
  const behind = leaves.filter((leaf) => rank(leaf.status) < sentRank || leaf.status === 'failed');
  return behind.length === 0 ? Number.MAX_SAFE_INTEGER : Math.min(...behind.map((leaf) => leaf.chunk));
}

/** How a failed part is told to the sender: by its number when there are several. */
export function nameChunk(error: string, chunk: number, chunkCount: number): string {
  return chunkCount === 1 ? error : `Part ${chunk + 1} of ${chunkCount}: ${error}`;
}
