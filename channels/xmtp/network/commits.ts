/**
 * The one writer. What is asked within one turn of the event loop is committed together, each piece of work alone: one
 * that throws leaves the others be. A promise resolves when its work is on disk. The queue is bounded.
 */
import type { Db } from './database.ts';
import { Refusal } from './refusal.ts';

interface Job {
  run(): void;
  settle(): void;
  fail(error: unknown): void;
}

const maxWaiting = 50_000;
/** One commit holds up the event loop no longer than about this many pieces of work take. */
const maxBatch = 1_000;

export class Commits {
  readonly #together: (jobs: readonly Job[], failed: Map<Job, unknown>) => void;
  #waiting: Job[] = [];
  #isClosed = false;
  #isScheduled = false;

  constructor(db: Db) {
    // Inside another transaction this is a savepoint.
    const alone = db.transaction((job: Job) => job.run());
    const together = db.transaction((jobs: readonly Job[], failed: Map<Job, unknown>) => {
      for (const job of jobs) {
        try {
          alone(job);
        } catch (error) {
          // A full disk ends the whole transaction, and nothing of it happened.
          if (!db.inTransaction) throw error;
          failed.set(job, error);
        }
      }
    });
    this.#together = (jobs, failed) => together.immediate(jobs, failed);
  }

  /** Runs `work` in the next transaction; resolves when that is on disk. `work` is synchronous and may throw. */
  write<T>(work: () => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Refusal('closing', 'the network is closing'));
    if (this.#waiting.length >= maxWaiting) {
      return Promise.reject(new Refusal('too_fast', 'too much is waiting to be written; try again in a moment'));
    }
    return new Promise((resolve, reject) => {
      const results: T[] = [];
      this.#waiting.push({
        run: () => void results.push(work()),
        settle: () => resolve(results[0] as T),
        fail: reject,
      });
      this.#schedule();
    });
  }

  /** Commits what waits, then refuses everything. Callable twice. */
  close(): void {
    this.#isClosed = true;
    while (this.#waiting.length > 0) this.#commit(this.#waiting.splice(0, maxBatch));
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const jobs = this.#waiting.splice(0, maxBatch);
      this.#schedule();
      if (jobs.length > 0) this.#commit(jobs);
    });
  }

  #commit(jobs: readonly Job[]): void {
    const failed = new Map<Job, unknown>();
    try {
      this.#together(jobs, failed);
    } catch (error) {
      for (const job of jobs) job.fail(failed.get(job) ?? error);
      return;
    }
    for (const job of jobs) {
      if (failed.has(job)) job.fail(failed.get(job));
      else job.settle();
    }
  }
}
