/**
 * The instants a sync takes, to the microsecond, and the ones it does not.
 */
import { describe, expect, test } from 'vitest';
import { instantText, parseInstant } from '#facades/claw-messenger/instant.ts';

const us = Date.UTC(2026, 3, 10, 14, 30) * 1000;

describe('an instant is read exactly', () => {
  test.each([
    ['as the documentation writes it', '2026-04-10T14:30:00Z', us],
    ['from JavaScript, with milliseconds', '2026-04-10T14:30:00.123Z', us + 123_000],
    ['from Python, with an offset', '2026-04-10T14:30:00+00:00', us],
    ['from Python, with microseconds', '2026-04-10T14:30:00.123456+00:00', us + 123_456],
    ['from Go, with nanoseconds, which are dropped', '2026-04-10T14:30:00.123456999Z', us + 123_456],
    ['with one digit of a second', '2026-04-10T14:30:00.5Z', us + 500_000],
    ['with an offset east', '2026-04-10T16:30:00+02:00', us],
    ['with an offset west', '2026-04-10T10:00:00-04:30', us],
    ['with an offset without its colon', '2026-04-10T16:30:00+0200', us],
    ['in lower case, with a blank', '2026-04-10 14:30:00z', us],
    ['at a leap second', '2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1) * 1000],
    ['on a leap day', '2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) * 1000],
    ['before the epoch, as the epoch', '1969-12-31T23:59:59Z', 0],
    ['in the year 1, as the epoch', '0001-01-01T00:00:00Z', 0],
    ['in the year 9999, as late as numbers go', '9999-12-31T23:59:59Z', Number.MAX_SAFE_INTEGER],
  ])('%s: %s', (_how, text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });
});

describe('what is no instant is refused', () => {
  test.each([
    ['a time without a zone', '2026-04-10T14:30:00'],
    ['a date', '2026-04-10'],
    ['no seconds', '2026-04-10T14:30Z'],
    ['a day that is none', '2026-02-30T00:00:00Z'],
    ['a month that is none', '2026-13-01T00:00:00Z'],
    ['an hour that is none', '2026-04-10T24:00:00Z'],
    ['a minute that is none', '2026-04-10T14:60:00Z'],
    ['an offset that is none', '2026-04-10T14:30:00+24:00'],
    ['ten digits of a second', '2026-04-10T14:30:00.1234567890Z'],
    ['a point without digits', '2026-04-10T14:30:00.Z'],
    ['milliseconds since the epoch', '1775831400000'],
    ['something before it', ' 2026-04-10T14:30:00Z'],
    ['words', 'yesterday'],
    ['nothing', ''],
  ])('%s: %s', (_what, text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

test('what we write as a timestamp is read back as the same microsecond', () => {
  for (const at of [0, 1, 999, 1_000, us, us + 1, us + 999_999, us + 123_450])
    expect(parseInstant(instantText(at))).toBe(at);
  expect(instantText(us + 7)).toBe('2026-04-10T14:30:00.000007Z');
});
