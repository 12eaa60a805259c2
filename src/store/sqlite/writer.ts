/**
 * The one writer: whatever arrives together shares one transaction and one fsync. An item that makes SQLite fail is
 * found by running its batch again one by one, so only that item is turned away; a database that cannot be written
 * turns away the whole batch and stays ready for the next. The queue is bounded.
 */
import { Refused, refuse } from '#core/failure.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/runtime.ts';
import { openBatch, type Batch } from './batch.ts';
import { isUnusable, type Db } from './file.ts';

/**
 * `now`: somebody waits for the answer, so the commit is this turn's. `soon`: it goes with the next commit that somebody
 * waits for, or by itself a moment later, which spares a flush to disk for work nobody hurries.
 */
export type Pace = 'now' | 'soon';

export interface Writer {
  /** Carry out a verb on every item, in order, and answer once all of it is on disk. `spoilt` answers for an item that cannot be stored. */
  each<Item, Outcome>(
    pace: Pace,
    items: readonly Item[],
    carry: (batch: Batch, item: Item) => Outcome,
    spoilt: (item: Item, batch: Batch) => Outcome,
  ): Promise<Outcome[]>;
  /** One piece of work. A `Refused` it throws, before it wrote anything, rejects this call alone. */
  once<Outcome>(work: (batch: Batch) => Outcome): Promise<Outcome>;
  /** Take no more, finish what waits. Callable twice. */
  close(): Promise<void>;
}

interface Job {
  readonly size: number;
  next: number;
  ended: boolean;
  carry(batch: Batch, index: number): void;
  spoilt(batch: Batch, index: number): void;
  resolve(): void;
  reject(error: unknown): void;
}

/** What one transaction takes of a job: items `from` up to but not `to`. */
interface Slice {
  readonly job: Job;
  readonly from: number;
  readonly to: number;
}

interface Parts {
  readonly db: Db;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly log: Log;
  readonly end: (batch: Batch) => void;
  /** Memory may hold what was rolled back: forget it. */
  readonly forget: () => void;
}

/** Larger commits gained nothing and made the others wait. */
const itemsPerCommit = 1024;
const queueLimit = 20_000;
const soonMs = 2;

export function openWriter(parts: Parts): Writer {
  const queue: Job[] = [];
  const state = { waiting: 0, scheduled: false, closed: false, idle: [] as (() => void)[] };
  let timer: NodeJS.Timeout | undefined;
  const transaction = transactions(parts);

  const flush = () => {
    state.scheduled = false;
    clearTimeout(timer);
    timer = undefined;
    const slices = take(queue, itemsPerCommit);
    for (const { from, to } of slices) state.waiting -= to - from;
    commitSlices(parts, transaction, slices);
    for (let job = queue[0]; job?.ended; job = queue[0]) {
      state.waiting -= job.size - job.next;
      queue.shift();
    }
    if (queue.length > 0) schedule();
    else for (const resolve of state.idle.splice(0)) resolve();
  };
  const schedule = () => {
    if (state.scheduled) return;
    state.scheduled = true;
    setImmediate(flush);
  };
  const submit = (pace: Pace, job: Job) => {
    if (state.closed) return job.reject(refuse('unavailable', 'The gateway is stopping; try again in a moment'));
    if (state.waiting > 0 && state.waiting + job.size > queueLimit) return job.reject(overloaded());
    if (job.size === 0) return job.resolve();
    state.waiting += job.size;
    queue.push(job);
    if (pace === 'now' || state.waiting >= itemsPerCommit) schedule();
    else timer ??= setTimeout(flush, soonMs);
  };

  return {
    each: (pace, items, carry, spoilt) =>
      new Promise((resolve, reject) => submit(pace, jobOf(items, carry, spoilt, resolve, reject))),
    once: (work) => new Promise((resolve, reject) => submit('now', singleJob(work, resolve, reject))),
    close: () => {
      state.closed = true;
      if (queue.length > 0) schedule();
      return queue.length === 0 ? Promise.resolve() : new Promise((resolve) => state.idle.push(resolve));
    },
  };
}

function jobOf<Item, Outcome>(
  items: readonly Item[],
  carry: (batch: Batch, item: Item) => Outcome,
  spoilt: (item: Item, batch: Batch) => Outcome,
  resolve: (outcomes: Outcome[]) => void,
  reject: (error: unknown) => void,
): Job {
  const outcomes: Outcome[] = [];
  return {
    size: items.length,
    next: 0,
    ended: false,
    carry: (batch, index) => {
      outcomes[index] = carry(batch, items[index] as Item);
    },
    spoilt: (batch, index) => {
      outcomes[index] = spoilt(items[index] as Item, batch);
    },
    resolve: () => resolve(outcomes),
    reject,
  };
}

function singleJob<Outcome>(
  work: (batch: Batch) => Outcome,
  resolve: (outcome: Outcome) => void,
  reject: (error: unknown) => void,
): Job {
  let answer = () => reject(new Error('the work never ran'));
  return {
    size: 1,
    next: 0,
    ended: false,
    carry: (batch) => {
      try {
        const outcome = work(batch);
        answer = () => resolve(outcome);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        answer = () => reject(error);
      }
    },
    spoilt: () => {
      throw refuse('internal', 'This could not be stored; the log has the reason');
    },
    resolve: () => answer(),
    reject,
  };
}

function take(queue: Job[], limit: number): Slice[] {
  const slices: Slice[] = [];
  let [room, done] = [limit, 0];
  for (const job of queue) {
    if (room === 0) break;
    const from = job.next;
    job.next = Math.min(job.size, from + room);
    room -= job.next - from;
    slices.push({ job, from, to: job.next });
    if (job.next === job.size) done += 1;
  }
  queue.splice(0, done);
  return slices;
}

type Transaction = (carry: (batch: Batch) => void) => Batch;

/** Runs one transaction to its commit, or rolls back, forgets and throws. */
function transactions({ db, clock, end, forget }: Parts): Transaction {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  return (carry) => {
    const batch = openBatch(clock);
    try {
      begin.run();
      carry(batch);
      end(batch);
      commit.run();
    } catch (error) {
      try {
        if (db.inTransaction) rollback.run();
      } finally {
        forget();
      }
      throw error;
    }
    return batch;
  };
}

function commitSlices(parts: Parts, transaction: Transaction, slices: readonly Slice[]): void {
  try {
    const batch = transaction((fresh) => {
      for (const { job, from, to } of slices) for (let index = from; index < to; index += 1) job.carry(fresh, index);
    });
    for (const slice of slices) answer(slice);
    publish(parts, batch);
  } catch (error) {
    if (isUnusable(error)) for (const { job } of slices) turnAway(parts, job, error);
    else for (const slice of slices) oneByOne(parts, transaction, slice);
  }
}

/** A batch failed because of one of its items: give each a transaction of its own. */
function oneByOne(parts: Parts, transaction: Transaction, slice: Slice): void {
  const { job, from, to } = slice;
  for (let index = from; index < to && !job.ended; index += 1) {
    try {
      publish(parts, attempt(parts, transaction, job, index));
    } catch (error) {
      turnAway(parts, job, error);
    }
  }
  if (!job.ended) answer(slice);
}

function attempt(parts: Parts, transaction: Transaction, job: Job, index: number): Batch {
  try {
    return transaction((batch) => job.carry(batch, index));
  } catch (error) {
    if (isUnusable(error)) throw error;
    parts.log.error('store.item.spoilt', { error: error instanceof Error ? error.message : 'not an error' });
    return transaction((batch) => job.spoilt(batch, index));
  }
}

function answer({ job, to }: Slice): void {
  if (job.ended || to < job.size) return;
  job.ended = true;
  job.resolve();
}

function turnAway({ log }: Parts, job: Job, error: unknown): void {
  if (job.ended) return;
  job.ended = true;
  if (error instanceof Refused) return job.reject(error);
  log.error('store.unusable', { error: error instanceof Error ? error.message : 'not an error' });
  job.reject(unavailable(error));
}

function publish({ bus, log }: Parts, batch: Batch): void {
  try {
    for (const [{ id }, events] of batch.events) {
      if (events.length > 0) bus.publish({ kind: 'events', account: id, events });
    }
    for (const hint of batch.hints) bus.publish(hint);
  } catch (error) {
    log.error('store.listener.threw', { error: error instanceof Error ? error.message : 'not an error' });
  }
}

function unavailable(error: unknown): Refused {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'SQLITE_FULL') {
    return refuse(
      'unavailable',
      'The disk of the gateway is full, so nothing was stored; free some space and try again',
    );
  }
  return refuse('unavailable', 'The database cannot be written now, so nothing was stored; try again in a moment');
}

function overloaded(): Refused {
  return refuse('unavailable', 'Too much waits to be stored; try again in a second', {
    reason: 'overloaded',
    retryAfterMs: 1000,
  });
}
