/**
 * The first tables. Ids are strictly rising integers, as on SQLite; the numbers behind `status`, `state`, `kind` and
 * `direction` are in store/rules/codes.ts. Columns that a message changes on its way are in no index and no index's
 * condition, so that PostgreSQL changes its row in place. Texts of others that are looked up stand in the index as
 * store/postgres/text.ts makes them. A null thread is stored as ''. The newest event of an account is never deleted: its
 * seq is where the account's log goes on.
 */
export const start = `
CREATE TABLE meta (name text PRIMARY KEY, value int8 NOT NULL) WITH (fillfactor = 50);
INSERT INTO meta VALUES ('epoch', 1), ('batch', 0), ('checked_at_ms', 0);
CREATE TABLE home (place text NOT NULL);

CREATE TABLE accounts (
  id int8 PRIMARY KEY,
  kind text NOT NULL,
  name text NOT NULL,
  plan text NOT NULL,
  state text NOT NULL,
  unknown_policy text NOT NULL,
  default_channel text,
  outbound text,
  retention_days int8,
  created_at_ms int8 NOT NULL,
  trial_ends_at_ms int8
);
CREATE UNIQUE INDEX one_owner ON accounts (kind) WHERE kind = 'owner';

CREATE TABLE usage (
  account int8 NOT NULL,
  month_start_ms int8 NOT NULL,
  messages int8 NOT NULL,
  PRIMARY KEY (account, month_start_ms)
) WITH (fillfactor = 50);

CREATE TABLE keys (
  id int8 PRIMARY KEY,
  account int8 NOT NULL,
  hash text COLLATE "C" NOT NULL UNIQUE,
  name text NOT NULL,
  prefix text NOT NULL,
  scopes text NOT NULL,
  created_at_ms int8 NOT NULL,
  last_used_at_ms int8,
  revoked_at_ms int8
);
CREATE INDEX keys_of_account ON keys (account, id);

CREATE TABLE routes (
  phone_number text COLLATE "C" PRIMARY KEY,
  account int8 NOT NULL,
  is_primary bool NOT NULL,
  created_at_ms int8 NOT NULL,
  number int8 GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX routes_of_account ON routes (account, number);

CREATE TABLE connections (no int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE);

CREATE TABLE provisional_routes (
  address text COLLATE "C" NOT NULL,
  connection_no int8 NOT NULL,
  line text COLLATE "C" NOT NULL,
  account int8 NOT NULL,
  expires_at_ms int8 NOT NULL,
  PRIMARY KEY (address, connection_no, line)
) WITH (fillfactor = 80);

CREATE TABLE conversations (
  id int8 PRIMARY KEY,
  account int8 NOT NULL,
  connection_no int8 NOT NULL,
  line text NOT NULL,
  line_key text COLLATE "C" NOT NULL,
  channel text COLLATE "C" NOT NULL,
  is_group bool NOT NULL,
  peer_key text COLLATE "C" NOT NULL,
  participants text NOT NULL,
  remote_chat text,
  chat_key text COLLATE "C",
  thread text NOT NULL,
  thread_key text COLLATE "C" NOT NULL,
  created_at_ms int8 NOT NULL,
  newest_message int8 NOT NULL,
  status int2 NOT NULL,
  message_count int8 NOT NULL,
  last_message_at_ms int8,
  updated_at_ms int8 NOT NULL
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX conversation_key ON conversations (connection_no, line_key, peer_key, account, thread_key);
CREATE INDEX conversation_chat ON conversations (connection_no, line_key, chat_key) WHERE chat_key IS NOT NULL;
CREATE INDEX conversations_of_account ON conversations (account, created_at_ms DESC, id DESC);

CREATE TABLE messages (
  id int8 PRIMARY KEY,
  account int8 NOT NULL,
  conversation int8 NOT NULL,
  direction int2 NOT NULL,
  status int2 NOT NULL,
  is_erased bool NOT NULL DEFAULT false,
  channel text COLLATE "C" NOT NULL,
  sender text NOT NULL,
  parts text NOT NULL,
  created_at_ms int8 NOT NULL,
  updated_at_ms int8 NOT NULL,
  sent_at_ms int8,
  remote_id text,
  error text,
  reply_to int8,
  leaves text
) WITH (fillfactor = 75);
CREATE INDEX messages_of_account ON messages (account, created_at_ms DESC, id DESC) WHERE NOT is_erased;
CREATE INDEX messages_of_conversation ON messages (conversation, created_at_ms DESC, id DESC) WHERE NOT is_erased;
CREATE INDEX inbound_of_conversation ON messages (conversation, id) WHERE direction = 1;

CREATE TABLE commands (
  conversation int8 NOT NULL,
  id int8 NOT NULL,
  account int8 NOT NULL,
  connection_no int8 NOT NULL,
  kind int2 NOT NULL,
  state int2 NOT NULL,
  fence int8 NOT NULL,
  attempt int8 NOT NULL,
  maybe_sent bool NOT NULL,
  first_sent_at_ms int8,
  not_before_ms int8,
  created_at_ms int8 NOT NULL,
  expires_at_ms int8 NOT NULL,
  next_chunk int8 NOT NULL,
  chunk_count int8 NOT NULL,
  channel text,
  body text NOT NULL,
  PRIMARY KEY (conversation, id)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE events (
  account int8 NOT NULL,
  seq int8 NOT NULL,
  ts_us int8 NOT NULL,
  kind int2 NOT NULL,
  detail int8 NOT NULL,
  message int8 NOT NULL,
  PRIMARY KEY (account, seq)
);
CREATE INDEX events_of_message ON events (message, seq);
CREATE INDEX received_events ON events (account, seq) WHERE kind = 1;
CREATE INDEX reaction_events ON events (account, seq) WHERE kind = 3;
CREATE INDEX vote_events ON events (account, seq) WHERE kind = 4;

CREATE TABLE idempotency (
  account int8 NOT NULL,
  action text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  message int8 NOT NULL,
  fingerprint text NOT NULL,
  at_ms int8 NOT NULL,
  PRIMARY KEY (account, action, key)
);
CREATE INDEX idempotency_by_age ON idempotency USING brin (at_ms) WITH (pages_per_range = 32);

CREATE TABLE remote_ids (
  connection_no int8 NOT NULL,
  remote_id text COLLATE "C" NOT NULL,
  remote_chat text COLLATE "C" NOT NULL,
  message int8 NOT NULL,
  conversation int8 NOT NULL,
  PRIMARY KEY (connection_no, remote_id, remote_chat)
);

CREATE TABLE parked_receipts (
  no int8 PRIMARY KEY,
  connection_no int8 NOT NULL,
  remote_id text NOT NULL,
  remote_chat text NOT NULL,
  recipient text,
  status text NOT NULL,
  error text,
  at_ms int8 NOT NULL
);

CREATE TABLE inbox (
  connection_no int8 NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  at_ms int8 NOT NULL,
  PRIMARY KEY (connection_no, event_id)
);
CREATE INDEX inbox_by_age ON inbox USING brin (at_ms) WITH (pages_per_range = 32);

CREATE TABLE reactions (
  number int8 PRIMARY KEY,
  account int8 NOT NULL,
  message int8 NOT NULL,
  sender text NOT NULL,
  reaction_type text NOT NULL,
  added bool NOT NULL,
  at_ms int8 NOT NULL
);

CREATE TABLE votes (
  number int8 PRIMARY KEY,
  account int8 NOT NULL,
  message int8 NOT NULL,
  sender text NOT NULL,
  options text NOT NULL,
  at_ms int8 NOT NULL
);
CREATE INDEX votes_of_message ON votes (message, number);
CREATE TABLE text_polls (conversation int8 PRIMARY KEY, message int8 NOT NULL, at_ms int8 NOT NULL);

CREATE TABLE reports (id int8 PRIMARY KEY, account int8 NOT NULL, body text NOT NULL, at_ms int8 NOT NULL);
CREATE INDEX reports_of_account ON reports (account, at_ms);

CREATE TABLE connection_traffic (
  connection text COLLATE "C" PRIMARY KEY,
  last_inbound_at_ms int8,
  last_outbound_at_ms int8
);

CREATE TABLE webhooks (
  id int8 PRIMARY KEY,
  account int8 NOT NULL,
  url text NOT NULL,
  events text NOT NULL,
  state text NOT NULL,
  state_reason text,
  secrets text NOT NULL,
  cursor_seq int8 NOT NULL,
  failing_since_ms int8,
  created_at_ms int8 NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX webhooks_of_account ON webhooks (account, id);

CREATE TABLE webhook_deliveries (
  webhook int8 NOT NULL,
  number int8 NOT NULL,
  event text NOT NULL,
  type text NOT NULL,
  seq int8,
  state text NOT NULL,
  attempts int8 NOT NULL,
  response_status int8,
  error text,
  created_at_ms int8 NOT NULL,
  last_attempt_at_ms int8,
  next_attempt_at_ms int8,
  body text,
  PRIMARY KEY (webhook, number)
);
CREATE INDEX waiting_deliveries ON webhook_deliveries (webhook, next_attempt_at_ms) WHERE state = 'waiting';
CREATE INDEX failed_deliveries ON webhook_deliveries (webhook, number) WHERE state = 'failed';
`;
