/**
 * A connection that writes: set up as ours are, and holding the advisory lock by which a database belongs to one gateway
 * for as long as the connection lives.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '#ports/runtime.ts';
import { StoreFault } from '../fault.ts';
import { parsers, sqlOf, told, type Sql } from './sql.ts';

export interface Link {
  readonly client: pg.Client;
  readonly sql: Sql;
  readonly pid: number;
  readonly startedAt: string;
  isLost: boolean;
}

export interface LinkSettings {
  readonly url: string;
  readonly log: Log;
}

/** `Clwg`: one lock for each database, because advisory locks are the database's own. */
const lockKey = 0x436c7767;
const tryLock = 'SELECT pg_try_advisory_lock($1) AS held';
const selectSelf = 'SELECT pid, backend_start::text AS "startedAt" FROM pg_stat_activity WHERE pid = pg_backend_pid()';
const endOther = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2`;

const connectMs = 5_000;
/** Whoever answers this late is not there any more. */
const queryMs = 60_000;
/** A gateway that just ended leaves the lock a moment later. */
const lockPatienceMs = 3_000;
const lockEveryMs = 100;

/** Settings of every connection. A dead gateway's lock must not be held by a connection nobody is behind. */
const setUp = `SET synchronous_commit = on; SET jit = off; SET search_path = public; SET client_min_messages = warning;
  SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3`;

export const clientConfig = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'clawgate',
  connectionTimeoutMillis: connectMs,
  query_timeout: queryMs,
  keepAlive: true,
  keepAliveInitialDelayMillis: connectMs,
  types: parsers,
});

/** Make a fresh connection what ours are. */
export async function prepareClient(client: Pick<pg.Client, 'query'>): Promise<void> {
  await client.query(setUp);
}

/** Let go of a connection that is of no use any more. */
export function lose(link: Link): void {
  link.isLost = true;
  link.client.end().catch(() => undefined);
}

/** Runs statements without values; answers what the last one was called. */
export async function simple({ client }: Link, text: string): Promise<string> {
  try {
    const answer: unknown = await client.query(text);
    const last = (Array.isArray(answer) ? answer.at(-1) : answer) as { command?: string } | undefined;
    return last?.command ?? '';
  } catch (error) {
    throw told(error);
  }
}

/** Connects and takes the lock. `before` is our own connection that was lost. Throws StoreFault when another holds the lock. */
export async function connected(settings: LinkSettings, signal: AbortSignal, before: Link | undefined): Promise<Link> {
  const client = new pg.Client({ ...clientConfig(settings.url), pipeline: true });
  const link: Link = { client, sql: sqlOf(client), pid: 0, startedAt: '', isLost: false };
  const lost = (error?: Error) => {
    if (!link.isLost && !signal.aborted)
      settings.log.warn('store.connection_lost', { error: error?.message ?? 'ended' });
    link.isLost = true;
  };
  client.on('error', lost);
  client.on('end', lost);
  try {
    await client.connect();
    await prepareClient(client);
    await takeLock(link.sql, signal, before);
    const [self] = await link.sql.rows<{ pid: number; startedAt: string }>(selectSelf);
    return Object.assign(link, self);
  } catch (error) {
    link.isLost = true;
    await client.end().catch(() => undefined);
    throw error instanceof StoreFault ? error : told(error);
  }
}

async function takeLock(sql: Sql, signal: AbortSignal, before: Link | undefined): Promise<void> {
  const untilMs = performance.now() + lockPatienceMs;
  for (;;) {
    // Our own lost connection may live on at the other end, with the lock; its transaction must be over first.
    if (before) await sql.rows(endOther, [before.pid, before.startedAt]);
    const [row] = await sql.rows<{ held: boolean }>(tryLock, [lockKey]);
    if (row?.held === true) return;
    if (performance.now() > untilMs || signal.aborted) {
      throw new StoreFault(
        'Another gateway is using the PostgreSQL database; stop it first, or give this one a database of its own (CLAWGATE_DATABASE_URL)',
      );
    }
    await sleep(lockEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
