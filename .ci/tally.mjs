// Adds up vitest's JSON reports (`tally.mjs <folder>`) into one plain line, `N passed, N failed`, for readers that do
// not know vitest's own summary. A test file that could not even be loaded counts as one failure. Exits 1 if a report
// is missing its counts, if nothing was counted, or if anything failed.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const file of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests + report.testResults.filter(neverRan).length;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;

function neverRan({ status, assertionResults }) {
  return status === 'failed' && assertionResults.every((result) => result.status !== 'failed');
}
