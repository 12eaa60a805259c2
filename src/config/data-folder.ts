/**
 * Where things lie in the data folder. One place, so that the gateway, a backup and the doctor mean the same files.
 */
import { join } from 'node:path';

export interface DataFolder {
  readonly root: string;
  /** The SQLite file; its -wal and -shm stand beside it. */
  readonly database: string;
  readonly media: string;
  readonly secrets: string;
  /** Below it every driver has a folder of its own, named by its connection. */
  readonly connections: string;
}

export function dataFolder(dataDir: string): DataFolder {
  return {
    root: dataDir,
    database: join(dataDir, 'clawgate.db'),
    media: join(dataDir, 'media'),
    secrets: join(dataDir, 'secrets.json'),
    connections: join(dataDir, 'connections'),
  };
}
