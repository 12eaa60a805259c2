// XMTP's native library on older systems: a copy that fits, never the installed file, and a clear word otherwise.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fitToGlibc } from '#channels/xmtp/fit-glibc.ts';
import { examineBinding, loadXmtpSdk } from '#channels/xmtp/load.ts';

const sdk = createRequire(import.meta.url).resolve('@xmtp/node-sdk/package.json');
const installed = dirname(createRequire(sdk).resolve('@xmtp/node-bindings'));
const bindingFile = (name: string): string => join(installed, `bindings_node.${name}.node`);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clawgate-binding-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the binding as it is published', () => {
  test.each(['linux-x64-gnu', 'linux-arm64-gnu'])('is fitted to a system of 2.34 or newer: %s', async (name) => {
    const binding = await readFile(bindingFile(name));
    const before = Buffer.from(binding);
    const fit = fitToGlibc(binding, { major: 2, minor: 34 });
    if (fit.outcome !== 'fitted') throw new Error(fit.outcome);
    expect(new Set(fit.symbols)).toEqual(new Set(['__isoc23_strtol', '__isoc23_strtoul']));
    expect(binding.equals(before)).toBe(true);
    expect(fit.bytes).toHaveLength(binding.length);
    let changed = 0;
    for (const [at, byte] of fit.bytes.entries()) if (byte !== binding[at]) changed += 1;
    expect(changed).toBeLessThan(24);
    expect(fitToGlibc(fit.bytes, { major: 2, minor: 38 }).outcome).toBe('fits');
  });

  test('is left alone where it loads', async () => {
    const binding = await readFile(bindingFile('linux-x64-gnu'));
    expect(fitToGlibc(binding, { major: 2, minor: 38 })).toEqual({ outcome: 'fits' });
    expect(fitToGlibc(binding, { major: 3, minor: 0 })).toEqual({ outcome: 'fits' });
  });

  test('is refused for a system that lacks more than that, and says what', async () => {
    const binding = await readFile(bindingFile('linux-x64-gnu'));
    const fit = fitToGlibc(binding, { major: 2, minor: 31 });
    expect(fit).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/needs \w+ of GLIBC_2\.3[2-4]/) as string,
    });
  });

  test('of another system is refused', async () => {
    const mac = await readFile(bindingFile('darwin-arm64'));
    expect(fitToGlibc(mac, { major: 2, minor: 36 })).toMatchObject({ outcome: 'refused' });
  });
});

test('a file that is no library is refused, never half changed', () => {
  const head = Buffer.alloc(400);
  Buffer.from('7f454c460201', 'hex').copy(head);
  head.writeUInt16LE(62, 18);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (noise, withHead) => {
      const file = withHead ? Buffer.concat([head.subarray(0, 32), Buffer.from(noise)]) : Buffer.from(noise);
      expect(fitToGlibc(file, { major: 2, minor: 36 }).outcome).toBe('refused');
    }),
    { numRuns: 300 },
  );
});

test('the SDK loads here, from a copy where one is needed, and leaves nothing in the environment', async () => {
  const report = await examineBinding();
  const before = await stat(bindingFile('linux-x64-gnu'));
  const cache = join(folder, 'cache');
  const { Client } = await loadXmtpSdk(cache);
  expect(typeof Client.create).toBe('function');
  expect(process.env['NAPI_RS_NATIVE_LIBRARY_PATH']).toBeUndefined();
  expect((await stat(bindingFile('linux-x64-gnu'))).mtimeMs).toBe(before.mtimeMs);
  const copies = await readdir(cache).catch(() => []);
  expect(copies).toHaveLength(report.state === 'fitted' ? 1 : 0);
  expect(await loadXmtpSdk(cache)).toBe(await loadXmtpSdk(cache));
});

/** Another Node: what is loaded, or could not be, stays so for the life of a process. */
function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve) => {
    const own = { PATH: process.env['PATH'], ...env };
    execFile(process.execPath, args, { cwd: folder, env: own }, (_error, out, err) => resolve(out + err));
  });
}

test('a library that cannot be loaded is a clear word with a mend, not a crash', async () => {
  const load = new URL('../../channels/xmtp/load.ts', import.meta.url).href;
  const program = `
    const { loadXmtpSdk } = await import(${JSON.stringify(load)});
    for (const _ of [1, 2]) {
      await loadXmtpSdk('./other').catch(({ name, message, mend }) => console.log(JSON.stringify([name, message, mend])));
    }`;
  const broken = join(folder, 'broken.node');
  await writeFile(broken, 'no library');
  const said = await run(['--input-type=module', '-e', program], { NAPI_RS_NATIVE_LIBRARY_PATH: broken });
  const once = expect.arrayContaining([
    'BindingUnusable',
    expect.stringMatching(/cannot be loaded/) as string,
  ]) as string[];
  expect(
    said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[]),
  ).toEqual([once, once]);
  expect(said).toContain('npm install');
});

test('the doctor says how it stands with the library, here and on a system that is too old', async () => {
  const cli = fileURLToPath(new URL('../../src/cli/launch.mjs', import.meta.url));
  const said = await run([cli, 'doctor'], { CLAWGATE_CHANNELS: 'xmtp=xmtp', CLAWGATE_PORT: '0' });
  expect(said).toMatch(/✓ XMTP library +(loads as it is|a copy fitted to glibc)/);
  expect(await run([cli, 'doctor'], { CLAWGATE_PORT: '0', CLAWGATE_CHANNELS: 'sms=simulator' })).not.toContain('XMTP');
  expect(await examineBinding({ major: 2, minor: 31 })).toMatchObject({
    state: 'unusable',
    detail: expect.stringContaining('glibc 2.31') as string,
    mend: expect.stringContaining('2.38') as string,
  });
  expect(await examineBinding({ major: 2, minor: 41 })).toMatchObject({ state: 'loads' });
  expect(await examineBinding(null)).toMatchObject({ state: 'loads' });
});
