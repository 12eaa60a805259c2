/**
 * The folder of one wallet: its database with what belongs to it, and the lock that keeps other processes out. A
 * database is never thrown away: an inbox has ten installations for ever, so a broken folder is put aside, and only when
 * a person asks for it. A lock whose process is gone is void.
 */
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ClientFolder {
  readonly database: string;
  /** Whether there is a database, whole as far as names tell. `half`: a part of it is missing. */
  look(): 'whole' | 'half' | 'none';
  /** False when another living process has it. Callable twice. */
  lock(): boolean;
  unlock(): void;
  /** Move everything away, out of the next database's way. Hold the lock. */
  putAside(): void;
}

const files = ['client.db3', 'client.db3-wal', 'client.db3-shm', 'client.db3.sqlcipher_salt'] as const;

/** What this process holds, over all its drivers. */
const held = new Set<string>();

export function clientFolder(dataDir: string, address: string): ClientFolder {
  const folder = join(dataDir, 'wallets', address);
  const lockFile = join(folder, 'lock');
  const database = join(folder, files[0]);
  return {
    database,
    look() {
      const [isThere, hasSalt] = [existsSync(database), existsSync(`${database}.sqlcipher_salt`)];
      if (isThere && hasSalt) return 'whole';
      return isThere || hasSalt ? 'half' : 'none';
    },
    lock() {
      if (held.has(lockFile)) return false;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!take(lockFile)) return false;
      held.add(lockFile);
      return true;
    },
    unlock() {
      if (held.delete(lockFile)) rmSync(lockFile, { force: true });
    },
    putAside() {
      const number = readdirSync(folder).filter((name) => name.startsWith('aside-')).length + 1;
      const aside = join(folder, `aside-${number}`);
      mkdirSync(aside, { mode: 0o700 });
      for (const file of files) {
        if (existsSync(join(folder, file))) renameSync(join(folder, file), join(aside, file));
      }
    },
  };
}

/** Written whole under another name and then linked: a lock that can be seen says whose it is. */
function take(lockFile: string): boolean {
  const mine = `${lockFile}.${process.pid}`;
  writeFileSync(mine, identity(process.pid));
  try {
    for (let tries = 0; tries < 3; tries += 1) {
      try {
        linkSync(mine, lockFile);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (isAlive(readLock(lockFile))) return false;
        rmSync(lockFile, { force: true });
      }
    }
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function readLock(lockFile: string): string {
  try {
    return readFileSync(lockFile, 'utf8');
  } catch {
    return '';
  }
}

/** A process id is given out again; with the moment its process started it is not. */
function identity(pid: number): string {
  return `${pid} ${startOf(pid)}`;
}

function startOf(pid: number): string {
  try {
    // The name in brackets may hold anything; the twentieth field behind it is the start.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(lock: string): boolean {
  const pid = Number(lock.split(' ')[0]);
  // Our own locks are known to `held`: one with our id is left from an earlier life, as in a restarted container.
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return lock === identity(pid);
}
