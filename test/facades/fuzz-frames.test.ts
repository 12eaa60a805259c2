// Anything on the socket: frames made from the contract's schemas, and those frames damaged in every way a program can
// damage them, against a whole gateway. Every answer is a frame of the contract, every send with an id is answered once,
// nothing closes the socket but the documented codes, and the reader takes exactly what the schemas take.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFrame } from '#facades/claw-messenger/parse.ts';
import { object, readBundle, type Json } from '../contract/openapi-documents.ts';
import { openFuzzAgent, type FuzzAgent } from '../support/fuzz-agent.ts';
import { mutated, textsAround } from '../support/fuzz-mutate.ts';
import { idOwed, isFrame, maxFrameBytes, valueOf } from '../support/fuzz-oracle.ts';
import { arbitrariesOf, type Pool } from '../support/fuzz-schema.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { openSocket } from '../support/ws-client.ts';

const document = readBundle('claw-messenger.asyncapi');
const closeCodes = Object.keys(object(object(object(document['channels'])['socket'])['x-close-codes'])).map(Number);
const frames = {
  SendFrame: 'send',
  SyncFrame: 'sync',
  PingFrame: 'ping',
  PongFrame: 'pong',
  TypingStartFrame: 'typing.start',
  TypingStopFrame: 'typing.stop',
  ReadFrame: 'read',
  ReactFrame: 'reaction',
} as const;
const schemaNames = Object.keys(frames) as (keyof typeof frames)[];
const person = '+1234567890';

/** Where a media part's file would be; nothing listens there. */
const urls = fc.constantFrom<Json>('http://127.0.0.1:9/a.jpg', 'HTTPS://127.0.0.1:9/b');
const schemaOf = (name: string) => ({ $ref: `#/components/schemas/${name}` });

test('every frame an agent may send is fuzzed here', () => {
  const all = object(object(document['components'])['schemas'])['ClientFrame'];
  expect(object(all)['oneOf']).toEqual(schemaNames.map(schemaOf));
});

describe('the reader and the contract agree on', () => {
  test.each(schemaNames)('%s, as generated and as damaged', (name) => {
    const values = arbitrariesOf(document)(schemaOf(name));
    const known = fc.oneof(values, mutated(values));
    fc.assert(
      fc.property(known, (value) => {
        const text = JSON.stringify(value);
        expect(parseFrame(text).type !== 'refused').toBe(isFrame(valueOf(text)));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(schemaNames)('%s whose text is spoilt', (name) => {
    fc.assert(
      fc.property(textsAround(arbitrariesOf(document)(schemaOf(name))), (text) => {
        expect(parseFrame(text).type !== 'refused').toBe(isFrame(valueOf(text)));
      }),
      { numRuns: 500 },
    );
  });

  test.each(schemaNames)('%s as generated, which is always taken', (name) => {
    const values = arbitrariesOf(document, { Instant: fc.constantFrom<Json>('2026-04-10T14:30:00Z') })(schemaOf(name));
    fc.assert(
      fc.property(values, (value) => {
        expect(parseFrame(JSON.stringify(value))).toMatchObject({ type: frames[name] });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a whole gateway', () => {
  let house: TestGateway;
  let agent: FuzzAgent;
  let pool: Pool;
  const strange: string[] = [];

  beforeAll(async () => {
    house = await openGateway({ onBrokenAnswer: (problem) => strange.push(problem) });
    await house.call('POST', '/api/routes', { phone_number: person });
    agent = await openFuzzAgent(`${house.wsUrl}/ws?key=${house.key}`);
    for (const text of ['one', 'two', 'three']) {
      await house.call('POST', `/simulator/phones/${encodeURIComponent(person)}/messages`, { text });
    }
    pool = await livingPool(house);
  });
  afterAll(async () => {
    await agent.close();
    await house.end();
  });

  test.each(schemaNames)('answers 600 frames around %s as the contract says', async (name) => {
    const { books } = agent;
    const before = { errors: books.errors, accepted: books.accepted };
    let [refusals, mayFail] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        textsAround(arbitrariesOf(document, pool)(schemaOf(name))),
        fc.integer({ max: 9, min: 0 }),
        async (text, die) => {
          const kind = await sendOne(agent, die === 0 ? Buffer.from(text) : text);
          if (kind === 'refusal') refusals += 1;
          if (kind === 'signal' || kind === 'answered') mayFail += 1;
        },
      ),
      { numRuns: 600, endOnFailure: true },
    );
    await agent.until('an error for every refused frame', () => books.errors - before.errors >= refusals);
    expect(books.errors - before.errors).toBeLessThanOrEqual(refusals + mayFail);
    expect(books.strange).toEqual([]);
    expect(books.closes.filter(({ code }) => !closeCodes.includes(code))).toEqual([]);
    expect(books.accepted - before.accepted).toBeGreaterThanOrEqual(name === 'SendFrame' ? 20 : 0);
  });

  test('has answered every send once, counted what it took, and goes on as if nothing had been', async () => {
    const { books } = agent;
    await sendOne(
      agent,
      JSON.stringify({ type: 'send', id: 'the last one', to: person, parts: [{ type: 'text', value: 'bye' }] }),
    );
    expect([...owed].filter(([id, times]) => books.results.get(id) !== times)).toEqual([]);
    expect([...books.results.keys()].filter((id) => !owed.has(id))).toEqual([]);
    expect((await house.call('GET', '/readyz')).status).toBe(200);
    expect((await house.call('GET', '/api/billing/usage')).body).toMatchObject({ message_count: books.accepted + 1 });
    expect(strange).toEqual([]);
  });
});

/** How often each id was owed an answer. */
const owed = new Map<string, number>();

type Kind = 'result' | 'refusal' | 'signal' | 'answered' | 'closed' | 'silent';

/** Sends one frame and waits until it is answered as the contract says it must be. */
async function sendOne(agent: FuzzAgent, frame: string | Buffer): Promise<Kind> {
  const { books } = agent;
  const text = frame.toString();
  if (Buffer.byteLength(frame) > maxFrameBytes) {
    const closes = books.closes.length;
    await agent.send(frame);
    await agent.until('a close', () => books.closes.length > closes);
    const last = books.closes.at(-1)?.code;
    if (last !== 1009) throw new Error(`a frame too large closed the socket with ${last}`);
    return 'closed';
  }
  const [errors, pongs, syncs] = [books.errors, books.pongs, books.syncsDone];
  const kind = kindOf(text);
  await agent.send(frame);
  await agent.send('{"type":"ping"}');
  const value = valueOf(text);
  const id = idOwed(value);
  if (id !== undefined) {
    const times = (owed.get(id) ?? 0) + 1;
    owed.set(id, times);
    await agent.until('a send.result', () => (books.results.get(id) ?? 0) >= times);
    if (books.results.get(id) !== times) throw new Error(`${id} was answered more often than it was sent`);
  }
  if (kind === 'refusal') await agent.until('an error', () => books.errors > errors);
  if (kind === 'answered')
    await agent.until('sync.done or an error', () => books.syncsDone + books.errors > syncs + errors);
  const own = isFrame(value) && object(value)['type'] === 'ping' ? 1 : 0;
  await agent.until('a pong', () => books.pongs >= pongs + 1 + own);
  expect(books.pongs).toBe(pongs + 1 + own);
  return kind;
}

function kindOf(text: string): Kind {
  const value = valueOf(text);
  if (idOwed(value) !== undefined) return 'result';
  if (!isFrame(value)) return 'refusal';
  const { type } = object(value);
  if (type === 'sync') return 'answered';
  return type === 'ping' || type === 'pong' ? 'silent' : 'signal';
}

/** Things that exist, made by one send: a chat, a message of it and one that came in. */
async function livingPool(house: TestGateway): Promise<Pool> {
  const socket = await openSocket(`${house.wsUrl}/ws?key=${house.key}`);
  socket.send({ type: 'send', id: '0', to: person, parts: [{ type: 'text', value: 'Hello!' }] });
  const sent = await socket.nextOf('send.result');
  socket.send({ type: 'sync', since: '2020-01-01T00:00:00Z' });
  const message = await socket.nextOf('message');
  await socket.close();
  const some = (...values: unknown[]) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...values.map(String)) },
      fc.string({ minLength: 1, maxLength: 30 }),
    );
  return {
    url: urls,
    ChatId: some(sent['chatId'], message['chatId']),
    MessageId: some(sent['messageId'], message['messageId']),
    Cursor: some(message['cursor'], '1:0', '0:0', '1:9007199254740993', '9:9'),
  };
}
