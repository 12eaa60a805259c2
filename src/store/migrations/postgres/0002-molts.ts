/**
 * Wallets with the profiles of their accounts, and the groups that molts coordinate in, as on SQLite. A wallet's number
 * is counted by the writer, because those that a sequence gives have gaps.
 */
export const molts = `
CREATE TABLE wallets (
  number int8 PRIMARY KEY,
  account int8 NOT NULL UNIQUE,
  address text COLLATE "C" NOT NULL UNIQUE,
  inbox_id text,
  wrapped_key text NOT NULL,
  wrapped_database_key text NOT NULL,
  handle text COLLATE "C" UNIQUE,
  name text,
  description text,
  x_url text,
  github_url text,
  website_url text,
  found text COLLATE "C",
  created_at_ms int8 NOT NULL
);
CREATE INDEX registered_wallets ON wallets (number) WHERE handle IS NOT NULL;

CREATE TABLE molt_groups (
  number int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  owner int8 NOT NULL,
  title text NOT NULL,
  description text NOT NULL,
  x_url text,
  github_url text,
  website_url text,
  created_at_ms int8 NOT NULL,
  updated_at_ms int8 NOT NULL
);
CREATE TABLE molt_group_members (
  number int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  molt_group int8 NOT NULL,
  account int8 NOT NULL,
  joined_at_ms int8 NOT NULL,
  UNIQUE (molt_group, account)
);
`;
