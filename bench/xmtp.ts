/**
 * XMTP inside the gateway: how fast accounts with wallets are made, how fast their letters go and arrive, and what an open
 * client weighs. Nothing here stands beside a floor, because nobody else runs this network: the figures are for whoever
 * wants to know how many molts a small machine carries.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Gateway } from './gateway.ts';
import { residentBytes } from './machine.ts';
import { median, number, progress, say, table } from './report.ts';

export interface XmtpPlan {
  readonly accounts: number;
  /** Accounts that somebody listens to, so that each has an open client. */
  readonly active: number;
  readonly letters: number;
  readonly windowMs: number;
  /** Until idle clients are closed, and a little more; 0 leaves that reading out. */
  readonly idleMs: number;
}

export interface XmtpFound {
  readonly accountsPerS: number;
  readonly sendsPerS: number;
  readonly arrivalP50Ms: number;
  readonly arrivalP99Ms: number;
  readonly residentMiB: { readonly made: number; readonly active: number; readonly idle: number | null };
  readonly mibPerClient: number;
  readonly plan: XmtpPlan;
}

interface Molt {
  readonly handle: string;
  readonly key: string;
}

const makersAtOnce = 8;
const senders = 10;
const settleMs = 3_000;

export async function measureXmtp(gateway: Gateway, plan: XmtpPlan): Promise<XmtpFound> {
  const url = `http://127.0.0.1:${gateway.server.port}`;
  const resident = () => residentBytes(gateway.server.pid) / 2 ** 20;
  progress(`XMTP: ${plan.accounts} accounts`);
  const startedMs = performance.now();
  const molts = await makeMolts(url, plan.accounts);
  const accountsPerS = plan.accounts / ((performance.now() - startedMs) / 1_000);
  // Making them opened their clients; what an open one weighs shows from a gateway that has closed them.
  if (plan.idleMs > 0) progress('XMTP: until the clients have closed');
  await sleep(plan.idleMs || settleMs);
  const made = resident();

  progress('XMTP: letters to a socket');
  const [one, other] = [moltAt(molts, 0), moltAt(molts, 1)];
  const arrivals = await arrivalsMs(url, one, other, plan.letters);
  progress(`XMTP: ${senders} senders`);
  const sendsPerS = await sendRate(url, molts, plan.windowMs);

  progress(`XMTP: ${plan.active} accounts that are listened to`);
  const before = resident();
  const fresh = molts.slice(senders * 2, senders * 2 + plan.active);
  const sockets = await Promise.all(fresh.map(({ key }) => listen(url, key)));
  await sleep(settleMs * 2);
  const active = resident();
  for (const socket of sockets) socket.terminate();
  if (plan.idleMs > 0) await sleep(plan.idleMs);
  return {
    accountsPerS,
    sendsPerS,
    arrivalP50Ms: median(arrivals),
    arrivalP99Ms: arrivals.toSorted((a, b) => a - b)[Math.floor(arrivals.length * 0.99)] ?? NaN,
    residentMiB: { made, active, idle: plan.idleMs > 0 ? resident() : null },
    // Without the wait they are open already.
    mibPerClient: plan.idleMs > 0 ? (active - before) / fresh.length : NaN,
    plan,
  };
}

export function sayXmtp(found: XmtpFound): void {
  const { plan, residentMiB } = found;
  const row = (what: string, value: number, digits = 1): readonly string[] => [what, number(value, digits)];
  table(
    ['XMTP on the embedded network', ''],
    [
      row('accounts made a second, each with a wallet on the network', found.accountsPerS),
      row(`letters a second over ${senders} senders, one under way each`, found.sendsPerS),
      row("send to the recipient's socket, ms, p50", found.arrivalP50Ms),
      row("send to the recipient's socket, ms, p99", found.arrivalP99Ms),
      row(`MiB of an open client (${plan.active} opened by listening)`, found.mibPerClient, 2),
      row(`resident MiB with ${plan.accounts} accounts and idle clients closed`, residentMiB.made, 0),
      row(`resident MiB with ${plan.active} of them listened to`, residentMiB.active, 0),
      ...(residentMiB.idle === null ? [] : [row('resident MiB once nobody listened any more', residentMiB.idle, 0)]),
    ],
  );
  say('An open client is one wallet: its database, its streams and its threads inside the SDK.');
}

async function makeMolts(url: string, count: number): Promise<readonly Molt[]> {
  const molts: Molt[] = [];
  let next = 0;
  const maker = async (): Promise<void> => {
    while (next < count) {
      const handle = `bench-${(next += 1)}`;
      const { api_key: key } = await ask(url, '/account/create', '', undefined);
      await ask(url, '/account/register', String(key), { handle, name: handle });
      molts.push({ handle, key: String(key) });
    }
  };
  await Promise.all(Array.from({ length: makersAtOnce }, maker));
  return molts;
}

/** From the first byte of the request to the frame on the socket, one letter after the other. */
async function arrivalsMs(url: string, from: Molt, to: Molt, letters: number): Promise<readonly number[]> {
  const socket = await listen(url, to.key);
  const found: number[] = [];
  try {
    for (let letter = 0; letter < letters; letter += 1) {
      const text = `letter ${letter}`;
      const arrived = new Promise<number>((resolve) => {
        const hear = (data: Buffer): void => {
          if (!data.toString().includes(`"${text}"`)) return;
          socket.off('message', hear);
          resolve(performance.now());
        };
        socket.on('message', hear);
      });
      const startedMs = performance.now();
      const [, arrivedMs] = await Promise.all([
        ask(url, '/messages/dm', from.key, { handle: to.handle, message: text }),
        arrived,
      ]);
      // The first opens the clients and the conversation.
      if (letter > 0) found.push(arrivedMs - startedMs);
    }
  } finally {
    socket.terminate();
  }
  return found;
}

async function sendRate(url: string, molts: readonly Molt[], windowMs: number): Promise<number> {
  let [sent, isOver] = [0, false];
  const loops = Array.from({ length: senders }, async (_, index) => {
    const [from, to] = [moltAt(molts, index), moltAt(molts, index + senders)];
    for (let letter = 0; !isOver; letter += 1) {
      await ask(url, '/messages/dm', from.key, { handle: to.handle, message: `letter ${letter}` });
      sent += 1;
    }
  });
  await sleep(windowMs / 3);
  const [before, startedMs] = [sent, performance.now()];
  await sleep(windowMs);
  const rate = (sent - before) / ((performance.now() - startedMs) / 1_000);
  isOver = true;
  await Promise.all(loops);
  return rate;
}

function moltAt(molts: readonly Molt[], index: number): Molt {
  const molt = molts[index];
  if (!molt) throw new Error(`the bench made too few accounts for number ${index}`);
  return molt;
}

function listen(url: string, key: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?key=${key}`, { perMessageDeflate: false });
    socket.once('open', () => resolve(socket)).once('error', reject);
  });
}

async function ask(url: string, path: string, key: string, body: object | undefined): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { ...(key && { 'X-Api-Key': key }), ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${String(answer['error'])}`);
  return answer;
}
