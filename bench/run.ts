/**
 * `npm run bench [-- --quick] [-- --only sends|fan-out|idle|start] [-- --floors]`: the gateway beside floors, in one run.
 *
 * Absolute numbers belong to a machine, ratios travel: so every row stands beside a floor that ran moments before on the
 * same disk, driven by the same client with the same frames and random keys. Floors are written as well as we can:
 *
 *   ws-echo          parse, stringify, send back: what WebSocket and JSON cost alone
 *   group-commit     the least that keeps the promise: check, message + outbox + quota + unique key, one fsync a turn
 *   one-transaction  the same writes, a transaction and an fsync for each message
 *   fan-out          one frame to twenty sockets, serialised once, corked
 *   idle             bare ws holding sockets
 *   bare-start       a process that loads express, ws and SQLite, and listens
 *
 * Rows of `sends`: sockets × sends in flight; `accts` accounts share the sockets; `many` is 2,000 conversations chosen at
 * random, `hot` one conversation an account. The gateway dispatches to its embedded phone network while it accepts: the
 * rate is the smaller of acknowledged and settled per second, and `backlog` is what was accepted but not settled when the
 * window closed, in messages and in seconds of traffic. CPU is the server process's, from the operating system.
 * `client cores` near 1 would mean that the client was measured. The gateway runs with CLAWGATE_LIMITS=off.
 *
 * At the end stand the figures the project set itself. They are information: the exit status is 0 whether they hold or
 * not, because speed is measured here, never asserted. `--quick` makes shorter windows and one round of fewer rows;
 * `--floors` leaves the gateway out; CLAWGATE_BENCH_DIR names a folder on the disk to measure (default: the system's
 * folder for temporary files).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLoad } from './children.ts';
import { fanOutRatio, measureFanOut, sayFanOut } from './fan-out.ts';
import { collectOnSignal, measureIdle, sayIdle } from './idle.ts';
import { nameOf, type Shape } from './jobs.ts';
import { busyCores, cpuTimes, describeLoad, describeMachine, flushMs } from './machine.ts';
import { type Figure, number, say, sayFigures } from './report.ts';
import { measureSends, saySends, type SendPlan, worstBacklogS, worstRatio } from './sends.ts';
import { measureStarts, sayStarts } from './start.ts';
import { startFloor } from './subject.ts';

const parts = ['sends', 'fan-out', 'idle', 'start'] as const;
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    floors: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [...parts] },
  },
});
const unknownPart = flags.only.find((name) => !(parts as readonly string[]).includes(name));
if (unknownPart !== undefined) throw new Error(`--only ${unknownPart}: there are ${parts.join(', ')}`);
const wanted = (part: (typeof parts)[number]): boolean => flags.only.includes(part);

const shapes: readonly Shape[] = [
  { sockets: 50, inFlight: 1 },
  { sockets: 50, inFlight: 16 },
  { sockets: 1_000, inFlight: 1 },
];
const sendPlan: SendPlan = flags.quick
  ? { rounds: 1, warmUpMs: 500, windowMs: 1_000, shapes, conversations: ['many'] }
  : { rounds: 3, warmUpMs: 700, windowMs: 2_000, shapes, conversations: ['many', 'hot'] };
const folder = mkdtempSync(join(process.env['CLAWGATE_BENCH_DIR'] ?? tmpdir(), 'clawgate-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const startedAtMs = performance.now();
const timesAtStart = cpuTimes();
const figures: Figure[] = [];

say(`${describeMachine()}; a flush to this disk takes ${number(await flushMs(folder), 2)} ms`);
say(`before the bench others keep ${number(await busyCores(), 2)} cores busy; ${describeLoad(timesAtStart)}`);
say();

await run();

async function run(): Promise<void> {
  const load = startLoad();
  const [echo, oneTransaction, groupCommit] = [await startFloor('ws-echo', folder), await startFloor('one-transaction', folder), await startFloor('group-commit', folder)];
  const found = await measureSends(load, { gateway: null, groupCommit, oneTransaction, echo }, sendPlan);
  saySends(found);
  const f = await startFloor('fan-out', folder);
  sayFanOut(await measureFanOut(load, [f], { rounds: 2, warmUpMs: 500, windowMs: 1000 }));
  sayIdle([await measureIdle(() => startFloor('idle', folder, collectOnSignal))]);
  sayStarts(await measureStarts([() => startFloor('bare-start', folder)], 3));
  process.exit(0);
}
