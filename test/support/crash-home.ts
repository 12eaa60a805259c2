/**
 * Where a crash test lives: a data folder seeded with accounts, keys and registered handsets through the store port, a
 * phone network and a gateway as processes of their own on it, and the way to kill and restart each of them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInProcessBus } from '#bus/in-process.ts';
import { servePhoneNetwork } from '#channels/simulator/network/serve.ts';
import { dataFolder } from '#config/data-folder.ts';
import type { AccountId } from '#core/ids.ts';
import { createAccount } from '#identity/accounts.ts';
import { createKeyMint } from '#identity/keys.ts';
import { openSecrets } from '#identity/secrets.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { fakeLog } from './clock.ts';
import { type Child, type Ended, gatewayMain, phoneNetworkMain, spawnChild, startChild } from './crash-child.ts';

export interface Tenant {
  readonly account: AccountId;
  readonly key: string;
  /** Numbers registered to the account. */
  readonly handsets: readonly string[];
}

export interface Home {
  readonly folder: string;
  readonly dataDir: string;
  readonly database: string;
  readonly tenants: readonly Tenant[];
  readonly dedupe: 'key' | 'none';
}

export async function makeHome(plan: {
  readonly tenants: number;
  readonly handsets: number;
  readonly dedupe?: 'key' | 'none';
}): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'clawgate-crash-'));
  const dataDir = join(folder, 'gateway');
  const places = dataFolder(dataDir);
  const runtime = createSystemRuntime();
  const log = fakeLog();
  const { secrets } = await openSecrets(places.secrets);
  const mint = createKeyMint(secrets.pepper, runtime.ids);
  const bus = createInProcessBus(log);
  const store = await openSqliteStore({ file: places.database, clock: runtime.clock, bus, log });
  const tenants: Tenant[] = [];
  for (let number = 0; number < plan.tenants; number += 1) {
    const { account, key } = await createAccount({ store, mint, runtime }, { plan: 'self-hosted', name: `t${number}` });
    const handsets = Array.from(
      { length: plan.handsets },
      (_, index) => `+1555${number}${String(index).padStart(6, '0')}`,
    );
    await Promise.all(
      handsets.map((handset) => store.claimRoute(account.id, handset, plan.handsets, runtime.clock.nowMs())),
    );
    tenants.push({ account: account.id, key, handsets });
  }
  await store.close();
  return { folder, dataDir, database: places.database, tenants, dedupe: plan.dedupe ?? 'key' };
}

export interface House {
  readonly home: Home;
  /** Changes with every restart; undefined while the gateway is down. */
  readonly wsUrl: () => string | undefined;
  networkUrl(): string;
  killGateway(): Promise<void>;
  startGateway(): Promise<void>;
  /** Start with other settings, such as a failpoint; answers how it ended when it was never ready. */
  tryGateway(env: Readonly<Record<string, string>>): Promise<Ended | 'ready'>;
  gateway(): Child;
  killNetwork(): Promise<void>;
  startNetwork(): Promise<void>;
  end(): Promise<void>;
}

/** Below the ports that the system gives out by itself, so that nobody takes it between a kill and a restart. */
const anyPort = (): number => 20_000 + Math.floor(Math.random() * 12_000);

export interface HouseOptions {
  /** The gateway's main; `npm start`'s by default. */
  readonly script?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The phone network in this process: it starts sooner, and cannot be killed. */
  readonly networkInside?: boolean;
}

export async function openHouse(home: Home, options: HouseOptions = {}): Promise<House> {
  let networkPort = anyPort();
  let network: Child | undefined;
  let gateway: Child | undefined;
  let port: number | undefined;

  const networkEnv = () => ({
    NETWORK_PORT: String(networkPort),
    NETWORK_DATA: join(home.folder, 'network'),
    NETWORK_DEDUPE: home.dedupe,
  });
  let inside: { close(): Promise<void> } | undefined;
  const startNetwork = async (): Promise<void> => {
    if (options.networkInside) {
      const { NETWORK_DATA: dataDir } = networkEnv();
      const runtime = createSystemRuntime();
      const settings = { host: '127.0.0.1', port: networkPort, dataDir, dedupe: home.dedupe, runtime, log: fakeLog() };
      inside = await servePhoneNetwork(settings);
      return;
    }
    network = await startChild({ script: phoneNetworkMain, env: networkEnv(), readyEvent: 'phone_network.ready' });
  };
  const tryGateway = async (env: Readonly<Record<string, string>>): Promise<Ended | 'ready'> => {
    const settings = {
      CLAWGATE_DATA: home.dataDir,
      CLAWGATE_PORT: '0',
      CLAWGATE_LIMITS: 'off',
      CLAWGATE_CHANNELS: 'imessage=simulator,rcs=simulator,sms=simulator',
      CLAWGATE_OWNER_KEY: 'owner-key-for-crash-tests-0123',
      CLAWGATE_SIMULATOR_URL: `http://127.0.0.1:${networkPort}`,
      CLAWGATE_SIMULATOR_DEDUPE: home.dedupe,
    };
    const script = options.script ?? gatewayMain;
    const child = spawnChild({ script, env: { ...settings, ...options.env, ...env }, readyEvent: 'gateway.ready' });
    gateway = child;
    const outcome = await child.ready;
    if (typeof outcome !== 'number') return outcome;
    port = outcome;
    void child.ended.then(() => {
      if (gateway === child) port = undefined;
    });
    return 'ready';
  };
  const startGateway = async (): Promise<void> => {
    const outcome = await tryGateway({});
    if (outcome !== 'ready') throw new Error(`the gateway did not start: ${gateway?.said() ?? ''}`);
  };

  for (let tries = 0; (inside ?? network) === undefined; tries += 1) {
    try {
      await startNetwork();
    } catch (error) {
      if (tries === 5) throw error;
      networkPort = anyPort();
    }
  }
  return {
    home,
    wsUrl: () => (port === undefined ? undefined : `ws://127.0.0.1:${port}`),
    networkUrl: () => `http://127.0.0.1:${networkPort}`,
    killGateway: async () => {
      port = undefined;
      await gateway?.kill();
    },
    startGateway,
    tryGateway,
    gateway: () => {
      if (!gateway) throw new Error('there is no gateway yet');
      return gateway;
    },
    killNetwork: async () => void (await network?.kill()),
    startNetwork,
    end: async () => {
      await gateway?.kill();
      await Promise.all([network?.kill(), inside?.close()]);
      await rm(home.folder, { recursive: true, force: true });
    },
  };
}
