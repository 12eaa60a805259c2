/**
 * Webhook endpoints and their delivery log. A delivery's number rises with its event, so the log is read from its own
 * tree; only what waits has an index, because most deliveries are written once, delivered.
 */
export const webhooks = `
CREATE TABLE webhooks (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  state TEXT NOT NULL,
  state_reason TEXT,
  secrets TEXT NOT NULL,
  cursor_seq INTEGER NOT NULL,
  failing_since_ms INTEGER,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_of_account ON webhooks (account, id);

CREATE TABLE webhook_deliveries (
  webhook INTEGER NOT NULL,
  number INTEGER NOT NULL,
  event TEXT NOT NULL,
  type TEXT NOT NULL,
  seq INTEGER,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  response_status INTEGER,
  error TEXT,
  created_at_ms INTEGER NOT NULL,
  last_attempt_at_ms INTEGER,
  next_attempt_at_ms INTEGER,
  body TEXT,
  PRIMARY KEY (webhook, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_deliveries ON webhook_deliveries (webhook, next_attempt_at_ms) WHERE state = 'waiting';
CREATE INDEX failed_deliveries ON webhook_deliveries (webhook, number) WHERE state = 'failed';
`;
