/**
 * The load process: it opens the sockets of one job, keeps so many sends under way on each, and counts what comes back.
 * The same code drives the gateway and every floor; a frame's text, ids and random keys are made alike for all. It never
 * decides how long: the bench marks the window.
 */
import { randomUUID } from 'node:crypto';
import type { Answer, Counters, Finish, Job, Order, SocketPlan } from './orders.ts';
import { type LoadSocket, openSocket } from './socket.ts';

const patienceMs = 5_000;
const openingsAtOnce = 64;
/** Latencies kept of one window; past it every further one is dropped, and no window is that busy. */
const keptLatencies = 2_000_000;

interface Sender {
  readonly plan: SocketPlan;
  socket: LoadSocket | undefined;
  /** When the send in each slot left. */
  readonly sentAtMs: Float64Array;
  underWay: number;
  sequence: number;
}

let job: Job | undefined;
let senders: Sender[] = [];
let listening: LoadSocket[] = [];
let sending = false;
let finishing = false;
let marks = 0;
let acked = 0;
let refused = 0;
let pushed = 0;
let sent = 0;
let firstRefusal: string | null = null;
const latenciesMs = new Float64Array(keptLatencies);
let latencies = 0;

const tell = (answer: Answer): void => void process.send?.(answer);
const fail = (why: string): void => tell({ answer: 'broken', why });

process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
});
process.on('disconnect', () => process.exit(0));

async function obey(order: Order): Promise<void> {
  switch (order.order) {
    case 'open':
      await open(order.job);
      return tell({ answer: 'opened' });
    case 'send':
      sending = true;
      for (const sender of senders) start(sender);
      return tell({ answer: 'sending' });
    case 'mark':
      marks += 1;
      return tell({ answer: 'marked', counters: counters() });
    case 'finish':
      return tell({ answer: 'finished', finish: await finish() });
    default:
      order satisfies never;
  }
}

async function open(next: Job): Promise<void> {
  reset(next);
  const plans = next.sockets.values();
  const openers = Array.from({ length: openingsAtOnce }, async () => {
    for (const plan of plans) await openOne(next, plan);
  });
  await Promise.all(openers);
}

function reset(next: Job): void {
  [job, senders, listening] = [next, [], []];
  [sending, finishing, firstRefusal] = [false, false, null];
  [marks, acked, refused, pushed, sent, latencies] = [0, 0, 0, 0, 0, 0];
}

async function openOne(next: Job, plan: SocketPlan): Promise<void> {
  const sender: Sender = {
    plan,
    socket: undefined,
    sentAtMs: new Float64Array(plan.inFlight),
    underWay: 0,
    sequence: 0,
  };
  const socket = await openSocket(next.port, `/ws?${plan.query}`, {
    frame: (text) => hear(sender, text),
    readEnd: () => (next.framesPerSend === null ? sender.socket?.flush() : pump(next.framesPerSend)),
    closed: (why) => {
      if (!finishing) fail(why);
    },
  });
  sender.socket = socket;
  if (plan.inFlight > 0) senders.push(sender);
  else listening.push(socket);
}

function start(sender: Sender): void {
  if (job?.framesPerSend !== null) return pump(job?.framesPerSend ?? 1);
  for (let slot = 0; slot < sender.plan.inFlight; slot += 1) send(sender, slot);
  sender.socket?.flush();
}

/** Fan-out: as many sends under way as the plan says, each over when all its frames came. */
function pump(framesPerSend: number): void {
  if (!sending) return;
  for (const sender of senders) {
    const over = Math.floor(pushed / framesPerSend);
    while (sent - over < sender.plan.inFlight) send(sender, sent % sender.plan.inFlight);
    sender.socket?.flush();
  }
}

function send(sender: Sender, slot: number): void {
  const { first, count } = sender.plan.numbers;
  const number = first + Math.floor(Math.random() * count);
  const id = `${slot}-${++sender.sequence}`;
  sender.socket?.queue(
    `{"type":"send","id":"${id}","to":"+${number}","parts":[{"type":"text","value":"Your parcel is at the door."}],` +
      `"service":"iMessage","idempotencyKey":"${randomUUID()}"}`,
  );
  sender.sentAtMs[slot] = performance.now();
  sender.underWay += 1;
  sent += 1;
}

function hear(sender: Sender, text: string): void {
  if (text.startsWith('{"type":"send')) return settle(sender, text);
  if (text.startsWith('{"type":"status"') || text.startsWith('{"type":"message"')) {
    pushed += 1;
    return;
  }
  const { type } = JSON.parse(text) as { type: string };
  if (type === 'send.result' || type === 'send') settle(sender, text);
  else if (type === 'status' || type === 'message') pushed += 1;
  else if (type === 'error') refuse(text);
}

function settle(sender: Sender, text: string): void {
  const from = text.indexOf('"id":"') + 6;
  const slot = Number.parseInt(text.slice(from, text.indexOf('-', from)), 10);
  sender.underWay -= 1;
  if (text.includes('"ok":false')) refuse(text);
  else acked += 1;
  if (marks === 1 && latencies < keptLatencies) {
    latenciesMs[latencies++] = performance.now() - (sender.sentAtMs[slot] ?? 0);
  }
  if (sending && job?.framesPerSend === null) send(sender, slot);
}

function refuse(text: string): void {
  refused += 1;
  firstRefusal ??= text.slice(0, 300);
}

function counters(): Counters {
  const { user, system } = process.cpuUsage();
  return { atMs: performance.now(), acked, refused, pushed, cpuUs: user + system };
}

async function finish(): Promise<Finish> {
  sending = false;
  const untilMs = performance.now() + patienceMs;
  const unanswered = () => senders.reduce((sum, sender) => sum + sender.underWay, 0);
  while (unanswered() > 0 && performance.now() < untilMs) await new Promise((done) => setTimeout(done, 10));
  const left = unanswered();
  finishing = true;
  for (const { socket } of senders) socket?.close();
  for (const socket of listening) socket.close();
  const sorted = latenciesMs.subarray(0, latencies).sort();
  const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), unanswered: left, firstRefusal };
}
