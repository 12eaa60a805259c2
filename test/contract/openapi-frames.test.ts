/**
 * The socket's contract against the protocol as its clients know it: every JSON example of the Claw Messenger
 * documentation, and what we add to it.
 */
import { describe, expect, it } from 'vitest';
import { list, object, readBundle, resolve, validatorOf } from './openapi-documents.ts';
import type { JsonObject } from './openapi-documents.ts';

const document = readBundle('claw-messenger.asyncapi');
const components = object(document['components']);
const check = validatorOf(document);
const faults = (schema: string, frame: JsonObject) => check({ $ref: `#/components/schemas/${schema}` }, frame);

const to = '+1234567890';
const hello = [{ type: 'text', value: 'Hello!' }];
const send = { type: 'send', id: 'msg-1', to, parts: hello, service: 'iMessage' };
const inbound = {
  type: 'message',
  messageId: 'abc123',
  chatId: 'chat-456',
  from: to,
  text: 'Hey, got your message!',
  attachments: [],
  service: 'iMessage',
  isGroup: false,
  participants: [],
};
const stamped = { ...inbound, timestamp: '2026-04-10T14:30:00.123456Z', seq: 7 };

describe('a frame that the documentation shows a client is accepted as it stands', () => {
  it.each<[string, JsonObject]>([
    [
      'SendFrame',
      { type: 'send', id: 'msg-1', to, parts: [{ type: 'text', value: 'Hello from my agent!' }], service: 'iMessage' },
    ],
    ['SendFrame', send],
    [
      'SendFrame',
      {
        type: 'send',
        id: 'grp-1',
        to: [to, '+0987654321'],
        parts: [{ type: 'text', value: 'Hello group!' }],
        service: 'iMessage',
      },
    ],
    ['SendFrame', { type: 'send', id: 'grp-2', chatId: 'chat-456', parts: [{ type: 'text', value: 'Follow-up' }] }],
    ['PingFrame', { type: 'ping' }],
    ['PongFrame', { type: 'pong' }],
    ['TypingStartFrame', { type: 'typing.start', to }],
    ['TypingStopFrame', { type: 'typing.stop', to }],
    ['ReadFrame', { type: 'read', to }],
    ['ReactFrame', { type: 'reaction', messageId: 'abc123', reactionType: 'love', remove: false }],
    ['SyncFrame', { type: 'sync', since: '2026-04-10T14:30:00Z' }],
  ])('%s %j', (schema, frame) => {
    expect(faults(schema, frame)).toEqual([]);
    expect(faults('ClientFrame', frame)).toEqual([]);
    expect(faults(schema, { ...frame, newerField: 1 })).toEqual([]);
  });
});

describe('a frame that the documentation shows from the server, with what we add, is one of ours', () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'SendResultFrame',
      { type: 'send.result', id: 'msg-1', ok: true, messageId: 'abc123', chatId: 'chat-456' },
      { status: 'queued' },
    ],
    ['SendResultFrame', { type: 'send.result', id: 'msg-1', ok: false, error: 'Monthly message limit reached' }, {}],
    ['MessageFrame', inbound, { timestamp: '2026-04-10T14:30:00.123456Z', seq: 7 }],
    ['MessageFrame', inbound, { timestamp: '2026-04-10T14:30:00.123456Z', seq: 7, replay: true }],
    ['TypingFrame', { type: 'typing', from: to, started: true }, {}],
    ['ReactionFrame', { type: 'reaction', messageId: 'abc123', from: to, reactionType: 'love', added: true }, {}],
    ['SyncDoneFrame', { type: 'sync.done', count: 5 }, { cursor: '1:7' }],
    ['StatusFrame', { type: 'status', messageId: 'abc123', status: 'delivered' }, {}],
    ['StatusFrame', { type: 'status', messageId: 'abc123', status: 'read' }, {}],
    ['StatusFrame', { type: 'status', messageId: 'abc123', status: 'failed' }, { error: 'refused' }],
    ['ErrorFrame', { type: 'error', code: 'unknown_type', message: 'Unknown message type: invalid' }, {}],
    ['PingFrame', { type: 'ping' }, {}],
    ['PongFrame', { type: 'pong' }, {}],
  ])('%s %j %j', (schema, example, added) => {
    const frame = { ...example, ...added };
    expect(faults(schema, frame)).toEqual([]);
    expect(faults('ServerFrame', frame)).toEqual([]);
  });
});

describe('a frame that is not the protocol is not accepted', () => {
  it.each<[string, string, JsonObject]>([
    ['both to and chatId', 'SendFrame', { ...send, chatId: 'chat-456' }],
    ['neither to nor chatId', 'SendFrame', { type: 'send', id: 'msg-1', parts: hello }],
    ['no parts', 'SendFrame', { ...send, parts: [] }],
    ['an unknown part', 'SendFrame', { ...send, parts: [{ type: 'video', url: 'https://example.com/a' }] }],
    ['a media part by file', 'SendFrame', { ...send, parts: [{ type: 'media', url: 'file:///etc/hosts' }] }],
    ['an idempotency key of 256 characters', 'SendFrame', { ...send, idempotencyKey: 'k'.repeat(256) }],
    ['another wait', 'SendFrame', { ...send, wait: 'delivered' }],
    ['a sync without a place', 'SyncFrame', { type: 'sync' }],
    ['a sync since a time without zone', 'SyncFrame', { type: 'sync', since: '2026-04-10T14:30:00' }],
    ['a sync since a date', 'SyncFrame', { type: 'sync', since: '2026-04-10' }],
    [
      'a reaction that is none of the six',
      'ReactFrame',
      { type: 'reaction', messageId: 'abc123', reactionType: 'wow' },
    ],
    ['a failure without a reason', 'StatusFrame', { type: 'status', messageId: 'abc123', status: 'failed' }],
    ['an inner status', 'StatusFrame', { type: 'status', messageId: 'abc123', status: 'sending' }],
    ['a field of ours that is not documented', 'MessageFrame', { ...stamped, accountId: 'a' }],
    ['replay: false', 'MessageFrame', { ...stamped, replay: false }],
    ['an error code that is not documented', 'ErrorFrame', { type: 'error', code: 'oops', message: 'x' }],
  ])('%s', (_title, schema, frame) => {
    expect(faults(schema, frame)).not.toEqual([]);
  });
});

it.each([
  ['JavaScript', '2026-04-10T14:30:00.123Z'],
  ['Python, isoformat', '2026-04-10T14:30:00.123456+00:00'],
  ['Python, str', '2026-04-10 14:30:00.123456+00:00'],
  ['an offset', '2026-04-10T16:30:00+02:00'],
])('sync takes an instant as %s prints it', (_clock, since) => {
  expect(faults('SyncFrame', { type: 'sync', since })).toEqual([]);
});

it('every message of the socket has a payload and true examples', () => {
  const messages = Object.entries(object(components['messages']));
  expect(messages.length).toBe(15);
  const wrong = messages.flatMap(([name, message]) => {
    const { payload, examples } = object(message);
    const frames = list(examples).map((example) => object(object(example)['payload']));
    if (frames.length === 0) return [`${name}: no example`];
    return frames.flatMap((frame) => check(object(payload), frame).map((fault) => `${name}: ${fault}`));
  });
  expect(wrong).toEqual([]);
});

it('every operation of the socket uses messages of its channel', () => {
  const channel = object(object(document['channels'])['socket']);
  const known = Object.keys(object(channel['messages'])).map((name) => `#/channels/socket/messages/${name}`);
  const operations = Object.values(object(document['operations'])).map(object);
  const used = operations.flatMap((operation) => [
    ...list(operation['messages']),
    ...(operation['reply'] ? list(object(operation['reply'])['messages']) : []),
  ]);
  const names = used.map((reference) => object(reference)['$ref']);
  expect(new Set(names)).toEqual(new Set(known));
  for (const operation of operations) expect(resolve(document, operation['channel'])).toBe(channel);
});

it('every way a socket is refused or closed is written down', () => {
  const channel = object(object(document['channels'])['socket']);
  expect(Object.keys(object(channel['x-upgrade-refusals']))).toEqual(['400', '401', '403', '429', '503']);
  const codes = ['1002', '1007', '1008', '1009', '1011', '1012', '4003', '4008', '4009'];
  expect(Object.keys(object(channel['x-close-codes']))).toEqual(codes);
});
