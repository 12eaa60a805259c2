// The way in from an old Node: the launcher runs on it, finds the Node the gateway is written for, and is otherwise not
// there: same arguments, same exit, same signals. The old Node is this one, told to give an older version; the command
// behind the launcher is a small stand-in for cli.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './tree.ts';

const anOldNode = "Object.defineProperty(process.versions, 'node', { value: '18.20.0' });";

const standIn = `
export async function run(argv: string[]): Promise<number> {
  if (argv[0] === 'die') process.kill(process.pid, 'SIGKILL');
  if (argv[0] === 'serve') await new Promise((resolve) => {
    const alive = setInterval(() => {}, 1000);
    process.on('SIGTERM', () => { console.log('drained'); clearInterval(alive); resolve(undefined); });
    console.log('ready');
  });
  console.log(JSON.stringify({ major: Number.parseInt(process.versions.node), argv }));
  return argv[0] === 'fail' ? 7 : 0;
}
`;

const folder = mkdtempSync(join(tmpdir(), 'clawgate-launch-'));
const launcher = join(folder, 'src/cli/launch.mjs');

beforeAll(() => {
  for (const file of ['src/cli/launch.mjs', 'src/runtime/compiled.mjs']) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  writeFileSync(join(folder, 'src/cli/cli.ts'), standIn);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('from an old Node, clawgate', () => {
  test('says how to get a newer one when none was installed', async () => {
    const { code, stderr } = await outcome(launch('status'));
    expect(code).toBe(1);
    expect(stderr).toContain('npm install');
  });

  describe('once installed', () => {
    beforeAll(() => {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    });

    test('runs on the Node it is written for, with the same arguments', async () => {
      const { code, stdout } = await outcome(launch('say', '--loud', 'two words'));
      expect({ code, ...(JSON.parse(stdout) as object) }).toEqual({
        code: 0,
        major: 24,
        argv: ['say', '--loud', 'two words'],
      });
    });

    test('exits as the command did', async () => {
      expect(await outcome(launch('fail'))).toMatchObject({ code: 7, signal: null });
    });

    test('dies as the command died', async () => {
      expect(await outcome(launch('die'))).toMatchObject({ code: null, signal: 'SIGKILL' });
    });

    test('passes SIGTERM on and waits for the drain', async () => {
      const child = launch('serve');
      const ended = outcome(child);
      if (child.stdout !== null) await once(child.stdout, 'data');
      child.kill('SIGTERM');
      const { code, stdout } = await ended;
      expect(code).toBe(0);
      expect(stdout).toContain('drained');
    });

    test('ends with the npx that started it, though npx signals only the shell between them', async () => {
      const command = `"${process.execPath}" "${launcher}" serve; true`;
      const env = { ...process.env, npm_lifecycle_event: 'npx' };
      const shell = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const ended = outcome(shell);
      await once(shell.stdout, 'data');
      shell.kill('SIGTERM');
      expect((await ended).stdout).toContain('drained');
    });
  });
});

function launch(...argv: string[]): ChildProcess {
  const old = `data:text/javascript,${encodeURIComponent(anOldNode)}`;
  return spawn(process.execPath, ['--import', old, launcher, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function outcome(child: ChildProcess) {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}
