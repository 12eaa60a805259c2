// Anything on /api/v1: for every operation, requests made from its schemas and damaged, and sound ones, with every kind
// of key there is. Nothing is a fault of ours, and every answer has a documented status and the documented shape.
import { Agent } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBundle, type Json } from '../contract/openapi-documents.ts';
import { bookOf, manyChannels } from '../support/book.ts';
import { isSafe, valueOf } from '../support/fuzz-oracle.ts';
import {
  bodyFaults,
  judgeOf,
  operationsOf,
  requestsOf,
  send,
  soundRequestsOf,
  type FuzzRequest,
  type Operation,
} from '../support/fuzz-rest.ts';
import type { Pool } from '../support/fuzz-schema.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { openSink, sinkTargets, type Sink } from '../support/sink.ts';
import { addTenant } from '../support/tenants.ts';

const document = readBundle('clawbook.openapi');
const [damagedEach, soundEach] = [450, 60];
const judge = judgeOf(document);
const faultsIn = bodyFaults(document);

type Who = 'owner' | 'tenant' | 'reader' | 'revoked' | 'nobody' | 'stranger';
const everyone: readonly Who[] = [
  'owner',
  'owner',
  'owner',
  'owner',
  'tenant',
  'reader',
  'revoked',
  'nobody',
  'stranger',
];
const places = ['authorization', 'x-api-key', 'url'] as const;

let sink: Sink;
let house: TestGateway;
let keys: Readonly<Record<Who, string | null>>;
/** Ids of the owner's own things, by the first step of a path below /api/v1. */
let owned: Readonly<Record<string, readonly string[]>>;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

beforeAll(async () => {
  sink = await openSink();
  house = await openGateway({ env: { ...manyChannels, ...sinkTargets, CLAWGATE_LIMITS: 'off' } });
  const owner = bookOf(house, house.key);
  const tenant = await addTenant(house, 'pro');
  const doomed = (await bookOf(house, tenant.key).post('/admin/api-keys', {})).data;
  await bookOf(house, tenant.key).delete(`/admin/api-keys/${String(doomed['id'])}`);
  keys = {
    owner: house.key,
    tenant: tenant.key,
    reader: await tenant.keyWith('read:status'),
    revoked: String(doomed['key']),
    nobody: null,
    stranger: 'cm_live_AbCd1234_000000000000000000000000000000000',
  };
  const many = Array.from({ length: 90 }, (_, index) => index);
  const sent = await Promise.all(many.map((n) => owner.sent(`+1555000${1000 + (n % 9)}`, `message ${n}`)));
  const made = await Promise.all(many.map(() => owner.post('/admin/api-keys', {})));
  const hooks = document['paths'] && '/api/v1/webhooks' in (document['paths'] as object) ? many.slice(0, 15) : [];
  const webhooks = await Promise.all(
    hooks.map(() => owner.post('/webhooks', { url: sink.url, events: ['message.sent'] })),
  );
  const hook = String(webhooks[0]?.data?.['id']);
  if (webhooks.length > 0) await owner.post(`/webhooks/${hook}/test`);
  const deliveries = webhooks.length > 0 ? (await owner.get(`/webhooks/${hook}/deliveries`)).rows : [];
  owned = {
    deliveries: deliveries.map(({ id }) => String(id)),
    messages: sent.map(({ id }) => id),
    conversations: [...new Set(sent.map(({ conversation }) => conversation))],
    admin: made.map(({ data }) => String(data['id'])),
    webhooks: webhooks.map(({ data }) => String(data?.['id'])),
  };
});
afterAll(async () => {
  agent.destroy();
  await house.end();
  await sink.close();
});

const some = (...values: readonly string[]) =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constantFrom<Json>(...values) },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 30 }) },
  );

function poolFor({ path }: Operation): Pool {
  const kind = path.split('/')[3] ?? '';
  return {
    id: some(...(owned[kind]?.length ? (owned[kind] ?? []) : ['msg_1'])),
    delivery_id: some(...(owned['deliveries']?.length ? owned['deliveries'] : ['evt_1'])),
    recipient: some('+15550001000', '+15550001001', '123456789'),
    platform: some('imessage', 'sms', 'telegram', 'slack'),
    conversation_id: some(...(owned['conversations'] ?? [])),
    reply_to: some(...(owned['messages'] ?? []).slice(0, 5)),
    url: some(sink.url),
    sort: some('created_at', '-created_at,platform', 'status', 'name', ''),
    start_date: some('2026-01-01', '2026-01-01T00:00:00Z', '2026-02-30'),
    end_date: some('2099-01-31', '2099-01-01T00:00:00.5+02:00'),
    retention_days: fc.constantFrom<Json>(null, 3650, 36500),
    // A channel that nothing carries would make every later send of the fuzz a refusal.
    default_channel: fc.constantFrom<Json>('imessage', 'sms', null),
    outbound: fc.constantFrom<Json>('open', null),
  };
}

/** What takes things away comes last, so that the others find some. */
const inOrder = operationsOf(document).toSorted(
  (left, right) => Number(left.method === 'DELETE') - Number(right.method === 'DELETE'),
);

describe('around an operation', () => {
  test.each(inOrder.map((operation) => [operation.id, operation] as const))(
    `${damagedEach} damaged requests of %s and ${soundEach} sound ones are answered as documented`,
    async (_id, operation) => {
      const pool = poolFor(operation);
      const seen = new Set<number>();
      const askAndJudge = async (request: FuzzRequest, who: Who, place: (typeof places)[number]): Promise<void> => {
        const { headers, path } = withKey(request.path, keys[who], place);
        const answer = await send(house.url, agent, operation, { ...request, path }, headers);
        seen.add(answer.status);
        // Without an id the path is that of the list, which its own turn judges.
        if (request.isStray && answer.status === 200) return;
        const wanted = request.isStray ? undefined : wantedFrom(operation, who, request.body);
        const unwanted =
          wanted === undefined || wanted.includes(answer.status) ? [] : [`${answer.status} is not of ${wanted.join()}`];
        expect([...judge(operation, request, answer), ...unwanted]).toEqual([]);
      };
      const damaged = requestsOf(document, operation, pool);
      const sound = soundRequestsOf(document, operation, pool);
      await fc.assert(
        fc.asyncProperty(damaged, fc.constantFrom(...everyone), fc.constantFrom(...places), askAndJudge),
        { numRuns: damagedEach, endOnFailure: true },
      );
      await fc.assert(
        fc.asyncProperty(sound, (request) => askAndJudge(request, 'owner', 'authorization')),
        { numRuns: soundEach, endOnFailure: true },
      );
      // Nothing here has a message whose fate is unknown, nor a delivery that is over.
      const reached = ['resolveMessage', 'redeliverWebhook'].includes(operation.id) ? 409 : 399;
      expect([...seen].some((status) => status <= reached)).toBe(true);
      expect(house.brokenAnswers).toEqual([]);
    },
    120_000,
  );

  test('has left a gateway that works', async () => {
    expect((await house.call('GET', '/readyz')).status).toBe(200);
    expect((await bookOf(house, house.key).get('/messages')).status).toBe(200);
  });
});

function withKey(path: string, key: string | null, place: (typeof places)[number]) {
  if (key === null) return { path, headers: {} };
  if (place === 'url') return { path: `${path}${path.includes('?') ? '&' : '?'}api_key=${key}`, headers: {} };
  const headers: Record<string, string> = { [place]: place === 'authorization' ? `Bearer ${key}` : key };
  return { path, headers };
}

/** The statuses it must be one of; undefined when anything documented will do. */
function wantedFrom(operation: Operation, who: Who, body: string | undefined): readonly number[] | undefined {
  if (who === 'nobody' || who === 'revoked' || who === 'stranger') return [401];
  if (who === 'reader' && operation.spec['x-scope'] !== 'read:status') return [403];
  if (body === undefined || body === '') return undefined;
  const value = valueOf(body);
  const isWrong = value === undefined || !isSafe(value) || faultsIn(operation, value).length > 0;
  return isWrong ? [400, 413] : undefined;
}
