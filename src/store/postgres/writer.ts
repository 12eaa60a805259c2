/**
 * The one writer: whatever arrives while a transaction is under way goes together into the next one. Calls of one verb
 * are carried out together, so that a thousand items are a handful of statements. When one fails, the transaction is
 * tried again item by item, so that only the bad one is turned away; a database that cannot be used turns all of it
 * away and the next transaction tries again. The queue is bounded.
 */
import { Refused, refuse } from '#core/failure.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/runtime.ts';
import { openBatch, type Batch } from './batch.ts';
import { CommitUnclear, type Session } from './session.ts';
import { isFull, isUnusable } from './sql.ts';

/** Carries out one verb on items, in order; one outcome each. */
export type Carry<Item, Outcome> = (batch: Batch, items: readonly Item[]) => Promise<readonly Outcome[]>;

export interface Verb<Item, Outcome> {
  readonly carry: Carry<Item, Outcome>;
  /** Answers for an item that cannot be stored. */
  readonly spoilt: (batch: Batch, item: Item) => Outcome | Promise<Outcome>;
}

export interface Writer {
  each<Item, Outcome>(verb: Verb<Item, Outcome>, items: readonly Item[]): Promise<readonly Outcome[]>;
  /** One piece of work. A `Refused` it throws, before it wrote anything, rejects this call alone. */
  once<Outcome>(work: (batch: Batch) => Promise<Outcome>): Promise<Outcome>;
  /** Take no more, finish what waits. Callable twice. */
  close(): Promise<void>;
}

/** Whatever items and outcomes are inside, outside only their verb knows. */
type AnyVerb = Verb<never, unknown>;

/** A call that waits. It is in one transaction at a time, with the items from `from` up to but not `next`. */
interface Job {
  readonly verb: AnyVerb;
  readonly items: readonly unknown[];
  readonly outcomes: unknown[];
  readonly resolve: (outcomes: never) => void;
  readonly reject: (error: unknown) => void;
  from: number;
  next: number;
  ended: boolean;
}

interface Parts {
  readonly session: Session;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly log: Log;
  /** Write what memory gathered; the last thing before COMMIT. */
  readonly end: (batch: Batch) => Promise<void>;
  /** Memory may hold what was rolled back: forget it. */
  readonly forget: () => void;
}

const itemsPerCommit = 1024;
const queueLimit = 20_000;

export function openWriter(parts: Parts): Writer {
  const queue: Job[] = [];
  const state = { waiting: 0, isRunning: false, isClosed: false, idle: [] as (() => void)[] };

  const run = async () => {
    while (queue.length > 0) {
      const jobs = take(queue, itemsPerCommit);
      for (const { from, next } of jobs) state.waiting -= next - from;
      await commitJobs(parts, jobs);
      for (let job = queue[0]; job?.ended; job = queue[0]) {
        state.waiting -= job.items.length - job.next;
        queue.shift();
      }
    }
    state.isRunning = false;
    for (const resolve of state.idle.splice(0)) resolve();
  };
  const submit = (job: Job) => {
    if (state.isClosed) return job.reject(refuse('unavailable', 'The gateway is stopping; try again in a moment'));
    const size = job.items.length;
    if (state.waiting > 0 && state.waiting + size > queueLimit) return job.reject(overloaded());
    if (size === 0) return job.resolve([] as never);
    state.waiting += size;
    queue.push(job);
    if (state.isRunning) return;
    state.isRunning = true;
    // What arrives within this turn of the event loop goes along.
    setImmediate(() => void run());
  };
  const fresh = { from: 0, next: 0, ended: false };
  return {
    each: (verb, items) =>
      new Promise((resolve, reject) => submit({ verb, items, outcomes: [], resolve, reject, ...fresh })),
    once: <Outcome>(work: (batch: Batch) => Promise<Outcome>) =>
      new Promise<Outcome>((resolve, reject) =>
        submit({ verb: single, items: [work], outcomes: [], resolve: answering(resolve, reject), reject, ...fresh }),
      ),
    close: () => {
      state.isClosed = true;
      return state.isRunning ? new Promise((resolve) => state.idle.push(resolve)) : Promise.resolve();
    },
  };
}

type Work = (batch: Batch) => Promise<unknown>;
type Answer = { readonly value: unknown } | { readonly refused: Refused };

const single: Verb<Work, Answer> = {
  async carry(batch, works) {
    const answers: Answer[] = [];
    for (const work of works) {
      try {
        answers.push({ value: await work(batch) });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        answers.push({ refused: error });
      }
    }
    return answers;
  },
  spoilt: () => ({ refused: refuse('internal', 'This could not be stored; the log has the reason') }),
};

function answering<Outcome>(resolve: (outcome: Outcome) => void, reject: (error: unknown) => void) {
  return ([answer]: readonly Answer[]): void => {
    if (!answer) return reject(new Error('the work never ran'));
    if ('refused' in answer) return reject(answer.refused);
    resolve(answer.value as Outcome);
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

async function commitJobs(parts: Parts, jobs: readonly Job[]): Promise<void> {
  try {
    const batch = await transaction(parts, (fresh) => carryAll(fresh, jobs));
    for (const job of jobs) answer(job);
    publish(parts, batch);
  } catch (error) {
    if (isHopeless(error)) for (const job of jobs) turnAway(parts, job, error);
    else for (const job of jobs) await oneByOne(parts, job);
  }
}

/** Runs one transaction to its commit, or rolls back, forgets and throws. */
async function transaction(parts: Parts, carry: (batch: Batch) => Promise<void>): Promise<Batch> {
  let batch: Batch | undefined;
  try {
    await parts.session.transaction(async (sql) => {
      batch = openBatch(sql, parts.clock);
      await carry(batch);
      await parts.end(batch);
    });
  } catch (error) {
    parts.forget();
    throw error;
  }
  if (!batch) throw new Error('a transaction without work');
  for (const act of batch.afterwards) act();
  return batch;
}

/** Calls of one verb together, verbs in the order they first came. */
async function carryAll(batch: Batch, jobs: readonly Job[]): Promise<void> {
  for (const [verb, some] of Map.groupBy(jobs, (job) => job.verb)) {
    const items = some.flatMap((job) => job.items.slice(job.from, job.next));
    const outcomes = await verb.carry(batch, items as never[]);
    let at = 0;
    for (const job of some) {
      for (let index = job.from; index < job.next; index += 1, at += 1) job.outcomes[index] = outcomes[at];
    }
  }
}

/** A batch failed because of one of its items: give each a transaction of its own. */
async function oneByOne(parts: Parts, job: Job): Promise<void> {
  for (let index = job.from; index < job.next && !job.ended; index += 1) {
    try {
      publish(parts, await attempt(parts, job, index));
    } catch (error) {
      turnAway(parts, job, error);
    }
  }
  if (!job.ended) answer(job);
}

async function attempt(parts: Parts, job: Job, index: number): Promise<Batch> {
  const item = job.items[index] as never;
  try {
    return await transaction(parts, async (batch) => {
      [job.outcomes[index]] = await job.verb.carry(batch, [item]);
    });
  } catch (error) {
    if (isHopeless(error)) throw error;
    parts.log.error('store.item.spoilt', { error: error instanceof Error ? error.message : 'not an error' });
    return transaction(parts, async (batch) => {
      job.outcomes[index] = await job.verb.spoilt(batch, item);
    });
  }
}

const isHopeless = (error: unknown): boolean =>
  isUnusable(error) || error instanceof CommitUnclear || error instanceof Refused;

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

export function unavailable(error: unknown): Refused {
  if (error instanceof CommitUnclear) {
    return refuse(
      'unavailable',
      'The database went away during the commit, so nobody knows whether this was stored; repeat it with the same idempotency key',
    );
  }
  if (isFull(error)) {
    return refuse(
      'unavailable',
      'The disk of the database is full, so nothing was stored; free some space and try again',
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
