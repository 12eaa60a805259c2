/** Addresses, ids, fingerprints, cursors and months: the small meanings everything else leans on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, phoneNumber } from '#core/address.ts';
import { channelOfService, channels, serviceOf } from '#core/channel.ts';
import { cursorText, parseCursor } from '#core/event.ts';
import { Refused } from '#core/failure.ts';
import { differingField, fingerprint } from '#core/fingerprint.ts';
import { idNumber, idText } from '#core/ids.ts';
import type { Part } from '#core/message.ts';
import { checkParts } from '#core/outgoing.ts';
import { monthOf } from '#core/plan.ts';

describe('a phone number', () => {
  it.each(['+1234567890', '+0987654321', '+15551234567', '+1234567'])('%s passes, assigned or not', (text) => {
    expect(phoneNumber(text, 'to')).toMatch(/^\+\d{7,15}$/);
  });

  it.each(['1234567890', '(123)456-7890', '+12', '+1234567890123456', '+1 555 123', '', '+12345abc'])(
    '%s is refused with the form it needs',
    (text) => {
      expect(() => phoneNumber(text, 'to')).toThrow(/to must be a phone number in E\.164 format/);
    },
  );

  it('may be an email where the channel takes one, lower-cased', () => {
    expect(address('Ann@Example.com', 'phone-or-email', 'to')).toBe('ann@example.com');
    expect(() => address('ann@example', 'phone-or-email', 'to')).toThrow(Refused);
    expect(() => address('ann@example.com', 'phone', 'to')).toThrow(Refused);
  });
});

describe('an id', () => {
  it('reads back as the number it was minted from', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (n) => {
        expect(idNumber('message', idText('message', n))).toBe(n);
      }),
    );
  });

  it('of another kind, or nobody’s, is no id', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(idNumber('message', text)).toBe(undefined);
      }),
    );
    expect(idNumber('message', idText('conversation', 5))).toBe(undefined);
    expect(idNumber('message', 'msg_05')).toBe(undefined);
    expect(idNumber('message', 'msg_-5')).toBe(undefined);
  });
});

describe('a fingerprint', () => {
  it('names the field in which two commands differ', () => {
    const first = fingerprint({ to: '+1', parts: 'a', replyTo: undefined });
    expect(differingField(first, fingerprint({ to: '+1', parts: 'a' }))).toBe(null);
    expect(differingField(first, fingerprint({ to: '+1', parts: 'b' }))).toBe('parts');
    expect(differingField(first, fingerprint({ to: '+1', parts: 'a', thread: 't' }))).toBe('thread');
  });

  it('tells any two different texts apart', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(fingerprint({ a }) === fingerprint({ a: b })).toBe(a === b);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a cursor', () => {
  it('reads back, and anything else is none', () => {
    const cursor = { epoch: 3, seq: 42 };
    expect(parseCursor(cursorText(cursor))).toEqual(cursor);
    for (const text of ['', '1', ':5', '1:', '1:x', '1:-5', '1:5:6']) expect(parseCursor(text)).toBe(undefined);
  });
});

describe('the rest', () => {
  it('ten thousand emoji are ten thousand characters', () => {
    expect(() => checkParts([{ type: 'text', value: '😀'.repeat(10_000) }])).not.toThrow();
  });

  it('every channel has a service name that leads back to it', () => {
    for (const channel of channels) expect(channelOfService(serviceOf(channel))).toBe(channel);
    expect(channelOfService('imessage')).toBe(undefined);
  });

  it('a month is the UTC calendar month', () => {
    const { startMs, endMs } = monthOf(Date.UTC(2026, 11, 31, 23, 59));
    expect([startMs, endMs]).toEqual([Date.UTC(2026, 11, 1), Date.UTC(2027, 0, 1)]);
  });

  const refused: readonly (readonly [readonly Part[], RegExp])[] = [
    [[], /at least one part/],
    [[{ type: 'text', value: '' }], /parts\[0\]\.value is empty/],
    [[{ type: 'text', value: 'x'.repeat(10_001) }], /10001 characters; at most 10000/],
    [[{ type: 'text', value: '😀'.repeat(10_001) }], /10001 characters; at most 10000/],
    [[{ type: 'media', url: 'ftp://host/a' }], /parts\[0\]\.url must be an http or https URL/],
    [[{ type: 'media', url: 'https://user:pass@host/a' }], /must be an http or https URL/],
    [Array.from({ length: 101 }, () => ({ type: 'text' as const, value: 'x' })), /101 parts; at most 100/],
  ];
  it.each(refused)('parts %# no channel takes are refused by name', (parts, words) => {
    expect(() => checkParts(parts)).toThrow(words);
  });
});
