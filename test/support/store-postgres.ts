// Opens the PostgreSQL store for tests, on a database of its own each time, with fake time and a bus that remembers. A
// crash is what a new process finds when the old one's connections break off at that moment.
import pg from 'pg';
import type { Hint } from '#ports/bus.ts';
import { migrate } from '#store/postgres/migrate.ts';
import { openPostgresStore } from '#store/postgres/open.ts';
import { clientConfig } from '#store/postgres/link.ts';
import { sqlOf } from '#store/postgres/sql.ts';
import { fakeLog, fakeRuntime, type FakeRuntime } from './clock.ts';
import { sharedServer } from './postgres-databases.ts';
import { startPostgres, type PostgresServer } from './postgres-server.ts';
import type { OpenedStore } from './store.ts';

const template = 'clawgate_template';

export interface PostgresEngine {
  open(runtime?: FakeRuntime): Promise<OpenedStore>;
  openAt(url: string): Promise<OpenedStore>;
  /** The URL of a fresh database at this version. */
  database(): Promise<string>;
  /** A fresh one that holds what another does: what restoring a dump of it gives. */
  copyOf(url: string): Promise<string>;
  /** Breaks off every connection to a database. */
  breakOff(url: string): Promise<void>;
  readonly server: PostgresServer | undefined;
  /** Close every store that was opened, and drop their databases. */
  close(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgresEngine(): Promise<PostgresEngine> {
  const shared = process.env[sharedServer];
  const server = shared === undefined ? await startPostgres() : undefined;
  const urlOf = (name: string) => server?.url(name) ?? (shared ?? '').replace(/\/[^/]*$/, `/${name}`);
  const admin = new pg.Pool({ connectionString: urlOf('postgres'), max: 1 });
  const own = `t${process.pid}`;
  const opened: OpenedStore[] = [];
  const made: string[] = [];
  /** Databases that were emptied after use: making one costs half a second, emptying it nearly nothing. */
  const free: string[] = [];
  let count = 0;

  const create = async (from: string): Promise<string> => {
    const name = `${own}_${(count += 1)}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${from}`);
    made.push(name);
    return name;
  };
  await admin.query(`CREATE DATABASE ${own}_${template}`);
  await migrated(urlOf(`${own}_${template}`));
  const breakOff = async (url: string) => {
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [nameOf(url)]);
  };
  const fresh = async (): Promise<string> => {
    const name = free.pop() ?? (await create(`${own}_${template}`));
    if (!made.includes(name)) made.push(name);
    return urlOf(name);
  };
  const open = async (url: string, runtime: FakeRuntime): Promise<OpenedStore> => {
    const hints: Hint[] = [];
    const log = fakeLog();
    const bus = { publish: (hint: Hint) => void hints.push(hint), listen: () => () => undefined };
    const store = await openPostgresStore({ url, clock: runtime.clock, bus, log });
    const self: OpenedStore = {
      store,
      runtime,
      hints,
      log,
      async reopen() {
        await store.close();
        return open(url, runtime);
      },
      async crash() {
        await breakOff(url);
        return open(url, runtime);
      },
    };
    opened.push(self);
    return self;
  };
  return {
    server,
    open: async (runtime = fakeRuntime()) => open(await fresh(), runtime),
    openAt: (url) => open(url, fakeRuntime()),
    database: fresh,
    copyOf: async (url) => urlOf(await create(nameOf(url))),
    breakOff,
    async close() {
      for (const { store } of opened.splice(0)) await store.close();
      for (const name of made.splice(0)) {
        await breakOff(name);
        await emptied(urlOf(name));
        free.push(name);
      }
    },
    async stop() {
      // A server of our own goes with all it has.
      if (!server) {
        for (const name of [...free, `${own}_${template}`]) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      }
      await admin.end();
      await server?.stop();
    },
  };
}

const nameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** As it was after its migration. */
async function emptied(url: string): Promise<void> {
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'",
  );
  await client.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')} RESTART IDENTITY`);
  await client.query("INSERT INTO meta VALUES ('epoch', 1), ('batch', 0), ('checked_at_ms', 0)");
  await client.end();
}

async function migrated(url: string): Promise<void> {
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  await migrate(sqlOf(client), 0);
  await client.end();
}
