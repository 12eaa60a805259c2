/**
 * The processes a bench starts: servers that say on stderr when and where they listen, and the load process. Every one
 * is remembered and ended by its own id, on success, on failure and on an interrupt.
 */
import packageJson from '../package.json' with { type: 'json' };
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, AskJob, Counters, Finish, Job, Order } from './load/orders.ts';

const readyWithinMs = 30_000;
const goneWithinMs = 12_000;
const children = new Set<ChildProcess>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    killAll();
    process.exit(130);
  });
}
process.on('exit', killAll);

function killAll(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** What `npm start` tells Node, told to every server here, the floors included. */
const startFlags = packageJson.scripts.start.split(' ').filter((word) => word.startsWith('--'));

export interface ServerSpec {
  readonly name: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
}

/** A program that is not ours. It says what it says to nobody; whoever starts it finds out when it is ready. */
export interface Program {
  readonly pid: number;
  stop(): Promise<void>;
}

export function startProgram(command: string, args: readonly string[]): Program {
  const child = spawn(command, args, { stdio: 'ignore' });
  child.on('error', () => undefined);
  remember(child);
  if (child.pid === undefined) throw new Error(`${command} did not start`);
  return { pid: child.pid, stop: () => stop(child) };
}

export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** From the spawn to the ready line. */
  readonly startMs: number;
  /** The end of what it wrote to stderr since it was ready. */
  said(): string;
  stop(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

export async function startServer(spec: ServerSpec): Promise<Server> {
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [...startFlags, ...(spec.nodeOptions ?? []), spec.script], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...spec.env },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  remember(child);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${spec.name} did not start`);
  const port = await readyPort(child, spec.name);
  const startMs = performance.now() - startedAtMs;
  let said = '';
  child.stderr?.on('data', (text: string) => (said = (said + text).slice(-2_000)));
  return {
    name: spec.name,
    pid,
    port,
    startMs,
    said: () => said,
    stop: () => stop(child),
    signal: (signal) => void child.kill(signal),
  };
}

function remember(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}

function readyPort(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`${name} was not ready in time: ${said}`)), readyWithinMs);
    child.once('exit', (code) =>
      reject(new Error(`${name} ended with ${code ?? 'a signal'} before it was ready: ${said}`)),
    );
    const hear = (text: string): void => {
      said = (said + text).slice(-8_000);
      const port = portIn(said);
      if (port === undefined) return;
      clearTimeout(timer);
      child.stderr?.off('data', hear);
      resolve(port);
    };
    child.stderr?.setEncoding('utf8').on('data', hear);
  });
}

function portIn(said: string): number | undefined {
  const line = said.split('\n').find((each) => each.includes('gateway.ready') || each.includes('floor.ready'));
  const found = line === undefined ? null : /"port":(\d+)/.exec(line);
  return found === null ? undefined : Number(found[1]);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), goneWithinMs);
  await gone;
  clearTimeout(timer);
}

export interface Load<Work = Job> {
  open(job: Work): Promise<void>;
  send(): Promise<void>;
  mark(): Promise<Counters>;
  finish(): Promise<Finish>;
  stop(): Promise<void>;
}

export const startLoad = (): Load => startLoadProcess<Job>('./load/client.ts');
/** For questions and answers: HTTP requests and JSON-RPC. */
export const startAsking = (): Load<AskJob> => startLoadProcess<AskJob>('./load/asks.ts');

function startLoadProcess<Work>(script: string): Load<Work> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), { execArgv: [] });
  remember(child);
  let broken: string | undefined;
  child.on('message', (answer: Answer) => {
    if (answer.answer === 'broken') broken ??= answer.why;
  });
  child.once('exit', () => (broken ??= 'The load process ended'));
  const ask = <Kind extends Answer['answer']>(
    order: Order<Work>,
    kind: Kind,
  ): Promise<Extract<Answer, { answer: Kind }>> =>
    new Promise((resolve, reject) => {
      if (broken !== undefined) return reject(new Error(broken));
      const hear = (answer: Answer): void => {
        child.off('message', hear);
        if (isAnswer(answer, kind)) resolve(answer);
        else reject(new Error(answer.answer === 'broken' ? answer.why : `The load process said ${answer.answer}`));
      };
      child.on('message', hear);
      child.send(order);
    });
  return {
    open: async (job) => void (await ask({ order: 'open', job }, 'opened')),
    send: async () => void (await ask({ order: 'send' }, 'sending')),
    mark: async () => (await ask({ order: 'mark' }, 'marked')).counters,
    finish: async () => (await ask({ order: 'finish' }, 'finished')).finish,
    stop: () => stop(child),
  };
}

function isAnswer<Kind extends Answer['answer']>(
  answer: Answer,
  kind: Kind,
): answer is Extract<Answer, { answer: Kind }> {
  return answer.answer === kind;
}
