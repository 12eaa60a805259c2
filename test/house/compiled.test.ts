// What Node compiled for one start is there for the next one, however the first one ended; and a start that may keep
// nothing is a start all the same.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from './canary.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'clawgate-compiled-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const start = async (cache: Record<string, string>) => {
  const env = { CLAWGATE_PORT: '0', CLAWGATE_XMTP_LISTEN: '127.0.0.1:0', ...cache };
  const gateway = run('src/start.mjs', [], { cwd: dir, env });
  await gateway.hears(/docs +http\S+\/docs/);
  return gateway;
};

test('what was compiled is kept although the gateway is killed', async () => {
  const kept = join(dir, 'compiled');
  const gateway = await start({ NODE_COMPILE_CACHE: kept });
  await expect.poll(async () => (await readdir(kept, { recursive: true })).length).toBeGreaterThan(500);
  gateway.child.kill('SIGKILL');
  await gateway.ended;
});

test('a gateway starts where nothing can be kept', async () => {
  const notAFolder = join(dir, 'file');
  await writeFile(notAFolder, '');
  const gateway = await start({ NODE_COMPILE_CACHE: notAFolder, NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(gateway.said.err).not.toMatch(/compile/i);
  await gateway.stop();
});
