// `npm run check`: everything that can be said about the code without running it. Every check runs even when an earlier
// one fails, so that one look shows all there is to mend; the exit status is 1 if any failed. The tests are not here.
import { spawn } from 'node:child_process';

const checks = [
  ['types', 'tsc'],
  ['lint', 'oxlint --deny-warnings'],
  ['format', 'oxfmt --check .'],
  ['import law', 'npm run --silent law'],
  ['unused', 'npm run --silent unused'],
  ['contracts', 'node openapi/generate.ts --check'],
];

let failures = 0;
for (const [name, command] of checks) {
  const startedAt = performance.now();
  const { status, output } = await run(command);
  const tookSeconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${name.padEnd(12)} ${tookSeconds.padStart(5)} s   ${command}`);
  if (status === 0) continue;
  failures += 1;
  console.log(output.trimEnd().replaceAll(/^/gm, '    '));
}
console.log(failures === 0 ? 'All checks hold.' : `${failures} of ${checks.length} checks fail.`);
process.exitCode = failures === 0 ? 0 : 1;

/** Runs one command, found on the path npm gives its scripts, and keeps all it says. */
function run(command) {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ status: 1, output: error.message }));
    child.on('close', (code) => resolve({ status: code ?? 1, output }));
  });
}
