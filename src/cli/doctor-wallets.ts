/**
 * Whether the wallets can be opened: by the running gateway, which knows, or by the keys that the next start would have.
 * Only the names of keys are compared, nothing is opened for it; the network's library is not needed.
 */
import type { Config } from '#config/config.ts';
import type { DataFolder } from '#config/data-folder.ts';
import { peekWrappingKey } from '#identity/secrets.ts';
import { walletSecrets } from '#identity/wallet-secrets.ts';
import { createWrapper } from '#identity/wrap.ts';
import type { WrappedWallet } from '#ports/store/molts.ts';
import type { DeskAnswers } from './desk.ts';
import { broken, ok, warning, type Finding } from './finding.ts';

type Count = NonNullable<DeskAnswers['status']['wallets']>;

export function* runningWallets({ count, locked }: Count): Generator<Finding> {
  const mend = 'Add the key of before to CLAWGATE_MASTER_KEY, behind the present one, and restart';
  if (locked > 0) yield warning('wallets', `${locked} of ${count} are locked: their master key is not here`, mend);
  else if (count > 0)
    yield ok('wallets', `${count}, and their keys are all here; GET /xmtp/wallets tells how each fares`);
}

export async function* storedWallets(
  { masterKeys }: Pick<Config, 'masterKeys'>,
  { secrets }: Pick<DataFolder, 'secrets'>,
  wallets: readonly WrappedWallet[],
): AsyncGenerator<Finding> {
  let generated: Uint8Array | undefined;
  try {
    generated = await peekWrappingKey(secrets);
  } catch (error) {
    yield broken('secrets', error instanceof Error ? error.message : String(error), 'Do as the message says');
    return;
  }
  const count = wallets.length;
  const shut = lockedAmong(wallets, [...masterKeys, ...(generated ? [generated] : [])]);
  const mend =
    'Add the key of before to CLAWGATE_MASTER_KEY, behind the present one; where none was set, it is the wrappingKey in the secrets.json of before';
  if (shut > 0) yield warning('wallets', `${shut} of ${count} wallets cannot be opened by this master key`, mend);
  else if (count > 0) yield ok('wallets', `${count}, and their keys are all here`);
}

function lockedAmong(wallets: readonly WrappedWallet[], [first, ...older]: readonly Uint8Array[]): number {
  if (!first) return wallets.length;
  const secrets = walletSecrets(createWrapper([first, ...older]));
  return wallets.filter((wallet) => secrets.lockOf(wallet) !== null).length;
}
