/**
 * A question to the gateway on this data folder: the running one answers it; while none runs, the store is opened here
 * and closed again. Only what the desk does is possible either way, so both answer alike.
 */
import type { Config } from '#config/config.ts';
import { dataFolder } from '#config/data-folder.ts';
import { makeDataFolder } from '#config/make-folder.ts';
import type { Log } from '#ports/runtime.ts';
import { callControl } from './control.ts';
import type { DeskAnswer, DeskRequest } from './desk.ts';
import { version } from './version.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** The configuration as `clawgate start` in this folder would read it. Throws ConfigError. */
export async function readConfig(): Promise<Config> {
  const [{ loadConfig }, { drivers }] = await Promise.all([import('#config/config.ts'), import('#channels/index.ts')]);
  return loadConfig(process.env, process.cwd(), Object.keys(drivers));
}

export async function ask<Request extends DeskRequest>(
  config: Config,
  request: Request,
  progress: (text: string) => void = () => undefined,
): Promise<DeskAnswer<Request>> {
  const answered = await callControl(config.dataDir, request, progress);
  return answered ? answered.answer : askHere(config, request, progress);
}

async function askHere<Request extends DeskRequest>(
  config: Config,
  request: Request,
  progress: (text: string) => void,
): Promise<DeskAnswer<Request>> {
  const [{ openStore }, { createSystemRuntime }, { createInProcessBus }, secretsRoom, keys, desks] = await Promise.all([
    import('#store/open.ts'),
    import('#runtime/system.ts'),
    import('#bus/in-process.ts'),
    import('#identity/secrets.ts'),
    import('#identity/keys.ts'),
    import('./desk.ts'),
  ]);
  const folder = dataFolder(config.dataDir);
  const runtime = createSystemRuntime();
  await makeDataFolder(folder.root);
  const { secrets } = await secretsRoom.openSecrets(folder.secrets);
  const store = await openStore({
    databaseUrl: config.databaseUrl,
    file: folder.database,
    clock: runtime.clock,
    bus: createInProcessBus(silent),
    log: silent,
    beforeMigrate: async (file) => {
      const { copyBeforeMigration } = await import('./backup.ts');
      await copyBeforeMigration(file, runtime.clock);
    },
  });
  try {
    runtime.ids.atLeast(store.newestId());
    const mint = keys.createKeyMint(secrets.pepper, runtime.ids);
    return await desks.createDesk({ store, mint, runtime, folder, version }).ask(request, progress);
  } finally {
    await store.close();
  }
}
