// Adds up vitest's JSON reports (`tally.mjs <folder>`) into one plain line, `N passed, N failed`, for readers that do
// not know vitest's own summary, below what failed and why: a log cut to its end still says it. A test file that could
// not even be loaded counts as one failure. Exits 1 if a report is missing its counts, if nothing was counted, or if
// anything failed.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const reasonLines = 25;

const [folder] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const file of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests + report.testResults.filter(neverRan).length;
  for (const suite of report.testResults) tellFailures(basename(file, '.json'), suite);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;

function neverRan({ status, assertionResults }) {
  return status === 'failed' && assertionResults.every((result) => result.status !== 'failed');
}

function tellFailures(script, suite) {
  const name = relative(process.cwd(), suite.name);
  if (neverRan(suite)) tell(`${script}: ${name} did not run`, suite.message ?? '');
  for (const test of suite.assertionResults) {
    if (test.status === 'failed')
      tell(`${script}: ${name} > ${test.fullName}`, (test.failureMessages ?? []).join('\n'));
  }
}

function tell(what, why) {
  const ours = stripVTControlCharacters(why)
    .split('\n')
    .filter((line) => !line.includes('/node_modules/'));
  const lines = ours.slice(0, reasonLines);
  console.log(`failed in ${what}\n${lines.map((line) => `    ${line}`).join('\n')}\n`);
}
