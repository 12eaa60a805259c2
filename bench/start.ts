/**
 * From the spawn of a process to its ready line, in turns with a bare express + ws + SQLite process. The gateway starts
 * in a folder it has started in before; its very first start, which also makes the folder, is shown beside.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from './machine.ts';
import { median, number, progress, say, table } from './report.ts';
import type { Subject } from './subject.ts';

export interface StartTime {
  readonly subject: string;
  readonly firstMs: number;
  readonly startMs: number;
  readonly residentMiB: number;
}

export async function measureStarts(
  starters: readonly (() => Promise<Subject>)[],
  rounds: number,
): Promise<readonly StartTime[]> {
  const runs = starters.map(() => ({ subject: '', took: [] as number[], resident: [] as number[] }));
  progress(`start, ${rounds} rounds after a first`);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, start] of starters.entries()) {
      const { name, server } = await start();
      await sleep(200);
      const run = runs[index];
      if (run !== undefined) {
        run.subject = name;
        run.took.push(server.startMs);
        run.resident.push(residentBytes(server.pid) / 2 ** 20);
      }
      await server.stop();
    }
  }
  return runs.map(({ subject, took, resident }) => ({
    subject,
    firstMs: took[0] ?? NaN,
    startMs: median(took.slice(1)),
    residentMiB: median(resident),
  }));
}

export function sayStarts(times: readonly StartTime[]): void {
  say('Start: spawn to ready line, median; resident memory 0.2 s later.');
  say();
  const bare = times[0]?.startMs ?? NaN;
  table(
    ['subject', 'ms', '÷ bare', 'first ms', 'MiB'],
    times.map(({ subject, startMs, firstMs, residentMiB }) => [
      subject,
      number(startMs, 0),
      number(startMs / bare, 2),
      number(firstMs, 0),
      number(residentMiB, 0),
    ]),
  );
}
