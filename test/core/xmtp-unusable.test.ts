// A machine on which XMTP's library cannot be loaded: that is a health state with a mend, and everything that needs no
// wallet goes on. In a file of its own, because what could not be loaded stays so for the process.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drivers } from '#channels/index.ts';
import type { AccountId } from '#core/ids.ts';
import { recordingHost } from '../support/driver-host.ts';

const variable = 'NAPI_RS_NATIVE_LIBRARY_PATH';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clawgate-xmtp-unusable-'));
  await writeFile(join(folder, 'broken.node'), 'no library at all');
  process.env[variable] = join(folder, 'broken.node');
});
afterAll(async () => {
  delete process.env[variable];
  await rm(folder, { recursive: true, force: true });
});

test('is told when the first wallet is needed, and the driver starts and stops without it', async () => {
  const host = recordingHost(join(folder, 'driver'));
  const { createDriver } = await drivers.xmtp();
  const driver = createDriver({ channels: ['xmtp'], options: { listen: '127.0.0.1:0' } }, host);
  await driver.start();
  expect((await driver.probe(new AbortController().signal)).state).toBe('connected');
  const asked = driver.provision?.('acc_1' as AccountId, new AbortController().signal);
  await expect(asked).rejects.toMatchObject({
    failure: {
      code: 'unavailable',
      message: expect.stringMatching(/library cannot be loaded.*npm install/s) as string,
    },
  });
  expect(host.healths.at(-1)).toMatchObject({
    state: 'needs_login',
    error: expect.stringMatching(/library/) as string,
    mend: expect.stringMatching(/npm install/) as string,
  });
  expect((await driver.probe(new AbortController().signal)).state).toBe('needs_login');
  await driver.stop();
  expect(host.healths.at(-1)).toEqual({ state: 'stopped' });
});
