// The test projects: `unit` and `facades` are `npm test`; `crash` and `peers` need more time or foreign programs and
// run by their own scripts. Every project runs real files in forked processes, from the root of the repository.
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

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    pool: 'forks',
    environment: 'node',
    allowOnly: false,
    passWithNoTests: false,
    teardownTimeout: 10_000,
    projects: [
      project('unit', ['core', 'contract', 'house']),
      project('facades', ['facades', 'transcripts', 'journeys']),
      project('crash', ['crash'], 30 * 60_000),
      project('peers', ['peers'], 5 * 60_000),
    ],
  },
});
