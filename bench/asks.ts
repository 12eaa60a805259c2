/**
 * The rows of questions and answers: durable sends over REST beside a route that does nothing and, where it is installed,
 * beside Kannel; and JSON-RPC that does nothing beside an echo. Each row stands beside its floor of the same round.
 */
import type { Load } from './children.ts';
import type { Gateway } from './gateway.ts';
import { manyConversations, numbersOf } from './jobs.ts';
import type { Kannel } from './kannel.ts';
import type { AskJob } from './load/orders.ts';
import { measure, type Result, type Times } from './measure.ts';
import { median, number, perSecond, progress, ratio, say, table } from './report.ts';
import type { Subject } from './subject.ts';

export interface AskPlan extends Times {
  readonly rounds: number;
}

interface Row {
  readonly subject: string;
  readonly connections: number;
  readonly accounts: number;
  readonly results: Result[];
}

/** Connections of the rows that figures are taken from. */
export const judgedConnections = 50;
const text = 'Your parcel is at the door.';

/** What Kannel does is known for fifty connections, and the figures are of these; the others show where it goes. */
const restConnections = [judgedConnections, 16, 200];
const restAccounts = [1, 50];

export async function measureRest(
  load: Load<AskJob>,
  { floor, gateway, kannel }: { floor: Subject; gateway: Gateway | null; kannel: Kannel | null },
  plan: AskPlan,
): Promise<readonly Row[]> {
  const rows = newRows();
  const keys = (accounts: number) => Array.from({ length: accounts }, (_, index) => gateway?.keyOf(index) ?? 'nobody');
  const warm = { ...plan, windowMs: 2 * plan.windowMs };
  progress('warming up');
  await measure(load, floor, restJob(floor.server.port, 50, keys(1)), warm);
  if (gateway !== null) await measure(load, gateway, restJob(gateway.server.port, 50, keys(1)), warm);
  for (const connections of restConnections) {
    for (let round = 1; round <= plan.rounds; round += 1) {
      progress(`REST over ${connections} connections, round ${round} of ${plan.rounds}`);
      const job = (port: number, accounts: number) => restJob(port, connections, keys(accounts));
      rows.add(floor.name, connections, 1, await measure(load, floor, job(floor.server.port, 1), plan));
      for (const accounts of gateway === null ? [] : restAccounts) {
        if (gateway === null) break;
        const result = await measure(load, gateway, job(gateway.server.port, accounts), plan);
        rows.add(gateway.name, connections, accounts, result);
      }
      if (kannel === null) continue;
      const asks = [{ request: kannel.request(text), numbers }];
      const kannelJob: AskJob = { port: kannel.port, connections, by: { way: 'http', asks } };
      rows.add('kannel', connections, 1, await measure(load, kannel, kannelJob, plan));
    }
  }
  return rows.all();
}

const numbers = numbersOf(0, manyConversations);

/** A number that one account texts is routed to it, so accounts share none. */
function restJob(port: number, connections: number, keys: readonly string[]): AskJob {
  const body = `{"platform":"sms","recipient":"+{number}","message":"${text}"}`;
  const length = body.length - '{number}'.length + String(numbers.first).length;
  const asks = keys.map((key, account) => ({
    request:
      `POST /api/v1/messages/send HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${key}\r\n` +
      `Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`,
    numbers: numbersOf(account, Math.ceil(manyConversations / keys.length)),
  }));
  return { port, connections, by: { way: 'http', asks } };
}

export async function measureRpc(
  load: Load<AskJob>,
  { floor, gateway }: { floor: Subject; gateway: Gateway | null },
  plan: AskPlan,
): Promise<readonly Row[]> {
  const rows = newRows();
  // Nothing is sent, so there is nothing to settle.
  const subjects = [floor, ...(gateway === null ? [] : [gateway])].map((each) => ({
    ...each,
    progress: () => Promise.resolve(null),
  }));
  const job = ({ server }: Subject): AskJob => ({
    port: server.port,
    connections: rpcConnections,
    by: {
      way: 'rpc',
      path: '/',
      hellos: [hello(gateway?.keyOf(0) ?? 'nobody')],
      ask: '{"jsonrpc":"2.0","id":{id},"method":"health","params":{}}',
    },
  });
  progress('warming up');
  for (const subject of subjects) await measure(load, subject, job(subject), { ...plan, windowMs: 2 * plan.windowMs });
  for (let round = 1; round <= plan.rounds; round += 1) {
    progress(`JSON-RPC over ${rpcConnections} sockets, round ${round} of ${plan.rounds}`);
    for (const subject of subjects)
      rows.add(subject.name, rpcConnections, 1, await measure(load, subject, job(subject), plan));
  }
  return rows.all();
}

export const rpcConnections = 16;

const hello = (token: string): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 0,
    method: 'connect',
    params: { role: 'control', auth: { token }, client: { name: 'bench', version: '1.0.0' } },
  });

function newRows() {
  const rows = new Map<string, Row>();
  return {
    add(subject: string, connections: number, accounts: number, result: Result): void {
      const key = [subject, connections, accounts].join(' ');
      const row = rows.get(key) ?? { subject, connections, accounts, results: [] };
      rows.set(key, row);
      row.results.push(result);
    },
    all: (): readonly Row[] => [...rows.values()],
  };
}

/** The median over the rounds of one row's rate over another's in the same round; NaN where either was not measured. */
function ratioOf(row: Row, beside: Row | undefined, pick: (result: Result) => number): number {
  return median(
    row.results.map((result, round) => pick(result) / (beside ? pick(beside.results[round] ?? result) : NaN)),
  );
}

const besideOf = (rows: readonly Row[], row: Row, subject: string): Row | undefined =>
  rows.find((each) => each.subject === subject && each.connections === row.connections);

const rateOf = ({ perS }: Result): number => perS;

export function worstAskRatio(rows: readonly Row[], subject: string, beside: string, connections: number): number {
  const ratios = rows
    .filter((row) => row.subject === subject && row.connections === connections)
    .map((row) => ratioOf(row, besideOf(rows, row, beside), rateOf));
  return ratios.length === 0 ? NaN : Math.min(...ratios);
}

export function sayAsks(rows: readonly Row[], floor: string): void {
  say('One question under way on each connection, kept alive. rate is the smaller of answered and settled a second;');
  say('ratios are medians of the rounds, each beside the floor of its own round.');
  say();
  const head = ['subject', 'conns', 'accts', 'answered/s', 'settled/s', 'rate/s', 'p50 ms', 'p99 ms', 'CPU µs'];
  const more = ['client cores', 'others', 'backlog', '÷ floor', 'CPU × floor', '÷ kannel'];
  const lines = rows.map((row) => {
    const of = (pick: (result: Result) => number): number => median(row.results.map(pick));
    const beside = besideOf(rows, row, floor);
    return [
      row.subject,
      String(row.connections),
      String(row.accounts),
      perSecond(of(({ ackedPerS }) => ackedPerS)),
      perSecond(of(({ settledPerS }) => settledPerS)),
      perSecond(of(rateOf)),
      number(of(({ p50Ms }) => p50Ms)),
      number(of(({ p99Ms }) => p99Ms)),
      number(of(({ cpuUs }) => cpuUs)),
      number(
        of(({ clientCores }) => clientCores),
        2,
      ),
      number(
        of(({ otherCores }) => otherCores),
        2,
      ),
      number(
        of(({ backlog }) => backlog),
        0,
      ),
      ratio(ratioOf(row, beside, rateOf)),
      ratio(ratioOf(row, beside, ({ cpuUs }) => cpuUs)),
      ratio(ratioOf(row, besideOf(rows, row, 'kannel'), rateOf)),
    ];
  });
  table([...head, ...more], lines);
  for (const row of rows) {
    const faults = row.results.flatMap(({ faults: each }) => (each === null ? [] : [each]));
    if (faults.length > 0) say(`! ${row.subject} over ${row.connections} connections: ${faults[0]}`);
  }
}
