/**
 * The hand-written reader of frames: it takes what the contract's schemas take, refuses what they refuse, and every
 * refusal names the field and the mend.
 */
import { describe, expect, test } from 'vitest';
import { parseFrame } from '#facades/claw-messenger/parse.ts';
import { readBundle, validatorOf, type Json, type JsonObject } from '../contract/openapi-documents.ts';

const check = validatorOf(readBundle('claw-messenger.asyncapi'));
const to = '+1234567890';
const parts = [{ type: 'text', value: 'Hello!' }];
const send = { type: 'send', id: 'msg-1', to, parts };
const emoji = '😀';

const read = (frame: Json) => parseFrame(JSON.stringify(frame));
const without = (frame: JsonObject, field: string): JsonObject =>
  Object.fromEntries(Object.entries(frame).filter(([name]) => name !== field));

/** Values a field might be given, sensible and not. */
const values: Json[] = [
  null,
  true,
  false,
  0,
  '',
  'x',
  'sent',
  'SMS',
  'iMessage',
  'imessage',
  'love',
  '2026-04-10T14:30:00Z',
  '2026-04-10',
  'x'.repeat(255),
  'x'.repeat(256),
  'x'.repeat(320),
  'x'.repeat(321),
  emoji.repeat(255),
  emoji.repeat(256),
  [],
  ['x'],
  ['x', to],
  [''],
  [1],
  Array.from({ length: 250 }, () => to),
  Array.from({ length: 251 }, () => to),
  {},
  parts,
  [parts],
  [{ type: 'text' }],
  [{ type: 'text', value: '' }],
  [{ type: 'text', value: 7 }],
  [{ type: 'text', value: 'x'.repeat(10_000) }],
  [{ type: 'text', value: 'x'.repeat(10_001) }],
  [{ type: 'text', value: emoji.repeat(10_000) }],
  [{ type: 'text', value: emoji.repeat(10_001) }],
  [{ type: 'text', value: 'x', url: 7 }],
  [{ type: 'media', url: 'https://example.com/a.jpg' }],
  [{ type: 'media', url: 'HTTP://example.com/a.jpg', mimeType: 'image/jpeg' }],
  [{ type: 'media', url: 'https://example.com/a.jpg', mimeType: '' }],
  [{ type: 'media', url: 'https://example.com/a.jpg', mimeType: 'x'.repeat(256) }],
  [{ type: 'media', url: 'https://example.com/a.jpg', mimeType: null }],
  [{ type: 'media', url: 'ftp://example.com/a.jpg' }],
  [{ type: 'media', url: `https://${'x'.repeat(2040)}` }],
  [{ type: 'media', url: `https://${'x'.repeat(2041)}` }],
  [{ type: 'media', value: 'x' }],
  [{ type: 'poll', value: 'x' }],
  [{ value: 'x' }],
  [null],
  ['Hello!'],
  Array.from({ length: 100 }, () => ({ type: 'text', value: 'x' })),
  Array.from({ length: 101 }, () => ({ type: 'text', value: 'x' })),
];

const frames: [string, JsonObject, string[]][] = [
  ['SendFrame', send, ['id', 'to', 'chatId', 'parts', 'service', 'idempotencyKey', 'wait', 'newerField']],
  ['SendFrame', { type: 'send', id: 'msg-1', chatId: 'cht_1', parts }, ['id', 'to', 'chatId', 'parts', 'service']],
  ['SyncFrame', { type: 'sync', since: '2026-04-10T14:30:00Z' }, ['since', 'cursor', 'newerField']],
  ['SyncFrame', { type: 'sync', cursor: '1:1042' }, ['since', 'cursor']],
  ['PingFrame', { type: 'ping' }, ['id', 'newerField']],
  ['PongFrame', { type: 'pong' }, ['id']],
  ['TypingStartFrame', { type: 'typing.start', to }, ['to', 'chatId', 'service']],
  ['TypingStopFrame', { type: 'typing.stop', chatId: 'cht_1' }, ['to', 'chatId']],
  ['ReadFrame', { type: 'read', to }, ['to', 'chatId']],
  [
    'ReactFrame',
    { type: 'reaction', messageId: 'msg_1', reactionType: 'love' },
    ['messageId', 'reactionType', 'remove'],
  ],
];

describe('the reader and the contract agree on', () => {
  test.each(frames)('%s %j, whatever its fields hold', (schema, frame, fields) => {
    const variants = fields.flatMap((field) => [
      without(frame, field),
      ...values.map((value) => ({ ...frame, [field]: value })),
    ]);
    const disagreed = variants.filter((variant) => {
      const taken = check({ $ref: `#/components/schemas/${schema}` }, variant).length === 0;
      return taken !== (read(variant).type !== 'refused');
    });
    expect(disagreed.map((variant) => JSON.stringify(variant).slice(0, 200))).toEqual([]);
  });
});

describe('a frame is understood', () => {
  test('a send to one person, with what it does not say as nothing', () => {
    expect(read({ ...send, service: 'SMS', newer: 1 })).toEqual({
      type: 'send',
      id: 'msg-1',
      to: [to],
      chatId: null,
      channel: 'sms',
      parts,
      idempotencyKey: null,
      wait: false,
    });
  });

  test('fields of a part that are not known are dropped', () => {
    const media = { type: 'media', url: 'https://example.com/a.jpg', mimeType: 'image/jpeg' };
    const request = read({
      ...send,
      parts: [
        { ...parts[0], bold: true },
        { ...media, alt: 'x' },
      ],
    });
    expect(request).toMatchObject({ parts: [...parts, media] });
    expect(JSON.stringify(request)).not.toContain('bold');
  });

  test("a send to a chat keeps to the chat's own service", () => {
    expect(read({ type: 'send', id: '1', chatId: 'cht_1', parts, service: 'SMS' })).toMatchObject({
      to: null,
      chatId: 'cht_1',
      channel: null,
    });
  });

  test('a cursor is used when a sync has both', () => {
    expect(read({ type: 'sync', since: '2026-04-10T14:30:00Z', cursor: '1:7' })).toEqual({
      type: 'sync',
      from: { cursor: '1:7' },
    });
  });
});

const onlyOne = 'Provide either to or chatId, not both';

describe('a refusal says which frame, which field, and what would do', () => {
  test.each<[string, Json, string | null, string, string]>([
    ['both targets', { ...send, chatId: 'cht_1' }, 'msg-1', 'invalid_send', onlyOne],
    ['no target', without(send, 'to'), 'msg-1', 'invalid_send', onlyOne],
    [
      'a target misspelt',
      { type: 'send', id: '1', chat_id: 'x', parts },
      '1',
      'invalid_send',
      `${onlyOne}; did you mean it by 'chat_id'?`,
    ],
    ['no id', without(send, 'id'), null, 'invalid_send', 'id is missing; it is a string of 1 to 255 characters'],
    ['an id that is a number', { ...send, id: 7 }, null, 'invalid_send', 'id must be a string of 1 to 255 characters'],
    [
      'parts misspelt',
      { type: 'send', id: '1', to, part: parts },
      '1',
      'invalid_send',
      "parts is missing; did you mean it by 'part'?",
    ],
    ['no parts', { ...send, parts: [] }, 'msg-1', 'invalid_send', 'parts is empty; send at least one part'],
    [
      'a value misspelt',
      { ...send, parts: [{ type: 'text', valeu: 'x' }] },
      'msg-1',
      'invalid_send',
      "parts[0].value is missing; did you mean it by 'valeu'?",
    ],
    [
      'a part that is text alone',
      { ...send, parts: ['Hello!'] },
      'msg-1',
      'invalid_send',
      'parts[0] must be an object such as {"type":"text","value":"Hello!"}',
    ],
    [
      'a service in another case',
      { ...send, service: 'imessage' },
      'msg-1',
      'invalid_send',
      'service must be one of iMessage, RCS, SMS, XMTP, telegram, signal, discord, slack, whatsapp; did you mean iMessage?',
    ],
    [
      'a recipient that is none',
      { ...send, to: [to, 7] },
      'msg-1',
      'invalid_send',
      'to[1] must be an address of 1 to 320 characters, such as +15551234567',
    ],
    ['a wait that is none', { ...send, wait: true }, 'msg-1', 'invalid_send', 'wait must be "sent", or be left out'],
    [
      'an instant without a zone',
      { type: 'sync', since: '2026-04-10T14:30:00' },
      null,
      'invalid_sync',
      'since must be an ISO 8601 instant with Z or an offset, such as 2026-04-10T14:30:00Z',
    ],
    [
      'a sync from nowhere',
      { type: 'sync', sinse: 'x' },
      null,
      'invalid_sync',
      "sync needs since, an ISO 8601 instant, or cursor; did you mean it by 'sinse'?",
    ],
    ['typing to nobody', { type: 'typing.start' }, null, 'invalid_request', onlyOne],
    [
      'a reaction of no kind',
      { type: 'reaction', messageId: 'msg_1' },
      null,
      'invalid_request',
      'reactionType is missing; it is one of love, like, dislike, laugh, emphasize, question',
    ],
    [
      'a reaction that is none',
      { type: 'reaction', messageId: 'x', reactionType: 'loved' },
      null,
      'invalid_request',
      'reactionType must be one of love, like, dislike, laugh, emphasize, question; did you mean love?',
    ],
    ['no type', { id: '1' }, null, 'invalid_request', 'type is missing; it is a string, such as "send"'],
    ['a type that is none', { type: 'constructor' }, null, 'unknown_type', 'Unknown message type: constructor'],
    ['a list', [send], null, 'invalid_json', 'A frame is one JSON object, such as {"type":"ping"}'],
  ])('%s', (_what, frame, id, code, message) => {
    expect(read(frame)).toEqual({ type: 'refused', id, code, message });
  });

  test('text that is no JSON', () => {
    expect(parseFrame('{"type":')).toMatchObject({ type: 'refused', id: null, code: 'invalid_json' });
  });

  test.each([
    ['a forbidden key', '{"type":"send","id":"msg-1","to":"x","parts":[],"__proto__":{"type":"ping"}}'],
    ['a forbidden key spelt with an escape', '{"type":"send","id":"msg-1","to":"x","\\u0063onstructor":1}'],
    ['nesting 10,000 deep', `{"type":"send","id":"msg-1","parts":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
  ])('%s refuses a send by its id', (_what, text) => {
    expect(parseFrame(text)).toMatchObject({ type: 'refused', id: 'msg-1', code: 'invalid_json' });
  });
});
