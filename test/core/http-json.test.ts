// The one JSON parser, and the guess at what a caller meant by a misspelt field.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '#http/json.ts';
import { nearMiss } from '#http/near-miss.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('text that is JSON', () => {
  test('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/__proto__|constructor/.test(text));
        expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
      }),
    );
  });

  test('may be 32 levels deep and no deeper', () => {
    expect(parseJson(nested(32)).ok).toBe(true);
    expect(parseJson(nested(33))).toMatchObject({ ok: false, reason: expect.stringContaining('32 levels') as string });
    expect(parseJson('{"a":'.repeat(33) + '1' + '}'.repeat(33)).ok).toBe(false);
  });

  test('is not refused for brackets inside strings, escaped quotes among them', () => {
    const text = JSON.stringify({ text: `${'['.repeat(100)}"\\"${'{'.repeat(100)}\\` });
    expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
  });

  test('is refused for a key that could reach a prototype, however it is spelt and wherever it stands', () => {
    for (const text of [
      '{"__proto__":{"admin":true}}',
      '{"a":[{"constructor":1}]}',
      '{"\\u005f_proto__":1}',
      '{"a":{"c\\u006fnstructor":{}}}',
    ]) {
      expect(parseJson(text)).toMatchObject({ ok: false, reason: expect.stringContaining('not allowed') as string });
    }
    expect({}).not.toHaveProperty('admin');
  });

  test('may speak of prototypes and constructors in its values', () => {
    expect(parseJson('{"text":"__proto__ and constructor \\u00e9"}').ok).toBe(true);
  });
});

describe('text that is not JSON', () => {
  test('is refused with the place and without a word of it', () => {
    const answer = parseJson('{"text": "my secret", }');
    expect(answer).toMatchObject({ ok: false, reason: expect.stringMatching(/at character \d+/) as string });
    expect(JSON.stringify(answer)).not.toContain('secret');
    for (const text of ['', '{', '"', '"\\', ']', '{"a":"\\"']) expect(parseJson(text).ok).toBe(false);
  });

  test('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseJson(text).ok === 'boolean'));
  });
});

describe('a missing field', () => {
  test.each([
    ['phone_number', ['phone_numbr'], 'phone_numbr'],
    ['phone_number', ['name', 'phoneNumber'], 'phoneNumber'],
    ['message', ['mesage', 'to'], 'mesage'],
    ['to', ['ot'], 'ot'],
    ['phone_number', ['phone', 'name'], 'phone'],
  ])('%s is recognised among %j', (missing, present, meant) => {
    expect(nearMiss(missing, present)).toBe(meant);
  });

  test.each([
    ['message', ['to', 'channel']],
    ['to', ['id', 'text']],
    ['ts', ['type']],
  ])('%s is not taken for any of %j', (missing, present) => {
    expect(nearMiss(missing, present)).toBeUndefined();
  });
});
