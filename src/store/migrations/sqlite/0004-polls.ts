/**
 * Votes on our polls, and of each conversation the newest poll that went as text, where a reply counts as a vote.
 */
export const polls = `
CREATE TABLE votes (
  number INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  message INTEGER NOT NULL,
  sender TEXT NOT NULL,
  options TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX votes_of_message ON votes (message, number);
CREATE TABLE text_polls (
  conversation INTEGER PRIMARY KEY,
  message INTEGER NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX vote_events ON events (account, seq) WHERE kind = 4;
`;
