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
 * waits for, or by itself a moment later, which spares a flush to disk for work nobody hurries. `later`: the same, and
 * under load the next commit comes before that moment is over.
 */
export type Pace = 'now' | 'soon' | 'later';

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

/** A call that waits. It is in one transaction at a time, with the items from `from` up to but not `next`. */
interface Job {
  readonly items: readonly unknown[];
  readonly outcomes: unknown[];
  // Of the item's own type: `never` lets any of them in.
  readonly carry: (batch: Batch, item: never) => unknown;
  readonly spoilt: (item: never, batch: Batch) => unknown;
  readonly resolve: (outcomes: never) => void;
  readonly reject: (error: unknown) => void;
  from: number;
  next: number;
  ended: boolean;
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
const momentMs = { soon: 2, later: 5 } as const;
/** What is worth a commit by itself, and how many turns of the event loop one waits at most for less. */
const enoughItems = 192;
const maxTurns = 4;

export function openWriter(parts: Parts): Writer {
  const queue: Job[] = [];
  const state = { waiting: 0, seen: 0, turns: 0, scheduled: false, closed: false, idle: [] as (() => void)[] };
  const alarm = createAlarm(() => flush());
  const transaction = transactions(parts);

  const flush = () => {
    state.scheduled = false;
    alarm.stop();
    const jobs = take(queue, itemsPerCommit);
    for (const { from, next } of jobs) state.waiting -= next - from;
    commitJobs(parts, transaction, jobs);
    for (let job = queue[0]; job?.ended; job = queue[0]) {
      state.waiting -= job.items.length - job.next;
      queue.shift();
    }
    if (queue.length > 0) schedule();
    else for (const resolve of state.idle.splice(0)) resolve();
  };
  /** Those who were answered together ask again together: a commit waits for the last of them, as long as they come. */
  const flushWhenQuiet = () => {
    const isGrowing = state.waiting > state.seen && state.waiting < enoughItems;
    state.seen = state.waiting;
    state.turns += 1;
    if (isGrowing && state.turns < maxTurns) setImmediate(flushWhenQuiet);
    else flush();
  };
  const schedule = () => {
    if (state.scheduled) return;
    state.scheduled = true;
    state.seen = 0;
    state.turns = 0;
    setImmediate(flushWhenQuiet);
  };
  const submit = (pace: Pace, job: Job) => {
    if (state.closed) return job.reject(refuse('unavailable', 'The gateway is stopping; try again in a moment'));
    const size = job.items.length;
    if (state.waiting > 0 && state.waiting + size > queueLimit) return job.reject(overloaded());
    if (size === 0) return job.resolve([] as never);
    state.waiting += size;
    queue.push(job);
    if (pace === 'now' || state.waiting >= itemsPerCommit) schedule();
    else alarm.within(momentMs[pace]);
  };

  return {
    each: (pace, items, carry, spoilt) =>
      new Promise((resolve, reject) =>
        submit(pace, { items, outcomes: [], carry, spoilt, resolve, reject, from: 0, next: 0, ended: false }),
      ),
    once: (work) => new Promise((resolve, reject) => submit('now', singleJob(work, resolve, reject))),
    close: () => {
      state.closed = true;
      if (queue.length > 0) schedule();
      return queue.length === 0 ? Promise.resolve() : new Promise((resolve) => state.idle.push(resolve));
    },
  };
}

/** One timer, no longer than the shortest that was asked for since it was stopped. */
function createAlarm(ring: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let lengthMs = 0;
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    stop,
    within(ms: number): void {
      if (timer !== undefined && lengthMs <= ms) return;
      stop();
      lengthMs = ms;
      timer = setTimeout(ring, ms);
    },
  };
}

function singleJob<Outcome>(
  work: (batch: Batch) => Outcome,
  resolve: (outcome: Outcome) => void,
  reject: (error: unknown) => void,
): Job {
  let answer = () => reject(new Error('the work never ran'));
  const carry = (batch: Batch) => {
    try {
      const outcome = work(batch);
      answer = () => resolve(outcome);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answer = () => reject(error);
    }
  };
  const spoilt = () => {
    throw refuse('internal', 'This could not be stored; the log has the reason');
  };
  return {
    items: [work],
    outcomes: [],
    carry,
    spoilt,
    resolve: () => answer(),
    reject,
    from: 0,
    next: 0,
    ended: false,
  };
}

function take(queue: Job[], limit: number): Job[] {
  const jobs: Job[] = [];
  let [room, done] = [limit, 0];
  for (const job of queue) {
    if (room === 0) break;
    job.from = job.next;
    job.next = Math.min(job.items.length, job.from + room);
    room -= job.next - job.from;
    jobs.push(job);
    if (job.next === job.items.length) done += 1;
  }
  queue.splice(0, done);
  return jobs;
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

function commitJobs(parts: Parts, transaction: Transaction, jobs: readonly Job[]): void {
  try {
    const batch = transaction((fresh) => {
      for (const job of jobs) for (let index = job.from; index < job.next; index += 1) carry(fresh, job, index);
    });
    for (const job of jobs) answer(job);
    publish(parts, batch);
  } catch (error) {
    if (isUnusable(error)) for (const job of jobs) turnAway(parts, job, error);
    else for (const job of jobs) oneByOne(parts, transaction, job);
  }
}

function carry(batch: Batch, job: Job, index: number): void {
  job.outcomes[index] = job.carry(batch, job.items[index] as never);
}

/** A batch failed because of one of its items: give each a transaction of its own. */
function oneByOne(parts: Parts, transaction: Transaction, job: Job): void {
  for (let index = job.from; index < job.next && !job.ended; index += 1) {
    try {
      publish(parts, attempt(parts, transaction, job, index));
    } catch (error) {
      turnAway(parts, job, error);
    }
  }
  if (!job.ended) answer(job);
}

function attempt(parts: Parts, transaction: Transaction, job: Job, index: number): Batch {
  try {
    return transaction((batch) => carry(batch, job, index));
  } catch (error) {
    if (isUnusable(error)) throw error;
    parts.log.error('store.item.spoilt', { error: error instanceof Error ? error.message : 'not an error' });
    return transaction((batch) => {
      job.outcomes[index] = job.spoilt(job.items[index] as never, batch);
    });
  }
}

function answer(job: Job): void {
  if (job.ended || job.next < job.items.length) return;
  job.ended = true;
  job.resolve(job.outcomes as never);
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
