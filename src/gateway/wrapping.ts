/**
 * Secrets at rest, wired: which keys wrap and open them, the wallets behind those keys, and what happens after the master
 * key was changed.
 */
import type { Config } from '#config/config.ts';
import { rewrapSecrets, type RewrapDependencies } from '#identity/rewrap.ts';
import type { Secrets } from '#identity/secrets.ts';
import { createWallets, type WalletRoom, type WalletsDependencies } from '#identity/wallets.ts';
import type { Log } from '#ports/runtime.ts';

/** The keys of the configuration, then the generated one: what that wrapped before another was given still opens. */
export function wrappingKeys(
  { masterKeys }: Pick<Config, 'masterKeys'>,
  { wrappingKey }: Pick<Secrets, 'wrappingKey'>,
): [Uint8Array, ...Uint8Array[]] {
  const [first, ...older] = masterKeys;
  return first ? [first, ...older, wrappingKey] : [wrappingKey];
}

/** A key as anybody may write it down. */
export function spellings(key: Uint8Array): string[] {
  const bytes = Buffer.from(key);
  const hex = bytes.toString('hex');
  return [hex, hex.toUpperCase(), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}

/** Says in the log how many wallets are locked; they hurt nobody else. */
export async function openWallets(deps: WalletsDependencies, log: Log): Promise<WalletRoom> {
  const wallets = await createWallets(deps);
  const { locked } = countWallets(wallets);
  if (locked > 0) {
    log.warn('wallets.locked', {
      wallets: locked,
      mend: 'Add the key of before to CLAWGATE_MASTER_KEY, behind the present one',
    });
  }
  return wallets;
}

export function countWallets(wallets: Pick<WalletRoom, 'all'>): { readonly count: number; readonly locked: number } {
  let [count, locked] = [0, 0];
  for (const wallet of wallets.all()) {
    count += 1;
    if (wallet.locked !== null) locked += 1;
  }
  return { count, locked };
}

/** Answers the way to stop it, which waits for what is under way. */
export function rewrapInBackground(
  { masterKeys }: Pick<Config, 'masterKeys'>,
  deps: RewrapDependencies,
): () => Promise<void> {
  // Without a key of the configuration there is but one, and nothing can be under another.
  if (masterKeys.length === 0) return async () => undefined;
  const stopping = new AbortController();
  const done = rewrapSecrets(deps, stopping.signal);
  return () => {
    stopping.abort();
    return done;
  };
}
