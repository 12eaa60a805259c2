/**
 * The whole log, its tail included, read without a view between: nothing else asks which of the tail is fresh.
 */
export const eventLog = `
DROP VIEW event_log;
DROP VIEW fresh_events;
CREATE VIEW event_log AS
  SELECT account, seq, ts_us, kind, detail, message FROM events
  UNION ALL
  SELECT r.value ->> 0 AS account, r.value ->> 1 AS seq, r.value ->> 2, r.value ->> 3, r.value ->> 4, r.value ->> 5
  FROM event_tail t JOIN json_each(t.rows) r
  WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.account = r.value ->> 0 AND e.seq = r.value ->> 1);
`;
