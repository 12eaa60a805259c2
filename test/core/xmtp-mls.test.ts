// What the embedded XMTP network looks at in MLS: that a key package is its installation's own, and whom a message is for.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGroupMessage } from '#channels/xmtp/network/group-message.ts';
import { readKeyPackage } from '#channels/xmtp/network/key-package.ts';
import { Refusal } from '#channels/xmtp/network/refusal.ts';
import { TlsReader, tlsVector } from '#channels/xmtp/network/tls.ts';
import {
  type KeyPackageParts,
  keyPackage,
  privateMessage,
  publicMessage,
  signingKey,
  vector,
} from '../support/xmtp-mls.ts';

function refused(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  return 'not refused';
}

describe('a key package', () => {
  const [key, other] = [signingKey(), signingKey()];
  const genuine = keyPackage({ key });

  test('says whose it is', () => {
    expect(readKeyPackage(genuine)).toEqual({ installationKey: key.raw, inboxId: 'ab'.repeat(32) });
  });

  test.each<[string, Partial<KeyPackageParts>, RegExp]>([
    ['its leaf is signed by another', { leafSignedBy: other }, /leaf is not signed/],
    ['it is signed by another', { signedBy: other }, /not signed by its installation/],
    ['its version is unknown', { version: 2 }, /version/],
    ['its cipher suite signs otherwise', { suite: 2 }, /cipher suite/],
    ['its credential is a certificate', { credential: 2 }, /basic/],
    ['its credential names no inbox', { inboxId: 'me' }, /no inbox/],
    ['its leaf is of a commit', { source: 3 }, /something else/],
    ['one key serves two purposes', { sameKeys: true }, /two encryption keys/],
  ])('is refused when %s', (_what, parts, message) => {
    expect(refused(() => readKeyPackage(keyPackage({ key, ...parts })))).toMatch(message);
  });

  test('is refused with any one bit changed', () => {
    fc.assert(
      fc.property(fc.nat(genuine.length - 1), fc.nat(7), (at, bit) => {
        const spoilt = Buffer.from(genuine);
        spoilt[at] = (spoilt[at] ?? 0) ^ (1 << bit);
        expect(refused(() => readKeyPackage(spoilt))).not.toBe('not refused');
      }),
      { numRuns: 600 },
    );
  });

  test('is refused cut short anywhere, or with something behind it', () => {
    for (let length = 0; length < genuine.length; length += 1) {
      expect(refused(() => readKeyPackage(genuine.subarray(0, length)))).toMatch(/no key package/);
    }
    expect(refused(() => readKeyPackage(Buffer.concat([genuine, Buffer.alloc(1)])))).toMatch(/more after the end/);
    expect(refused(() => readKeyPackage(Buffer.alloc(70_000)))).toMatch(/at most/);
  });

  test('that is noise is refused as such', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        expect(refused(() => readKeyPackage(Buffer.from(noise)))).toMatch(/no key package/);
      }),
    );
  });
});

describe('a message to a group', () => {
  const groupId = Buffer.from('0123456789abcdef');

  test.each([
    ['something said', privateMessage(groupId, 1), false],
    ['a proposal', privateMessage(groupId, 2), true],
    ['a commit', privateMessage(groupId, 3), true],
    ['a commit in the open', publicMessage(groupId, 3), true],
  ])('names its group and whether it changes it: %s', (_what, message, isCommit) => {
    expect(readGroupMessage(message)).toEqual({ groupId, isCommit });
  });

  test('is refused when it is none, names no group, or is cut short', () => {
    const message = privateMessage(groupId);
    const welcome = Buffer.from(message);
    welcome[3] = 3;
    expect(refused(() => readGroupMessage(welcome))).toMatch(/another kind/);
    expect(refused(() => readGroupMessage(privateMessage(Buffer.alloc(0))))).toMatch(/no id/);
    expect(refused(() => readGroupMessage(privateMessage(Buffer.alloc(200))))).toMatch(/no id/);
    expect(refused(() => readGroupMessage(privateMessage(groupId, 9)))).toMatch(/known kind/);
    for (let length = 0; length < message.length; length += 1) {
      expect(refused(() => readGroupMessage(message.subarray(0, length)))).toMatch(/no message/);
    }
    expect(refused(() => readGroupMessage(Buffer.concat([message, Buffer.alloc(1)])))).toMatch(/more after/);
  });
});

test('vectors are written as they are read, at every length', () => {
  for (const length of [0, 1, 63, 64, 65, 16_383, 16_384, 70_000]) {
    const content = Buffer.alloc(length, 7);
    expect(tlsVector(content)).toEqual(vector(content));
    expect(new TlsReader(tlsVector(content)).vector()).toEqual(content);
  }
  expect(() => new TlsReader(Buffer.from([0x40, 1, 7])).vector()).toThrow(/too long/);
  expect(() => new TlsReader(Buffer.from([0xc0, 0])).vector()).toThrow(/no kind/);
});
