/**
 * Whatever is measured, seen alike: a server, the query that opens a socket of an account, and how far it has got with
 * what it acknowledged. Floors settle what they acknowledge in the same breath; the gateway says so in its metrics.
 */
import { join } from 'node:path';
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

const floors = {
  'ws-echo': new URL('./floors/ws-echo.ts', import.meta.url),
  'group-commit': new URL('./floors/group-commit.ts', import.meta.url),
  'one-transaction': new URL('./floors/one-transaction.ts', import.meta.url),
  'fan-out': new URL('./floors/fan-out.ts', import.meta.url),
  'fan-out by turn': new URL('./floors/fan-out.ts', import.meta.url),
  'rest-no-op': new URL('./floors/rest-no-op.ts', import.meta.url),
  'rpc-echo': new URL('./floors/rpc-echo.ts', import.meta.url),
  idle: new URL('./floors/idle.ts', import.meta.url),
  'bare-start': new URL('./floors/bare-start.ts', import.meta.url),
} as const;
export type FloorName = keyof typeof floors;

export async function startFloor(
  name: FloorName,
  folder: string,
  nodeOptions: readonly string[] = [],
): Promise<Subject> {
  const env = {
    BENCH_DATA: folder,
    BENCH_BY_TURN: name === 'fan-out by turn' ? '1' : '0',
    // The gateway keeps what Node compiled, so floors do.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
  };
  const server = await startServer({ name, script: fileURLToPath(floors[name]), env, nodeOptions });
  return {
    name,
    server,
    query: (account, listens) => `key=account-${account}&events=${listens ? 'all' : 'none'}`,
    progress: () => Promise.resolve(null),
  };
}
