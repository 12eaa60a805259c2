/**
 * Whatever is measured, seen alike: a server, the query that opens a socket of an account, and how far it has got with
 * what it acknowledged. Floors settle what they acknowledge in the same breath; the gateway says so in its metrics.
 */
import { fileURLToPath } from 'node:url';
import { type Server, startServer } from './children.ts';

export interface Progress {
  readonly atMs: number;
  readonly accepted: number;
  /** Accepted messages whose fate is decided: the channel took or refused them. */
  readonly settled: number;
}

export interface Subject {
  readonly name: string;
  readonly server: Server;
  /** `listens`: status frames of the account's messages come to the socket. */
  query(account: number, listens: boolean): string;
  /** Null: it keeps no queue. */
  progress(): Promise<Progress | null>;
}

export type FloorName = 'ws-echo' | 'group-commit' | 'one-transaction' | 'fan-out' | 'idle' | 'bare-start';

export async function startFloor(name: FloorName, folder: string, nodeOptions: readonly string[] = []): Promise<Subject> {
  const script = fileURLToPath(new URL(`./floors/${name}.ts`, import.meta.url));
  const server = await startServer({ name, script, env: { BENCH_DATA: folder }, nodeOptions });
  return {
    name,
    server,
    query: (account, listens) => `key=account-${account}&events=${listens ? 'all' : 'none'}`,
    progress: () => Promise.resolve(null),
  };
}
