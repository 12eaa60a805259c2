/**
 * How a wallet fares, known without opening it: what the last try said or, where none was made since, a glance at its
 * files.
 */
import type { DriverHost } from '#ports/driver.ts';
import { clientFolder } from './client-folder.ts';
import type { Clients } from './clients.ts';
import type { Engine } from './engine.ts';
import { missing } from './open-client.ts';

export interface Standing {
  readonly state: ReturnType<Clients['state']>;
  /** Why it cannot be used before a person does something about it, with the mend. */
  readonly trouble: string | null;
}

export function standingOf({ clients, journal }: Engine, { wallets, dataDir }: DriverHost, line: string): Standing {
  const [state, trouble, wallet] = [clients.state(line), clients.trouble(line), wallets.at(line)];
  if (trouble !== null || !wallet || state === 'open') return { state, trouble };
  const absence = missing(journal, wallet, clientFolder(dataDir, line));
  return absence ? { state: absence.kind, trouble: absence.message } : { state, trouble };
}
