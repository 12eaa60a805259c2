// The store contract on SQLite, on real files in a folder of their own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openSqliteEngine } from '../support/store-sqlite.ts';
import { storeContract } from './store.suite.ts';

const rooms: { dir: string; close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const { dir, close } of rooms.splice(0)) {
    await close();
    rmSync(dir, { recursive: true, force: true });
  }
});

storeContract('SQLite', {
  open: async () => {
    const dir = mkdtempSync(join(tmpdir(), 'clawgate-store-'));
    const room = openSqliteEngine(dir);
    rooms.push({ dir, close: () => room.close() });
    return room.open();
  },
});
