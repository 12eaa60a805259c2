// Opens the SQLite store on a real file for tests, with fake time and a bus that remembers. A crash is what the disk
// holds at that moment: the database and its log are copied while the first process still has them open.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Hint } from '#ports/bus.ts';
import { openSqliteStore, type SqliteSettings } from '#store/sqlite/open.ts';
import { fakeLog, fakeRuntime, type FakeRuntime } from './clock.ts';
import type { OpenedStore } from './store.ts';

export const databaseName = 'clawgate.db';

export interface SqliteEngine {
  open(settings?: Partial<SqliteSettings>): Promise<OpenedStore>;
  /** Close every store that was opened. */
  close(): Promise<void>;
}

export function openSqliteEngine(dir: string, runtime: FakeRuntime = fakeRuntime()): SqliteEngine {
  const opened: OpenedStore[] = [];
  let copies = 0;
  const open = async (at: string, settings: Partial<SqliteSettings> = {}): Promise<OpenedStore> => {
    const hints: Hint[] = [];
    const log = fakeLog();
    const bus = { publish: (hint: Hint) => void hints.push(hint), listen: () => () => undefined };
    const file = join(at, databaseName);
    const store = await openSqliteStore({ file, clock: runtime.clock, bus, log, ...settings });
    const self: OpenedStore = {
      store,
      runtime,
      hints,
      log,
      async reopen() {
        await store.close();
        return open(at, settings);
      },
      async crash() {
        const copy = join(dir, `crash-${(copies += 1)}`);
        copyDatabase(at, copy);
        return open(copy, settings);
      },
    };
    opened.push(self);
    return self;
  };
  return {
    open: (settings) => open(dir, settings),
    close: async () => {
      for (const { store } of opened.splice(0)) await store.close();
    },
  };
}

/** The files as they lie on disk now. */
export function copyDatabase(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const ending of ['', '-wal']) {
    const source = join(from, databaseName + ending);
    if (existsSync(source)) copyFileSync(source, join(to, databaseName + ending));
  }
}
