// Anything over HTTP: for every operation of both OpenAPI documents, requests made from its schemas and damaged, with
// every kind of key there is. Nothing is answered with a fault of ours, and every answer has a documented status and the
// documented shape.
import { Agent } from 'node:http';
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
  type FuzzRequest,
  type Operation,
} from '../support/fuzz-rest.ts';
import type { Pool } from '../support/fuzz-schema.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { addTenant } from '../support/tenants.ts';

const documents = { claw: readBundle('claw-messenger.openapi'), simulator: readBundle('simulator.openapi') };
const requestsEach = 120;
const person = '+1234567890';

type Who = 'owner' | 'tenant' | 'reader' | 'revoked' | 'nobody' | 'stranger';
const everyone: readonly Who[] = ['owner', 'owner', 'owner', 'tenant', 'reader', 'revoked', 'nobody', 'stranger'];
/** Where a key may stand. */
const places = ['authorization', 'x-api-key', 'url'] as const;

let house: TestGateway;
let keys: Readonly<Record<Who, string | null>>;
let pool: Pool;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

beforeAll(async () => {
  house = await openGateway();
  const tenant = await addTenant(house);
  const made = (name: string, scopes?: string[]) =>
    house.call('POST', '/api/keys', { name, ...(scopes && { scopes }) }, tenant.key);
  const doomed = (await made('doomed')).body;
  await house.call('DELETE', `/api/keys/${String(doomed['id'])}`, undefined, tenant.key);
  keys = {
    owner: house.key,
    tenant: tenant.key,
    reader: String((await made('reader', ['read:status'])).body['key']),
    revoked: String(doomed['key']),
    nobody: null,
    stranger: 'cm_live_AbCd1234_000000000000000000000000000000000',
  };
  const spare = await Promise.all([1, 2, 3].map(() => house.call('POST', '/api/keys', {})));
  await house.call('POST', '/api/routes', { phone_number: person });
  const texted = (await house.call('POST', `/simulator/phones/${encodeURIComponent(person)}/messages`, { text: 'Hi' }))
    .body;
  const poll = { question: 'Tea?', options: ['yes', 'no'] };
  const asked = (await house.call('POST', `/simulator/phones/${encodeURIComponent(person)}/messages`, { poll })).body;
  const some = (...values: unknown[]) =>
    fc.oneof(
      { weight: 7, arbitrary: fc.constantFrom(...values.map(String)) },
      { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 30 }) },
    );
  pool = {
    id: some(...spare.map(({ body }) => body['id'])),
    phone: some(person, '+15550001111'),
    phone_number: some(person, '+15550001111', '+15550002222'),
    number: some(person, person, person, '+15550001111'),
    chatId: some(texted['chatId']),
    messageId: some(texted['messageId'], asked['messageId']),
    options: fc.constantFrom<Json>([], [0], [1], [0, 1], [7]),
    service: some('iMessage', 'RCS', 'SMS'),
    mimeType: some('image/png'),
    url: fc.oneof(
      { weight: 12, arbitrary: fc.constant<Json>('data:text/plain;base64,aGk=') },
      { weight: 1, arbitrary: fc.constantFrom<Json>('data:,hi', 'data:;;;,%') },
    ),
    wait: fc.constantFrom<Json>('0s', '1ms', '20ms', '00020ms', '1m', '-1s', ''),
    delayMs: fc.constantFrom<Json>(0, 1, 20),
    airplane: fc.constant(false),
  };
});
afterAll(async () => {
  agent.destroy();
  await house.end();
});

describe.each(Object.entries(documents))('around an operation of the %s document', (name, document) => {
  const judge = judgeOf(document);
  const faultsIn = bodyFaults(document);
  /** The statuses it must be one of; undefined when anything documented will do. */
  const wantedFrom = (operation: Operation, who: Who, body: string | undefined): readonly number[] | undefined => {
    const refused = refusalOf(operation, who);
    if (refused !== undefined) return [refused];
    // The simulator is laxer than its document says: it takes null for absent.
    if (name !== 'claw' || body === undefined) return undefined;
    return isWrong(body, (value) => faultsIn(operation, value)) ? [400, 413, 429] : undefined;
  };

  test.each(operationsOf(document).map((operation) => [operation.id, operation] as const))(
    `${requestsEach} damaged requests of %s and 50 sound ones are answered as documented`,
    async (_id, operation) => {
      const seen = new Set<number>();
      const askAndJudge = async (request: FuzzRequest, who: Who, place: (typeof places)[number]): Promise<void> => {
        const { headers, path } = withKey(request.path, keys[who], place);
        const answer = await send(house.url, agent, operation, { ...request, path }, headers);
        seen.add(answer.status);
        if (operation.id === 'getDocs' && answer.status === 301) return;
        const wanted = request.isStray ? undefined : wantedFrom(operation, who, request.body);
        const unwanted =
          wanted === undefined || wanted.includes(answer.status) ? [] : [`${answer.status} is not of ${wanted.join()}`];
        expect([...judge(operation, request, answer), ...unwanted]).toEqual([]);
      };
      const damaged = requestsOf(document, operation, pool);
      const sound = soundRequestsOf(document, operation, pool);
      await fc.assert(
        fc.asyncProperty(damaged, fc.constantFrom(...everyone), fc.constantFrom(...places), askAndJudge),
        {
          numRuns: requestsEach,
          endOnFailure: true,
        },
      );
      await fc.assert(
        fc.asyncProperty(sound, (request) => askAndJudge(request, 'owner', 'authorization')),
        { numRuns: 50, endOnFailure: true },
      );
      expect([...seen].some((status) => status < 400)).toBe(true);
      expect(house.brokenAnswers).toEqual([]);
    },
  );

  test('has left a gateway that works', async () => {
    expect((await house.call('GET', '/readyz')).status).toBe(200);
  });
});

function withKey(path: string, key: string | null, place: (typeof places)[number]) {
  if (key === null) return { path, headers: {} };
  if (place === 'url') return { path: `${path}${path.includes('?') ? '&' : '?'}key=${key}`, headers: {} };
  const headers: Record<string, string> = { [place]: place === 'authorization' ? `Bearer ${key}` : key };
  return { path, headers };
}

/** The status that is owed to somebody whatever he sends; undefined when what he sends decides. */
function refusalOf({ spec }: Operation, who: Who): 401 | 403 | undefined {
  if (spec['x-public'] !== undefined) return undefined;
  if (who === 'nobody' || who === 'revoked' || who === 'stranger') return 401;
  if (who === 'owner') return undefined;
  if (spec['x-operator'] === true) return 403;
  return who === 'reader' && spec['x-scope'] !== 'read:status' ? 403 : undefined;
}

function isWrong(body: string, faults: (value: Json) => string[]): boolean {
  const value = valueOf(body);
  return body !== '' && (value === undefined || !isSafe(value) || faults(value).length > 0);
}
