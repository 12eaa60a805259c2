/**
 * The contracts as documents: they hold together, say what every operation needs and answers, their examples are true,
 * and the files made from them are what they say.
 */
import { describe, expect, it } from 'vitest';
import { scopes } from '#core/account.ts';
import { channels, serviceOf } from '#core/channel.ts';
import { maxParts, maxTextCharacters } from '#core/message.ts';
import { plans } from '#core/plan.ts';
import { staleFiles } from '../../openapi/generate.ts';
import { isObject, list, object, objectsOf, readBundle, resolve, validatorOf } from './openapi-documents.ts';
import type { Bundle, Json, JsonObject } from './openapi-documents.ts';

const restBundles = [
  'claw-messenger.openapi',
  'clawbook.openapi',
  'clawxmtp.openapi',
  'simulator.openapi',
] as const satisfies readonly Bundle[];
const allBundles = [...restBundles, 'claw-messenger.asyncapi'] as const;
const methods = ['get', 'put', 'post', 'patch', 'delete'];

interface Operation {
  readonly name: string;
  readonly node: JsonObject;
}

function operationsOf(document: JsonObject): Operation[] {
  return Object.entries(object(document['paths'])).flatMap(([path, item]) =>
    Object.entries(object(item))
      .filter(([method]) => methods.includes(method))
      .map(([method, node]) => ({ name: `${method.toUpperCase()} ${path}`, node: object(node) })),
  );
}

function schemaOf(name: Bundle, schema: string): JsonObject {
  return object(object(object(readBundle(name)['components'])['schemas'])[schema]);
}

it('regenerating from the contracts changes no file', async () => {
  expect(await staleFiles()).toEqual([]);
});

describe.each(allBundles)('%s', (name) => {
  const document = readBundle(name);
  const check = validatorOf(document);

  it('refers to nothing outside itself and to nothing that is missing', () => {
    const references = [...objectsOf(document)].filter(({ node }) => typeof node['$ref'] === 'string');
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter(({ node }) => resolve(document, node) === undefined).map(({ path }) => path)).toEqual([]);
  });

  it('uses only keywords that JSON Schema knows, and its schemas accept their own examples', () => {
    const schemas = Object.entries(object(object(document['components'])['schemas']));
    const wrong = schemas.flatMap(([schema, node]) => {
      check(object(node), null);
      const examples = object(node)['examples'];
      return examples
        ? list(examples).flatMap((example) => check(object(node), example).map((fault) => `${schema}: ${fault}`))
        : [];
    });
    expect(wrong).toEqual([]);
  });
});

describe.each(restBundles)('%s', (name) => {
  const document = readBundle(name);
  const check = validatorOf(document);
  const operations = operationsOf(document);
  const responsesOf = (operation: Operation) =>
    Object.entries(object(operation.node['responses'])).map(
      ([status, response]) => [status, object(resolve(document, response))] as const,
    );

  it('names every operation once and sums it up', () => {
    const ids = operations.map(({ node }) => node['operationId']);
    expect(ids.length).toBeGreaterThan(5);
    expect(ids.every((id) => typeof id === 'string')).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    expect(operations.filter(({ node }) => typeof node['summary'] !== 'string')).toEqual([]);
  });

  it('says of every operation which scope opens it, or that none is needed', () => {
    const unsaid = operations.filter(({ node }) => {
      if (node['x-public'] === true) return JSON.stringify(node['security']) !== '[]' || 'x-scope' in node;
      return !scopes.some((scope) => scope === node['x-scope']) || JSON.stringify(node['security']) === '[]';
    });
    expect(unsaid.map((operation) => operation.name)).toEqual([]);
  });

  it('answers every refusal in the one shape of its document, and every answer with a request id', () => {
    const wrong = operations.flatMap((operation) =>
      responsesOf(operation).flatMap(([status, response]) => {
        const headers = Object.keys(object(response['headers']));
        // An answer without a body is no refusal.
        const json = object(object(response['content'] ?? {})['application/json'] ?? {});
        const isRefusal = JSON.stringify(json['schema']) === '{"$ref":"#/components/schemas/Refusal"}';
        const mayRetry = status === '429' || status === '503';
        const good =
          headers.includes('X-Request-Id') &&
          isRefusal === Number(status) >= 400 &&
          headers.includes('Retry-After') === mayRetry;
        return good ? [] : [`${operation.name} ${status}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('writes down the refusals that every operation can give: no key, a bad field, too much, too often, a fault', () => {
    const wrong = operations.flatMap((operation) => {
      const needed = ['403', '429', '500', '503'];
      if (operation.node['x-public'] !== true) needed.push('401');
      if (operation.node['requestBody']) needed.push('400', '413');
      const statuses = responsesOf(operation).map(([status]) => status);
      return needed.filter((status) => !statuses.includes(status)).map((status) => `${operation.name} ${status}`);
    });
    expect(wrong).toEqual([]);
  });

  it('shows a JSON example with every body and answer, and all are valid', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const { path, node } of objectsOf(document)) {
      if (!isObject(node['schema'])) continue;
      const schema = node['schema'];
      const several = isObject(node['examples'])
        ? Object.values(node['examples']).map((item) => object(item)['value'] ?? null)
        : [];
      const values: Json[] = 'example' in node ? [node['example'] ?? null] : several;
      count += values.length;
      for (const value of values) wrong.push(...check(schema, value).map((fault) => `${path}: ${fault}`));
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(25);
  });

  it('closes every object that the gateway itself composes', () => {
    const bodies = operations.flatMap((operation) =>
      responsesOf(operation).flatMap(([, response]) =>
        Object.values(object(response['content'] ?? {})).map((media) =>
          object(resolve(document, object(media)['schema'])),
        ),
      ),
    );
    const open = bodies.filter((body) => body['type'] === 'object' && body['additionalProperties'] !== false);
    const documents = open.every((body) => isObject(body['properties']) && isObject(body['properties']['info']));
    expect(documents).toBe(true);
  });
});

it('every documented REST row of Claw Messenger without agencies and payment is there', () => {
  const names = operationsOf(readBundle('claw-messenger.openapi')).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'POST /api/keys',
      'GET /api/keys',
      'DELETE /api/keys/{id}',
      'POST /api/routes',
      'GET /api/routes',
      'PUT /api/routes/primary',
      'DELETE /api/routes/{phone}',
      'GET /api/billing/usage',
      'POST /api/diagnostics',
      'GET /',
      'GET /health',
      'GET /healthz',
    ]),
  );
});

it('the contracts and the core know the same channels, services, scopes, plans and limits', () => {
  const rest = 'claw-messenger.openapi';
  const frames = 'claw-messenger.asyncapi';
  expect(schemaOf(rest, 'Channel')['enum']).toEqual(channels);
  expect(new Set(list(schemaOf(frames, 'Service')['enum']))).toEqual(new Set(channels.map(serviceOf)));
  expect(schemaOf(rest, 'Scope')['enum']).toEqual(scopes);
  expect(object(object(schemaOf(rest, 'Usage')['properties'])['plan'])['enum']).toEqual(Object.keys(plans));
  expect(object(object(schemaOf(frames, 'TextPart')['properties'])['value'])['maxLength']).toBe(maxTextCharacters);
  expect(object(object(schemaOf(frames, 'SendFrame')['properties'])['parts'])['maxItems']).toBe(maxParts);
});
