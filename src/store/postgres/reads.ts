/**
 * Reading beside the writer, over a few connections that cannot write. A connection that turns out to be dead costs one
 * more try, because a question may be asked twice; when the database stays away, the caller is told so.
 */
import pg from 'pg';
import { refuse } from '#core/failure.ts';
import type { Log } from '#ports/runtime.ts';
import { clientConfig, prepareClient } from './link.ts';
import { ConnectionLost, isUnusable, sqlOf, told, type Sql } from './sql.ts';

export interface Reads extends Sql {
  /** Several questions about the same instant. */
  snapshot<Answer>(work: (sql: Sql) => Promise<Answer>): Promise<Answer>;
  close(): Promise<void>;
}

const connections = 6;
const idleMs = 60_000;

async function prepareReader(client: pg.ClientBase): Promise<void> {
  await prepareClient(client);
  await client.query('SET default_transaction_read_only = on');
}

export function openReads({ url, log }: { readonly url: string; readonly log: Log }): Reads {
  const pool = new pg.Pool({
    ...clientConfig(url),
    max: connections,
    idleTimeoutMillis: idleMs,
    // The pool waits for what this answers, whatever its types say.
    onConnect: (client) => prepareReader(client) as unknown as void,
  });
  pool.on('error', (error) => log.warn('store.connection_lost', { error: error.message }));
  let isClosed = false;

  const borrow = async <Answer>(work: (sql: Sql) => Promise<Answer>): Promise<Answer> => {
    if (isClosed) throw refuse('unavailable', 'The gateway is stopping; try again in a moment');
    const client = await pool.connect().catch((error: unknown) => {
      throw told(error);
    });
    try {
      const answer = await work(sqlOf(client));
      client.release();
      return answer;
    } catch (error) {
      client.release(isUnusable(error));
      throw error;
    }
  };
  const read = async <Answer>(work: (sql: Sql) => Promise<Answer>): Promise<Answer> => {
    try {
      return await borrow(work).catch((error: unknown) => {
        if (error instanceof ConnectionLost && !isClosed) return borrow(work);
        throw error;
      });
    } catch (error) {
      if (!isUnusable(error)) throw error;
      log.warn('store.unreadable', { error: error instanceof Error ? error.message : 'not an error' });
      throw refuse('unavailable', 'The database cannot be read now; try again in a moment');
    }
  };
  return {
    rows: (text, values) => read((sql) => sql.rows(text, values)),
    run: (text, values) => read((sql) => sql.run(text, values)),
    compose: (text, values) => read((sql) => sql.compose(text, values)),
    snapshot: (work) =>
      read(async (sql) => {
        await sql.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        const answer = await work(sql);
        await sql.run('COMMIT');
        return answer;
      }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await pool.end();
    },
  };
}
