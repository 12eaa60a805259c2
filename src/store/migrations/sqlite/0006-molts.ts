/**
 * Wallets with the profiles of their accounts, and the groups that molts coordinate in. A handle is unique and stays;
 * `found` is what a search looks in: handle and name, folded to one case where the code says how.
 */
export const molts = `
CREATE TABLE wallets (
  number INTEGER PRIMARY KEY,
  account INTEGER NOT NULL UNIQUE,
  address TEXT NOT NULL UNIQUE,
  inbox_id TEXT,
  wrapped_key TEXT NOT NULL,
  wrapped_database_key TEXT NOT NULL,
  handle TEXT UNIQUE,
  name TEXT,
  description TEXT,
  x_url TEXT,
  github_url TEXT,
  website_url TEXT,
  found TEXT,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX registered_wallets ON wallets (number) WHERE handle IS NOT NULL;

CREATE TABLE molt_groups (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  owner INTEGER NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  x_url TEXT,
  github_url TEXT,
  website_url TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE molt_group_members (
  number INTEGER PRIMARY KEY,
  molt_group INTEGER NOT NULL,
  account INTEGER NOT NULL,
  joined_at_ms INTEGER NOT NULL,
  UNIQUE (molt_group, account)
) STRICT;
`;
