/**
 * The messages of `xmtp.identity`: updates of an inbox, the signatures in them, and the API that publishes and lists
 * them. Field numbers are XMTP's. A signature of a kind this network cannot verify is still told apart.
 */
import { type Read, bool, bytes, many, one, optionalText, raw, shape, text, uint32, uint64 } from './protobuf.ts';

/** 0 is how old clients say Ethereum. */
export const [unspecifiedKind, ethereumKind] = [0, 1] as const;

const signature = shape({
  erc191: one(1, shape({ bytes: bytes(1) })),
  erc6492: raw(2),
  installationKey: one(3, shape({ bytes: bytes(1), publicKey: bytes(2) })),
  delegatedErc191: raw(4),
  passkey: raw(5),
});

const memberIdentifier = shape({ ethereumAddress: optionalText(1), installationPublicKey: raw(2), passkey: raw(3) });

const action = shape({
  createInbox: one(
    1,
    shape({ identifier: text(1), nonce: uint64(2), signature: one(3, signature), identifierKind: uint32(4) }),
  ),
  add: one(
    2,
    shape({
      member: one(1, memberIdentifier),
      existingSignature: one(2, signature),
      newSignature: one(3, signature),
    }),
  ),
  revoke: one(3, shape({ member: one(1, memberIdentifier), recoverySignature: one(2, signature) })),
  changeRecovery: one(
    4,
    shape({ identifier: text(1), recoverySignature: one(2, signature), identifierKind: uint32(3) }),
  ),
});

export const identityUpdate = shape({ actions: many(1, action), clientTimestampNs: uint64(2), inboxId: text(3) });

export type Signature = Read<typeof signature>;
export type MemberIdentifier = Read<typeof memberIdentifier>;
export type IdentityAction = Read<typeof action>;
export type IdentityUpdate = Read<typeof identityUpdate>;

/** The update as its author wrote it, byte for byte. */
export const publishIdentityUpdateRequest = shape({ update: raw(1) });

export const getIdentityUpdatesRequest = shape({
  requests: many(1, shape({ inboxId: text(1), sequenceId: uint64(2) })),
});
export const getIdentityUpdatesResponse = shape({
  responses: many(
    1,
    shape({
      inboxId: text(1),
      updates: many(2, shape({ sequenceId: uint64(1), serverTimestampNs: uint64(2), update: raw(3) })),
    }),
  ),
});

export const getInboxIdsRequest = shape({
  requests: many(1, shape({ identifier: text(1), identifierKind: uint32(2) })),
});
export const getInboxIdsResponse = shape({
  responses: many(1, shape({ identifier: text(1), inboxId: optionalText(2), identifierKind: uint32(3) })),
});

export const verifySmartContractRequest = shape({ signatures: many(1, shape({ accountId: text(1) })) });
export const verifySmartContractResponse = shape({
  responses: many(1, shape({ isValid: bool(1), error: optionalText(3) })),
});
