// The test projects: `unit` and `facades` are `npm test`; `crash` and `peers` need more time or foreign programs and
// run by their own scripts. Every project runs real files in forked processes, from the root of the repository.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const patienceMs = 30_000;

function project(name: string, folders: readonly string[], timeoutMs = patienceMs) {
  return {
    extends: true as const,
    test: {
      name,
      include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
    },
  };
}

/** With TEST_DATABASE=postgres, what is not about the SQLite file runs on PostgreSQL. */
function onPostgres(facades: ReturnType<typeof project>) {
  if (process.env['TEST_DATABASE'] !== 'postgres') return facades;
  const exclude = ['test/facades/bad-input-full-disk.test.ts', 'test/journeys/restored-backup.test.ts'];
  return { ...facades, test: { ...facades.test, exclude, globalSetup: 'test/support/postgres-setup.ts' } };
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    pool: 'forks',
    // A test waits more than it works: two at a time, even on two cores, take a third less time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    environment: 'node',
    allowOnly: false,
    passWithNoTests: false,
    teardownTimeout: 10_000,
    projects: [
      project('unit', ['core', 'contract', 'house']),
      onPostgres(project('facades', ['facades', 'transcripts', 'journeys'])),
      project('crash', ['crash'], 30 * 60_000),
      project('peers', ['peers'], 5 * 60_000),
    ],
  },
});
