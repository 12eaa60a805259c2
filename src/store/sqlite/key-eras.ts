/**
 * The rows of idempotency keys, in eras: a key is written among those of its own time, so that many share a page
 * however many there are, and an era goes as a whole once all its keys are forgotten. A filter in memory spares the
 * search of an era that cannot hold a key; after a start the filters are filled again bit by bit.
 */
import { bulk } from './bulk.ts';
import type { Db } from './file.ts';
import { hashFilter, type HashFilter } from './key-hashes.ts';

const selectEras = 'SELECT era, keys, newest FROM key_eras ORDER BY era';
const upsertEra = `INSERT INTO key_eras (era, keys, newest) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET keys = excluded.keys, newest = excluded.newest`;
const deleteEra = 'DELETE FROM key_eras WHERE era = ?';
const insertRows = (rows: string) =>
  `INSERT INTO idempotency (era, hash, message) VALUES ${rows} ON CONFLICT DO NOTHING`;
const selectRow = 'SELECT message FROM idempotency WHERE era = ? AND hash = ?';
const selectHashes = 'SELECT hash FROM idempotency WHERE era = ? AND hash > ? ORDER BY hash LIMIT ?';
const deleteRows = `DELETE FROM idempotency WHERE (era, hash, message) IN
  (SELECT era, hash, message FROM idempotency WHERE era = ? LIMIT ?)`;

interface Era {
  readonly era: number;
  keys: number;
  /** The newest message with a key in it. */
  newest: number;
  readonly filter: HashFilter | undefined;
  /** Every row up to this hash is in the filter. */
  filledTo: number;
}

export interface KeyEras {
  /** Messages whose keys have this hash. */
  find(hash: number): readonly number[];
  /** Announce keys that `write` will bring, the newest of this message. */
  open(count: number, newest: number): void;
  /** Rows for the era announced last, flat: hash, message. Faster when they rise. */
  write(rows: readonly number[]): void;
  /** One key that comes late, with its row. */
  insert(hash: number, message: number): void;
  /** A piece of what can wait: filling filters, and removing rows of eras up to a message, at most `limit`. */
  tend(forgottenTo: number, limit: number): void;
  forget(): void;
}

/** An era has room for so many, or for a share of all there are, so that there are never many eras. */
const smallestEra = 262_144;
const erasAtMost = 8;
/** Eras beyond this have no filter, and are searched. */
const filterBytes = 8 * 1024 * 1024;
const hashesAtOnce = 1_024;
/** What a filter that knows all rows is filled to. */
const complete = Number.POSITIVE_INFINITY;
const none: readonly number[] = [];

export function keyEras(db: Db): KeyEras {
  const row = db.prepare<[number, number], number>(selectRow).pluck();
  const insert = bulk(db, '(?,?,?)', insertRows);
  const fill = filling(db);
  const remove = removing(db);
  const list = eraList(db);

  const write = (rows: readonly number[]): void => {
    const [last] = list.eras();
    if (!last) throw new Error('no era was announced for these keys');
    const values: number[] = [];
    for (let at = 0; at < rows.length; at += 2) {
      const hash = rows[at] ?? 0;
      values.push(last.era, hash, rows[at + 1] ?? 0);
      last.filter?.add(hash);
    }
    insert(values);
  };
  return {
    find(hash) {
      let found: number[] | undefined;
      for (const { era, filter, filledTo } of list.eras()) {
        if (filter && hash <= filledTo && !filter.mayHold(hash)) continue;
        for (const message of row.all(era, hash)) (found ??= []).push(message);
      }
      return found ?? none;
    },
    open: list.open,
    write,
    insert(hash, message) {
      if (list.eras().length === 0) list.open(1, message);
      write([hash, message]);
    },
    tend(forgottenTo, limit) {
      const eras = list.eras();
      const unfilled = eras.find(({ filter, filledTo }) => filter && filledTo !== complete);
      if (unfilled) fill(unfilled);
      const oldest = eras.at(-1);
      // The newest era is still written to.
      if (!oldest || eras.length === 1 || oldest.newest > forgottenTo) return;
      if (remove(oldest.era, limit)) eras.pop();
    },
    forget: list.load,
  };
}

/** The eras in memory, newest first. */
function eraList(db: Db) {
  const select = db.prepare<[], Pick<Era, 'era' | 'keys' | 'newest'>>(selectEras);
  const save = db.prepare<[number, number, number]>(upsertEra);
  let eras: Era[] = [];
  const load = (): void => {
    const known = new Map(eras.map((each) => [each.era, each]));
    eras = [];
    for (const { era, keys, newest } of select.all().reverse()) {
      // A filter of before a rollback knows too much, which is no harm.
      const before = known.get(era);
      const filter = before ? before.filter : filterFor(eras, keys);
      eras.push({ era, keys, newest, filter, filledTo: before?.filledTo ?? -1 });
    }
  };
  load();
  return {
    eras: () => eras,
    load,
    open: (count: number, newest: number): void => {
      const all = eras.reduce((sum, { keys }) => sum + keys, 0);
      let [last] = eras;
      if (!last || last.keys + count > roomFor(all)) {
        const filter = filterFor(eras, roomFor(all));
        last = { era: (last?.era ?? 0) + 1, keys: 0, newest, filter, filledTo: complete };
        eras.unshift(last);
      }
      last.keys += count;
      last.newest = Math.max(last.newest, newest);
      save.run(last.era, last.keys, last.newest);
    },
  };
}

const roomFor = (all: number): number => Math.max(smallestEra, Math.ceil(all / erasAtMost));

/** A filter for so many keys, unless the others take up what there is for them. */
function filterFor(others: readonly Era[], keys: number): HashFilter | undefined {
  const room = Math.max(smallestEra, keys);
  const used = others.reduce((sum, { filter }) => sum + (filter?.bytes ?? 0), 0);
  return used + 2 * room <= filterBytes ? hashFilter(room) : undefined;
}

function filling(db: Db) {
  const select = db.prepare<[number, number, number], number>(selectHashes).pluck();
  return (each: Era): void => {
    const hashes = select.all(each.era, each.filledTo, hashesAtOnce);
    for (const hash of hashes) each.filter?.add(hash);
    each.filledTo = hashes.length < hashesAtOnce ? complete : (hashes.at(-1) ?? 0);
  };
}

/** Answers whether the era is gone. */
function removing(db: Db) {
  const rows = db.prepare<[number, number]>(deleteRows);
  const era = db.prepare<[number]>(deleteEra);
  return (which: number, limit: number): boolean => {
    if (rows.run(which, limit).changes === limit) return false;
    era.run(which);
    return true;
  };
}
