/**
 * Which message an idempotency key stands for. Keys are random, so a row for each as it comes would touch a page for
 * each: the newest keys are in memory, found again in their messages after a crash, and are written later, sorted, so
 * that many share a page. A mark on disk says up to which message every key has its row.
 */
import type { Db } from './file.ts';

const insertRow = 'INSERT INTO idempotency (account, action, key, message) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
const selectRow = 'SELECT message FROM idempotency WHERE account = ? AND action = ? AND key = ?';
const selectUnwritten = `SELECT id, account, key_action AS action, key FROM messages
  WHERE id > (SELECT value FROM meta WHERE name = 'keys_written_to') AND key IS NOT NULL`;
const setWrittenTo = "UPDATE meta SET value = ? WHERE name = 'keys_written_to'";

interface Entry {
  readonly account: number;
  readonly action: string;
  readonly key: string;
  readonly message: number;
}

export interface KeyIndex {
  find(account: number, action: string, key: string): number | undefined;
  /** A key that is new, with its message: numbered higher than every one before. */
  add(entry: Entry): void;
  /** Write some of what waits; before the end of every batch. */
  writeSome(): void;
  /** Write all of it, inside a batch: before old rows are swept. */
  writeAll(): void;
  /** After a rollback: memory may be ahead of the disk. */
  forget(): void;
}

/** How many keys gather before they are sorted and written. */
const gathered = 8_192;
/** At least so many rows go with a batch, and more when more came with it: writing must keep up with gathering. */
const rowsPerBatch = 256;

const nameOf = (account: number, action: string, key: string): string => `${account} ${action} ${key}`;

export function keyIndex(db: Db): KeyIndex {
  const insert = db.prepare<[number, string, string, number]>(insertRow);
  const select = db.prepare<[number, string, string], number>(selectRow).pluck();
  const unwritten = db.prepare<[], { id: number; account: number; action: string; key: string }>(selectUnwritten);
  const writtenTo = db.prepare<[number]>(setWrittenTo);

  let fresh = new Map<string, Entry>();
  /** Sorted, and written up to `next`. */
  let leaving:
    | { readonly names: ReadonlyMap<string, Entry>; readonly rows: readonly Entry[]; readonly upTo: number }
    | undefined;
  let next = 0;
  let added = 0;

  const load = (): void => {
    fresh = new Map();
    leaving = undefined;
    for (const { id, account, action, key } of unwritten.iterate()) {
      fresh.set(nameOf(account, action, key), { account, action, key, message: id });
    }
  };
  const gather = (): void => {
    const rows = [...fresh.values()];
    leaving = { names: fresh, rows: rows.toSorted(inKeyOrder), upTo: rows.at(-1)?.message ?? 0 };
    fresh = new Map();
    next = 0;
  };
  const write = (count: number): void => {
    if (!leaving) return;
    const end = Math.min(next + count, leaving.rows.length);
    for (; next < end; next += 1) {
      const row = leaving.rows[next];
      if (row) insert.run(row.account, row.action, row.key, row.message);
    }
    if (next < leaving.rows.length) return;
    writtenTo.run(leaving.upTo);
    leaving = undefined;
  };
  load();

  return {
    find(account, action, key) {
      const name = nameOf(account, action, key);
      const known = fresh.get(name) ?? leaving?.names.get(name);
      return known ? known.message : select.get(account, action, key);
    },
    add(entry) {
      fresh.set(nameOf(entry.account, entry.action, entry.key), entry);
      added += 1;
    },
    writeSome() {
      if (!leaving && fresh.size >= gathered) gather();
      write(Math.max(rowsPerBatch, 2 * added));
      added = 0;
    },
    writeAll() {
      write(Number.POSITIVE_INFINITY);
      if (fresh.size === 0) return;
      gather();
      write(Number.POSITIVE_INFINITY);
    },
    forget: load,
  };
}

function inKeyOrder(one: Entry, other: Entry): number {
  if (one.account !== other.account) return one.account - other.account;
  if (one.action !== other.action) return one.action < other.action ? -1 : 1;
  return one.key < other.key ? -1 : 1;
}
