// A newcomer's first five minutes, from nothing but what is committed: a copy in an empty folder, installed and started
// with the machine's own npm, once on the Node that the machine has and once on the Node the house brings. The start is
// the README's; the demo ends by itself; the doctor finds what is broken.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../house/tree.ts';

const dir = mkdtempSync(join(tmpdir(), 'clawgate-first-run-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The path of a person at a terminal: without what npm and vitest put before it. */
const terminalPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
const ours = join(root, 'node_modules/node/bin');

interface Said {
  readonly code: number | null;
  readonly text: string;
}

interface Started {
  /** Resolves with what the pattern found. Rejects when the command ends before. */
  hears(pattern: RegExp): Promise<RegExpExecArray>;
  /** As Ctrl-C does: to the whole group. */
  interrupt(): void;
  readonly ended: Promise<Said>;
}

function start(
  path: readonly string[],
  cwd: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Started {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(lifecycle|package|command|execpath|node)|INIT_CWD|NODE_(ENV|OPTIONS|PATH)|VITEST|CLAWGATE)/.test(name),
  );
  const child = spawn(command, args, {
    cwd,
    env: {
      ...Object.fromEntries(inherited),
      CLAWGATE_PORT: '0',
      CLAWGATE_XMTP_LISTEN: '127.0.0.1:0',
      ...env,
      PATH: path.join(delimiter),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  let wake = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      wake();
    });
  }
  let isOver = false;
  const ended = once(child, 'close').then(([code]): Said => {
    isOver = true;
    wake();
    return { code: code as number | null, text };
  });
  return {
    ended,
    interrupt: () => void process.kill(-(child.pid ?? 0), 'SIGINT'),
    async hears(pattern) {
      for (;;) {
        const found = pattern.exec(text);
        if (found) return found;
        if (isOver) throw new Error(`${command} ${args.join(' ')} ended without ${pattern}: ${text}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

describe.each([
  ["the machine's Node", 'machine', terminalPath],
  ['the Node that the house brings', 'house', [ours, ...terminalPath]],
])('with npm on %s', (_title, name, path) => {
  const copy = join(dir, name);
  const run = (command: string, args: readonly string[], env?: Record<string, string>) =>
    start(path, copy, command, args, env).ended;

  test('what is committed installs into an empty folder, and starts', async () => {
    mkdirSync(copy);
    execFileSync('sh', ['-c', 'git archive HEAD | tar x -C "$0"', copy], { cwd: root });
    const installed = await run('npm', ['install']);
    expect(installed.text).toMatch(/added \d+ packages/);
    expect(installed.code).toBe(0);
    const gateway = start(path, copy, 'npm', ['start']);
    const [, url = ''] = await gateway.hears(/docs +(http\S+)\/docs/);
    const [, key = ''] = await gateway.hears(/Owner key +(cm_live_\S+)/);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ ok: true, status: 'ok' });
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(`${url}/api/keys`, { headers })).status).toBe(200);
    gateway.interrupt();
    expect((await gateway.ended).text).not.toMatch(/error/i);
  });

  test('the demo talks and ends by itself', async () => {
    const demo = await run('npm', ['run', 'demo']);
    expect(demo.text).toContain('You said: Does it survive kill -9?');
    expect(demo.code).toBe(0);
  });

  test('the doctor finds a healthy folder healthy, and names the mend of a broken one', async () => {
    const healthy = await run('npx', ['clawgate', 'doctor']);
    expect(healthy.text).not.toContain('✗');
    expect(healthy.code).toBe(0);
    const data = join(copy, 'broken');
    cpSync(join(copy, 'data'), data, { recursive: true });
    writeFileSync(join(data, 'clawgate.db'), 'this was a database once '.repeat(1_000));
    const broken = await run('npx', ['clawgate', 'doctor'], { CLAWGATE_DATA: data });
    expect(broken.code).not.toBe(0);
    expect(broken.text).toMatch(/✗ database [^→]*→ .*restore/);
  });
});
