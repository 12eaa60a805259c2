/**
 * Many rows through one statement: what a call into SQLite costs by itself is a third of a narrow row.
 */
import type { Db } from './file.ts';

export type Value = string | number | null;

/** Sixteen measured best: longer statements are slower again for all but the narrowest rows. */
const usualRows = 16;

/** Runs a statement for rows given flat, some at a time. `row` is one row of it, and `sql` makes it of several. */
export function bulk(
  db: Db,
  row: string,
  sql: (rows: string) => string,
  rowsAtOnce = usualRows,
): (values: readonly Value[]) => void {
  const columns = row.split('?').length - 1;
  const many = db.prepare<[readonly Value[]]>(sql(Array(rowsAtOnce).fill(row).join(',')));
  const one = db.prepare<[readonly Value[]]>(sql(row));
  const width = rowsAtOnce * columns;
  return (values) => {
    let at = 0;
    for (; at + width <= values.length; at += width) {
      many.run(at === 0 && values.length === width ? values : values.slice(at, at + width));
    }
    for (; at < values.length; at += columns) one.run(values.slice(at, at + columns));
  };
}
