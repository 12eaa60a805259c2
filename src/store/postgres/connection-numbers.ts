/**
 * Connections as rows know them: by a number of their own. They are few, so all of them are in memory.
 */
import { connectionId, type ConnectionId } from '#core/ids.ts';
import type { Batch } from './batch.ts';
import type { Sql } from './sql.ts';

export interface ConnectionNumbers {
  load(sql: Sql): Promise<void>;
  number(id: ConnectionId): number | undefined;
  name(no: number): ConnectionId;
  /** The number of a connection; a new one gets its own, inside a batch. */
  mint(batch: Batch, id: ConnectionId): Promise<number>;
  forget(): void;
}

const selectConnections = 'SELECT no, name FROM connections';
const insertConnection = 'INSERT INTO connections (name) VALUES ($1) RETURNING no';

/** Connections are few: all of them are in memory. */
export function connectionNumbers(): ConnectionNumbers {
  const numbers = new Map<ConnectionId, number>();
  const names = new Map<number, ConnectionId>();
  const remember = (no: number, id: ConnectionId) => {
    numbers.set(id, no);
    names.set(no, id);
    return no;
  };
  const load = async (sql: Sql) => {
    if (numbers.size > 0) return;
    for (const { no, name } of await sql.rows<{ no: number; name: string }>(selectConnections)) {
      remember(no, connectionId(name));
    }
  };
  return {
    load,
    number: (id) => numbers.get(id),
    name(no) {
      const id = names.get(no);
      if (id === undefined) throw new Error(`no connection has the number ${no}`);
      return id;
    },
    async mint(batch, id) {
      const known = numbers.get(id);
      if (known !== undefined) return known;
      const [row] = await batch.sql.rows<{ no: number }>(insertConnection, [id]);
      if (!row) throw new Error('a connection just numbered is not there');
      return remember(row.no, id);
    },
    forget() {
      numbers.clear();
      names.clear();
    },
  };
}
