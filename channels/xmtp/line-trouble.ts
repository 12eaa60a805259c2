/**
 * Why a wallet's line can send nothing, known before anything is accepted for it: what the last try said or, where none
 * was made since, a glance at its files.
 */
import type { DriverHost } from '#ports/driver.ts';
import { clientFolder } from './client-folder.ts';
import type { Engine } from './engine.ts';
import { missing } from './open-client.ts';

export function lineTroubleOf({ clients, journal }: Engine, { wallets, dataDir }: DriverHost, line: string) {
  const known = clients.trouble(line);
  const wallet = wallets.at(line);
  if (known !== null || !wallet || clients.state(line) === 'open') return known;
  return missing(journal, wallet, clientFolder(dataDir, line))?.message ?? null;
}
