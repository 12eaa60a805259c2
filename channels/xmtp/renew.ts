/**
 * A new installation for a wallet whose database is lost or cannot be read. An operator asks for it, because an inbox can
 * have ten in all its life.
 */
import { refuse, Refused } from '#core/failure.ts';
import type { DriverHost } from '#ports/driver.ts';
import type { Wallet } from '#ports/wallets.ts';
import type { Clients } from './clients.ts';
import type { Engine } from './engine.ts';
import { NotNow, unavailable } from './faults.ts';
import { toBeMade } from './open-client.ts';
import { standingOf } from './standing.ts';

/** All an inbox can ever have. */
export const maxInstallations = 10;

/**
 * What is there is put aside, never deleted; then the wallet signs in again as another of its inbox's installations.
 * Throws `conflict` for one that works or has had them all, and `unavailable` when it cannot be done now.
 */
export async function renew({ clients, journal }: Engine, host: DriverHost, wallet: Wallet): Promise<void> {
  const { account, address } = wallet;
  await refuseUsable(clients, wallet);
  const spent = journal.installation(address)?.count ?? 0;
  if (spent >= maxInstallations) throw refuse('conflict', spentSentence);
  try {
    clients.putAside(address);
    const inboxId = wallet.inboxId ?? journal.installation(address)?.inboxId;
    if (inboxId) journal.keepInstallation(address, { inboxId, installationId: toBeMade, count: spent });
    await clients.use(account, () => Promise.resolve());
  } catch (error) {
    throw refusalOf(error);
  }
  host.log.info('xmtp.renewed', { account });
}

const spentSentence = `This wallet's inbox has had all of its ${maxInstallations} installations; give the account another wallet`;

/** Only trying tells whether it is broken; the same try says so for one nobody has used yet. */
async function refuseUsable(clients: Clients, { account, address }: Wallet): Promise<void> {
  try {
    await clients.use(account, () => Promise.resolve(), { isBrief: true });
  } catch (error) {
    const state = clients.state(address);
    if (!(error instanceof NotNow) && (state === 'lost' || state === 'unreadable')) return;
    throw refusalOf(error);
  }
  throw refuse('conflict', 'This wallet works; there is nothing to renew');
}

/** The addresses of those that were renewed, and of those that were not with why. One after the other, as after a restore. */
export async function renewBroken(engine: Engine, host: DriverHost) {
  const renewed: string[] = [];
  const failed: { readonly address: string; readonly error: string }[] = [];
  for (const wallet of host.wallets.all()) {
    const { address } = wallet;
    const { state } = standingOf(engine, host, address);
    if (state !== 'lost' && state !== 'unreadable') continue;
    try {
      await renew(engine, host, wallet);
      renewed.push(address);
    } catch (error) {
      failed.push({ address, error: refusalOf(error).failure.message });
    }
  }
  return { renewed, failed };
}

const refusalOf = (error: unknown): Refused => (error instanceof Refused ? error : unavailable(error));
