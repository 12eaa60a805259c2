/**
 * What this network takes at once, and what an inbox may have for ever. The inbox's limits are XMTP's own, which its
 * clients keep too; the others are ours, wide enough for any client that means well.
 */

/** Both directions: the largest message XMTP's clients receive, with room for its envelope. */
export const maxFrameBytes = 25 * 1024 * 1024;
/** Answers stay below that, envelope and all. */
export const maxPageBytes = 20 * 1024 * 1024;
export const maxPageMessages = 100;

export const maxMessageBytes = 10 * 1024 * 1024;
export const maxKeyPackageBytes = 64 * 1024;
export const maxIdentityUpdateBytes = 256 * 1024;
export const maxCommitLogBytes = 64 * 1024;

export const maxGroupMessages = 1_000;
export const maxWelcomes = 5_000;
export const maxKeys = 5_000;
export const maxInboxes = 2_000;
export const maxCommitLogPublishes = 10;
export const maxCommitLogQueries = 20;
export const maxFilters = 20_000;
/** Open subscriptions of one address. */
export const maxStreams = 5_000;

export const maxUpdates = 256;
export const maxInstallations = 10;
export const maxActions = 100;
export const maxGroupIdBytes = 128;
export const installationKeyBytes = 32;

export const defaultPublishesPerMinute = 300_000;
