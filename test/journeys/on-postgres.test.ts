// A gateway whose messages are in PostgreSQL: the same story as on the embedded database, over every facade and a restart.
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts';
import { openSocket } from '../support/ws-client.ts';

const to = '+15550008001';

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
