/**
 * The secrets of every wallet of a data folder, read as its gateway reads them: what may stand in no log. A wallet is put
 * there before the gateway starts, so that there is always one; those it makes itself are found with it.
 */
import { mkdir } from 'node:fs/promises';
import { createInProcessBus } from '#bus/in-process.ts';
import { dataFolder } from '#config/data-folder.ts';
import { newAccounts } from '#identity/accounts.ts';
import { createKeyMint } from '#identity/keys.ts';
import { openSecrets } from '#identity/secrets.ts';
import { walletSecrets } from '#identity/wallet-secrets.ts';
import { createWallets } from '#identity/wallets.ts';
import { createWrapper } from '#identity/wrap.ts';
import type { Store } from '#ports/store.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { fakeLog } from '../support/clock.ts';
import { bytesCanaries, type Canary } from './canary.ts';

const runtime = createSystemRuntime();

async function withStore<Answer>(dataDir: string, work: (store: Store) => Promise<Answer>): Promise<Answer> {
  const log = fakeLog();
  const { clock } = runtime;
  const file = dataFolder(dataDir).database;
  const store = await openSqliteStore({ file, clock, log, bus: createInProcessBus(log) });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** No gateway may run on the folder. */
export async function putWallet(dataDir: string, masterKey: Uint8Array): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await withStore(dataDir, async (store) => {
    const { pepper } = (await openSecrets(dataFolder(dataDir).secrets)).secrets;
    const accounts = newAccounts({ store, runtime, mint: createKeyMint(pepper, runtime.ids) });
    const wallets = await createWallets({ store, wrapper: createWrapper([masterKey]), clock: runtime.clock });
    await wallets.make((await accounts.makeAccount('molt', 'canary')).id);
  });
}

/** No gateway may run on the folder. Throws when a wallet cannot be opened with these keys. */
export async function walletCanaries(
  dataDir: string,
  ...masterKeys: readonly [Uint8Array, ...Uint8Array[]]
): Promise<Canary[]> {
  const wallets = walletSecrets(createWrapper(masterKeys));
  const rows = await withStore(dataDir, (store) => store.wallets());
  return rows.flatMap((row) => [
    ...bytesCanaries(`the private key of ${row.address}`, wallets.privateKey(row)),
    ...bytesCanaries(`the database key of ${row.address}`, wallets.databaseKey(row)),
  ]);
}
