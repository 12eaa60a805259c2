// Databases for whole gateways on the server that a run shares: one for each data folder, so that a gateway that is
// started again on its folder finds its messages.
import { createHash } from 'node:crypto';
import pg from 'pg';

/** Whether this run keeps messages in PostgreSQL. */
export const onPostgres = process.env['TEST_DATABASE'] === 'postgres';
/** The variable with the URL of a server for all test processes of a run. */
export const sharedServer = 'TEST_POSTGRES_URL';

/** The URL of the database that belongs to a data folder; made at the first call. */
export async function databaseOf(dataDir: string): Promise<string> {
  const name = nameOf(dataDir);
  const there = await ask('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (there === 0) await ask(`CREATE DATABASE ${name}`);
  return urlOf(name);
}

export async function dropDatabaseOf(dataDir: string): Promise<void> {
  await ask(`DROP DATABASE IF EXISTS ${nameOf(dataDir)} WITH (FORCE)`);
}

const nameOf = (dataDir: string): string => `g${createHash('sha256').update(dataDir).digest('hex').slice(0, 32)}`;

function urlOf(name: string): string {
  const shared = process.env[sharedServer];
  if (shared === undefined) throw new Error(`no server was started: ${sharedServer} is not set`);
  return shared.replace(/\/[^/]*$/, `/${name}`);
}

async function ask(text: string, values: readonly string[] = []): Promise<number> {
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rowCount ?? 0;
  } finally {
    await client.end();
  }
}
