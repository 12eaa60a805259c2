/**
 * Many rows through one statement, as one array a column: what a journey to the database costs is the same for one row
 * and for a thousand.
 */
import type { Scalar, Sql } from './sql.ts';

export type Columns = Readonly<Record<string, 'int8' | 'int4' | 'int2' | 'text' | 'bool'>>;
export type Rows = readonly (readonly Scalar[])[];

/** The rows as a relation, for the FROM of any statement: `unnest($1::int8[], …)`. */
export function relation(columns: Columns): string {
  return `unnest(${Object.values(columns)
    .map((type, at) => `$${at + 1}::${type}[]`)
    .join(', ')})`;
}

/** Inserts rows given in the order of the columns. */
export function bulkInsert(table: string, columns: Columns, conflict = ''): (sql: Sql, rows: Rows) => Promise<void> {
  const names = Object.keys(columns);
  const statement = `INSERT INTO ${table} (${names.join(', ')}) SELECT * FROM ${relation(columns)} ${conflict}`;
  return async (sql, rows) => {
    if (rows.length > 0) await sql.run(statement, turned(rows, names.length));
  };
}

/** Updates rows found by the first columns, so many as `keys` says. */
export function bulkUpdate(table: string, columns: Columns, keys = 1): (sql: Sql, rows: Rows) => Promise<void> {
  const names = Object.keys(columns);
  const sets = names.slice(keys).map((name) => `${name} = n.${name}`);
  const matches = names.slice(0, keys).map((name) => `o.${name} = n.${name}`);
  const statement = `UPDATE ${table} o SET ${sets.join(', ')}
    FROM ${relation(columns)} AS n (${names.join(', ')}) WHERE ${matches.join(' AND ')}`;
  return async (sql, rows) => {
    if (rows.length > 0) await sql.run(statement, turned(rows, names.length));
  };
}

/** Rows as columns. */
export function turned(rows: Rows, width: number): Scalar[][] {
  return Array.from({ length: width }, (_, at) => rows.map((row) => row[at] ?? null));
}
