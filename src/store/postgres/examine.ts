/**
 * A look at a PostgreSQL database from outside, for a person: whether it answers, and whether it could be ours. Takes no
 * lock and changes nothing.
 */
import pg from 'pg';
import { clientConfig } from './link.ts';
import { pendingMigrations } from './migrate.ts';
import { sqlOf, told } from './sql.ts';

const selectVersion = "SELECT current_setting('server_version') AS version";

/** How many migrations wait. Throws an Error whose message is for a person, without the URL's password. */
export async function examinePostgres(url: string): Promise<{ readonly version: string; readonly pending: number }> {
  const client = new pg.Client(clientConfig(url));
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw told(error);
  }
  try {
    const sql = sqlOf(client);
    const pending = await pendingMigrations(sql);
    const [server] = await sql.rows<{ version: string }>(selectVersion);
    return { version: server?.version ?? '', pending };
  } finally {
    await client.end();
  }
}
