/**
 * A look at a PostgreSQL database from outside, for a person: whether it answers, and whether it could be ours. Takes no
 * lock and changes nothing.
 */
import pg from 'pg';
import type { WrappedWallet } from '#ports/store/molts.ts';
import { selectWrapped } from '../rules/molts.ts';
import { clientConfig } from './link.ts';
import { pendingMigrations } from './migrate.ts';
import { sqlOf, told } from './sql.ts';

const selectVersion = "SELECT current_setting('server_version') AS version";
const hasWallets = "SELECT 1 AS here FROM pg_tables WHERE schemaname = 'public' AND tablename = 'wallets'";

/** How many migrations wait. Throws an Error whose message is for a person, without the URL's password. */
export async function examinePostgres(
  url: string,
): Promise<{ readonly version: string; readonly pending: number; readonly wallets: readonly WrappedWallet[] }> {
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
    // A database from before there were wallets has no table of them.
    const [isThere] = await sql.rows(hasWallets);
    const wallets = isThere ? await sql.rows<WrappedWallet>(selectWrapped) : [];
    return { version: server?.version ?? '', pending, wallets };
  } finally {
    await client.end();
  }
}
