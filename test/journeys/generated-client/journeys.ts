/**
 * What somebody writes who has only /openapi.json: journeys over a client whose every path, parameter, body and answer is
 * typed by what was generated. The test beside it compiles this file against the document a gateway serves, and runs it.
 */
import assert from 'node:assert/strict';
import type { paths } from '#wire/clawbook.ts';
import { typedClient, type TypedClient } from '../../support/typed-fetch.ts';

type Client = TypedClient<paths>;

async function untilDelivered(client: Client, id: string) {
  for (let tries = 0; tries < 200; tries += 1) {
    const { status, body } = await client.ask('get', '/api/v1/messages/{id}', { path: { id } });
    if (status === 200 && body.data.status === 'delivered') return body.data;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it was not delivered');
}

async function sendsAndLooksBack(client: Client): Promise<void> {
  const health = await client.ask('get', '/api/v1/status', {});
  assert.equal(health.status, 200);
  if (health.status === 200) assert.equal(health.body.integrations['imessage'], 'connected');

  const sent = await client.ask('post', '/api/v1/messages/send', {
    header: { 'Idempotency-Key': 'journey-1' },
    body: { platform: 'imessage', recipient: '+15557770001', message: 'Hello' },
  });
  if (sent.status !== 201) throw new Error(`it was refused: ${JSON.stringify(sent.body)}`);
  const { message_id: id, conversation_id: conversation } = sent.body.data;
  const message = await untilDelivered(client, id);
  assert.deepEqual(
    message.timeline.map(({ status }) => status),
    ['queued', 'sent', 'delivered'],
  );

  const list = await client.ask('get', '/api/v1/conversations/{id}/messages', {
    path: { id: conversation },
    query: { per_page: 1, sort: ['-created_at', 'platform'] },
  });
  if (list.status !== 200) throw new Error(`it was refused: ${JSON.stringify(list.body)}`);
  assert.deepEqual(
    list.body.data.map((row) => row.id),
    [id],
  );
  assert.equal(list.body.meta.pagination.total, 1);

  const archived = await client.ask('patch', '/api/v1/conversations/{id}', {
    path: { id: conversation },
    body: { status: 'archived' },
  });
  if (archived.status === 200) assert.equal(archived.body.data.status, 'archived');
  assert.equal(archived.status, 200);
}

async function repeatsAndForgets(client: Client): Promise<void> {
  const options = {
    header: { 'Idempotency-Key': 'journey-2' },
    body: { recipient: '+15557770002', message: 'Once' },
  } as const;
  const first = await client.ask('post', '/api/v1/messages/send', options);
  const again = await client.ask('post', '/api/v1/messages/send', options);
  if (first.status !== 201 || again.status !== 201) throw new Error('it was refused');
  assert.equal(again.body.data.message_id, first.body.data.message_id);
  assert.equal(again.body.meta.cached, true);
  const other = { ...options, body: { ...options.body, message: 'Twice' } };
  const conflict = await client.ask('post', '/api/v1/messages/send', other);
  if (conflict.status !== 409) throw new Error('it was no conflict');
  assert.equal(conflict.body.error.code, 'IDEMPOTENCY_CONFLICT');

  const { id } = await untilDelivered(client, first.body.data.message_id);
  const deleted = await client.ask('delete', '/api/v1/messages/{id}', { path: { id } });
  assert.equal(deleted.status, 200);
  const gone = await client.ask('get', '/api/v1/messages/{id}', { path: { id } });
  if (gone.status !== 404) throw new Error('it is still there');
  assert.equal(gone.body.error.code, 'NOT_FOUND');
}

async function settlesItsAccount(client: Client, baseUrl: string): Promise<void> {
  const changed = await client.ask('patch', '/api/v1/config', { body: { retention_days: 30, unknown_policy: 'hold' } });
  if (changed.status !== 200) throw new Error('it was refused');
  assert.deepEqual([changed.body.data.retention_days, changed.body.data.unknown_policy], [30, 'hold']);

  const made = await client.ask('post', '/api/v1/admin/api-keys', {
    body: { name: 'reader', scopes: ['read:messages'] },
  });
  if (made.status !== 201) throw new Error('it was refused');
  const reader: Client = typedClient(baseUrl, made.body.data.key);
  assert.equal((await reader.ask('get', '/api/v1/messages', {})).status, 200);
  const refused = await reader.ask('get', '/api/v1/config', {});
  if (refused.status !== 403) throw new Error('it was let in');
  assert.equal(refused.body.error.code, 'INSUFFICIENT_PERMISSIONS');
  const revoked = await client.ask('delete', '/api/v1/admin/api-keys/{id}', { path: { id: made.body.data.id } });
  assert.equal(revoked.status, 200);
  assert.equal((await reader.ask('get', '/api/v1/messages', {})).status, 401);
}

/** Each throws when something is not as the document says. */
export const journeys = [sendsAndLooksBack, repeatsAndForgets, settlesItsAccount] as const;
