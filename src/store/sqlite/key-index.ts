/**
 * Which message an idempotency key stands for. Keys are random, so a row for each as it comes would touch a page for
 * each: the newest keys are in memory, found again in their messages after a crash, and are written later, sorted, so
 * that many share a page. A mark on disk says up to which message every key has its row. Rows and memory hold hashes;
 * the message itself says whether the key is its own.
 */
import type { Db } from './file.ts';
import { keyEras } from './key-eras.ts';
import { hashTable, keyHash, type HashTable } from './key-hashes.ts';

const selectUnwritten = `SELECT id, account, key_action AS action, key FROM messages
  WHERE id > (SELECT value FROM meta WHERE name = 'keys_written_to') AND key IS NOT NULL`;
const selectOwner = 'SELECT 1 FROM messages WHERE id = ? AND account = ? AND key_action = ? AND key = ?';
const selectMeta = 'SELECT value FROM meta WHERE name = ?';
const setMeta = 'UPDATE meta SET value = ? WHERE name = ?';
/** Messages are numbered in the order of time, so keys are forgotten along them and need no index on time. */
const selectKeyed =
  'SELECT id, key IS NOT NULL AS keyed, created_at_ms AS atMs FROM messages WHERE id > ? ORDER BY id LIMIT ?';

interface Entry {
  readonly account: number;
  readonly action: string;
  readonly key: string;
  readonly message: number;
}

export interface KeyIndex {
  find(account: number, action: string, key: string): number | undefined;
  /** A key that is new, with its message. One numbered long before it was stored gets its row at once. */
  add(entry: Entry): void;
  /** Write some of what waits; before the end of every batch. */
  writeSome(): void;
  /** Forget the keys of messages older than an instant, looking at no more than `limit`; answers how many. Inside a batch. */
  sweep(olderThanMs: number, limit: number): number;
  /** After a rollback: memory may be ahead of the disk. */
  forget(): void;
}

/** How many keys gather before they are sorted and written. */
const gathered = 16_384;
/** At least so many rows go with a batch, and more when more came with it: writing must keep up with gathering. */
const rowsPerBatch = 256;
const removedPerBatch = 512;

/** `flush` writes the messages of this batch that are still in memory. */
export function keyIndex(db: Db, flush: () => void): KeyIndex {
  const owner = db.prepare<[number, number, string, string], number>(selectOwner).pluck();
  const meta = db.prepare<[string], number>(selectMeta).pluck();
  const set = db.prepare<[number, string]>(setMeta);
  const sweep = sweeping(db);
  const eras = keyEras(db);
  const seed = meta.get('key_seed') ?? 0;
  const waiting = waitingKeys(db, seed);
  let forgottenTo = meta.get('swept_keys_to') ?? 0;

  return {
    find(account, action, key) {
      const hash = keyHash(seed, account, action, key);
      const own = (messages: readonly number[]): number | undefined => {
        if (messages.length === 0) return undefined;
        flush();
        return messages.find((one) => one > forgottenTo && owner.get(one, account, action, key) !== undefined);
      };
      return own(waiting.find(hash)) ?? own(eras.find(hash));
    },
    add({ account, action, key, message }) {
      const hash = keyHash(seed, account, action, key);
      if (!waiting.add(hash, message)) eras.insert(hash, message);
    },
    writeSome() {
      if (waiting.gather()) eras.open(waiting.leaving(), waiting.gatheredTo());
      if (waiting.leaving() > 0) {
        eras.write(waiting.take());
        if (waiting.leaving() === 0) set.run(waiting.gatheredTo(), 'keys_written_to');
      }
      eras.tend(forgottenTo, removedPerBatch);
    },
    sweep(olderThanMs, limit) {
      const { gone, to } = sweep(forgottenTo, olderThanMs, limit);
      if (to > forgottenTo) set.run(to, 'swept_keys_to');
      forgottenTo = to;
      eras.tend(forgottenTo, limit);
      return gone;
    },
    forget() {
      forgottenTo = meta.get('swept_keys_to') ?? 0;
      eras.forget();
      waiting.load();
    },
  };
}

/** The keys without a row: those that gather, and those on their way to disk, sorted and taken up to `next`. */
function waitingKeys(db: Db, seed: number) {
  const unwritten = db.prepare<[], { id: number; account: number; action: string; key: string }>(selectUnwritten);
  const meta = db.prepare<[string], number>(selectMeta).pluck();
  let fresh: HashTable = hashTable();
  let gone: HashTable = hashTable();
  let sorted: Float64Array = new Float64Array();
  let [next, newest, gatheredTo, added, quota] = [0, 0, 0, 0, 0];

  const load = (): void => {
    fresh = hashTable();
    gone = hashTable();
    sorted = new Float64Array();
    gatheredTo = meta.get('keys_written_to') ?? 0;
    [next, newest, added] = [0, gatheredTo, 0];
    for (const { id, account, action, key } of unwritten.iterate()) {
      fresh.add(keyHash(seed, account, action, key), id);
      newest = Math.max(newest, id);
    }
  };
  load();
  return {
    load,
    find: (hash: number): readonly number[] => {
      const [one, other] = [fresh.all(hash), gone.all(hash)];
      return other.length === 0 ? one : [...one, ...other];
    },
    /** False for a key whose message is numbered before those taken: it was missed. */
    add: (hash: number, message: number): boolean => {
      if (message <= gatheredTo) return false;
      fresh.add(hash, message);
      newest = Math.max(newest, message);
      added += 1;
      return true;
    },
    /** At the end of every batch. True when enough gathered and none were leaving: now these are. */
    gather: (): boolean => {
      [quota, added] = [Math.max(rowsPerBatch, 2 * added), 0];
      if (next < sorted.length || fresh.size < gathered) return false;
      [gone, sorted, next, gatheredTo] = [fresh, fresh.sorted(), 0, newest];
      fresh = hashTable();
      return true;
    },
    /** How many are still to be taken. */
    leaving: (): number => sorted.length - next,
    gatheredTo: (): number => gatheredTo,
    /** The next rows, so many as go with this batch: hash, message. */
    take: (): readonly number[] => {
      const rows: number[] = [];
      const end = Math.min(next + quota, sorted.length);
      for (; next < end; next += 1) {
        const hash = sorted[next] ?? 0;
        // Equal hashes went with the first of them.
        if (next > 0 && sorted[next - 1] === hash) continue;
        for (const message of gone.all(hash)) rows.push(hash, message);
      }
      return rows;
    },
  };
}

function sweeping(db: Db) {
  const keyed = db.prepare<[number, number], { id: number; keyed: number; atMs: number }>(selectKeyed);
  return (from: number, olderThanMs: number, limit: number): { gone: number; to: number } => {
    let [gone, to] = [0, from];
    for (const { id, keyed: has, atMs } of keyed.all(from, limit)) {
      if (atMs >= olderThanMs) break;
      to = id;
      gone += has;
    }
    return { gone, to };
  };
}
