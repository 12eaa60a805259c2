/**
 * The rows of durable sends: sockets × in flight, over one account and over many, over many conversations and over one
 * hot one (one each, over many accounts), each beside the floors of the same shape, in turns.
 */
import type { Load } from './children.ts';
import { type Conversations, nameOf, type Shape, sendJob } from './jobs.ts';
import { measure, type Result, type Times } from './measure.ts';
import { median, number, perSecond, progress, ratio, say, table } from './report.ts';
import type { Subject } from './subject.ts';

export interface SendPlan extends Times {
  readonly rounds: number;
  readonly shapes: readonly Shape[];
  readonly conversations: readonly Conversations[];
}

export interface SendSubjects {
  readonly gateway: Subject | null;
  readonly groupCommit: Subject;
  readonly oneTransaction: Subject;
  readonly echo: Subject;
}

interface Row {
  readonly shape: string;
  readonly subject: string;
  readonly accounts: number;
  readonly conversations: Conversations;
  readonly results: Result[];
  /** The group-commit floor's result just before, round by round. */
  readonly beside: Result[];
}

export class SendTable {
  readonly #rows = new Map<string, Row>();

  add(
    shape: string,
    subject: string,
    accounts: number,
    conversations: Conversations,
    result: Result,
    beside: Result,
  ): void {
    const key = [shape, subject, accounts, conversations].join(' ');
    const row = this.#rows.get(key) ?? { shape, subject, accounts, conversations, results: [], beside: [] };
    this.#rows.set(key, row);
    row.results.push(result);
    row.beside.push(beside);
  }

  rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  /** The median rate of one row; NaN when it was not measured. */
  rate(shape: string, subject: string, accounts?: number, conversations: Conversations = 'many'): number {
    const row = this.rows().find(
      (each) =>
        each.shape === shape &&
        each.subject === subject &&
        each.conversations === conversations &&
        (accounts === undefined || each.accounts === accounts),
    );
    return row === undefined ? NaN : median(row.results.map(({ perS }) => perS));
  }
}

/** What every server is warmed with before the first row. */
const busiest: Shape = { sockets: 50, inFlight: 16 };

export async function measureSends(load: Load, subjects: SendSubjects, plan: SendPlan): Promise<SendTable> {
  const found = new SendTable();
  progress('warming up');
  for (const subject of Object.values(subjects) as (Subject | null)[]) {
    // Compilers take seconds, not milliseconds, to settle on the larger server.
    const times = { warmUpMs: subject === subjects.gateway ? 2 * plan.windowMs : 0, windowMs: plan.windowMs };
    if (subject !== null) await measure(load, subject, sendJob(subject, busiest, 1, 'many'), times);
  }
  for (const shape of plan.shapes) {
    const manyAccounts = shape.sockets > 1 ? [1, Math.max(50, shape.sockets)] : [1];
    for (let round = 1; round <= plan.rounds; round += 1) {
      progress(`sends ${nameOf(shape)}, round ${round} of ${plan.rounds}`);
      for (const conversations of plan.conversations) {
        const run = (subject: Subject, accounts: number) =>
          measure(load, subject, sendJob(subject, shape, accounts, conversations), plan);
        const beside = await run(subjects.groupCommit, 1);
        const add = (subject: Subject, accounts: number, result: Result): void =>
          found.add(nameOf(shape), subject.name, accounts, conversations, result, beside);
        add(subjects.groupCommit, 1, beside);
        for (const accounts of subjects.gateway === null ? [] : manyAccounts) {
          if (subjects.gateway !== null) add(subjects.gateway, accounts, await run(subjects.gateway, accounts));
        }
        if (conversations === 'hot') continue;
        for (const floor of [subjects.oneTransaction, subjects.echo]) add(floor, 1, await run(floor, 1));
      }
    }
  }
  return found;
}

export function saySends(found: SendTable): void {
  say('Durable sends. acked and settled are per second; rate is the smaller; ratios are medians of the rounds.');
  say(
    'Over 1 account the sending sockets are opened with events=none and one ordinary socket hears every status frame;',
  );
  say('over more accounts every socket is ordinary and hears its own account. "hot": one conversation per account.');
  say();
  const head = [
    'shape',
    'subject',
    'accts',
    'chats',
    'acked/s',
    'settled/s',
    'rate/s',
    'p50 ms',
    'p99 ms',
    'CPU µs/msg',
  ];
  const more = ['client cores', 'others', 'backlog', 'backlog s', '÷ group', 'CPU × group', '÷ one-tx', '÷ echo'];
  const rows = found.rows().map((row) => {
    const of = (pick: (result: Result) => number): number => median(row.results.map(pick));
    const overGroup = row.results.map((result, round) => result.perS / (row.beside[round]?.perS ?? NaN));
    const cpuOverGroup = row.results.map((result, round) => result.cpuUs / (row.beside[round]?.cpuUs ?? NaN));
    const rate = of(({ perS }) => perS);
    return [
      row.shape,
      row.subject,
      String(row.accounts),
      row.conversations,
      perSecond(of(({ ackedPerS }) => ackedPerS)),
      perSecond(of(({ settledPerS }) => settledPerS)),
      perSecond(rate),
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
      number(
        of(({ backlogS }) => backlogS),
        2,
      ),
      ratio(median(overGroup)),
      ratio(median(cpuOverGroup)),
      ratio(rate / found.rate(row.shape, 'one-transaction')),
      ratio(rate / found.rate(row.shape, 'ws-echo')),
    ];
  });
  table([...head, ...more], rows);
  for (const row of found.rows()) {
    const faults = row.results.flatMap(({ faults: each }) => (each === null ? [] : [each]));
    if (faults.length > 0)
      say(`! ${row.shape} ${row.subject} ${row.accounts} ${row.conversations}: ${faults.join(' | ')}`);
  }
}

/** The median over rounds of the gateway's rate to the floor beside it: the worst of all rows of a shape. */
export function worstRatio(found: SendTable, shape: string, gateway: string): number {
  const ratios = found
    .rows()
    .filter((row) => row.shape === shape && row.subject === gateway)
    .map((row) => median(row.results.map((result, round) => result.perS / (row.beside[round]?.perS ?? NaN))));
  return ratios.length === 0 ? NaN : Math.min(...ratios);
}

export function worstBacklogS(found: SendTable, gateway: string): number {
  const backlogs = found
    .rows()
    .flatMap((row) => (row.subject === gateway ? row.results.map(({ backlogS }) => backlogS) : []));
  return backlogs.length === 0 ? NaN : Math.max(...backlogs);
}

/** How many cores others kept busy, the median over all windows. */
export function blur(found: SendTable): number {
  return median(found.rows().flatMap(({ results }) => results.map(({ otherCores }) => otherCores)));
}
