// The README says nothing that is not so: its first message is typed in as it stands and arrives, every command, path and
// setting it names exists, and a backup made as it says restores as it says.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { envName, settings, type SettingKey } from '#config/env.ts';
import { openGateway, xmtpChannels, type TestGateway } from '../support/gateway.ts';
import { run, type Talker } from './canary.ts';
import { readText, root } from './tree.ts';

const readme = readText('README.md');
const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language = '', code = '']) => ({
  language,
  code,
}));
const blockWith = (language: string, words: string): string => {
  const found = blocks.filter((block) => block.language === language && block.code.includes(words));
  if (found.length !== 1) throw new Error(`the README has ${found.length} blocks with ${words}`);
  return found[0]?.code ?? '';
};

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'clawgate-readme-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const shell = (script: string, env: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { cwd: dir, env: { PATH: process.env['PATH'] ?? '', ...env } };
    execFile('sh', ['-ec', script], options, (error, out, err) =>
      error ? reject(new Error(out + err)) : resolve(out),
    );
  });

describe('the first message', () => {
  let house: TestGateway;
  let agent: Talker | undefined;
  beforeAll(async () => {
    house = await openGateway();
  });
  afterAll(async () => {
    await agent?.stop();
    await house.end();
  });
  const here = (code: string): string => code.replaceAll('127.0.0.1:18789', new URL(house.url).host);

  test('is answered by the agent of ten lines, typed in as it stands', async () => {
    const env = { KEY: house.key };
    expect(JSON.parse(await shell(here(blockWith('sh', '/api/routes')), env))).toMatchObject({ ok: true });
    const code = blockWith('js', 'new WebSocket');
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(10);
    await writeFile(join(dir, 'agent.mjs'), here(code));
    agent = run(join(dir, 'agent.mjs'), [], { cwd: dir, env });
    await agent.hears(/connected/);
    expect(JSON.parse(await shell(here(blockWith('sh', 'Hello, agent!')), env))).toMatchObject({ direction: 'out' });
    const seen = JSON.parse(await shell(here(blockWith('sh', 'wait=5s')), env)) as { messages: { text: string }[] };
    expect(seen.messages.map(({ text }) => text)).toEqual(['You said: Hello, agent!']);
    await agent.hears(/type: 'send.result'[^}]*ok: true/);
  });

  test('goes by OpenClaw and by ClawBook too, typed in as they stand, and is listed', async () => {
    const env = { KEY: house.key };
    const typed = async (words: string) => JSON.parse(await shell(here(blockWith('sh', words)), env)) as object;
    expect(await typed('/api/send')).toMatchObject({ id: 1, ok: true, payload: { sent: true } });
    expect(await typed('/messages/send')).toMatchObject({ success: true, data: { platform: 'imessage' } });
    expect(await typed('per_page=3')).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ content: 'Hello from ClawBook' })]) as unknown,
    });
  });
});

describe('the first message between wallets', () => {
  test('is read in the inbox of a handle, typed in as it stands', async () => {
    const house = await openGateway({ env: xmtpChannels });
    const here = (code: string): string => code.replaceAll('127.0.0.1:18789', new URL(house.url).host);
    try {
      const made = JSON.parse(await shell(here(blockWith('sh', '/account/create')), {})) as { api_key: string };
      const env = { KEY: house.key, MOLT: made.api_key };
      const typed = (words: string) => shell(here(blockWith('sh', words)).replace(/^export .*$/m, ''), env);
      expect(JSON.parse(await typed('/account/register'))).toMatchObject({ ok: true, handle: 'first-molt' });
      expect(JSON.parse(await typed('/messages/dm'))).toMatchObject({ ok: true, status: 'sent' });
      const inbox = (await typed('/messages/inbox')).replace(/^\{.*?\}(?=\{)/, '');
      expect(JSON.parse(inbox)).toMatchObject({ ok: true, conversations: [{ content: 'Hello, molt!' }] });
    } finally {
      await house.end();
    }
  });
});

describe('what it names', () => {
  test('every npm script exists', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm (?:run )?(start|test|(?<=run )[\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  test('every path exists, and the map has every room', () => {
    const mapped = [...readme.matchAll(/^ {4}(\S+) {2,}/gm)].map(([, path = '']) => path);
    const mentioned = [...readme.matchAll(/`((?:src|test|channels|openapi|\.ci|\.dep)[\w./-]*)`/g)].map(
      ([, path = '']) => path,
    );
    expect([...mapped, ...mentioned].filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const law = readFileSync(join(root, '.dependency-cruiser.cjs'), 'utf8');
    const rooms = [...law.matchAll(/^ {2}(\w+): \[/gm)]
      .map(([, room = '']) => `src/${room}/`)
      .filter((path) => existsSync(join(root, path)));
    expect(rooms.filter((room) => room !== 'src/runtime/' && !mapped.includes(room))).toEqual([]);
  });

  test('every setting is one, and works in this version', () => {
    const known = (Object.keys(settings) as SettingKey[]).filter((key) => !('waitsFor' in settings[key])).map(envName);
    const named = [...readme.matchAll(/CLAWGATE_[A-Z_]+/g)].map(([name]) => name);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('every command of clawgate is in its help', async () => {
    const help = run('src/cli/launch.mjs', ['--help'], { cwd: dir });
    await help.ended;
    const named = [...readme.matchAll(/npx clawgate (\w[\w-]+)/g)].map(([, name = '']) => name);
    expect(new Set(named).size).toBeGreaterThan(4);
    expect(named.filter((name) => !new RegExp(`^  ${name}\\b`, 'm').test(help.said.out))).toEqual([]);
  });
});

test('a backup and its restore work as they are written', async () => {
  const clawgate = `node ${join(root, 'src/cli/launch.mjs')}`;
  await shell(`${clawgate} accounts add --plan base`, {});
  const out = await shell(blockWith('sh', 'clawgate backup').replaceAll('npx clawgate', clawgate), {});
  expect(out).toMatch(/Restored \d+ files/);
  expect(existsSync(join(dir, 'restored/clawgate.db'))).toBe(true);
});
