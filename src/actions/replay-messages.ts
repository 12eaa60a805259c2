/**
 * Replay what an account received since an instant or a cursor: in order, page by page, at the pace of the reader.
 */
import { cursorText, parseCursor } from '#core/event.ts';
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { Store } from '#ports/store.ts';
import { readEntries, type Translate } from './read-entries.ts';

const pageSize = 200;

export interface Replay {
  /** Where to start. `reset`: the cursor is of another epoch (a restored copy), so everything is replayed. Throws `invalid`. */
  position(
    account: AccountId,
    from: { readonly sinceUs: number } | { readonly cursor: string },
  ): Promise<{ readonly afterSeq: number; readonly reset: boolean }>;
  /** Hand over inbound messages with `afterSeq < seq ≤ throughSeq`; answers how many. Each `write` is awaited before the next page. */
  inbound(
    account: AccountId,
    afterSeq: number,
    throughSeq: number,
    translate: Translate,
    write: (frames: readonly string[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<number>;
  /** The opaque cursor of a seq. */
  cursor(seq: number): string;
}

export function createReplay(
  store: Pick<Store, 'epoch' | 'headSeq' | 'seqAt' | 'events' | 'messages' | 'reactions' | 'votesByNumber'>,
): Replay {
  return {
    async position(account, from) {
      if ('sinceUs' in from) return { afterSeq: await store.seqAt(account, from.sinceUs), reset: false };
      const cursor = parseCursor(from.cursor);
      if (!cursor) throw refuse('invalid', 'cursor must be one this gateway gave out, unchanged', { field: 'cursor' });
      if (cursor.epoch !== store.epoch()) return { afterSeq: 0, reset: true };
      if (cursor.seq > (await store.headSeq(account))) {
        throw refuse('invalid', 'cursor is ahead of this account; use one this gateway gave to this account', {
          field: 'cursor',
        });
      }
      return { afterSeq: cursor.seq, reset: false };
    },

    async inbound(account, afterSeq, throughSeq, translate, write, signal) {
      let [seq, count] = [afterSeq, 0];
      while (seq < throughSeq && !signal.aborted) {
        const page = await store.events(account, seq, pageSize, 'received');
        const wanted = page.filter((event) => event.seq <= throughSeq);
        const frames = (await readEntries(store, account, wanted)).flatMap((entry) => translate(entry) ?? []);
        if (frames.length > 0) await write(frames);
        count += frames.length;
        if (page.length < pageSize || wanted.length < page.length) break;
        seq = page.at(-1)?.seq ?? throughSeq;
      }
      return count;
    },

    cursor: (seq) => cursorText({ epoch: store.epoch(), seq }),
  };
}
