/**
 * Transactions of the one connection that writes. When it is lost, the next transaction connects again, and must get the
 * lock again, so that nobody ever writes behind another's back. A transaction whose COMMIT was never answered is looked
 * up by its number before anybody is told what became of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Refused, refuse } from '#core/failure.ts';
import { StoreFault } from '../fault.ts';
import { connected, lose, simple, type Link, type LinkSettings } from './link.ts';
import { ConnectionLost, type Sql } from './sql.ts';

export interface Session {
  /** Run work in a transaction, to its commit. Rejects when nothing of it is stored, or when nobody can know. */
  transaction(work: (sql: Sql) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface SessionSettings extends LinkSettings {
  /** Once, on the first connection, as soon as the lock is held and before any transaction. */
  readonly prepare: (sql: Sql) => Promise<void>;
  /** Another connection than before: what memory holds may not be what the database holds. */
  readonly onReconnect: () => void;
}

/** Nobody can say whether it was stored: only its idempotency key makes a repetition safe. */
export class CommitUnclear extends Error {
  override readonly name = 'CommitUnclear';
}

const selectBatch = "SELECT value FROM meta WHERE name = 'batch'";

/** How long an unanswered commit is asked after. */
const fatePatienceMs = 10_000;
const fateEveryMs = 250;

/** Throws StoreFault when another gateway holds the database. */
export async function openSession(settings: SessionSettings): Promise<Session> {
  const closing = new AbortController();
  const { signal } = closing;
  const first = await connected(settings, signal, undefined);
  try {
    await settings.prepare(first.sql);
  } catch (error) {
    lose(first);
    throw error;
  }
  const line = keptLine(settings, first, signal);
  return {
    async transaction(work) {
      const { link, number } = await line.begin();
      try {
        await work(link.sql);
      } catch (error) {
        if (!link.isLost) await simple(link, 'ROLLBACK').catch(() => lose(link));
        throw error;
      }
      await commit(settings, line, link, number, signal);
    },
    async close() {
      closing.abort();
      await line.end();
    },
  };
}

interface Begun {
  readonly link: Link;
  /** Written by the transaction, so that whether it was committed can be read. */
  readonly number: number;
}

interface Line {
  begin(): Promise<Begun>;
  /** The number of the last transaction that was committed. */
  lastNumber(): Promise<number>;
  end(): Promise<void>;
}

/** The connection, whichever it is now. */
function keptLine(settings: SessionSettings, first: Link, signal: AbortSignal): Line {
  let link = first;
  let number: number | null = null;

  const current = async (): Promise<Link> => {
    if (!link.isLost) return link;
    if (signal.aborted) throw refuse('unavailable', 'The gateway is stopping; try again in a moment');
    link = await connected(settings, signal, link).catch((error: unknown) => {
      throw error instanceof StoreFault ? refuse('unavailable', error.message) : error;
    });
    number = null;
    settings.onReconnect();
    settings.log.info('store.reconnected');
    return link;
  };
  const lastNumber = async (): Promise<number> =>
    (await (await current()).sql.rows<{ value: number }>(selectBatch))[0]?.value ?? 0;
  const begin = async (): Promise<Begun> => {
    const at = await current();
    number ??= await lastNumber();
    number += 1;
    // The number is ours alone, so it may stand in the text: then both go in one journey.
    await simple(at, `BEGIN; UPDATE meta SET value = ${number} WHERE name = 'batch'`);
    return { link: at, number };
  };
  return {
    /** Nothing happened yet, so a connection that turns out to be dead is replaced once. */
    begin: () =>
      begin().catch((error: unknown) => {
        if (isPlainRefusal(error) || error instanceof Refused) throw error;
        lose(link);
        return begin();
      }),
    lastNumber,
    async end() {
      if (!link.isLost) await link.client.end().catch(() => undefined);
      link.isLost = true;
    },
  };
}

async function commit(
  { log }: SessionSettings,
  line: Line,
  link: Link,
  number: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    const command = await simple(link, 'COMMIT');
    if (command === 'COMMIT') return;
  } catch (error) {
    if (isPlainRefusal(error)) throw error;
    lose(link);
    const fate = await fateOf(line, number, signal);
    log.warn('store.commit_unanswered', { fate });
    if (fate === 'stored') return;
    if (fate === 'unclear') throw new CommitUnclear('the commit was never answered', { cause: error });
    throw new ConnectionLost('the connection was lost before the commit', { cause: error });
  }
  throw new Error('a statement failed and nobody heard of it; the transaction was undone');
}

/** Whether a transaction is in the database, asked until somebody answers. */
async function fateOf(line: Line, number: number, signal: AbortSignal): Promise<'stored' | 'not stored' | 'unclear'> {
  const untilMs = performance.now() + fatePatienceMs;
  while (performance.now() < untilMs && !signal.aborted) {
    try {
      return (await line.lastNumber()) === number ? 'stored' : 'not stored';
    } catch {
      await sleep(fateEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return 'unclear';
}

/** The database answered that it did not do it, and the connection lives. */
const isPlainRefusal = (error: unknown): boolean => error instanceof pg.DatabaseError && error.severity === 'ERROR';
