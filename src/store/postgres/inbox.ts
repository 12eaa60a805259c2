/**
 * Which provider events were stored before, so that each is stored once; and the tapbacks among them.
 */
import type { Batch } from './batch.ts';
import { bulkInsert, turned } from './bulk.ts';
import type { Scalar } from './sql.ts';
import { indexed } from './text.ts';

export interface ProviderEvent {
  readonly connection: number;
  readonly eventId: string;
}

export interface Tapback {
  readonly account: number;
  readonly message: number;
  readonly from: string;
  readonly reactionType: string;
  readonly added: boolean;
}

export interface InboxTable {
  load(batch: Batch, events: readonly ProviderEvent[]): Promise<void>;
  /** Takes an event for stored. False when it was before. */
  once(batch: Batch, event: ProviderEvent): Promise<boolean>;
  /** Stores a tapback; answers its number. */
  react(batch: Batch, tapback: Tapback): Promise<number>;
  flush(batch: Batch): Promise<void>;
  /** At the end of a batch, and after a rollback. */
  forget(): void;
}

const selectEvents = `SELECT w.at FROM unnest($1::int8[], $2::text[]) WITH ORDINALITY AS w (no, event_id, at)
  JOIN inbox i ON i.connection_no = w.no AND i.event_id = w.event_id`;
const insertEvents = bulkInsert('inbox', { connection_no: 'int8', event_id: 'text', at_ms: 'int8' });
const selectNewest = 'SELECT coalesce(max(number), 0) AS newest FROM reactions';
const insertReactions = bulkInsert('reactions', {
  number: 'int8',
  account: 'int8',
  message: 'int8',
  sender: 'text',
  reaction_type: 'text',
  added: 'bool',
  at_ms: 'int8',
});

export function inboxTable(): InboxTable {
  const known = new Map<string, boolean>();
  let newest: number | null = null;
  let events: Scalar[][] = [];
  let reactions: Scalar[][] = [];
  const nameOf = ({ connection, eventId }: ProviderEvent): string => `${connection} ${eventId}`;

  const load: InboxTable['load'] = async ({ sql }, wanted) => {
    const missing = wanted.filter((event) => !known.has(nameOf(event)));
    if (missing.length === 0) return;
    const rows = missing.map(({ connection, eventId }) => [connection, indexed(eventId)]);
    for (const event of missing) known.set(nameOf(event), false);
    for (const { at } of await sql.rows<{ at: number }>(selectEvents, turned(rows, 2))) {
      const event = missing[at - 1];
      if (event) known.set(nameOf(event), true);
    }
  };
  return {
    load,
    async once(batch, event) {
      await load(batch, [event]);
      if (known.get(nameOf(event)) === true) return false;
      known.set(nameOf(event), true);
      events.push([event.connection, indexed(event.eventId), batch.nowMs]);
      return true;
    },
    async react(batch, { account, message, from, reactionType, added }) {
      newest ??= (await batch.sql.rows<{ newest: number }>(selectNewest))[0]?.newest ?? 0;
      newest += 1;
      reactions.push([newest, account, message, from, reactionType, added, batch.nowMs]);
      return newest;
    },
    async flush({ sql }) {
      const [fresh, tapbacks] = [events, reactions];
      [events, reactions] = [[], []];
      await insertEvents(sql, fresh);
      await insertReactions(sql, tapbacks);
    },
    forget() {
      known.clear();
      [newest, events, reactions] = [null, [], []];
    },
  };
}
