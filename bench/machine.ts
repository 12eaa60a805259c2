/**
 * What the operating system says: a process's CPU time and memory, the machine's load and stolen time, and what a flush
 * to this disk costs. Linux's /proc; nothing here is estimated.
 */
import { closeSync, fdatasyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { median } from './report.ts';

/** CPU microseconds a process has used so far, all its threads. */
export function cpuUs(pid: number): number {
  let ns = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1_000;
}

export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? NaN) * 1024;
}

interface CpuTimes {
  readonly all: number;
  readonly stolen: number;
  readonly idle: number;
}

export function cpuTimes(): CpuTimes {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return {
    all: ticks.reduce((sum, each) => sum + each, 0),
    stolen: ticks[7] ?? 0,
    idle: (ticks[3] ?? 0) + (ticks[4] ?? 0),
  };
}

export function describeLoad(since: CpuTimes): string {
  const now = cpuTimes();
  const stolen = ((now.stolen - since.stolen) / Math.max(1, now.all - since.all)) * 100;
  const load = loadavg().map((each) => each.toFixed(2));
  return `load ${load.join(' ')}, ${stolen.toFixed(1)} % of the CPU stolen since the start`;
}

/** Seconds all cores together have worked since the machine started; the kernel counts in hundredths. */
export function busySeconds(): number {
  const { all, idle } = cpuTimes();
  return (all - idle) / 100;
}

/** How much of the machine others use just now, in cores, over half a second in which the bench does nothing. */
export async function busyCores(): Promise<number> {
  const [before, atMs] = [busySeconds(), performance.now()];
  await sleep(500);
  return (busySeconds() - before) / ((performance.now() - atMs) / 1_000);
}

export const describeMachine = (): string =>
  `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`;

/** Milliseconds to append a block and flush it, the median of 100. */
export async function flushMs(folder: string): Promise<number> {
  const path = join(folder, 'flush-probe');
  const file = openSync(path, 'w');
  const took: number[] = [];
  for (let i = 0; i < 100; i += 1) {
    const startedAtMs = performance.now();
    writeSync(file, Buffer.alloc(4096));
    fdatasyncSync(file);
    took.push(performance.now() - startedAtMs);
    await turn();
  }
  closeSync(file);
  rmSync(path);
  return median(took);
}
