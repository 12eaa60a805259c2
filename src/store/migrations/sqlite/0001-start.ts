/**
 * The first tables. Ids are strictly rising integers, so messages append at the right edge; whatever must be found by
 * a random text (idempotency keys, remote ids, provider event ids) has a narrow tree of its own. The numbers behind
 * `status`, `state`, `kind` and `direction` are in store/rules/codes.ts. A null thread is stored as ''. The newest event
 * of an account is never deleted: its seq is where the account's log goes on.
 */
export const start = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('epoch', 1), ('swept_keys_to', 0), ('keys_written_to', 0), ('born_from', 0), ('checked_at_ms', 0),
  ('key_seed', abs(random() % 2147483647));

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  plan TEXT NOT NULL,
  state TEXT NOT NULL,
  unknown_policy TEXT NOT NULL,
  default_channel TEXT,
  outbound TEXT,
  retention_days INTEGER,
  created_at_ms INTEGER NOT NULL,
  trial_ends_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX one_owner ON accounts (kind) WHERE kind = 'owner';

CREATE TABLE usage (
  account INTEGER NOT NULL,
  month_start_ms INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY (account, month_start_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER,
  revoked_at_ms INTEGER
) STRICT;
CREATE INDEX keys_of_account ON keys (account, id);

CREATE TABLE routes (
  phone_number TEXT PRIMARY KEY,
  account INTEGER NOT NULL,
  is_primary INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX routes_of_account ON routes (account, number);

CREATE TABLE connections (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE provisional_routes (
  address TEXT NOT NULL,
  connection_no INTEGER NOT NULL,
  line TEXT NOT NULL,
  account INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  PRIMARY KEY (address, connection_no, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversations (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  connection_no INTEGER NOT NULL,
  line TEXT NOT NULL,
  channel TEXT NOT NULL,
  is_group INTEGER NOT NULL,
  peer_key TEXT NOT NULL,
  participants TEXT NOT NULL,
  remote_chat TEXT,
  thread TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  newest_message INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX conversation_key ON conversations (connection_no, line, peer_key, account, thread);
CREATE INDEX conversation_chat ON conversations (connection_no, line, remote_chat) WHERE remote_chat IS NOT NULL;

CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  direction INTEGER NOT NULL,
  status INTEGER NOT NULL,
  channel TEXT NOT NULL,
  sender TEXT NOT NULL,
  parts TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER,
  sent_at_ms INTEGER,
  remote_id TEXT,
  error TEXT,
  reply_to INTEGER,
  leaves TEXT,
  key_action TEXT,
  key TEXT,
  fingerprint TEXT,
  body TEXT,
  expires_at_ms INTEGER
) STRICT;
CREATE INDEX inbound_of_conversation ON messages (conversation, id) WHERE direction = 1;

CREATE TABLE commands (
  conversation INTEGER NOT NULL,
  id INTEGER NOT NULL,
  account INTEGER NOT NULL,
  connection_no INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  state INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  maybe_sent INTEGER NOT NULL DEFAULT 0,
  first_sent_at_ms INTEGER,
  not_before_ms INTEGER DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  next_chunk INTEGER NOT NULL DEFAULT 0,
  chunk_count INTEGER NOT NULL,
  channel TEXT,
  body TEXT NOT NULL,
  PRIMARY KEY (conversation, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  account INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  ts_us INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  detail INTEGER NOT NULL,
  message INTEGER NOT NULL,
  PRIMARY KEY (account, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX received_events ON events (account, seq) WHERE kind = 1;
CREATE INDEX reaction_events ON events (account, seq) WHERE kind = 3;

-- Of one commit each: [[account, seq, ts_us, kind, detail, message], ...].
CREATE TABLE event_tail (no INTEGER PRIMARY KEY, rows TEXT NOT NULL) STRICT;
CREATE VIEW fresh_events AS
  SELECT t.no AS no, r.key AS at, r.value ->> 0 AS account, r.value ->> 1 AS seq, r.value ->> 2 AS ts_us,
    r.value ->> 3 AS kind, r.value ->> 4 AS detail, r.value ->> 5 AS message
  FROM event_tail t JOIN json_each(t.rows) r;
CREATE VIEW event_log AS
  SELECT account, seq, ts_us, kind, detail, message FROM events
  UNION ALL
  SELECT account, seq, ts_us, kind, detail, message FROM fresh_events f
  WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.account = f.account AND e.seq = f.seq);

CREATE TABLE key_eras (era INTEGER PRIMARY KEY, keys INTEGER NOT NULL, newest INTEGER NOT NULL) STRICT;

CREATE TABLE idempotency (
  era INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  message INTEGER NOT NULL,
  PRIMARY KEY (era, hash, message)
) STRICT, WITHOUT ROWID;

CREATE TABLE remote_ids (
  connection_no INTEGER NOT NULL,
  remote_id TEXT NOT NULL,
  remote_chat TEXT NOT NULL,
  message INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  PRIMARY KEY (connection_no, remote_id, remote_chat)
) STRICT, WITHOUT ROWID;

CREATE TABLE parked_receipts (
  no INTEGER PRIMARY KEY,
  connection_no INTEGER NOT NULL,
  remote_id TEXT NOT NULL,
  remote_chat TEXT NOT NULL,
  recipient TEXT NOT NULL,
  status TEXT NOT NULL,
  error TEXT,
  at_ms INTEGER NOT NULL,
  UNIQUE (connection_no, remote_id, remote_chat, recipient, status)
) STRICT;

CREATE TABLE inbox (
  no INTEGER PRIMARY KEY,
  connection_no INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  UNIQUE (connection_no, event_id)
) STRICT;

CREATE TABLE reactions (
  number INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  message INTEGER NOT NULL,
  sender TEXT NOT NULL,
  reaction_type TEXT NOT NULL,
  added INTEGER NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  body TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX reports_of_account ON reports (account, at_ms);
`;
