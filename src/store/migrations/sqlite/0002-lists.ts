/**
 * What lists are answered from: a second account of messages and conversations, sorted by account, kept only for
 * accounts that ever asked for a list. `listings.seq` is how far along its log an account's was brought; nothing on the
 * way of a message writes here. Newest first is the order of every tree, because that is how pages are mostly read.
 */
export const lists = `
CREATE TABLE listings (account INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;

CREATE TABLE listed_messages (
  account INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  message INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  direction INTEGER NOT NULL,
  channel TEXT NOT NULL,
  status INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  PRIMARY KEY (account, created_at_ms DESC, message DESC)
) STRICT, WITHOUT ROWID;
CREATE INDEX listed_by_conversation ON listed_messages (account, conversation, created_at_ms DESC, message DESC);
CREATE INDEX listed_by_status ON listed_messages (account, status, created_at_ms DESC, message DESC);
CREATE INDEX listed_by_channel ON listed_messages (account, channel, created_at_ms DESC, message DESC);
CREATE INDEX listed_by_update ON listed_messages (account, updated_at_ms DESC, created_at_ms DESC, message DESC);

CREATE TABLE listed_conversations (
  account INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  channel TEXT NOT NULL,
  status INTEGER NOT NULL,
  archived_seq INTEGER NOT NULL,
  message_count INTEGER NOT NULL,
  last_message_at_ms INTEGER,
  updated_at_ms INTEGER NOT NULL,
  PRIMARY KEY (account, created_at_ms DESC, conversation DESC)
) STRICT, WITHOUT ROWID;
CREATE INDEX chats_by_status ON listed_conversations (account, status, created_at_ms DESC, conversation DESC);
CREATE INDEX chats_by_channel ON listed_conversations (account, channel, created_at_ms DESC, conversation DESC);
CREATE INDEX chats_by_update ON listed_conversations (account, updated_at_ms DESC, created_at_ms DESC, conversation DESC);
CREATE INDEX chats_by_last ON listed_conversations
  (account, last_message_at_ms DESC, created_at_ms DESC, conversation DESC);
CREATE INDEX chats_by_count ON listed_conversations
  (account, message_count DESC, created_at_ms DESC, conversation DESC);

CREATE TABLE listed_events (
  account INTEGER NOT NULL,
  message INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (account, message, seq)
) STRICT, WITHOUT ROWID;
`;
