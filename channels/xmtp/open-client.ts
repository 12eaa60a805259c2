/**
 * One wallet's client, from its database or, the very first time, new. A client that is made anew is another
 * installation of the inbox, of which there are ten for ever, so it happens only when this wallet never had one here:
 * what is missing or cannot be read is said, and left for a person to decide.
 */
import type * as Binding from '@xmtp/node-bindings';
import type { AccountId } from '#core/ids.ts';
import type { DriverHost } from '#ports/driver.ts';
import type { Wallet } from '#ports/wallets.ts';
import type { ClientFolder } from './client-folder.ts';
import { isNetworkFault, NotNow, WalletBroken, wordsOf } from './faults.ts';
import type { Installation, Journal } from './journal.ts';
import type { XmtpBindings } from './load.ts';

export interface Opening {
  readonly bindings: XmtpBindings;
  readonly backend: Binding.Backend;
  readonly host: Pick<DriverHost, 'wallets' | 'runtime' | 'log'>;
  readonly journal: Journal;
}

/** In place of an installation's id: the operator asked for a new one. */
export const toBeMade = '';

export const ethereum: Binding.IdentifierKind = 0;
const disabled = 'Disabled' as Binding.SyncWorkerMode;
const off = 'Off' as Binding.LogLevel;
/** A database that was let go a moment ago may not be readable yet: the library closes it in the background. */
const readTries = 12;
const readPauseMs = 25;
/** A database is opened by few hands: one for reading while another writes. */
const connections = { maxDbPoolSize: 2, minDbPoolSize: 1 };

/** Throws `WalletBroken` or `NotNow`. The folder is locked by the caller. */
export async function openClient(parts: Opening, wallet: Wallet, folder: ClientFolder): Promise<Binding.Client> {
  const { journal, host } = parts;
  const absence = missing(journal, wallet, folder);
  if (absence) throw absence;
  const before = journal.installation(wallet.address);
  const mayMake = mayBeMade(before, wallet);
  const inboxId = before?.inboxId ?? wallet.inboxId ?? (await newInboxId(parts, wallet));
  const client = await open(parts, wallet, folder.database, inboxId);
  try {
    const installationId = client.installationId();
    if (before && !mayMake && installationId !== before.installationId) throw lost('its database is another one');
    if (!client.isRegistered()) {
      if (!mayMake) throw lost('its database was never registered');
      await register(client, wallet.account, host);
    }
    if (!before || mayMake) {
      journal.keepInstallation(wallet.address, { inboxId, installationId, count: await countOf(client) });
      host.log.info('xmtp.installed', { account: wallet.account });
    }
    if (wallet.inboxId === null) await host.wallets.keepInbox(wallet.account, inboxId);
    return client;
  } catch (error) {
    client.releaseDbConnection();
    throw error instanceof WalletBroken ? error : asNotNow(error);
  }
}

/** What a glance at its files finds missing of a wallet that had a client here. */
export function missing(
  journal: Pick<Journal, 'installation'>,
  wallet: Wallet,
  folder: Pick<ClientFolder, 'look'>,
): WalletBroken | undefined {
  const found = folder.look();
  if (found === 'half') return lost('a part of its database is missing');
  const isLost = found === 'none' && !mayBeMade(journal.installation(wallet.address), wallet);
  return isLost ? lost('its database is missing') : undefined;
}

const mayBeMade = (before: Installation | undefined, { inboxId }: Wallet): boolean =>
  before ? before.installationId === toBeMade : inboxId === null;

const renewal = 'an operator can give it a new one: POST /xmtp/wallets/<address>/renew';

function lost(what: string): WalletBroken {
  return new WalletBroken('lost', `This account's XMTP wallet cannot be used: ${what}; ${renewal}`);
}

async function newInboxId({ bindings, backend }: Opening, { address }: Wallet): Promise<string> {
  const identifier = { identifier: address, identifierKind: ethereum };
  try {
    return (await bindings.getInboxIdByIdentity(backend, identifier)) ?? bindings.generateInboxId(identifier);
  } catch (error) {
    throw asNotNow(error);
  }
}

async function open(parts: Opening, wallet: Wallet, path: string, inboxId: string): Promise<Binding.Client> {
  const { bindings, backend, host } = parts;
  const encryptionKey = await host.wallets.databaseKey(wallet.account);
  const database = { dbPath: path, encryptionKey, ...connections };
  const identifier = { identifier: wallet.address, identifierKind: ethereum };
  for (let tries = 1; ; tries += 1) {
    try {
      // Offline is allowed: a client that cannot reach the network still knows what it has.
      return await bindings.createClientWithBackend(
        backend,
        database,
        inboxId,
        identifier,
        disabled,
        { level: off },
        true,
      );
    } catch (error) {
      if (isNetworkFault(error)) throw asNotNow(error);
      if (tries >= readTries) {
        const why = `its database cannot be read (${wordsOf(error)}); ${renewal}`;
        throw new WalletBroken('unreadable', `This account's XMTP wallet cannot be used: ${why}`, error);
      }
      await host.runtime.timers.sleep(readPauseMs * tries);
    }
  }
}

async function register(client: Binding.Client, account: AccountId, host: Opening['host']): Promise<void> {
  const request = await client.createInboxSignatureRequest();
  if (!request) return;
  await request.addEcdsaSignature(await host.wallets.sign(account, await request.signatureText()));
  await client.registerIdentity(request);
}

async function countOf(client: Binding.Client): Promise<number | null> {
  try {
    return (await client.inboxState(true)).installations.length;
  } catch {
    return null;
  }
}

const asNotNow = (error: unknown): NotNow =>
  new NotNow(`XMTP cannot be reached now: ${wordsOf(error)}`, { cause: error });
