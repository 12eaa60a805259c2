// What the embedded XMTP network reads and writes, against the codecs XMTP publishes: the same messages, to the byte.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as identity from '#channels/xmtp/network/identity-shapes.ts';
import * as mls from '#channels/xmtp/network/mls-shapes.ts';
import { Malformed, type Shape, bytes, raw, shape, text } from '#channels/xmtp/network/protobuf.ts';

interface TheirCodec {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}

const require = createRequire(import.meta.url);
const theirs = (file: string): Record<string, TheirCodec> => {
  // Its entry for programs like this one is broken; each file by itself is not.
  return require(`${dirname(require.resolve('@xmtp/proto'))}/${file}`) as Record<string, TheirCodec>;
};
const mlsApi = theirs('mls/api/v1/mls.pb.js');
const identityApi = theirs('identity/api/v1/identity.pb.js');
const associations = theirs('identity/associations/association.pb.js');

const blob = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const number = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const kind = fc.integer({ min: 0, max: 2 });
const words = fc.string({ maxLength: 20 });
const few = <T>(each: fc.Arbitrary<T>) => fc.array(each, { maxLength: 4 });
const perhaps = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: undefined });
const paging = fc.record({ direction: kind, limit: fc.integer({ min: 0, max: 2 ** 32 - 1 }), idCursor: number });
const welcomeInput = fc.record({
  installationKey: blob,
  sealed: blob,
  hpkePublicKey: blob,
  wrapperAlgorithm: kind,
  metadata: blob,
});
const pointerInput = welcomeInput.map((input) => ({ ...input, metadata: Buffer.alloc(0) }));
const signature = fc.record({
  erc191: perhaps(fc.record({ bytes: blob })),
  erc6492: fc.constant(undefined),
  installationKey: perhaps(fc.record({ bytes: blob, publicKey: blob })),
  delegatedErc191: fc.constant(undefined),
  passkey: fc.constant(undefined),
});
const member = fc.record({
  ethereumAddress: perhaps(words),
  installationPublicKey: perhaps(blob),
  passkey: fc.constant(undefined),
});
const action = fc.record({
  createInbox: perhaps(
    fc.record({ identifier: words, nonce: number, signature: perhaps(signature), identifierKind: kind }),
  ),
  add: perhaps(
    fc.record({ member: perhaps(member), existingSignature: perhaps(signature), newSignature: perhaps(signature) }),
  ),
  revoke: perhaps(fc.record({ member: perhaps(member), recoverySignature: perhaps(signature) })),
  changeRecovery: perhaps(
    fc.record({ identifier: words, recoverySignature: perhaps(signature), identifierKind: kind }),
  ),
});
const update = fc.record({ actions: few(action), clientTimestampNs: number, inboxId: words });
const someUpdate = update.map((value) => identity.identityUpdate.encode(value));

interface Pair {
  readonly name: string;
  readonly ours: Shape<unknown>;
  readonly codec: TheirCodec | undefined;
  readonly messages: fc.Arbitrary<unknown>;
}

function pair<T>(name: string, ours: Shape<T>, codec: TheirCodec | undefined, messages: fc.Arbitrary<T>): Pair {
  return { name, ours: ours as Shape<unknown>, codec, messages };
}

const pairs: readonly Pair[] = [
  pair(
    'SendGroupMessagesRequest',
    mls.sendGroupMessagesRequest,
    mlsApi['SendGroupMessagesRequest'],
    fc.record({
      messages: few(fc.record({ v1: perhaps(fc.record({ data: blob, senderHmac: blob, shouldPush: fc.boolean() })) })),
    }),
  ),
  pair(
    'SendWelcomeMessagesRequest',
    mls.sendWelcomeMessagesRequest,
    mlsApi['SendWelcomeMessagesRequest'],
    fc.record({ messages: few(fc.record({ v1: perhaps(welcomeInput), pointer: perhaps(pointerInput) })) }),
  ),
  pair(
    'GroupMessage_V1',
    mls.groupMessageBody,
    mlsApi['GroupMessage_V1'],
    fc.record({
      groupId: blob,
      data: blob,
      senderHmac: blob,
      shouldPush: fc.boolean(),
      isCommit: fc.boolean(),
    }),
  ),
  pair('WelcomeMessage_V1', mls.welcomeBody, mlsApi['WelcomeMessage_V1'], welcomeInput),
  pair('WelcomeMessage_WelcomePointer', mls.welcomeBody, mlsApi['WelcomeMessage_WelcomePointer'], pointerInput),
  pair(
    'QueryGroupMessagesRequest',
    mls.queryRequest,
    mlsApi['QueryGroupMessagesRequest'],
    fc.record({ topic: blob, pagingInfo: perhaps(paging) }),
  ),
  pair(
    'SubscribeGroupMessagesRequest',
    mls.subscribeRequest,
    mlsApi['SubscribeGroupMessagesRequest'],
    fc.record({ filters: few(fc.record({ topic: blob, idCursor: number })) }),
  ),
  pair(
    'SubscribeWelcomeMessagesRequest',
    mls.subscribeRequest,
    mlsApi['SubscribeWelcomeMessagesRequest'],
    fc.record({ filters: few(fc.record({ topic: blob, idCursor: number })) }),
  ),
  pair(
    'FetchKeyPackagesResponse',
    mls.fetchKeyPackagesResponse,
    mlsApi['FetchKeyPackagesResponse'],
    fc.record({ keyPackages: few(fc.record({ tlsSerialized: blob })) }),
  ),
  pair('IdentityUpdate', identity.identityUpdate, associations['IdentityUpdate'], update),
  pair(
    'PublishIdentityUpdateRequest',
    identity.publishIdentityUpdateRequest,
    identityApi['PublishIdentityUpdateRequest'],
    fc.record({ update: perhaps(someUpdate) }),
  ),
  pair(
    'GetIdentityUpdatesResponse',
    identity.getIdentityUpdatesResponse,
    identityApi['GetIdentityUpdatesResponse'],
    fc.record({
      responses: few(
        fc.record({
          inboxId: words,
          updates: few(fc.record({ sequenceId: number, serverTimestampNs: number, update: perhaps(someUpdate) })),
        }),
      ),
    }),
  ),
  pair(
    'GetInboxIdsResponse',
    identity.getInboxIdsResponse,
    identityApi['GetInboxIdsResponse'],
    fc.record({
      responses: few(fc.record({ identifier: words, inboxId: perhaps(words), identifierKind: kind })),
    }),
  ),
];

function outcome(attempt: () => unknown): string {
  try {
    attempt();
    return 'read';
  } catch (error) {
    return error instanceof Malformed ? 'Malformed' : String(error);
  }
}

describe('a message of the XMTP API', () => {
  test.each(pairs)('$name reads and writes as XMTP itself does', ({ ours, codec, messages }) => {
    if (!codec) throw new Error('XMTP publishes no such codec');
    fc.assert(
      fc.property(messages, (message) => {
        const written = ours.encode(message as object);
        const back = Buffer.from(codec.encode(codec.decode(written)).finish());
        expect(back).toEqual(written);
        expect(ours.decode(back)).toEqual(message);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps a nested message as it came, fields nobody here knows included', () => {
    const newer = shape({ known: text(1), unheardOf: bytes(99) });
    const nested = newer.encode({ known: 'a', unheardOf: Buffer.from('b') });
    const outer = shape({ inner: raw(1) });
    expect(outer.decode(outer.encode({ inner: nested })).inner).toEqual(nested);
  });

  test('that is none is Malformed, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...pairs), (noise, { ours }) => {
        expect(['read', 'Malformed']).toContain(outcome(() => ours.decode(noise)));
      }),
      { numRuns: 500 },
    );
  });
});
