/**
 * From an operation of an OpenAPI document to requests: paths, queries and bodies made from its schemas, and the same
 * damaged; and the judge of what comes back: a documented status, in the documented shape.
 */
import { request as httpRequest, type Agent, type IncomingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import {
  isObject,
  list,
  object,
  resolve,
  validatorOf,
  type Json,
  type JsonObject,
} from '../contract/openapi-documents.ts';
import { hostile, textsAround } from './fuzz-mutate.ts';
import { arbitrariesOf, type Arbitraries, type Pool } from './fuzz-schema.ts';

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** As the document spells it, `/api/keys/{id}`. */
  readonly path: string;
  readonly spec: JsonObject;
  readonly parameters: readonly JsonObject[];
}

export interface FuzzRequest {
  readonly path: string;
  /** Whether the path may name something else than this operation. */
  readonly isStray: boolean;
  readonly contentType: string;
  readonly body: string | undefined;
}

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const nameIn = (holder: JsonObject, field = 'name'): string => {
  const name = holder[field];
  return typeof name === 'string' ? name : '';
};

const methods = ['get', 'post', 'put', 'patch', 'delete'];

export function operationsOf(document: JsonObject): Operation[] {
  return Object.entries(object(document['paths'])).flatMap(([path, value]) => {
    const item = object(value);
    return methods.flatMap((method) => {
      const spec = item[method];
      if (!isObject(spec)) return [];
      const both = [...list(item['parameters'] ?? []), ...list(spec['parameters'] ?? [])];
      const parameters = both.map((parameter) => object(resolve(document, parameter)));
      return [{ id: nameIn(spec, 'operationId'), method: method.toUpperCase(), path, spec, parameters }];
    });
  });
}

const bodySchema = (operation: Operation): Json | undefined => {
  const body = operation.spec['requestBody'];
  return isObject(body) ? object(object(body['content'])['application/json'])['schema'] : undefined;
};

export function requestsOf(document: JsonObject, operation: Operation, pool: Pool): fc.Arbitrary<FuzzRequest> {
  const valuesOf = arbitrariesOf(document, pool);
  const schema = bodySchema(operation);
  const texts = schema === undefined ? fc.constantFrom('{"x":1}', 'null') : textsAround(valuesOf(schema));
  const rare = fc.constant(`{"x":"${'x'.repeat(300_000)}"}`);
  const body = fc.oneof(
    { weight: schema === undefined ? 1 : 30, arbitrary: texts },
    { weight: 1, arbitrary: rare },
    { weight: schema === undefined ? 20 : 1, arbitrary: fc.constant(undefined) },
  );
  const contentType = fc.oneof(
    { weight: 20, arbitrary: fc.constant('application/json') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('application/json; charset=utf-8', 'text/plain', 'application/xml', '', '/;='),
    },
  );
  return fc
    .record({
      place: pathsOf(operation, valuesOf, pool),
      query: queriesOf(operation, valuesOf, pool),
      contentType,
      body,
    })
    .map(({ place, query, ...rest }) => ({ ...rest, path: place.path + query, isStray: place.isStray }));
}

/** Requests that nothing is wrong with, as far as schemas and pool can tell. */
export function soundRequestsOf(document: JsonObject, operation: Operation, pool: Pool): fc.Arbitrary<FuzzRequest> {
  const valuesOf = arbitrariesOf(document, pool);
  const schema = bodySchema(operation);
  const names = operation.parameters.filter((parameter) => parameter['in'] === 'path');
  const values = names.map((parameter) => pool[nameIn(parameter)] ?? valuesOf(parameter['schema']));
  const body = schema === undefined ? fc.constant(undefined) : valuesOf(schema).map((value) => JSON.stringify(value));
  return fc.tuple(body, ...values).map(([text, ...steps]) => ({
    path: steps.reduce<string>((path, step) => path.replace(/\{\w+\}/, () => encoded(step)), operation.path),
    isStray: steps.some((step) => leadsAside(encoded(step))),
    contentType: 'application/json',
    body: text,
  }));
}

/** A schema of any text has these too, but a URL that has them as a step is another URL (RFC 3986, section 5.2.4). */
const leadsAside = (step: string): boolean => ['', '.', '..'].includes(step);

/** What a caller might write into a path: the value, percent-encoded or not, or something that cannot be decoded. */
function pathsOf(operation: Operation, valuesOf: Arbitraries, pool: Pool) {
  const inPath = operation.parameters.filter((parameter) => parameter['in'] === 'path');
  const good = (parameter: JsonObject) => (pool[nameIn(parameter)] ?? valuesOf(parameter['schema'])).map(encoded);
  const bad = fc.oneof(
    hostile.map(encoded),
    fc.constantFrom('%E0%A4%A', '%', '..', '%2e%2e%2f', '%00', '.', '', '%FF', ';a=b', '//', '*'),
  );
  const steps = inPath.map((parameter) =>
    fc.oneof(
      { weight: 3, arbitrary: good(parameter).map((text) => ({ text, isStray: leadsAside(text) })) },
      { weight: 1, arbitrary: bad.map((text) => ({ text, isStray: true })) },
    ),
  );
  return fc.tuple(...steps).map((values) => ({
    path: values.reduce((path, { text }) => path.replace(/\{\w+\}/, () => text), operation.path),
    isStray: values.some(({ isStray }) => isStray),
  }));
}

function queriesOf(operation: Operation, valuesOf: Arbitraries, pool: Pool): fc.Arbitrary<string> {
  const inQuery = operation.parameters.filter((parameter) => parameter['in'] === 'query');
  const pairs = inQuery.map((parameter) => {
    const name = nameIn(parameter);
    const good = pool[name] ?? valuesOf(parameter['schema']);
    const value = fc.oneof({ weight: 3, arbitrary: good }, { weight: 1, arbitrary: hostile.map(harmlessWait) });
    return fc.array(
      value.map((each) => `${name}=${encoded(each)}`),
      { maxLength: 2 },
    );
  });
  const extra = fc.oneof(
    { weight: 8, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.constantFrom(['later=1'], ['%'], ['__proto__=1'], ['a[b]=1', 'a[c]=2'], ['='], ['?']) },
  );
  return fc.tuple(extra, ...pairs).map((all) => (all.flat().length === 0 ? '' : `?${all.flat().join('&')}`));
}

/** A damaged wait must not make the test wait. */
const harmlessWait = (value: Json): Json => (typeof value === 'number' ? -1 : value);

/** Short enough that eight of them fit into the 16 KiB of a request's head, whatever they are made of. */
function encoded(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return encodeURIComponent(text.slice(0, 150).toWellFormed());
}

/** Over node's own client, which sends a path as it is written. */
export function send(
  base: string,
  agent: Agent,
  operation: Operation,
  { path, body, contentType }: FuzzRequest,
  headers: Readonly<Record<string, string>>,
): Promise<FuzzAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolveAnswer, reject) => {
    const typed = body === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
    const sent = httpRequest({
      hostname,
      port,
      path,
      method: operation.method,
      agent,
      headers: { ...typed, ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => resolveAnswer({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.end(body);
  });
}

/** Answers what is wrong with an answer under the contract, or nothing. */
export function judgeOf(
  document: JsonObject,
): (operation: Operation, request: FuzzRequest, answer: FuzzAnswer) => string[] {
  const check = validatorOf(document);
  return (operation, request, { status, headers, text }) => {
    if (status >= 500) return [`answered ${status}: ${text}`];
    if (typeof headers['x-request-id'] !== 'string') return ['has no request id'];
    // What no document foresees: a path that names something else, a body where none belongs.
    const stray =
      (request.isStray && [400, 404, 405].includes(status)) || (status === 413 && bodySchema(operation) === undefined);
    const documented = object(operation.spec['responses'])[String(status)];
    if (documented === undefined)
      return stray ? check(refusal, JSON.parse(text) as Json) : [`answered ${status}, which is not documented`];
    const content = object(resolve(document, documented))['content'];
    if (content === undefined) return text === '' ? [] : [`answered ${status} with a body, which has none`];
    const contents = Object.entries(object(content));
    const found = contents.find(([type]) => headers['content-type']?.startsWith(type));
    if (!found) return [`answered ${String(headers['content-type'])}, which is not documented`];
    const [type, media] = found;
    const schema = object(object(media)['schema']);
    return check(schema, type === 'application/json' ? (JSON.parse(text) as Json) : text);
  };
}

const refusal = { $ref: '#/components/schemas/Refusal' };

/** Whether the body is one that the operation documents, the JSON's own rules apart; undefined when it has none. */
export function bodyFaults(document: JsonObject): (operation: Operation, value: Json) => string[] {
  const check = validatorOf(document);
  return (operation, value) => {
    const schema = bodySchema(operation);
    return schema === undefined ? [] : check(object(schema), value);
  };
}
