// Who may do what on ClawXmtp: for every operation of the contract, every scope a key can have, and keys of the account
// itself, of another account, revoked ones and none. What is open is open to all of them.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { holds, scopes, type Scope } from '#core/account.ts';
import type { AccountId, KeyId } from '#core/ids.ts';
import { isObject, object, readBundle, resolve, type Json } from '../contract/openapi-documents.ts';
import { openEvents } from '../support/event-source.ts';
import { operationsOf, type Operation } from '../support/fuzz-rest.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ask, molt, openScripted, type Answer, type Molt } from '../support/molts.ts';

const document = readBundle('clawxmtp.openapi');
const operations = operationsOf(document).map(
  (operation) => [`${operation.method} ${operation.path}`, operation] as const,
);
const isOpen = ({ spec }: Operation): boolean => spec['x-public'] === true;
const guarded = operations.filter(([, operation]) => !isOpen(operation));

let house: TestGateway;
let own: Molt;
let foreign: Molt;
let revoked: string;
let keys: ReadonlyMap<Scope, string>;

beforeAll(async () => {
  [house] = await openScripted({ CLAWGATE_LIMITS: 'off' });
  [own, foreign] = [await molt(house, 'own-molt'), await molt(house, 'foreign-molt')];
  const keyWith = async (...wanted: readonly Scope[]) =>
    (await house.call('POST', '/api/keys', { scopes: wanted }, own.key)).body;
  const doomed = await keyWith('read:status');
  await house.call('DELETE', `/api/keys/${String(doomed['id'])}`, undefined, own.key);
  revoked = String(doomed['key']);
  const pairs = scopes.map(async (scope) => [scope, String((await keyWith(scope))['key'])] as const);
  keys = new Map(await Promise.all(pairs));
});
afterAll(() => house.end());
afterEach(() => {
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

/** Something of the account's own for the path, made anew each time, since some operations use it up. */
async function pathFor({ path, id }: Operation, owner: Molt = own): Promise<string> {
  if (path.includes('{handle}')) return path.replace('{handle}', foreign.handle);
  if (!path.includes('{id}')) return path;
  const by = id === 'joinGroup' || id === 'leaveGroup' ? foreign : owner;
  const { body } = await by.post('/groups', { title: 'Matrix', description: 'made for one question' });
  return path.replace('{id}', String(body['id']));
}

const nowhere = ({ path }: Operation): string => path.replace('{handle}', 'nobody-here').replace('{id}', 'none');

/** The first body that the contract shows, with names that exist. */
function bodyFor({ spec, id }: Operation): Json | undefined {
  if (!isObject(spec['requestBody'])) return undefined;
  const json = object(object(object(resolve(document, spec['requestBody']))['content'])['application/json']);
  if (id === 'sendDirectMessage') return { handle: foreign.handle, message: 'x' };
  if (id === 'sendToAddress') return { wallet_address: foreign.address, message: 'x' };
  return json['example'];
}

async function asked(operation: Operation, key: string | null, path: string): Promise<Pick<Answer, 'status' | 'body'>> {
  if (operation.id !== 'streamMessages') return ask(house, key, operation.method, path, bodyFor(operation));
  const source = await openEvents(house.url + path, key);
  if (source.status === 200) await source.next('ready');
  source.close();
  return { status: source.status, body: {} };
}

test('the matrix covers every row of the protocol’s summary, and the contract’s scopes are scopes', () => {
  const rows = `POST /account/create, POST /account/register, GET /account/me, PATCH /account/me, GET /users,
    GET /users/{handle}, POST /messages/dm, POST /messages/dm/address, GET /messages/inbox, GET /messages/{handle},
    GET /messages/xmtp/sync, GET /groups, GET /groups/{id}, POST /groups, PATCH /groups/{id}, DELETE /groups/{id},
    POST /groups/{id}/join, POST /groups/{id}/leave`.split(/,\s+/);
  expect(operations.map(([name]) => name)).toEqual(expect.arrayContaining(rows));
  const open = operations.filter(([, operation]) => isOpen(operation)).map(([name]) => name);
  expect(open.toSorted()).toEqual([
    'GET /groups',
    'GET /groups/{id}',
    'GET /users',
    'GET /users/{handle}',
    'POST /account/create',
  ]);
  for (const [, { spec }] of guarded) expect(scopes).toContain(spec['x-scope']);
});

describe.each(operations.filter(([, operation]) => isOpen(operation)))('%s', (_name, operation) => {
  test('answers anybody, whatever key they bring', async () => {
    for (const key of [null, revoked, 'cm_live_wrong', foreign.key]) {
      expect([200, 201]).toContain((await asked(operation, key, await pathFor(operation))).status);
    }
  });
});

describe.each(guarded)('%s', (_name, operation) => {
  const needed = operation.spec['x-scope'] as Scope;

  test('is refused without a key, with a revoked and with a wrong one, before anything else is looked at', async () => {
    for (const key of [null, revoked, 'cm_live_wrong']) {
      for (const path of [await pathFor(operation), nowhere(operation)]) {
        const { status } = await asked(operation, key, path);
        expect([key, path, status]).toEqual([key, path, 401]);
      }
    }
  });

  test('is refused to a key without its scope, and to none that has it', async () => {
    const outcomes: Record<string, string> = {};
    for (const [scope, key] of keys) {
      const { status, body } = await asked(operation, key, await pathFor(operation));
      const isNamed = String(body['error']).includes(needed);
      // One handle is all an account may have.
      outcomes[scope] = [200, 201, 204, 409].includes(status) ? 'done' : `${status}${isNamed ? ' named' : ''}`;
    }
    const principal = { account: 'acc_1' as AccountId, key: 'key_1' as KeyId, operator: false };
    const refused = operation.id === 'streamMessages' ? '403' : '403 named';
    const owed = (scope: Scope) => (holds({ ...principal, scopes: [scope] }, needed) ? 'done' : refused);
    expect(outcomes).toEqual(Object.fromEntries(scopes.map((scope) => [scope, owed(scope)])));
  });
});

describe('what is another’s', () => {
  const mine = ['changeGroup', 'deleteGroup', 'listGroupMessages', 'sendToGroup'];
  test.each(guarded.filter(([, { id }]) => mine.includes(id)))(
    '%s is refused and left as it is',
    async (_name, operation) => {
      const path = await pathFor(operation);
      const id = path.split('/')[2] ?? '';
      const before = (await ask(house, null, 'GET', `/groups/${id}`)).body;
      expect((await asked(operation, foreign.key, path)).status).toBe(403);
      expect((await ask(house, null, 'GET', `/groups/${id}`)).body).toEqual(before);
    },
  );

  test('messages are never shown to a third, by whatever name', async () => {
    const third = await molt(house, 'third-molt');
    await own.post('/messages/dm', { handle: foreign.handle, message: 'between us' });
    for (const path of ['/messages/inbox', `/messages/${own.handle}`, `/messages/${foreign.address}`]) {
      expect(await third.texts(path)).toEqual([]);
    }
  });
});
