// The command line of the real OpenClaw, unmodified, against a whole gateway. It is far too large to be a dependency:
// CI installs it beside, and so does whoever runs this.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset } from '../support/journey.ts';

const program = join(import.meta.dirname, '../../.cache/openclaw/node_modules/.bin/openclaw');
const to = '+15550007001';

let gateway: TestGateway;
let home: string;

beforeAll(async () => {
  if (!existsSync(program)) {
    throw new Error('OpenClaw is not installed; run npm install --prefix .cache/openclaw openclaw@2026.9.6');
  }
  gateway = await openGateway();
  home = await mkdtemp(join(tmpdir(), 'clawgate-openclaw-'));
});

afterAll(async () => {
  await gateway.end();
  await rm(home, { recursive: true, force: true });
});

/** What `openclaw gateway call` prints. Rejects with its own words when it fails. */
function call(method: string, params: object): Promise<unknown> {
  const request = ['--url', gateway.wsUrl, '--token', gateway.key, '--json', '--params', JSON.stringify(params)];
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env['PATH'], HOME: home }, timeout: 60_000 };
    execFile(program, ['gateway', 'call', method, ...request], options, (error, out, err) =>
      error ? reject(new Error(`${out}${err}`)) : resolve(JSON.parse(out)),
    );
  });
}

test('it asks for health', async () => {
  expect(await call('health', {})).toMatchObject({ ok: true });
});

test('it sends, and the same key sends nothing again', async () => {
  const message = { to, message: 'Hi from the command line', idempotencyKey: 'cli-1' };
  const first = await call('send', message);
  expect(first).toMatchObject({ runId: 'cli-1', channel: 'imessage', messageId: expect.any(String) as unknown });
  const again = await call('send', message);
  expect(again).toMatchObject({ cached: true, messageId: (first as { messageId: string }).messageId });
  await handset(gateway, to).received(message.message);
});

test('it asks a question', async () => {
  const poll = { to, question: 'Tea?', options: ['Yes', 'No'], idempotencyKey: 'cli-2' };
  expect(await call('poll', poll)).toMatchObject({ runId: 'cli-2', messageId: expect.any(String) as unknown });
  await handset(gateway, to).received('Tea?');
});

test('it reads how the channels are', async () => {
  expect(await call('channels.status', {})).toMatchObject({
    channelAccounts: { imessage: [{ accountId: 'simulator', configured: true, connected: true }] },
  });
});

test('what it may not do, it says', async () => {
  await expect(call('send', { message: 'to nobody', idempotencyKey: 'cli-3' })).rejects.toThrow(
    'Missing required parameter: to',
  );
});
