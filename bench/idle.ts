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
const many = 3_000;
const restMs = 1_500;

export const collectOnSignal = [
  '--expose-gc',
  '--import',
  fileURLToPath(new URL('./collect-on-signal.ts', import.meta.url)),
];

export interface IdleWeight {
  readonly subject: string;
  readonly bytesPerSocket: number;
  readonly baseMiB: number;
}

/** `start` starts it with `collectOnSignal`. */
export async function measureIdle(start: () => Promise<Subject>): Promise<IdleWeight> {
  const subject = await start();
  progress(`idle sockets, ${subject.name}`);
  const [first, second] = [startLoad(), startLoad()];
  try {
    await first.open(idleJob(subject, few, accounts));
    const before = await settledBytes(subject);
    await second.open(idleJob(subject, many - few, accounts));
    const after = await settledBytes(subject);
    return { subject: subject.name, bytesPerSocket: (after - before) / (many - few), baseMiB: before / 2 ** 20 };
  } finally {
    await Promise.all([first.stop(), second.stop()]);
    await subject.server.stop();
  }
}

async function settledBytes({ server }: Subject): Promise<number> {
  for (let i = 0; i < 2; i += 1) {
    await sleep(restMs / 2);
    server.signal('SIGUSR2');
  }
  await sleep(restMs / 3);
  return residentBytes(server.pid);
}

export function sayIdle(weights: readonly IdleWeight[]): void {
  say(`Idle sockets: resident memory per socket between ${few} and ${many} open ones, after collecting garbage.`);
  say();
  const bare = weights[0]?.bytesPerSocket ?? NaN;
  table(
    ['subject', 'KiB/socket', '÷ bare', `MiB with ${few}`],
    weights.map(({ subject, bytesPerSocket, baseMiB }) => [
      subject,
      number(bytesPerSocket / 1024),
      number(bytesPerSocket / bare, 2),
      number(baseMiB, 0),
    ]),
  );
}
