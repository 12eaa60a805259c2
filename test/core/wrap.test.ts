// Secrets at rest: what opens them, and what does not.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createWrapper } from '#identity/wrap.ts';

const secret = Buffer.from('a secret of twenty-four bytes or so');
const place = { owner: 'acc_1', purpose: 'webhook' };

test('a wrapped secret opens in its place, and no two wrappings of it are alike', () => {
  const wrapper = createWrapper([randomBytes(32)]);
  const [one, two] = [wrapper.wrap(secret, place), wrapper.wrap(secret, place)];
  expect(wrapper.unwrap(one, place)).toEqual(secret);
  expect(wrapper.unwrap(two, place)).toEqual(secret);
  expect(one).not.toBe(two);
  expect(one).not.toContain(secret.toString('base64url').slice(4, 20));
});

test('a wrapped secret does not open for another account or another purpose', () => {
  const wrapper = createWrapper([randomBytes(32)]);
  const wrapped = wrapper.wrap(secret, place);
  expect(() => wrapper.unwrap(wrapped, { ...place, owner: 'acc_2' })).toThrow(Error);
  expect(() => wrapper.unwrap(wrapped, { ...place, purpose: 'wallet' })).toThrow(Error);
});

test('a wrapped secret that was changed, cut or mixed with another does not open', () => {
  const wrapper = createWrapper([randomBytes(32)]);
  const wrapped = wrapper.wrap(secret, place);
  const [form = '', id = '', key = '', sealed = ''] = wrapped.split('.');
  const [, , otherKey = ''] = wrapper.wrap(secret, place).split('.');
  const turned = sealed.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
  for (const text of [
    [form, id, key, turned].join('.'),
    [form, id, otherKey, sealed].join('.'),
    [form, id, sealed, key].join('.'),
    [form, id, key, sealed.slice(0, 10)].join('.'),
    [form, id, key].join('.'),
    ['w9', id, key, sealed].join('.'),
    '',
  ]) {
    expect(() => wrapper.unwrap(text, place)).toThrow(Error);
  }
});

test('an older key goes on opening what it wrapped, and a lost one leaves nothing', () => {
  const [old, current] = [randomBytes(32), randomBytes(32)];
  const wrapped = createWrapper([old]).wrap(secret, place);
  expect(createWrapper([current, old]).unwrap(wrapped, place)).toEqual(secret);
  expect(createWrapper([current]).unwrap(wrapped, place)).toBeUndefined();
  const rewrapped = createWrapper([current, old]).wrap(secret, place);
  expect(createWrapper([current]).unwrap(rewrapped, place)).toEqual(secret);
  expect(() => createWrapper([randomBytes(16)])).toThrow('32 bytes');
});
