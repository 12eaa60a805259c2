// Anything on ClawXmtp: for every operation, requests made from its schemas and damaged, and sound ones, with every kind
// of key there is. Nothing is a fault of ours, and every answer has a documented status and the documented shape. The
// network is scripted: what comes from outside is not what is tried here.
import { Agent, request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBundle, type Json } from '../contract/openapi-documents.ts';
import { isSafe, valueOf } from '../support/fuzz-oracle.ts';
import {
  bodyFaults,
  judgeOf,
  operationsOf,
  requestsOf,
  send,
  soundRequestsOf,
  type FuzzAnswer,
  type FuzzRequest,
  type Operation,
} from '../support/fuzz-rest.ts';
import type { Pool } from '../support/fuzz-schema.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ask, molt, openScripted, type Molt } from '../support/molts.ts';
import type { ScriptedXmtp } from '../support/scripted-xmtp.ts';
import { addTenant } from '../support/tenants.ts';

const document = readBundle('clawxmtp.openapi');
const [damagedEach, soundEach] = [450, 60];
const judge = judgeOf(document);
const faultsIn = bodyFaults(document);

type Who = 'owner' | 'other' | 'tenant' | 'reader' | 'revoked' | 'nobody' | 'stranger';
const everyone: readonly Who[] = [
  'owner',
  'owner',
  'owner',
  'owner',
  'other',
  'tenant',
  'reader',
  'revoked',
  'nobody',
  'stranger',
];
const places = ['authorization', 'x-api-key', 'url'] as const;
const keysOnce = [undefined, undefined, undefined, 'k', 'k2', 'ü', '', 'x'.repeat(256)] as const;
const outsider = `0x${'ab'.repeat(20)}`;

let network: ScriptedXmtp;
let house: TestGateway;
let owner: Molt;
let other: Molt;
let keys: Readonly<Record<Who, string | null>>;
let groups: readonly string[];
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

beforeAll(async () => {
  [house, network] = await openScripted({ CLAWGATE_LIMITS: 'off' });
  [owner, other] = [await molt(house, 'owner-molt'), await molt(house, 'other-molt')];
  const tenant = await addTenant(house);
  const doomed = (await house.call('POST', '/api/keys', {}, owner.key)).body;
  await house.call('DELETE', `/api/keys/${String(doomed['id'])}`, undefined, owner.key);
  keys = {
    owner: owner.key,
    other: other.key,
    tenant: tenant.key,
    reader: await tenant.keyWith('read:status'),
    revoked: String(doomed['key']),
    nobody: null,
    stranger: 'cm_live_AbCd1234_000000000000000000000000000000000',
  };
  const made: string[] = [];
  for (let count = 0; count < 90; count += 1) {
    const by = count % 3 === 0 ? other : owner;
    const { body } = await by.post('/groups', { title: `Group ${count}`, description: 'fuzzed' });
    made.push(String(body['id']));
  }
  groups = made;
  await network.write(outsider, owner.address, 'hello from outside');
  for (let count = 0; count < 5; count += 1) await other.post('/messages/dm', { handle: owner.handle, message: 'x' });
});
afterAll(async () => {
  agent.destroy();
  await house.end();
});

const some = (...values: readonly string[]) =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constantFrom<Json>(...values) },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 30 }) },
  );

const pool = (): Pool => ({
  id: some(...groups),
  handle: some('other-molt', 'OTHER-molt', 'owner-molt', 'operator', 'nobody-here', 'ünïcode'),
  wallet_address: fc.constantFrom<Json>(other.address, outsider, owner.address, `0x${'cd'.repeat(20)}`),
  search: some('molt', 'OTHER', '%', "'", ''),
  cursor: some('1:0', '1:3', '1:999999', 'zz:1', 'nonsense'),
  x_url: some('https://x.com/a', 'http://127.0.0.1/', 'javascript:alert(1)', 'x'),
});

/** What takes things away comes last, so that the others find some. */
const inOrder = operationsOf(document).toSorted(
  (left, right) => Number(left.method === 'DELETE') - Number(right.method === 'DELETE'),
);

describe('around an operation', () => {
  test.each(inOrder.map((operation) => [operation.id, operation] as const))(
    `${damagedEach} damaged requests of %s and ${soundEach} sound ones are answered as documented`,
    async (_id, operation) => {
      const seen = new Set<number>();
      const askAndJudge = async (
        request: FuzzRequest,
        who: Who,
        place: (typeof places)[number],
        once: (typeof keysOnce)[number],
      ): Promise<void> => {
        const { headers, path } = withKey(request.path, keys[who], place);
        const sent = { ...headers, ...(once === undefined ? {} : { 'idempotency-key': encodeURIComponent(once) }) };
        const answer = await asked(operation, { ...request, path }, sent);
        seen.add(answer.status);
        // Without an id the path is that of the list, which its own turn judges.
        if (request.isStray && [200, 201].includes(answer.status)) return;
        const wanted = request.isStray ? undefined : wantedFrom(operation, who, request.body);
        const unwanted =
          wanted === undefined || wanted.includes(answer.status) ? [] : [`${answer.status} is not of ${wanted.join()}`];
        expect([...judge(operation, request, answer), ...unwanted]).toEqual([]);
      };
      const damaged = requestsOf(document, operation, pool());
      const sound = soundRequestsOf(document, operation, pool());
      await fc.assert(
        fc.asyncProperty(
          damaged,
          fc.constantFrom(...everyone),
          fc.constantFrom(...places),
          fc.constantFrom(...keysOnce),
          askAndJudge,
        ),
        { numRuns: damagedEach, endOnFailure: true },
      );
      await fc.assert(
        fc.asyncProperty(sound, (request) => askAndJudge(request, 'owner', 'x-api-key', undefined)),
        { numRuns: soundEach, endOnFailure: true },
      );
      // Whoever asks here has a handle already.
      const reached = operation.id === 'registerHandle' ? 409 : 399;
      expect([...seen].some((status) => status <= reached)).toBe(true);
      expect(house.brokenAnswers).toEqual([]);
    },
    180_000,
  );

  test('has left a gateway that works', async () => {
    expect((await house.call('GET', '/readyz')).status).toBe(200);
    expect((await owner.get('/messages/inbox')).status).toBe(200);
    expect((await ask(house, null, 'GET', '/groups')).status).toBe(200);
  });
});

function asked(
  operation: Operation,
  request: FuzzRequest,
  headers: Readonly<Record<string, string>>,
): Promise<FuzzAnswer> {
  return operation.id === 'streamMessages' && !request.isStray
    ? firstOfStream(request, headers)
    : send(house.url, agent, operation, request, headers);
}

/** A stream does not end: what it says until its reader is live is the answer. */
function firstOfStream({ path, body, contentType }: FuzzRequest, headers: Readonly<Record<string, string>>) {
  const { hostname, port } = new URL(house.url);
  const typed = body === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
  return new Promise<FuzzAnswer>((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path, headers: { ...typed, ...headers } });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      const tell = (): void => resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (!text.includes('event: ready')) return;
        tell();
        sent.destroy();
      });
      response.on('end', tell);
      response.on('error', () => undefined);
    });
    sent.end(body);
  });
}

function withKey(path: string, key: string | null, place: (typeof places)[number]) {
  if (key === null) return { path, headers: {} };
  if (place === 'url') return { path: `${path}${path.includes('?') ? '&' : '?'}key=${key}`, headers: {} };
  const headers: Record<string, string> = { [place]: place === 'authorization' ? `Bearer ${key}` : key };
  return { path, headers };
}

/** The statuses it must be one of; undefined when anything documented will do. */
function wantedFrom(operation: Operation, who: Who, body: string | undefined): readonly number[] | undefined {
  if (operation.spec['x-public'] !== true) {
    if (who === 'nobody' || who === 'revoked' || who === 'stranger') return [401];
    if (who === 'reader' && operation.spec['x-scope'] !== 'read:status') return [403];
  }
  if (body === undefined || body === '') return undefined;
  const value = valueOf(body);
  const isWrong = value === undefined || !isSafe(value) || faultsIn(operation, value).length > 0;
  return isWrong ? [400, 413] : undefined;
}
