// Migrations that were released: a database remembers what made it, and does not open where that text is another. So
// each keeps its text for ever, and a change of the schema is a migration of its own, with a line of its own here.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { migrations as postgres } from '#store/migrations/postgres/all.ts';
import { migrations as sqlite } from '#store/migrations/sqlite/all.ts';

/** Of the meaning, as databases keep it: white space does not count. */
const sumOf = (sql: string): string =>
  createHash('sha256').update(sql.replaceAll(/\s+/g, ' ').trim()).digest('hex').slice(0, 12);

test.each([
  [
    'SQLite',
    sqlite,
    [
      '1d55fe5234a5',
      '67bd56366c6b',
      'f7831a639925',
      'a20a3c32841c',
      '50c42c47a401',
      '7edb42e01b27',
      '75b8e9437097',
      'dec09076204f',
    ],
  ],
  ['PostgreSQL', postgres, ['12ec22a46cb6', '26ce15a71bb6', '2829943adf00']],
])('the released migrations of %s keep their text', (_engine, migrations, released) => {
  expect(migrations.map(sumOf)).toEqual(released);
});
