// Who may do what on /api/v1: for every operation of the contract, every scope a key can have, and keys of the account
// itself, of another account, revoked ones and none. What is another's is answered exactly like what never was.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { scopes, type Scope } from '#core/account.ts';
import { isObject, object, readBundle, resolve, type Json, type JsonObject } from '../contract/openapi-documents.ts';
import { bookOf, type Book, type BookAnswer } from '../support/book.ts';
import { operationsOf, type Operation } from '../support/fuzz-rest.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { openSink, sinkTargets, type Sink } from '../support/sink.ts';
import { addTenant, type Tenant } from '../support/tenants.ts';

const document = readBundle('clawbook.openapi');
const operations = operationsOf(document).map(
  (operation) => [`${operation.method} ${operation.path}`, operation] as const,
);

let sink: Sink;
let house: TestGateway;
let tenant: Tenant;
let own: Book;
let foreign: Book;
let revoked: string;
let keys: ReadonlyMap<Scope, string>;

beforeAll(async () => {
  sink = await openSink();
  house = await openGateway({ env: { ...sinkTargets, CLAWGATE_LIMITS: 'off' } });
  tenant = await addTenant(house, 'pro');
  [own, foreign] = [bookOf(house, tenant.key), bookOf(house, (await addTenant(house, 'pro')).key)];
  const { id, key } = (await own.post('/admin/api-keys', {})).data as Record<string, string>;
  await own.delete(`/admin/api-keys/${id}`);
  revoked = key ?? '';
  const pairs = scopes.map(async (scope) => [scope, await tenant.keyWith(scope)] as const);
  keys = new Map(await Promise.all(pairs));
});
afterAll(async () => {
  await house.end();
  await sink.close();
});
afterEach(() => {
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

let made = 0;

/** Things of the account's own for the ids of a path, made anew each time, since some operations use them up. */
async function thing(path: string): Promise<Readonly<Record<string, string>>> {
  const number = `+1555${String((made += 1)).padStart(7, '0')}`;
  if (path.startsWith('/api/v1/messages/{')) {
    const { id } = await own.sent(number, 'x');
    await own.becomes(id, 'delivered');
    return { id };
  }
  if (path.startsWith('/api/v1/conversations/{')) return { id: (await own.sent(number, 'x')).conversation };
  if (path.startsWith('/api/v1/admin/api-keys/{')) return idOf(await own.post('/admin/api-keys', {}));
  if (path.startsWith('/api/v1/webhooks/{')) return webhook(path);
  return {};
}

const idOf = ({ data }: BookAnswer): { id: string } => ({ id: String(data['id']) });

async function webhook(path: string): Promise<Readonly<Record<string, string>>> {
  // An account may have only so many.
  for (const { id } of (await own.get('/webhooks?per_page=100')).rows) await own.delete(`/webhooks/${String(id)}`);
  const hook = idOf(await own.post('/webhooks', { url: sink.url, events: ['message.sent'] }));
  if (!path.includes('/deliveries/')) return hook;
  await own.post(`/webhooks/${hook.id}/test`);
  const { rows } = await own.get(`/webhooks/${hook.id}/deliveries`);
  const delivery = String(rows[0]?.['id']);
  return { ...hook, delivery_id: delivery, delivery };
}

const placeholders = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
const filled = (path: string, values: Readonly<Record<string, string>>): string =>
  path.replace('/api/v1', '').replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? values['id'] ?? '');

/** The first body that the contract shows. */
function exampleOf({ spec }: Operation): Json | undefined {
  if (!isObject(spec['requestBody'])) return undefined;
  const json = object(object(object(resolve(document, spec['requestBody']))['content'])['application/json']);
  if (json['example'] !== undefined) return json['example'];
  const [first] = Object.values(isObject(json['examples']) ? json['examples'] : {});
  const shown = isObject(first) ? first['value'] : undefined;
  // The examples name platforms and settings that only a larger gateway has.
  return isObject(shown) && 'platform' in shown
    ? { platform: 'sms', recipient: '+15551239999', message: 'Hello' }
    : shown;
}

function bodyFor(operation: Operation): Json | undefined {
  if (operation.id === 'changeConfig') return { retention_days: 90 };
  if (operation.id === 'createApiKey') return {};
  const body = exampleOf(operation);
  return isObject(body) && typeof body['url'] === 'string' ? { ...body, url: sink.url } : body;
}

const asked = async (book: Book, operation: Operation, values: Readonly<Record<string, string>>) =>
  book.ask(operation.method, filled(operation.path, values), bodyFor(operation));

const scopeOf = ({ spec }: Operation): Scope => spec['x-scope'] as Scope;

test('the matrix covers every operation, and the contract’s scopes are scopes', () => {
  expect(operations.length).toBeGreaterThanOrEqual(15);
  for (const [, operation] of operations) expect(scopes).toContain(scopeOf(operation));
});

describe.each(operations)('%s', (_name, operation) => {
  test('is refused without a key, with a revoked and with a wrong one, before anything else is looked at', async () => {
    const values = await thing(operation.path);
    for (const key of [null, revoked, 'cm_live_wrong']) {
      for (const ids of [values, missing(operation)]) {
        const { status, error } = await asked(bookOf(house, key), operation, ids);
        expect([status, error.code, error.details]).toEqual([401, 'INVALID_API_KEY', null]);
      }
    }
  });

  test('is refused to a key without its scope, and to none that has it', async () => {
    const needed = scopeOf(operation);
    const outcomes: Record<string, string> = {};
    for (const [scope, key] of keys) {
      const values = scope === needed || scope === '*' ? await thing(operation.path) : {};
      const { status, error } = await asked(bookOf(house, key), operation, { ...missing(operation), ...values });
      const wasDone = [200, 201, 202, 409].includes(status);
      outcomes[scope] = wasDone ? 'done' : `${status} ${error.code}${error.message.includes(needed) ? ' named' : ''}`;
    }
    const owed = (scope: Scope) => (scope === needed || scope === '*' ? 'done' : '403 INSUFFICIENT_PERMISSIONS named');
    expect(outcomes).toEqual(Object.fromEntries(scopes.map((scope) => [scope, owed(scope)])));
  });
});

const withIds = operations.filter(([, { path }]) => placeholders(path).length > 0);

describe.each(withIds)('%s', (_name, operation) => {
  test('answers another account exactly as it answers for what never was', async () => {
    const values = await thing(operation.path);
    const [theirs, nothing] = [
      await asked(foreign, operation, values),
      await asked(foreign, operation, missing(operation)),
    ];
    expect([theirs.status, theirs.error]).toEqual([404, nothing.error]);
    expect(theirs.error.code).toBe('NOT_FOUND');
    expect([...theirs.headers.keys()].toSorted()).toEqual([...nothing.headers.keys()].toSorted());
    const still = await own.ask('GET', filled(operation.path.replace(/\}.*/, '}'), values));
    expect([200, 405]).toContain(still.status);
  });
});

describe('a send into what is another’s', () => {
  test.each(['conversation_id', 'reply_to'])('%s is answered as if it never was', async (field) => {
    const { id, conversation } = await own.sent('+15551230000', 'x');
    await own.becomes(id, 'delivered');
    const body = (value: string): JsonObject =>
      field === 'reply_to'
        ? { recipient: '+15551230001', message: 'x', reply_to: value }
        : { conversation_id: value, message: 'x' };
    const theirs = await foreign.post('/messages/send', body(field === 'reply_to' ? id : conversation));
    const nothing = await foreign.post('/messages/send', body(field === 'reply_to' ? 'msg_1' : 'cht_1'));
    expect([theirs.status, theirs.error]).toEqual([404, nothing.error]);
  });
});

/** Ids of the right form that nothing has. */
function missing({ path }: Operation): Readonly<Record<string, string>> {
  const kind = ['messages', 'conversations', 'api-keys', 'webhooks'].find((name) => path.includes(`/${name}/`)) ?? '';
  const prefix = { messages: 'msg_', conversations: 'cht_', 'api-keys': 'key_', webhooks: 'whk_' }[kind] ?? '';
  return Object.fromEntries([...placeholders(path), 'id'].map((name) => [name, `${prefix}1`]));
}
