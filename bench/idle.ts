/**
 * What one silent socket weighs: resident memory after collecting garbage with many sockets open, less that with few,
 * over the sockets between. Both ends of the slope are warm, so that neither start nor first use is charged to a socket.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startLoad } from './children.ts';
import { idleJob } from './jobs.ts';
import { residentBytes } from './machine.ts';
import { number, progress, say, table } from './report.ts';
import type { Subject } from './subject.ts';

/** The gateway's documented limit is 20 sockets an account: so many accounts hold them. */
const accounts = 200;
const few = 500;
const many = 4_000;
const restMs = 1_500;

export const collectOnSignal = [
  '--expose-gc',
  '--import',
  fileURLToPath(new URL('./collect-on-signal.ts', import.meta.url)),
];

export interface IdleWeight {
  readonly subject: string;
  readonly residentPerSocket: number;
  readonly heapPerSocket: number;
  readonly residentMiB: number;
}

interface Memory {
  readonly residentBytes: number;
  readonly heapBytes: number;
}

/** `start` starts it with `collectOnSignal`. */
export async function measureIdle(start: () => Promise<Subject>): Promise<IdleWeight> {
  const subject = await start();
  progress(`idle sockets, ${subject.name}`);
  const [first, second] = [startLoad(), startLoad()];
  try {
    await first.open(idleJob(subject, few, accounts));
    const before = await settledMemory(subject);
    await second.open(idleJob(subject, many - few, accounts));
    const after = await settledMemory(subject);
    return {
      subject: subject.name,
      residentPerSocket: (after.residentBytes - before.residentBytes) / (many - few),
      heapPerSocket: (after.heapBytes - before.heapBytes) / (many - few),
      residentMiB: after.residentBytes / 2 ** 20,
    };
  } finally {
    await Promise.all([first.stop(), second.stop()]);
    await subject.server.stop();
  }
}

async function settledMemory({ server }: Subject): Promise<Memory> {
  for (let i = 0; i < 2; i += 1) {
    await sleep(restMs / 2);
    server.signal('SIGUSR2');
  }
  await sleep(restMs / 2);
  const said = [...server.said().matchAll(/"heapBytes":(\d+)/g)].at(-1)?.[1];
  return { residentBytes: residentBytes(server.pid), heapBytes: Number(said ?? NaN) };
}

/** The heavier of the two readings: pages that an earlier need left behind hide growth from the resident one. */
export function idleRatio(weights: readonly IdleWeight[]): number {
  const [bare, gateway] = weights.map((weight) => Math.max(weight.residentPerSocket, weight.heapPerSocket));
  return (gateway ?? NaN) / (bare ?? NaN);
}

export function sayIdle(weights: readonly IdleWeight[]): void {
  say(
    `Idle sockets: what each weighs between ${few} and ${many} open ones, after collecting garbage. The heap is what`,
  );
  say('V8 holds; resident memory hides growth into pages that were already there, so the ratio takes the larger.');
  say();
  table(
    ['subject', 'resident KiB/socket', 'heap KiB/socket', `MiB with ${many}`],
    weights.map(({ subject, residentPerSocket, heapPerSocket, residentMiB }) => [
      subject,
      number(residentPerSocket / 1024),
      number(heapPerSocket / 1024),
      number(residentMiB, 0),
    ]),
  );
}
