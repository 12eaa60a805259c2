/**
 * Who is behind an inbox, and which inbox an address has: the gateway's own wallets from memory, everybody else from
 * the network, remembered. An address may in time move to another inbox, so that direction is asked again now and then.
 */
import type { DriverHost } from '#ports/driver.ts';
import type { Session } from './clients.ts';
import { isInboxId } from './ids.ts';
import type { Journal } from './journal.ts';
import { ethereum } from './open-client.ts';

export interface People {
  /** The wallet address of an inbox, lower case; the inbox id where it has none that can be learnt. */
  addressOf(session: Session, inboxId: string): Promise<string>;
  /** Null: not on the network. Throws when the network cannot be asked. */
  inboxOf(session: Session, address: string): Promise<string | null>;
  /** What is known without asking. */
  known(inboxId: string): string | undefined;
  /** Addresses by inbox. */
  learn(found: ReadonlyMap<string, string>): void;
}

const remembered = 50_000;
const inboxForMs = 10 * 60_000;

export function createPeople(journal: Journal, { wallets, runtime }: Pick<DriverHost, 'wallets' | 'runtime'>): People {
  const addresses = new Map<string, string>();
  const inboxes = new Map<string, { readonly inboxId: string; readonly atMs: number }>();

  const known = (inboxId: string): string | undefined => {
    const own = wallets.byInbox(inboxId)?.address ?? addresses.get(inboxId);
    if (own !== undefined) return own;
    const kept = journal.addressOf(inboxId);
    if (kept !== undefined) remember(inboxId, kept);
    return kept;
  };
  const remember = (inboxId: string, address: string): void => {
    if (addresses.size >= remembered) addresses.clear();
    addresses.set(inboxId, address);
  };
  const learn = (found: ReadonlyMap<string, string>): void => {
    const fresh = new Map<string, string>();
    for (const [inboxId, address] of found) {
      if (inboxes.size >= remembered) inboxes.clear();
      inboxes.set(address, { inboxId, atMs: runtime.clock.monotonicMs() });
      if (known(inboxId) === address) continue;
      remember(inboxId, address);
      if (!wallets.byInbox(inboxId)) fresh.set(inboxId, address);
    }
    if (fresh.size > 0) journal.keepAddresses(fresh);
  };
  return {
    known,
    learn,
    async addressOf({ client }, inboxId) {
      const found = known(inboxId);
      if (found !== undefined) return found;
      const [state] = await client.fetchInboxStatesByInboxIds([inboxId], true).catch(() => []);
      const wallet = state?.identifiers.find(({ identifierKind }) => identifierKind === ethereum);
      if (!wallet) return inboxId;
      const address = wallet.identifier.toLowerCase();
      learn(new Map([[inboxId, address]]));
      return address;
    },
    async inboxOf({ client }, address) {
      if (isInboxId(address)) return address;
      const own = wallets.at(address)?.inboxId ?? null;
      if (own !== null) return own;
      const nowMs = runtime.clock.monotonicMs();
      const recent = inboxes.get(address);
      if (recent && nowMs - recent.atMs < inboxForMs) return recent.inboxId;
      try {
        const inboxId = await client.getInboxIdByIdentity({ identifier: address, identifierKind: ethereum });
        if (inboxId !== null) learn(new Map([[inboxId, address]]));
        return inboxId;
      } catch (error) {
        if (recent) return recent.inboxId;
        throw error;
      }
    },
  };
}
