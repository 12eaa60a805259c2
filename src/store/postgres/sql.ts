/**
 * How this engine talks to PostgreSQL: texts and numbers in, rows out, nothing else. Every text is bound, never pasted
 * into a statement; numbers come back as numbers, because no number of ours is beyond what those hold. What a driver of
 * a broken connection throws is told apart from what the database itself refuses.
 */
import pg from 'pg';
import { decodeText, encodeText } from './text.ts';

export type Scalar = string | number | boolean | null;
export type Value = Scalar | readonly Scalar[];

export interface Sql {
  rows<Row>(text: string, values?: readonly Value[]): Promise<Row[]>;
  /** Answers how many rows it touched. */
  run(text: string, values?: readonly Value[]): Promise<number>;
  /** As `rows`, for a statement that is put together and may never come again: it is not kept prepared. */
  compose<Row>(text: string, values?: readonly Value[]): Promise<Row[]>;
}

/** The connection is gone, or was never had: what was under way may or may not have happened. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

type Queryable = Pick<pg.Client, 'query'>;

export function sqlOf(client: Queryable): Sql {
  const ask = async (query: pg.QueryConfig) => {
    try {
      return await client.query(query);
    } catch (error) {
      throw told(error);
    }
  };
  return {
    rows: async <Row>(text: string, values: readonly Value[] = []) =>
      (await ask({ name: nameOf(text), text, values: values.map(bound) })).rows as Row[],
    run: async (text, values = []) =>
      (await ask({ name: nameOf(text), text, values: values.map(bound) })).rowCount ?? 0,
    compose: async <Row>(text: string, values: readonly Value[] = []) =>
      (await ask({ text, values: values.map(bound) })).rows as Row[],
  };
}

/**
 * Several questions on their way at once. Waits for all of them also when one fails, because whatever is still under way
 * then would otherwise be carried out behind the transaction's end.
 */
export async function together<const Questions extends readonly Promise<unknown>[]>(
  questions: Questions,
): Promise<{ -readonly [At in keyof Questions]: Awaited<Questions[At]> }> {
  const answers = await Promise.allSettled<unknown>(questions);
  const reasons = answers.flatMap((answer): unknown[] => (answer.status === 'rejected' ? [answer.reason] : []));
  // What fails behind the first failure of a transaction only says so.
  if (reasons.length > 0) throw reasons.find((reason) => !isAftermath(reason)) ?? reasons[0];
  const values = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : undefined));
  return values as { -readonly [At in keyof Questions]: Awaited<Questions[At]> };
}

const isAftermath = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '25P02';

/** What the database itself refused stays what it is; anything else a driver throws is a lost connection. */
export function told(error: unknown): unknown {
  if (error instanceof pg.DatabaseError || error instanceof ConnectionLost) return error;
  return new ConnectionLost(error instanceof Error ? error.message : 'the connection failed', { cause: error });
}

/**
 * Whether an error says that the database as a whole cannot be used now, rather than that one item is bad: resources,
 * shut down, read-only, I/O, corruption, and everything about connections.
 */
export function isUnusable(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true;
  return error instanceof pg.DatabaseError && /^(08|25006|28|3D|40|53|55|57|58|F0|XX)/.test(error.code ?? '');
}

export function isFull(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '53100';
}

const names = new Map<string, string>();

/** Statements are constants of this room: each is prepared once a connection, under a short name. */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const fresh = `s${names.size + 1}`;
  names.set(text, fresh);
  return fresh;
}

/** Throws for whatever is neither text, number, truth nor null, so that nothing is ever stored as its own description. */
function bound(value: Value): Value {
  if (typeof value === 'string') return encodeText(value);
  if (Array.isArray(value)) return (value as readonly Scalar[]).map(bound) as readonly Scalar[];
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
    return value;
  throw new TypeError('a value that is neither text, number, truth nor null cannot be stored');
}

const [int8, text] = [pg.types.builtins.INT8, pg.types.builtins.TEXT];

/** How values come back. */
export const parsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === int8) return Number;
    if (oid === text) return decodeText;
    return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
  }) as typeof pg.types.getTypeParser,
};
