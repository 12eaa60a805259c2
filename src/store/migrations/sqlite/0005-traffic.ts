/** When each connection last carried something, by its configured name: written about once a minute, never searched. */
export const traffic = `
CREATE TABLE connection_traffic (
  connection TEXT PRIMARY KEY,
  last_inbound_at_ms INTEGER,
  last_outbound_at_ms INTEGER
) STRICT, WITHOUT ROWID;
`;
