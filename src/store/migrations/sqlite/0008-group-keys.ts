/**
 * The idempotency keys of groups. A row outlives its group, and is forgotten by its age.
 */
export const groupKeys = `
CREATE TABLE group_keys (
  account INTEGER NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  network_key TEXT NOT NULL,
  group_id TEXT,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_keys_by_age ON group_keys (at_ms);
`;
