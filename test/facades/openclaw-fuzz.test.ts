// Anything as a call: parameters made from the OpenRPC document, and those damaged in every way a program can damage
// them, in both framings, against a whole gateway. Every answer has the shape the document gives it, no failure is ours,
// and the socket stays.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { list, object, readBundle, validatorOf, type Json, type JsonObject } from '../contract/openapi-documents.ts';
import { hostile, mutated } from '../support/fuzz-mutate.ts';
import { arbitrariesOf } from '../support/fuzz-schema.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { openSocket, type AgentSocket, type Frame } from '../support/ws-client.ts';

const document = readBundle('openclaw.openrpc');
const check = validatorOf(document);
const nameOf = ({ name }: JsonObject): string => (typeof name === 'string' ? name : '');
const methods = list(document['methods']).map((each) => object(each));
const inputs = 500;
/** Calls under way at once. */
const width = 25;

const keys = fc.integer({ min: 0, max: 40 }).map((number): Json => `key-${number}`);
const pool = {
  to: fc.constantFrom<Json>('+15550004001', '+15550004002', 'someone@example.com', '1234567890'),
  channel: fc.constantFrom<Json>('imessage', 'sms', 'rcs', 'signal', 'nowhere'),
  mediaUrl: fc.constantFrom<Json>('http://127.0.0.1:9/a.jpg', 'ftp://x'),
  mediaUrls: fc.array(fc.constantFrom<Json>('http://127.0.0.1:9/a.jpg', 'https://127.0.0.1:9/b'), { maxLength: 3 }),
  message: fc.string({ unit: 'binary', maxLength: 60 }).map((text): Json => text),
  idempotencyKey: keys,
  accountId: fc.constantFrom<Json>('simulator', 'other'),
};

let house: TestGateway;
let socket: AgentSocket;
let number = 0;

beforeAll(async () => {
  house = await openGateway({ env: { CLAWGATE_LIMITS: 'off' } });
  socket = await openSocket(`${house.wsUrl}/?key=${house.key}`);
});

afterAll(async () => {
  await socket.close();
  await house.end();
});

function paramsOf(method: JsonObject): fc.Arbitrary<Json> {
  const params = list(method['params']).map((each) => object(each));
  const properties = Object.fromEntries(params.map((each) => [nameOf(each), each['schema'] ?? {}]));
  const required = params.filter((each) => each['required'] === true).map((each) => nameOf(each));
  return arbitrariesOf(document, pool)({ type: 'object', properties, required });
}

/** The answers to calls sent together, by their ids; events between are passed over. */
async function ask(calls: readonly { readonly method: string; readonly params: Json; readonly native: boolean }[]) {
  const waiting = new Map<string, (typeof calls)[number]>();
  for (const call of calls) {
    number += 1;
    const id = `f${number}`;
    waiting.set(id, call);
    const { method, params, native } = call;
    socket.send(JSON.stringify(native ? { type: 'req', id, method, params } : { jsonrpc: '2.0', id, method, params }));
  }
  const answers: { call: (typeof calls)[number]; answer: Frame }[] = [];
  let unnamed = 0;
  while (waiting.size > unnamed) {
    const answer = await socket.next();
    const id = String(answer['id']);
    const call = waiting.get(id);
    if (call && waiting.delete(id)) answers.push({ call, answer });
    // What could not be read has no id to be answered under.
    else if (answer['ok'] === false && (answer['id'] ?? null) === null) unnamed += 1;
  }
  return answers;
}

function problemsOf(method: JsonObject, native: boolean, answer: Frame): readonly string[] {
  const text = JSON.stringify(answer);
  if (text.includes('Something failed inside')) return [`a failure of ours: ${text}`];
  if (!native) {
    const problems = check({ $ref: '#/components/schemas/Envelope' }, answer as Json);
    if (problems.length > 0) return problems;
  }
  if (answer['ok'] !== true) return [];
  return check(object(object(method['result'])['schema']), answer['payload'] as Json);
}

describe('a method with any parameters', () => {
  const others = methods.filter(({ name }) => name !== 'connect');

  test.each(others.map((method) => [nameOf(method), method] as const))('%s', async (name, method) => {
    const made = paramsOf(method);
    const params = fc.oneof(
      { weight: 3, arbitrary: made },
      { weight: 3, arbitrary: mutated(made) },
      { weight: 1, arbitrary: hostile },
    );
    const samples = fc.sample(fc.tuple(params, fc.boolean()), { numRuns: inputs, seed: 4242 });
    const problems: string[] = [];
    for (let at = 0; at < samples.length; at += width) {
      const calls = samples.slice(at, at + width).map(([each, native]) => ({ method: name, params: each, native }));
      for (const { call, answer } of await ask(calls)) {
        for (const problem of problemsOf(method, call.native, answer)) {
          problems.push(`${JSON.stringify(call.params).slice(0, 300)}: ${problem}`);
        }
      }
    }
    expect(problems).toEqual([]);
  });
});

test('afterwards the gateway is well', async () => {
  const [{ answer } = { answer: {} }] = await ask([{ method: 'health', params: {}, native: false }]);
  expect(answer).toMatchObject({ ok: true });
});
