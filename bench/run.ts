/**
 * `npm run bench [-- --quick] [-- --only sends|rest|rpc|fan-out|idle|start|xmtp] [-- --floors]`: the gateway beside floors, in one run.
 *
 * Absolute numbers belong to a machine, ratios travel: so every row stands beside a floor that ran moments before on the
 * same disk, driven by the same client with the same frames and random keys. Floors are written as well as we can:
 *
 *   ws-echo          parse, stringify, send back: what WebSocket and JSON cost alone
 *   group-commit     the least that keeps the promise: check, message + outbox + quota + unique key, one fsync a turn
 *   one-transaction  the same writes, a transaction and an fsync for each message
 *   rest-no-op       express and express-openapi-validator around one route that does nothing
 *   rpc-echo         JSON-RPC over bare ws, answered with a constant
 *   fan-out          one frame to twenty sockets, serialised once, corked
 *   idle             bare ws holding sockets
 *   bare-start       a process that loads express, ws and SQLite, and listens
 *
 * Rows of `sends`: sockets × sends in flight; `accts` accounts share the sockets; `many` is 2,000 conversations chosen at
 * random, `hot` one conversation an account. The gateway dispatches to its embedded phone network while it accepts: the
 * rate is the smaller of acknowledged and settled per second, and `backlog` is what was accepted but not settled when the
 * window closed, in messages and in seconds of traffic. CPU is the server process's, from the operating system.
 * `client cores` near 1 would mean that the client was measured; `others` is what the rest of the machine used in the
 * window, in cores: with two cores, anything much above 0.2 blurs the row, and
 * `CPU × group`, the CPU of a message as a multiple of the floor's, is the steadier reading. The gateway runs with CLAWGATE_LIMITS=off.
 *
 * `rest` also stands beside Kannel, where its bearerbox and smsbox are installed (Debian: kannel): its sendsms over a
 * spooled store, to a message centre of ours that swallows everything. It does not flush its spool to disk; we do.
 *
 * At the end stand the figures the project set itself. They are information: the exit status is 0 whether they hold or
 * not, because speed is measured here, never asserted. `--quick` makes shorter windows and one round of fewer rows;
 * `--floors` leaves the gateway out; CLAWGATE_BENCH_DIR names a folder on the disk to measure (default: the system's
 * folder for temporary files).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgedConnections, measureRest, measureRpc, rpcConnections, sayAsks, worstAskRatio } from './asks.ts';
import { type Load, startAsking, startLoad } from './children.ts';
import { fanOutRatio, measureFanOut, sayFanOut } from './fan-out.ts';
import { makeHome, startGateway } from './gateway.ts';
import { collectOnSignal, idleRatio, measureIdle, sayIdle } from './idle.ts';
import { measureInbound, sayInbound } from './inbound.ts';
import { maxAccounts, type Shape } from './jobs.ts';
import { startKannel } from './kannel.ts';
import { busyCores, cpuTimes, describeLoad, describeMachine, flushMs } from './machine.ts';
import { type Figure, number, say, sayFigures } from './report.ts';
import { blur, measureSends, saySends, type SendPlan, worstBacklogS, worstRatio } from './sends.ts';
import { measureStarts, sayStarts } from './start.ts';
import { startFloor, type Subject } from './subject.ts';
import { measureXmtp, sayXmtp, type XmtpPlan } from './xmtp.ts';

const parts = ['sends', 'rest', 'rpc', 'fan-out', 'idle', 'start', 'xmtp'] as const;
const flags = readFlags();
const only = flags.only ?? [...parts];
const wanted = (part: (typeof parts)[number]): boolean => only.includes(part);

const single: Shape = { sockets: 1, inFlight: 1 };
const shapes: readonly Shape[] = [
  { sockets: 50, inFlight: 1 },
  { sockets: 50, inFlight: 16 },
  { sockets: 1_000, inFlight: 1 },
];
const sendPlan: SendPlan = flags.quick
  ? { rounds: 1, warmUpMs: 300, windowMs: 800, shapes, conversations: ['many', 'hot'] }
  : { rounds: 3, warmUpMs: 700, windowMs: 1_500, shapes: [single, ...shapes], conversations: ['many', 'hot'] };
const askPlan = flags.quick
  ? { rounds: 1, warmUpMs: 500, windowMs: 1_000 }
  : { rounds: 3, warmUpMs: 700, windowMs: 1_500 };
const fanOutPlan = flags.quick
  ? { rounds: 1, warmUpMs: 300, windowMs: 800 }
  : { rounds: 3, warmUpMs: 500, windowMs: 1_500 };
const startRounds = flags.quick ? 3 : 7;
const xmtpPlan: XmtpPlan = flags.quick
  ? { accounts: 60, active: 20, letters: 50, windowMs: 2_000, idleMs: 0 }
  : { accounts: 500, active: 50, letters: 300, windowMs: 5_000, idleMs: 75_000 };

const folder = mkdtempSync(join(process.env['CLAWGATE_BENCH_DIR'] ?? tmpdir(), 'clawgate-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const startedAtMs = performance.now();
const timesAtStart = cpuTimes();
say(`${describeMachine()}; a flush to this disk takes ${number(await flushMs(folder), 2)} ms`);
say(`before the bench others keep ${number(await busyCores(), 2)} cores busy; ${describeLoad(timesAtStart)}`);

const figures: Figure[] = [];
const home = flags.floors ? null : await makeHome(folder, maxAccounts);
if (wanted('sends')) await sends();
if (wanted('rest')) await rest();
if (wanted('rpc')) await rpc();
if (wanted('fan-out')) await fanOut();
if (wanted('idle')) await idle();
if (wanted('start')) await starts();
if (wanted('xmtp')) await xmtp();
title('The figures this project set itself, as information');
sayFigures(figures);
say();
say(`took ${number((performance.now() - startedAtMs) / 1_000, 0)} s; ${describeLoad(timesAtStart)}`);

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        floors: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
      },
    });
    const stranger = values.only?.find((name) => !(parts as readonly string[]).includes(name));
    if (stranger !== undefined) throw new TypeError(`--only ${stranger} names no part`);
    return values;
  } catch (error) {
    const usage = `npm run bench [-- --quick] [-- --only ${parts.join('|')}] [-- --floors]`;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    process.exit(2);
  }
}

async function sends(): Promise<void> {
  const groupCommit = await startFloor('group-commit', folder);
  const oneTransaction = await startFloor('one-transaction', folder);
  const echo = await startFloor('ws-echo', folder);
  const gateway = home === null ? null : await startGateway(home);
  const subjects = { gateway, groupCommit, oneTransaction, echo };
  const found = await withLoad(startLoad(), Object.values(subjects), (load) => measureSends(load, subjects, sendPlan));
  title('Durable sends');
  saySends(found);
  const others = blur(found);
  if (others > 0.3) {
    say(
      `! Others kept ${number(others, 2)} cores busy in half of the windows: read CPU × group rather than the rates.`,
    );
  }
  const worst = (shape: string): number => worstRatio(found, shape, 'gateway');
  figures.push(
    { what: '50×1 ÷ group commit, the worst row', measured: worst('50×1'), bound: 0.5, sense: 'at least' },
    { what: '50×16 ÷ group commit, the worst row', measured: worst('50×16'), bound: 0.55, sense: 'at least' },
    { what: '1000×1 ÷ group commit, the worst row', measured: worst('1000×1'), bound: 0.55, sense: 'at least' },
    {
      what: '50×1 ÷ one transaction a message, 1 account',
      measured: found.rate('50×1', 'gateway', 1) / found.rate('50×1', 'one-transaction'),
      bound: 2.3,
      sense: 'at least',
    },
    {
      what: 'backlog at the end, s, the worst window',
      measured: worstBacklogS(found, 'gateway'),
      bound: 1,
      sense: 'at most',
    },
  );
}

async function rest(): Promise<void> {
  const floor = await startFloor('rest-no-op', folder);
  const gateway = home === null ? null : await startGateway(home);
  const kannel = await startKannel(folder);
  try {
    const found = await withLoad(startAsking(), [floor, gateway], (load) =>
      measureRest(load, { floor, gateway, kannel }, askPlan),
    );
    title('Durable sends over REST');
    sayAsks(found, floor.name);
    if (kannel === null) say('Kannel is not installed.');
    figures.push(
      {
        what: `REST send over ${judgedConnections} ÷ express with validator, the worst row`,
        measured: worstAskRatio(found, 'gateway', floor.name, judgedConnections),
        bound: 0.65,
        sense: 'at least',
      },
      {
        what: `REST send over ${judgedConnections} ÷ Kannel's spooled sendsms, the worst row`,
        measured: worstAskRatio(found, 'gateway', 'kannel', judgedConnections),
        bound: 1.5,
        sense: 'at least',
      },
    );
  } finally {
    await kannel?.stop();
  }
}

async function rpc(): Promise<void> {
  const floor = await startFloor('rpc-echo', folder);
  const gateway = home === null ? null : await startGateway(home);
  const found = await withLoad(startAsking(), [floor, gateway], (load) =>
    measureRpc(load, { floor, gateway }, askPlan),
  );
  title('JSON-RPC that does nothing');
  sayAsks(found, floor.name);
  figures.push({
    what: `RPC health over ${rpcConnections} ÷ JSON-RPC echo over bare ws`,
    measured: worstAskRatio(found, 'gateway', floor.name, rpcConnections),
    bound: 0.4,
    sense: 'at least',
  });
}

async function fanOut(): Promise<void> {
  const floors = [await startFloor('fan-out', folder), await startFloor('fan-out by turn', folder)];
  const gateway = home === null ? null : await startGateway(home);
  const subjects = gateway === null ? floors : [...floors, gateway];
  const [costs, inbound] = await withLoad(startLoad(), subjects, async (load) => [
    await measureFanOut(load, subjects, fanOutPlan),
    gateway === null ? null : await measureInbound(load, gateway, fanOutPlan),
  ]);
  title('Fan-out');
  sayFanOut(costs);
  if (inbound !== null) sayInbound(inbound);
  figures.push({
    what: 'fan-out ÷ bare fan-out, deliveries/s',
    measured: fanOutRatio(costs),
    bound: 0.5,
    sense: 'at least',
  });
}

async function idle(): Promise<void> {
  const weights = [await measureIdle(() => startFloor('idle', folder, collectOnSignal))];
  if (home !== null) weights.push(await measureIdle(() => startGateway(home, collectOnSignal)));
  title('Idle sockets');
  sayIdle(weights);
  figures.push({
    what: 'memory of an idle socket ÷ bare ws',
    measured: idleRatio(weights),
    bound: 3,
    sense: 'at most',
  });
}

async function starts(): Promise<void> {
  const bareStart = (): Promise<Subject> => startFloor('bare-start', folder);
  const fresh = home === null ? null : await makeHome(folder, 0);
  const starters = fresh === null ? [bareStart] : [bareStart, () => startGateway(fresh)];
  const times = await measureStarts(starters, startRounds);
  title('Start');
  sayStarts(times);
  const [bare, gateway] = times.map(({ startMs }) => startMs);
  figures.push({
    what: 'start ÷ bare process',
    measured: (gateway ?? NaN) / (bare ?? NaN),
    bound: 4,
    sense: 'at most',
  });
}

async function xmtp(): Promise<void> {
  if (home === null) return;
  const gateway = await startGateway(await makeHome(folder, 0));
  try {
    const found = await measureXmtp(gateway, xmtpPlan);
    title('XMTP');
    sayXmtp(found);
  } finally {
    await gateway.server.stop();
  }
}

/** Servers and load process end with the part they served, however it ends. */
async function withLoad<T, Work>(
  load: Load<Work>,
  subjects: readonly (Subject | null)[],
  work: (load: Load<Work>) => Promise<T>,
): Promise<T> {
  try {
    return await work(load);
  } catch (error) {
    for (const subject of subjects)
      if (subject !== null) console.error(`${subject.name} said: ${subject.server.said()}`);
    throw error;
  } finally {
    await Promise.all([load.stop(), ...subjects.map((subject) => subject?.server.stop())]);
  }
}

function title(text: string): void {
  say();
  say(`== ${text}`);
}
