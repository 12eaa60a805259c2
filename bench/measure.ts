/**
 * One window of one job against one subject: what was acknowledged and settled a second, how long an answer took, what
 * it cost in CPU on both sides, and what was left over.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from './children.ts';
import { busySeconds, cpuUs } from './machine.ts';
import type { Progress, Subject } from './subject.ts';

export interface Times {
  readonly warmUpMs: number;
  readonly windowMs: number;
}

export interface Result {
  readonly ackedPerS: number;
  readonly settledPerS: number;
  /** The smaller of the two. */
  readonly perS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU of the server, per message that was both acknowledged and settled. */
  readonly cpuUs: number;
  /** Cores the load process kept busy: near 1, it and not the server was measured. */
  readonly clientCores: number;
  /** Cores that neither of the two used: the kernel's own threads, and whatever else this machine does. */
  readonly otherCores: number;
  readonly backlog: number;
  readonly backlogS: number;
  readonly pushedPerS: number;
  readonly cpuUsPerPush: number;
  readonly faults: string | null;
}

const drainWithinMs = 10_000;

type Measured = Pick<Subject, 'progress'> & {
  readonly server: Pick<Subject['server'], 'pid'>;
  readonly pids?: readonly number[];
};

export async function measure<Work>(load: Load<Work>, subject: Measured, job: Work, times: Times): Promise<Result> {
  const pids = subject.pids ?? [subject.server.pid];
  const look = async () => {
    const used = pids.reduce((sum, pid) => sum + cpuUs(pid), 0);
    const busy = busySeconds();
    const [counters, progress] = await Promise.all([load.mark(), subject.progress()]);
    return { counters, used, busy, progress };
  };
  await load.open(job);
  await load.send();
  await sleep(times.warmUpMs);
  const before = await look();
  await sleep(times.windowMs);
  const after = await look();
  const finish = await load.finish();

  const seconds = (after.counters.atMs - before.counters.atMs) / 1_000;
  const ackedPerS = (after.counters.acked - before.counters.acked) / seconds;
  const settledPerS = settledRate(before.progress, after.progress) ?? ackedPerS;
  const perS = Math.min(ackedPerS, settledPerS);
  const pushedPerS = (after.counters.pushed - before.counters.pushed) / seconds;
  const clientCores = (after.counters.cpuUs - before.counters.cpuUs) / 1e6 / seconds;
  const cpuUsPerS = (after.used - before.used) / seconds;
  const backlog = after.progress === null ? 0 : after.progress.accepted - after.progress.settled;
  await drained(subject);
  const faults = [
    after.counters.refused > 0 ? `${after.counters.refused} refused, first: ${finish.firstRefusal ?? '?'}` : '',
    finish.unanswered > 0 ? `${finish.unanswered} never answered` : '',
  ].filter((fault) => fault !== '');
  return {
    ackedPerS,
    settledPerS,
    perS,
    p50Ms: finish.p50Ms,
    p99Ms: finish.p99Ms,
    cpuUs: cpuUsPerS / perS,
    clientCores,
    otherCores: Math.max(0, (after.busy - before.busy) / seconds - clientCores - cpuUsPerS / 1e6),
    backlog,
    backlogS: backlog / perS,
    pushedPerS,
    cpuUsPerPush: cpuUsPerS / pushedPerS,
    faults: faults.length === 0 ? null : faults.join('; '),
  };
}

function settledRate(before: Progress | null, after: Progress | null): number | null {
  if (before === null || after === null) return null;
  return ((after.settled - before.settled) / (after.atMs - before.atMs)) * 1_000;
}

/** The backlog of one row is not charged to the next. */
async function drained(subject: Measured): Promise<void> {
  const untilMs = performance.now() + drainWithinMs;
  while (performance.now() < untilMs) {
    const progress = await subject.progress();
    if (progress === null || progress.accepted - progress.settled <= 0) return;
    await sleep(100);
  }
}
