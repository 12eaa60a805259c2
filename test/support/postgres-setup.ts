// One PostgreSQL server for all test processes of a run that asks for it (`npm run test:postgres`): then every gateway of
// the facades' tests, transcripts and journeys keeps its messages there.
import { startPostgres } from './postgres-server.ts';
import { onPostgres, sharedServer } from './postgres-databases.ts';

/** Vitest calls it once before a project, and what it answers at the end. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!onPostgres) return undefined;
  const server = await startPostgres();
  process.env[sharedServer] = server.url('postgres');
  return () => server.stop();
}
