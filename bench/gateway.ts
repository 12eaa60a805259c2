/**
 * The gateway as it is run, a process of its own on a data folder of its own, with accounts and keys put there through
 * the store port before its first start. Request limits are off; nothing else is unlike an ordinary start.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInProcessBus } from '#bus/in-process.ts';
import { dataFolder } from '#config/data-folder.ts';
import { createAccount } from '#identity/accounts.ts';
import { createKeyMint } from '#identity/keys.ts';
import { openSecrets } from '#identity/secrets.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { openLog } from '#telemetry/log.ts';
import { startServer } from './children.ts';
import type { Progress, Subject } from './subject.ts';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));
const seededAtOnce = 100;

export interface Gateway extends Subject {
  readonly ownerKey: string;
  keyOf(account: number): string;
}

export interface Home {
  readonly dataDir: string;
  readonly ownerKey: string;
  /** One API key per account. */
  readonly keys: readonly string[];
}

/** A new data folder below `folder` with so many accounts, none of which has a monthly cap. */
export async function makeHome(folder: string, accounts: number): Promise<Home> {
  const home = { dataDir: mkdtempSync(join(folder, 'gateway-')), ownerKey: randomBytes(24).toString('hex') };
  if (accounts === 0) return { ...home, keys: [] };
  const places = dataFolder(home.dataDir);
  const log = await openLog({ level: 'warn' });
  const runtime = createSystemRuntime();
  const { secrets } = await openSecrets(places.secrets);
  const mint = createKeyMint(secrets.pepper, runtime.ids);
  const store = await openSqliteStore({
    file: places.database,
    clock: runtime.clock,
    bus: createInProcessBus(log),
    log,
  });
  const keys: string[] = [];
  while (keys.length < accounts) {
    const batch = Array.from({ length: Math.min(seededAtOnce, accounts - keys.length) }, (_, index) =>
      createAccount({ store, mint, runtime }, { plan: 'self-hosted', name: `bench ${keys.length + index}` }),
    );
    keys.push(...(await Promise.all(batch)).map(({ key }) => key));
  }
  await store.close();
  return { ...home, keys };
}

export async function startGateway(home: Home, nodeOptions: readonly string[] = []): Promise<Gateway> {
  const env = {
    CLAWGATE_DATA: home.dataDir,
    CLAWGATE_HOST: '127.0.0.1',
    CLAWGATE_PORT: '0',
    CLAWGATE_LIMITS: 'off',
    // As by default, but for a place that more than one gateway can have.
    CLAWGATE_XMTP_LISTEN: '127.0.0.1:0',
    CLAWGATE_OWNER_KEY: home.ownerKey,
  };
  const keyOf = (account: number): string => {
    const key = home.keys[account];
    if (key === undefined) throw new Error(`Account ${account} was not seeded`);
    return key;
  };
  const server = await startServer({ name: 'gateway', script: main, env, nodeOptions });
  return {
    name: 'gateway',
    server,
    ownerKey: home.ownerKey,
    keyOf,
    query: (account, listens) => `key=${keyOf(account)}${listens ? '' : '&events=none'}`,
    progress: () => readProgress(server.port),
  };
}

/** Settled: the network took it, refused it, or nobody knows; never merely put back. */
async function readProgress(port: number): Promise<Progress> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  if (!response.ok) throw new Error(`/metrics answers ${response.status}`);
  const count = (name: string): number => {
    const found = new RegExp(`^clawgate_messages_${name}_total (\\d+)$`, 'm').exec(text);
    if (found === null) throw new Error(`/metrics has no clawgate_messages_${name}_total`);
    return Number(found[1]);
  };
  const settled = count('sent') + count('failed') + count('unknown');
  return { atMs: performance.now(), accepted: count('accepted'), settled };
}
