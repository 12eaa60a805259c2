// The rows behind idempotency keys on SQLite: written late and in eras, searched through filters that know nothing after
// a start, and removed an era at a time.
import Sqlite from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { migrations } from '#store/migrations/sqlite/all.ts';
import type { Db } from '#store/sqlite/file.ts';
import { keyEras } from '#store/sqlite/key-eras.ts';
import { hashFilter, hashTable, keyHash } from '#store/sqlite/key-hashes.ts';
import { keyIndex } from '#store/sqlite/key-index.ts';

let db: Db;

beforeEach(() => {
  db = new Sqlite(':memory:');
  for (const sql of migrations) db.exec(sql);
});

const rows = () => db.prepare<[], number>('SELECT count(*) FROM idempotency').pluck().get();
const eraCount = () => db.prepare<[], number>('SELECT count(*) FROM key_eras').pluck().get();
/** An era that is full: the next announcement begins another. */
const full = 262_144;

describe('hashes of keys', () => {
  test('stay within 47 bits, and differ by account, action, key and database', () => {
    const hashes = [
      keyHash(1, 1_700_000_000_000_001, 'send', 'one'),
      keyHash(1, 1_700_000_000_000_002, 'send', 'one'),
      keyHash(1, 1_700_000_000_000_001, 'vote', 'one'),
      keyHash(1, 1_700_000_000_000_001, 'send', 'two'),
      keyHash(2, 1_700_000_000_000_001, 'send', 'one'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes.every((hash) => Number.isSafeInteger(hash) && hash >= 0 && hash < 2 ** 47)).toBe(true);
  });

  test('of a hundred thousand keys hardly two are equal', () => {
    const hashes = Array.from({ length: 100_000 }, (_, n) => keyHash(7, 1_700_000_000_000_001, 'send', `key-${n}`));
    expect(new Set(hashes).size).toBeGreaterThan(99_998);
  });

  test('a table keeps every message of equal hashes, also as it grows', () => {
    const table = hashTable();
    for (let n = 0; n < 5_000; n += 1) table.add(n % 2_500, n);
    expect(table.all(7)).toEqual([7, 2_507]);
    expect(table.all(2_500)).toEqual([]);
    expect([...table.sorted()]).toEqual(Array.from({ length: 5_000 }, (_, n) => Math.floor(n / 2)));
  });

  test('a filter never denies what it was given, and seldom admits what it was not', () => {
    const filter = hashFilter(10_000);
    const hash = (n: number) => keyHash(3, 1, 'send', `${n}`);
    for (let n = 0; n < 10_000; n += 1) filter.add(hash(n));
    for (let n = 0; n < 10_000; n += 1) expect(filter.mayHold(hash(n))).toBe(true);
    let admitted = 0;
    for (let n = 10_000; n < 20_000; n += 1) admitted += filter.mayHold(hash(n)) ? 1 : 0;
    expect(admitted).toBeLessThan(300);
  });
});

describe('eras of keys', () => {
  test('a row is found in whichever era it lies, before the filters are filled again and after', () => {
    const eras = keyEras(db);
    for (let era = 1; era <= 3; era += 1) {
      eras.open(full, era * 1_000);
      eras.write([era * 10, era * 1_000]);
    }
    expect(eraCount()).toBe(3);
    for (const known of [eras, keyEras(db)]) {
      for (let turn = 0; turn < 5; turn += 1) {
        expect([10, 20, 30, 40].map((hash) => known.find(hash))).toEqual([[1_000], [2_000], [3_000], []]);
        known.tend(0, 100);
      }
    }
  });

  test('thousands of rows fill their filter over several turns, and each is found at every turn', () => {
    const eras = keyEras(db);
    eras.open(3_000, 3_000);
    eras.write(Array.from({ length: 3_000 }, (_, n) => [n * 5, n + 1]).flat());
    const after = keyEras(db);
    for (let turn = 0; turn < 4; turn += 1) {
      for (let n = 0; n < 3_000; n += 97) expect(after.find(n * 5)).toEqual([n + 1]);
      expect(after.find(3)).toEqual([]);
      after.tend(0, 100);
    }
  });

  test('an era goes piece by piece once all of it is forgotten, and the newest stays', () => {
    const eras = keyEras(db);
    eras.open(full, 500);
    eras.write(Array.from({ length: 500 }, (_, n) => [n, n + 1]).flat());
    eras.open(full, 600);
    eras.write([7, 600]);
    eras.tend(499, 200);
    expect(rows()).toBe(501);
    for (const left of [301, 101, 1, 1]) {
      eras.tend(10_000, 200);
      expect(rows()).toBe(left);
    }
    expect(eraCount()).toBe(1);
    expect(eras.find(7)).toEqual([600]);
  });

  test('what a rollback took back is neither found nor missed', () => {
    const eras = keyEras(db);
    eras.open(full, 1);
    eras.write([1, 1]);
    db.exec('BEGIN');
    eras.open(full, 2);
    eras.write([2, 2]);
    db.exec('ROLLBACK');
    eras.forget();
    expect([eras.find(1), eras.find(2)]).toEqual([[1], []]);
    eras.open(full, 3);
    eras.write([3, 3]);
    expect([eras.find(1), eras.find(2), eras.find(3)]).toEqual([[1], [], [3]]);
  });
});

describe('the index of keys', () => {
  const stored = (message: number, key: string) =>
    db
      .prepare(
        `INSERT INTO messages (id, account, conversation, direction, status, channel, sender, parts, created_at_ms,
         key_action, key, fingerprint) VALUES (?, 5, 1, 0, 0, 'sms', '', '[]', 1, 'send', ?, '')`,
      )
      .run(message, key);
  const add = (index: ReturnType<typeof keyIndex>, message: number, key: string) => {
    stored(message, key);
    index.add({ account: 5, action: 'send', key, message });
  };

  test('a key whose message was numbered before the last ones written is found after a start', () => {
    const index = keyIndex(db, () => undefined);
    db.transaction(() => {
      for (let n = 1; n <= 16_384; n += 1) add(index, 2 * n, `key-${n}`);
    })();
    while (db.prepare("SELECT value FROM meta WHERE name = 'keys_written_to'").pluck().get() === 0) index.writeSome();
    add(index, 101, 'late');
    for (const known of [index, keyIndex(db, () => undefined)]) {
      expect(known.find(5, 'send', 'late')).toBe(101);
      expect(known.find(5, 'send', 'key-9')).toBe(18);
      expect(known.find(5, 'send', 'key-0')).toBeUndefined();
      expect(known.find(6, 'send', 'late')).toBeUndefined();
    }
  });
});
