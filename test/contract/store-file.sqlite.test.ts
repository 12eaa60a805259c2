// What is SQLite's own: the file. Who may open it, what stops the start and how it is said, migrations, copies made
// while writing, copies made safe, and a disk that fills up.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations } from '#store/migrations/sqlite/all.ts';
import { openFile } from '#store/sqlite/file.ts';
import { migrate, pendingMigrations } from '#store/sqlite/migrate.ts';
import { prepareRestored } from '#store/sqlite/restore.ts';
import { databaseName, openSqliteEngine, type SqliteEngine } from '../support/store-sqlite.ts';
import { desk, dm, taken } from '../support/store.ts';
import { copiedWebhooks } from './store-webhooks.ts';

let dir: string;
let file: string;
let engine: SqliteEngine;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'clawgate-file-'));
  file = join(dir, databaseName);
  engine = openSqliteEngine(dir);
});

afterEach(async () => {
  await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Change a closed database with a plain handle. */
function tamper(sql: string): void {
  const db = new Sqlite(file);
  db.exec(sql);
  db.close();
}

describe('opening the database', () => {
  test('a second gateway on the same file is told so, and the first goes on', async () => {
    const opened = await engine.open();
    await expect(engine.open()).rejects.toThrow(/Another gateway is using .*clawgate\.db; stop it first/);
    const script = `import('better-sqlite3').then(({ default: Sqlite }) => {
      const lock = new Sqlite(process.argv[1] + '.lock', { timeout: 0 });
      try { lock.exec('BEGIN EXCLUSIVE'); console.log('free'); } catch (error) { console.log(error.code); }
    })`;
    const other = spawnSync(process.execPath, ['-e', script, file], { encoding: 'utf8' });
    expect(other.stdout.trim()).toBe('SQLITE_BUSY');
    await opened.store.check();
    await opened.store.close();
    await engine.open();
  });

  test('commits reach the disk before they are answered, and wait for nobody', async () => {
    await engine.open();
    const db = openFile(file);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('busy_timeout', { simple: true })).toBe(0);
    db.close();
  });

  test('a file that is no database, or another program’s, stops the start and is left as it is', async () => {
    writeFileSync(file, 'these are not the pages you are looking for'.repeat(200));
    const before = readFileSync(file);
    await expect(engine.open()).rejects.toThrow(/clawgate\.db is damaged .*restore/s);
    expect(readFileSync(file)).toEqual(before);
    rmSync(file);
    tamper('CREATE TABLE recipes (name TEXT)');
    await expect(engine.open()).rejects.toThrow(/clawgate\.db is a database of another program/);
  });

  test('a damaged database stops the start with its name and the mend', async () => {
    const opened = await engine.open();
    const { account, item } = desk(opened);
    const owner = await account();
    await opened.store.accept(Array.from({ length: 500 }, () => item(owner)));
    await opened.store.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8192, bytes.length - 4096);
    writeFileSync(file, bytes);
    await expect(engine.open()).rejects.toThrow(/clawgate\.db is damaged .*clawgate restore/s);
  });

  test('a database from a newer version, or with another history, is left alone', async () => {
    await (await engine.open()).store.close();
    tamper('PRAGMA user_version = 99');
    await expect(engine.open()).rejects.toThrow(/newer Clawgate \(schema 99/);
    tamper(`PRAGMA user_version = ${migrations.length}; UPDATE migrations SET checksum = 'different'`);
    await expect(engine.open()).rejects.toThrow(/differs from this one/);
  });

  test('a folder that is not there is named', async () => {
    const elsewhere = openSqliteEngine(join(dir, 'not', 'there'));
    await expect(elsewhere.open()).rejects.toThrow(/cannot be opened .*check that the folder exists/s);
  });
});

describe('migrations', () => {
  test('run once each, in order, and a failing one leaves the version before it', () => {
    const db = openFile(file);
    const list = [...migrations, 'CREATE TABLE later (a INTEGER) STRICT'];
    migrate(db, 1);
    expect(pendingMigrations(db, file, list)).toEqual({ existing: true, count: 1 });
    expect(() => migrate(db, 2, [...list, 'CREATE TABLE later (b INTEGER) STRICT'])).toThrow(/already exists/);
    expect(db.pragma('user_version', { simple: true })).toBe(list.length);
    expect(pendingMigrations(db, file, list)).toEqual({ existing: true, count: 0 });
    db.close();
  });

  test('a new database is not offered for a copy before migrating, and neither is a current one', async () => {
    const offered: string[] = [];
    const settings = { beforeMigrate: (at: string) => void offered.push(at) };
    await (await engine.open(settings)).store.close();
    await (await engine.open(settings)).store.close();
    expect(offered).toEqual([]);
  });
});

describe('copies', () => {
  test('a backup made while writing is whole, opens, and holds what was acknowledged before it began', async () => {
    const opened = await engine.open();
    const { account, item } = desk(opened);
    const owner = await account();
    const batch = (count: number) => opened.store.accept(Array.from({ length: count }, () => item(owner)));
    await batch(4000);
    const copy = join(dir, 'copy', databaseName);
    const other = openSqliteEngine(join(dir, 'copy'), opened.runtime);
    await expect(opened.store.backup(copy)).rejects.toThrow(/directory does not exist/);
    mkdirSync(join(dir, 'copy'));
    const backup = opened.store.backup(copy);
    let written = 0;
    const writing = (async () => {
      for (let n = 0; n < 20; n += 1) written += (await batch(50)).length;
    })();
    await Promise.all([backup, writing]);
    expect(existsSync(`${copy}.partial`)).toBe(false);
    await expect(opened.store.backup(copy)).rejects.toThrow(/exists; choose another name/);
    const copied = await other.open();
    expect(await copied.store.headSeq(owner)).toBeGreaterThanOrEqual(4000);
    expect(await copied.store.headSeq(owner)).toBeLessThanOrEqual(4000 + written);
    expect(await copied.store.events(owner, 0, 10_000)).toHaveLength(await copied.store.headSeq(owner));
    await other.close();
  });

  test('a restored copy sends nothing by itself, says so in the log, and has another epoch', async () => {
    const opened = await engine.open();
    const tools = desk(opened);
    const owner = await tools.account();
    const idle = await tools.sent(owner, { conversation: dm('+15550000004') });
    const queued = await tools.send(owner, { conversation: dm('+15550000001') });
    const sending = await tools.send(owner, { conversation: dm('+15550000002') });
    const born = await tools.send(owner, { conversation: idle.conversation.id, claimed: true });
    const partly = await tools.send(owner, { conversation: dm('+15550000003'), chunks: ['a', 'b'] });
    await tools.claim(sending.conversation.id);
    await tools.claim(partly.conversation.id);
    await tools.settle(owner, partly.conversation.id, partly.message, taken(['a1']));
    const copy = join(dir, 'copy.db');
    await opened.store.backup(copy);
    await opened.store.close();
    copyFileSync(copy, file);

    const restored = await prepareRestored(file, opened.runtime.clock);
    expect(restored).toMatchObject({ held: 4 });
    const after = await engine.open();
    const later = desk(after);
    expect(after.store.epoch()).toBe(restored.epoch);
    expect(restored.epoch).toBeGreaterThan(1);
    const lanes = await after.store.recover();
    expect(lanes.every(({ notBeforeMs }) => notBeforeMs === null)).toBe(true);
    after.runtime.advance(1_000_000_000_000);
    await after.store.expire(after.runtime.clock.nowMs(), 1000);
    for (const { message, conversation } of [queued, sending, born, partly]) {
      expect(await later.claim(conversation.id)).toBeUndefined();
      expect((await later.read(owner, message)).status).toBe('unknown');
      expect((await later.statuses(owner, message)).at(-1)).toBe('unknown');
    }
    const { lane } = await after.store.resolve(owner, born.message, 'resend');
    expect(lane).toMatchObject({ notBeforeMs: 0 });
    expect((await later.claim(born.conversation.id))?.commands).toMatchObject([
      { id: born.message, chunks: ['hello'] },
    ]);
  });

  copiedWebhooks(
    () => engine.open(),
    async ({ store, runtime }) => {
      const copy = join(dir, 'copy.db');
      await store.backup(copy);
      await store.close();
      copyFileSync(copy, file);
      await prepareRestored(file, runtime.clock);
      return engine.open();
    },
  );

  test('two copies of one backup, prepared at different times, differ in epoch', async () => {
    const opened = await engine.open();
    const copies = [join(dir, 'one.db'), join(dir, 'two.db')];
    const epochs: number[] = [];
    for (const copy of copies) {
      await opened.store.backup(copy);
      opened.runtime.advance(1000);
      epochs.push((await prepareRestored(copy, opened.runtime.clock)).epoch);
    }
    expect(new Set(epochs).size).toBe(2);
  });
});

describe('a disk that is full', () => {
  test('refuses the whole batch as unavailable, keeps nothing of it, and goes on when there is room', async () => {
    const opened = await engine.open({ sizeLimitBytes: 1_000_000 });
    const { account, item, accept, events } = desk(opened);
    const owner = await account();
    const big = () => item(owner, { parts: [{ type: 'text', value: 'x'.repeat(10_000) }] });
    const small = opened.store.accept([item(owner, { cap: 5 })]);
    const outcomes = await Promise.allSettled([
      small,
      ...Array.from({ length: 300 }, () => opened.store.accept([big()])),
    ]);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(outcomes[0]).toMatchObject({ reason: { failure: { code: 'unavailable' } } });
    expect(await events(owner)).toEqual([]);
    expect(await opened.store.headSeq(owner)).toBe(0);
    expect((await accept(item(owner, { cap: 1 }))).outcome).toBe('stored');
    expect((await events(owner)).map(({ seq }) => seq)).toEqual([1]);
    expect(opened.hints).toHaveLength(1);
  });

  test('a queue that cannot keep up refuses what it cannot hold, and stores the rest', async () => {
    const opened = await engine.open();
    const { account, item } = desk(opened);
    const owner = await account();
    const calls = Array.from({ length: 45 }, () => opened.store.accept(Array.from({ length: 500 }, () => item(owner))));
    const outcomes = await Promise.allSettled(calls);
    const stored = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(stored).toHaveLength(40);
    expect(outcomes.at(-1)).toMatchObject({ reason: { failure: { code: 'unavailable', reason: 'overloaded' } } });
    expect(await opened.store.headSeq(owner)).toBe(20_000);
  });
});
