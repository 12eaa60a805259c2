/**
 * Where the rows of events are. A row for each account as it happens would touch a page for each account in every
 * commit, so fresh events are appended in the order they happen, those of a commit as one row, and are kept in memory by
 * account; later they are moved, sorted, to where they are found by account and seq. Nothing here knows what an event
 * means.
 */
import { bulk } from './bulk.ts';
import type { Db } from './file.ts';

/** Seq, ts in microseconds, kind, detail and message of one event. */
export type EventRow = readonly [seq: number, tsUs: number, kind: number, detail: number, message: number];
/** The same, and whose it is. */
export type OwnedRow = readonly [account: number, ...EventRow];

const insertTail = 'INSERT INTO event_tail (no, rows) VALUES (?, ?)';
const insertEvents = (rows: string) => `INSERT INTO events (account, seq, ts_us, kind, detail, message) VALUES ${rows}`;
const selectTail = 'SELECT no, rows FROM event_tail ORDER BY no';
const selectBounds = 'SELECT coalesce(min(no), 1) AS oldest, coalesce(max(no), 0) AS newest FROM event_tail';
const deleteMoved = 'DELETE FROM event_tail WHERE no BETWEEN ? AND ?';
const selectHead = 'SELECT seq, ts_us FROM events WHERE account = ? ORDER BY seq DESC LIMIT 1';

/** How many gather before they are moved. */
const gathered = 16_384;
/** At least so many rows are moved with a batch, and more when more came with it. */
const rowsPerBatch = 256;
/** Commits whose events were moved leave the tail so many at a time. */
const commitsPerBatch = 32;
/** Rows this narrow gain from longer statements than others. */
const rowsAtOnce = 32;
const none: readonly EventRow[] = [];

export interface EventTail {
  /** The newest event of an account, whether fresh or moved; zeroes when it has none. */
  head(account: number): { readonly seq: number; readonly tsUs: number };
  /** Those after a seq that were not moved yet, in order. Everything older is among `events`. */
  fresh(account: number, afterSeq: number): readonly EventRow[];
  /** Append what a batch gathered. Moves some of what is due. */
  write(rows: readonly OwnedRow[]): void;
  /** After a rollback: memory may be ahead of the disk. */
  forget(): void;
}

export function eventTail(db: Db): EventTail {
  const append = db.prepare<[number, string]>(insertTail);
  const onDisk = db.prepare<[number], { seq: number; ts_us: number }>(selectHead);
  const bounds = db.prepare<[], { oldest: number; newest: number }>(selectBounds);
  const moving = movement(db);
  let gathering = new Map<number, EventRow[]>();
  let [count, nextNo] = [0, 1];

  const keep = (account: number, row: EventRow): void => {
    const rows = gathering.get(account);
    if (rows) rows.push(row);
    else gathering.set(account, [row]);
    count += 1;
  };
  /** What has gathered, up to that commit, begins to move. */
  const move = (lastNo: number): void => {
    moving.begin(gathering, lastNo);
    gathering = new Map();
    count = 0;
  };
  const load = (): void => {
    const { oldest, newest } = bounds.get() ?? { oldest: 1, newest: 0 };
    nextNo = newest + 1;
    gathering = new Map();
    count = 0;
    let [firstFresh, all] = [nextNo, 0];
    const movedTo = (account: number) => onDisk.get(account)?.seq ?? 0;
    for (const { no, row, isFresh } of tailRows(db, movedTo)) {
      all += 1;
      if (!isFresh) continue;
      const [account, ...event] = row;
      firstFresh = Math.min(firstFresh, no);
      keep(account, event);
    }
    moving.start(oldest, firstFresh - 1);
    // Whoever dies often would begin again and again, and never come to taking out what was moved.
    if (all >= gathered && count > 0) move(newest);
  };
  load();

  return {
    head(account) {
      const newest = gathering.get(account)?.at(-1) ?? moving.rest(account).at(-1);
      if (newest) return { seq: newest[0], tsUs: newest[1] };
      const row = onDisk.get(account);
      return { seq: row?.seq ?? 0, tsUs: row?.ts_us ?? 0 };
    },
    fresh(account, afterSeq) {
      const rows = [...moving.rest(account), ...(gathering.get(account) ?? none)];
      return rows.filter(([seq]) => seq > afterSeq);
    },
    write(rows) {
      append.run(nextNo, JSON.stringify(rows));
      nextNo += 1;
      for (const [account, seq, tsUs, kind, detail, message] of rows) keep(account, [seq, tsUs, kind, detail, message]);
      if (count >= gathered && moving.isDone()) move(nextNo - 1);
      moving.step(Math.max(rowsPerBatch, 2 * rows.length));
    },
    forget: load,
  };
}

/**
 * Moving stops anywhere at a crash. The events of an account go in their order, so what lies beyond its last one in its
 * place is fresh. With the number of its commit.
 */
function* tailRows(
  db: Db,
  movedTo: (account: number) => number,
): Generator<{ readonly no: number; readonly row: OwnedRow; readonly isFresh: boolean }> {
  const moved = new Map<number, number>();
  for (const { no, rows } of db.prepare<[], { no: number; rows: string }>(selectTail).all()) {
    for (const row of JSON.parse(rows) as OwnedRow[]) {
      const [account, seq] = row;
      const to = moved.get(account) ?? movedTo(account);
      moved.set(account, to);
      yield { no, row, isFresh: seq > to };
    }
  }
}

/** One generation on its way to where it is found: first its rows are written there, then they leave the tail. */
function movement(db: Db) {
  const insert = bulk(db, '(?,?,?,?,?,?)', insertEvents, rowsAtOnce);
  const remove = db.prepare<[number, number]>(deleteMoved);
  let rows = new Map<number, readonly EventRow[]>();
  let accounts: number[] = [];
  /** Of the first account that is left, so many rows are moved. */
  let moved = 0;
  let [oldestNo, newestNo] = [1, 0];

  const writeSome = (limit: number): void => {
    const values: number[] = [];
    for (let left = limit; left > 0 && accounts.length > 0;) {
      const account = accounts.at(-1) ?? 0;
      const all = rows.get(account) ?? none;
      const some = all.slice(moved, moved + left);
      for (const row of some) values.push(account, ...row);
      moved += some.length;
      left -= some.length;
      if (moved < all.length) break;
      rows.delete(account);
      accounts.pop();
      moved = 0;
    }
    insert(values);
  };
  return {
    /** What a dead process had moved and not taken out of the tail leaves it now. */
    start: (from: number, to: number): void => {
      rows = new Map();
      accounts = [];
      moved = 0;
      [oldestNo, newestNo] = [from, to];
    },
    isDone: (): boolean => oldestNo > newestNo,
    begin: (generation: Map<number, readonly EventRow[]>, lastNo: number): void => {
      rows = generation;
      // Taken from the end, so that they go in rising order.
      accounts = [...generation.keys()].toSorted((one, other) => other - one);
      newestNo = lastNo;
    },
    /** Those of an account that are not moved yet. */
    rest: (account: number): readonly EventRow[] => {
      const all = rows.get(account) ?? none;
      return account === accounts.at(-1) ? all.slice(moved) : all;
    },
    step: (limit: number): void => {
      if (oldestNo > newestNo) return;
      if (accounts.length > 0) return writeSome(limit);
      const to = Math.min(oldestNo + commitsPerBatch - 1, newestNo);
      remove.run(oldestNo, to);
      oldestNo = to + 1;
    },
  };
}
