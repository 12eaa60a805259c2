/**
 * Child processes for tests that kill: started, awaited until their ready line tells the port, killed and restarted by
 * their own ids. Whatever is still alive goes down with the test process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const gatewayMain = fileURLToPath(new URL('../../src/start.mjs', import.meta.url));
export const guardedGatewayMain = fileURLToPath(new URL('./crash-gateway-main.ts', import.meta.url));
export const phoneNetworkMain = fileURLToPath(new URL('./crash-network-main.ts', import.meta.url));

export interface ChildSpec {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** The log event that means ready; its line carries the port. */
  readonly readyEvent: string;
  /** A program, with its arguments, that runs node for us. */
  readonly under?: readonly string[];
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  /** The port it listens on, or how it ended when it never got that far. */
  readonly ready: Promise<number | Ended>;
  readonly ended: Promise<Ended>;
  /** `kill -9`, resolved when the process is gone. */
  kill(): Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
  /** The end of what it wrote to stderr. */
  said(): string;
}

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export function spawnChild({ script, env, readyEvent, under = [] }: ChildSpec): Child {
  const [program, ...words] = [...under, process.execPath, script];
  const child = spawn(program ?? process.execPath, words, {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  alive.add(child);
  const ended = once(child, 'exit').then(([code, signal]): Ended => {
    alive.delete(child);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  let said = '';
  const listening = Promise.withResolvers<number>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-20_000);
    const line = said.split('\n').find((each) => each.includes(`"${readyEvent}"`));
    const port = line === undefined ? null : /"port":(\d+)/.exec(line);
    if (port) listening.resolve(Number(port[1]));
  });
  return {
    pid: child.pid ?? 0,
    ready: Promise.race([listening.promise, ended]),
    ended,
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
    signal: (signal) => void child.kill(signal),
    said: () => said,
  };
}

/** A child that has to come up. Throws with what it said when it does not. */
export async function startChild(spec: ChildSpec): Promise<Child & { readonly port: number }> {
  const child = spawnChild(spec);
  const port = await child.ready;
  if (typeof port === 'number') return { ...child, port };
  throw new Error(`${spec.script} ended (${port.code ?? port.signal}) before it was ready: ${child.said()}`);
}
