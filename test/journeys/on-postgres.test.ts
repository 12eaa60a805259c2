// A gateway whose messages are in PostgreSQL: the same story as on the embedded database, over every facade and a restart.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts';
import { openSocket } from '../support/ws-client.ts';

const to = '+15550008001';
const program = fileURLToPath(new URL('../../src/cli/launch.mjs', import.meta.url));
const run = promisify(execFile);

let server: PostgresServer;
let gateway: TestGateway;

beforeAll(async () => {
  server = await startPostgres();
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  await client.query('CREATE DATABASE journey');
  await client.end();
  gateway = await openGateway({ env: { CLAWGATE_DATABASE_URL: server.url('journey') } });
});

afterAll(async () => {
  await gateway.end();
  await server.stop();
});

test('a message goes out by each facade, is answered, and every facade reads both', async () => {
  const claw = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  claw.send({ type: 'send', id: '1', to, parts: [{ type: 'text', value: 'By Claw Messenger' }] });
  expect(await claw.nextOf('send.result')).toMatchObject({ ok: true });
  const params = { to, message: 'By OpenClaw', idempotencyKey: 'pg-1' };
  const open = await gateway.call('POST', '/api/send', { id: 1, method: 'send', params });
  expect(open.body).toMatchObject({ ok: true, payload: { sent: true } });
  const book = await gateway.call('POST', '/api/v1/messages/send', {
    platform: 'imessage',
    recipient: to,
    message: 'By ClawBook',
  });
  expect(book.status).toBe(201);
  const phone = handset(gateway, to);
  for (const text of ['By Claw Messenger', 'By OpenClaw', 'By ClawBook']) await phone.received(text);
  await phone.text('All three came');
  expect(await claw.nextOf('message')).toMatchObject({ text: 'All three came', from: to });
  await claw.close();
  const { body } = await gateway.call('GET', '/api/v1/messages?sort=created_at');
  const contents = (body['data'] as readonly { content: string }[]).map(({ content }) => content);
  expect(contents).toEqual(['By Claw Messenger', 'By OpenClaw', 'By ClawBook', 'All three came']);
});

test('a key that was used is known after a restart, and what came meanwhile is read by sync', async () => {
  await gateway.stop();
  gateway = await gateway.reopen();
  const params = { to, message: 'By OpenClaw', idempotencyKey: 'pg-1' };
  const again = await gateway.call('POST', '/api/send', { id: 2, method: 'send', params });
  expect(again.body).toMatchObject({ ok: true, meta: { cached: true } });
  const claw = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  claw.send({ type: 'sync', since: '2020-01-01T00:00:00Z' });
  expect(await claw.nextOf('message')).toMatchObject({ text: 'All three came', replay: true });
  await claw.close();
});

test('statuses reach delivered', async () => {
  await until(async () => {
    const { body } = await gateway.call('GET', '/api/v1/messages?status=delivered');
    return (body['data'] as readonly object[]).length === 3;
  });
});

test('a second gateway on the database is told so', async () => {
  await expect(openGateway({ env: { CLAWGATE_DATABASE_URL: server.url('journey') } })).rejects.toThrow(/gateway/i);
});

test('the command line speaks of the same messages, whether the gateway runs or not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clawgate-pg-cli-'));
  const env = { PATH: process.env['PATH'], CLAWGATE_DATA: folder, CLAWGATE_DATABASE_URL: server.url('desk') };
  const clawgate = (...args: readonly string[]) => run(process.execPath, [program, ...args], { cwd: folder, env });
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  await client.query('CREATE DATABASE desk');
  await client.end();
  try {
    expect((await clawgate('doctor')).stdout).toMatch(/database +PostgreSQL \d+\S* answers; the next start makes/);
    await clawgate('accounts', 'add', '--plan', 'base', '--name', 'Kept in PostgreSQL');
    expect((await clawgate('accounts', 'list')).stdout).toContain('Kept in PostgreSQL');
    expect((await clawgate('doctor')).stdout).toMatch(/database +PostgreSQL \d+\S* answers; of this version/);
    expect(await readdir(folder)).not.toContain('clawgate.db');
    for (const command of ['backup', 'restore']) {
      await expect(clawgate(command, join(folder, 'copy'))).rejects.toThrow(/PostgreSQL.*pg_(dump|restore)/s);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
