/**
 * The idempotency keys of groups, as on SQLite.
 */
export const groupKeys = `
CREATE TABLE group_keys (
  account int8 NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  network_key text NOT NULL,
  group_id text,
  at_ms int8 NOT NULL,
  PRIMARY KEY (account, key)
);
CREATE INDEX group_keys_by_age ON group_keys (at_ms);
`;
