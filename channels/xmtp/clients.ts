/**
 * The clients of this gateway's wallets: one per wallet, opened when it is needed, at most so many open at once, closed
 * when nobody used it for a while. A closed client is parked, not dropped: its database and file handles are let go, and
 * the small rest is kept, because the library never frees what worked for a client that was dropped. One wallet that
 * cannot be used hurts no other.
 */
import type * as Binding from '@xmtp/node-bindings';
import { Refused } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { DriverHost } from '#ports/driver.ts';
import type { Wallet } from '#ports/wallets.ts';
import { type ClientFolder, clientFolder } from './client-folder.ts';
import { NotNow, WalletBroken, wordsOf } from './faults.ts';
import { type Opening, openClient } from './open-client.ts';

/** A wallet's client, while it is held. Nothing of it may be kept beyond that. */
export interface Session {
  readonly account: AccountId;
  /** The wallet's address. */
  readonly line: string;
  readonly inboxId: string;
  readonly client: Binding.Client;
  readonly conversations: Binding.Conversations;
  readonly bindings: Opening['bindings'];
}

interface UseOptions {
  readonly signal?: AbortSignal;
  /** Nobody is expected to need it again soon: it is closed right after, unless somebody else uses it. */
  readonly isBrief?: boolean;
}

export interface Clients {
  /** Throws `WalletBroken` or `NotNow` where the client cannot be had, and what `work` throws. */
  use<T>(account: AccountId, work: (session: Session) => Promise<T>, options?: UseOptions): Promise<T>;
  state(line: string): 'open' | 'closed' | WalletBroken['kind'];
  /** Why a wallet cannot be used, when it was last tried. */
  trouble(line: string): string | null;
  readonly openCount: number;
  /** Close a wallet's client, forget it, and put its folder aside. Throws `NotNow` while it is in use. */
  putAside(line: string): void;
  /** Closes all of them; those in use are closed under their users' hands after a moment. */
  stop(): Promise<void>;
}

interface Entry {
  readonly line: string;
  readonly folder: ClientFolder;
  opening: Promise<Session> | null;
  session: Session | null;
  parked: Session | null;
  users: number;
  usedAtMs: number;
  isBrief: boolean;
}

export interface ClientLimits {
  readonly maxClients: number;
  readonly idleMs: number;
}

/** What opening takes, loaded when the first wallet is needed. Throws `NotNow`. */
export type Ground = () => Promise<Opening>;

const maxWaiting = 10_000;
const troubleForMs = 5_000;
const lastUsersMs = 1_200;
const reconnectTries = 12;
const reconnectPauseMs = 25;

export function createClients(ground: Ground, limits: ClientLimits, host: DriverHost): Clients {
  const entries = new Map<string, Entry>();
  const troubles = new Map<string, { readonly error: WalletBroken; readonly atMs: number }>();
  const stopping = new AbortController();
  let waiting: (() => void)[] = [];
  let open = 0;
  const nowMs = () => host.runtime.clock.monotonicMs();

  const shut = (entry: Entry): void => {
    const { session } = entry;
    if (!session) return;
    [entry.session, entry.parked, entry.opening, entry.isBrief] = [null, session, null, true];
    open -= 1;
    session.client.releaseDbConnection();
    waiting.shift()?.();
  };
  const shutIdlest = (): boolean => {
    let idlest: Entry | undefined;
    for (const entry of entries.values()) {
      if (entry.session && entry.users === 0 && (!idlest || entry.usedAtMs < idlest.usedAtMs)) idlest = entry;
    }
    if (idlest) shut(idlest);
    return idlest !== undefined;
  };
  const room = async (signal: AbortSignal): Promise<void> => {
    while (open >= limits.maxClients && !shutIdlest()) {
      if (waiting.length >= maxWaiting) throw new NotNow('too many wallets are in use at once');
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      if (signal.aborted) throw new NotNow('given up while too many wallets were in use');
    }
    open += 1;
  };
  const bring = async (entry: Entry, wallet: Wallet, signal: AbortSignal): Promise<Session> => {
    let isRoom = false;
    try {
      await room(signal);
      isRoom = true;
      const session = await openSession(entry, wallet, await ground(), host);
      [entry.session, entry.parked] = [session, null];
      troubles.delete(entry.line);
      return session;
    } catch (error) {
      entry.opening = null;
      if (isRoom) open -= 1;
      waiting.shift()?.();
      throw note(entry, error);
    }
  };
  const note = (entry: Entry, error: unknown): unknown => {
    const known = error instanceof Refused ? new WalletBroken('locked', error.message, error) : error;
    if (known instanceof WalletBroken) {
      entry.parked = null;
      entry.folder.unlock();
      entries.delete(entry.line);
      if (!troubles.has(entry.line)) host.log.error('xmtp.wallet_broken', { line: entry.line, kind: known.kind });
      troubles.set(entry.line, { error: known, atMs: nowMs() });
    }
    return known;
  };
  const closeIdle = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await host.runtime.timers.sleep(Math.max(50, Math.min(5_000, limits.idleMs / 2)), stopping.signal);
      const before = nowMs() - limits.idleMs;
      for (const entry of entries.values()) if (entry.users === 0 && entry.usedAtMs < before) shut(entry);
    }
  };
  const enter = (wallet: Wallet): Entry => {
    const line = wallet.address;
    const known = entries.get(line);
    if (known) return known;
    if (wallet.locked !== null) throw new WalletBroken('locked', wallet.locked);
    const trouble = troubles.get(line);
    if (trouble && nowMs() - trouble.atMs < troubleForMs) throw trouble.error;
    const folder = clientFolder(host.dataDir, line);
    if (!folder.lock()) throw new NotNow("another process has this account's XMTP wallet open");
    const entry = { line, folder, opening: null, session: null, parked: null, users: 0, usedAtMs: 0, isBrief: true };
    entries.set(line, entry);
    return entry;
  };
  void closeIdle();

  return {
    async use(account, work, { signal = stopping.signal, isBrief = false } = {}) {
      if (stopping.signal.aborted) throw new NotNow('XMTP is stopping');
      const wallet = host.wallets.of(account);
      if (!wallet) throw new NotNow('this account has no wallet yet');
      const entry = enter(wallet);
      entry.users += 1;
      try {
        const ending = signal === stopping.signal ? signal : AbortSignal.any([signal, stopping.signal]);
        const session = await (entry.opening ??= bring(entry, wallet, ending));
        if (!isBrief) entry.isBrief = false;
        return await work(session);
      } finally {
        entry.users -= 1;
        entry.usedAtMs = nowMs();
        if (entry.users === 0) {
          if (stopping.signal.aborted || entry.isBrief || waiting.length > 0) shut(entry);
        }
      }
    },
    state(line) {
      if (entries.get(line)?.session) return 'open';
      const wallet = host.wallets.at(line);
      if (wallet && wallet.locked !== null) return 'locked';
      return troubles.get(line)?.error.kind ?? 'closed';
    },
    trouble: (line) => host.wallets.at(line)?.locked ?? troubles.get(line)?.error.message ?? null,
    get openCount() {
      return open;
    },
    putAside(line) {
      const entry = entries.get(line);
      if (entry && (entry.users > 0 || entry.opening)) {
        if (entry.users > 0 || !entry.session) throw new NotNow('this wallet is in use; try again in a moment');
        shut(entry);
      }
      const folder = entry?.folder ?? clientFolder(host.dataDir, line);
      if (!entry && !folder.lock()) throw new NotNow("another process has this account's XMTP wallet open");
      folder.putAside();
      folder.unlock();
      entries.delete(line);
      troubles.delete(line);
    },
    async stop() {
      stopping.abort();
      for (const wake of waiting.splice(0)) wake();
      const until = nowMs() + lastUsersMs;
      while ([...entries.values()].some(({ users }) => users > 0) && nowMs() < until) {
        await host.runtime.timers.sleep(10);
      }
      for (const entry of entries.values()) {
        shut(entry);
        entry.folder.unlock();
      }
      entries.clear();
      waiting = [];
    },
  };
}

async function openSession(entry: Entry, wallet: Wallet, opening: Opening, host: DriverHost): Promise<Session> {
  const { parked, folder } = entry;
  if (parked && folder.look() === 'whole') {
    for (let tries = 1; ; tries += 1) {
      try {
        await parked.client.dbReconnect();
        return parked;
      } catch (error) {
        if (tries < reconnectTries) {
          await host.runtime.timers.sleep(reconnectPauseMs * tries);
          continue;
        }
        host.log.warn('xmtp.reconnect_failed', { line: entry.line, error: wordsOf(error) });
        break;
      }
    }
  }
  const client = await openClient(opening, wallet, folder);
  const { bindings } = opening;
  const conversations = client.conversations();
  return { account: wallet.account, line: wallet.address, inboxId: client.inboxId(), client, conversations, bindings };
}
