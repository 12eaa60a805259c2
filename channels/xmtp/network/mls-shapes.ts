/**
 * The messages of `xmtp.mls.api.v1`, the part of XMTP's API that carries key packages, welcomes, group messages and the
 * commit log. Field numbers are XMTP's. Only what this network reads is spelt out; the rest passes through as bytes.
 */
import { bool, bytes, many, manyBytes, one, raw, shape, uint32, uint64 } from './protobuf.ts';

export const [ascending, descending] = [1, 2] as const;

export const nothing = shape({});

const pagingInfo = shape({ direction: uint32(1), limit: uint32(2), idCursor: uint64(3) });

const keyPackage = shape({ tlsSerialized: bytes(1) });
export const uploadKeyPackageRequest = shape({ keyPackage: one(1, keyPackage) });
export const fetchKeyPackagesRequest = shape({ installationKeys: manyBytes(1) });
export const fetchKeyPackagesResponse = shape({ keyPackages: many(1, keyPackage) });

const groupMessageInputV1 = shape({ data: bytes(1), senderHmac: bytes(2), shouldPush: bool(3) });
export const sendGroupMessagesRequest = shape({ messages: many(1, shape({ v1: one(1, groupMessageInputV1) })) });

/** What is kept of a group message; its id and time are written in front of it when it is read. */
export const groupMessageBody = shape({
  groupId: bytes(3),
  data: bytes(4),
  senderHmac: bytes(5),
  shouldPush: bool(6),
  isCommit: bool(7),
});

const welcomeInput = {
  installationKey: bytes(1),
  sealed: bytes(2),
  hpkePublicKey: bytes(3),
  wrapperAlgorithm: uint32(4),
  metadata: bytes(7),
};
export const sendWelcomeMessagesRequest = shape({
  messages: many(1, shape({ v1: one(1, shape(welcomeInput)), pointer: one(2, shape(welcomeInput)) })),
});

/** What is kept of a welcome, or of a pointer to one, which has no metadata. */
export const welcomeBody = shape({
  installationKey: bytes(3),
  sealed: bytes(4),
  hpkePublicKey: bytes(5),
  wrapperAlgorithm: uint32(6),
  metadata: bytes(7),
});

/** Id and time of an entry as every message of this API begins. */
export const stamp = shape({ id: uint64(1), createdNs: uint64(2) });
export const groupMessage = shape({ v1: raw(1) });
export const welcome = shape({ v1: raw(1), pointer: raw(2) });

export const queryRequest = shape({ topic: bytes(1), pagingInfo: one(2, pagingInfo) });
export const queryResponse = shape({ messages: manyBytes(1), pagingInfo: one(2, pagingInfo) });
export const subscribeRequest = shape({ filters: many(1, shape({ topic: bytes(1), idCursor: uint64(2) })) });

export const newestRequest = shape({ groupIds: manyBytes(1), includeContent: bool(2) });
export const newestResponse = shape({ responses: many(1, shape({ message: raw(1) })) });

export const batchPublishCommitLogRequest = shape({
  requests: many(1, shape({ groupId: bytes(1), entry: bytes(2), signature: raw(3) })),
});
/** What is kept of an entry of the commit log. */
export const commitLogBody = shape({ entry: bytes(2), signature: raw(3) });
export const sequenceStamp = shape({ sequenceId: uint64(1) });
export const batchQueryCommitLogRequest = shape({ requests: many(1, queryRequest) });
export const batchQueryCommitLogResponse = shape({
  responses: many(1, shape({ groupId: bytes(1), entries: manyBytes(2), pagingInfo: one(3, pagingInfo) })),
});
