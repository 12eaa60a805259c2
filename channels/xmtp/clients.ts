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
  readonly account: AccountId;
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
/** A database that was let go leaves three idle threads for half a minute: so many may be opened in a burst, and then one each. */
const [burstOpens, perOpenMs] = [100, 50];

class WalletClients implements Clients {
  readonly #ground: Ground;
  readonly #limits: ClientLimits;
  readonly #host: DriverHost;
  readonly #entries = new Map<string, Entry>();
  readonly #troubles = new Map<string, { readonly error: WalletBroken; readonly atMs: number }>();
  readonly #stopping = new AbortController();
  #waiting: (() => void)[] = [];
  #open = 0;
  #pacedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(ground: Ground, limits: ClientLimits, host: DriverHost) {
    [this.#ground, this.#limits, this.#host] = [ground, limits, host];
    void this.#closeIdle();
  }

  async use<T>(account: AccountId, work: (session: Session) => Promise<T>, options: UseOptions = {}): Promise<T> {
    const { signal, isBrief = false } = options;
    const stopping = this.#stopping.signal;
    if (stopping.aborted) throw new NotNow('XMTP is stopping');
    const wallet = this.#host.wallets.of(account);
    if (!wallet) throw new NotNow('this account has no wallet yet');
    const entry = this.#enter(wallet);
    entry.users += 1;
    try {
      const session = await (entry.opening ??= this.#bring(entry, wallet));
      if (signal?.aborted) throw new NotNow('given up before the wallet was open');
      if (!isBrief) entry.isBrief = false;
      return await work(session);
    } finally {
      entry.users -= 1;
      entry.usedAtMs = this.#nowMs();
      if (entry.users === 0 && (stopping.aborted || entry.isBrief || this.#waiting.length > 0)) this.#shut(entry);
    }
  }

  state(line: string): ReturnType<Clients['state']> {
    if (this.#entries.get(line)?.session) return 'open';
    const wallet = this.#host.wallets.at(line);
    if (wallet && wallet.locked !== null) return 'locked';
    return this.#troubles.get(line)?.error.kind ?? 'closed';
  }

  trouble(line: string): string | null {
    return this.#host.wallets.at(line)?.locked ?? this.#troubles.get(line)?.error.message ?? null;
  }

  get openCount(): number {
    return this.#open;
  }

  putAside(line: string): void {
    const entry = this.#entries.get(line);
    if (entry && (entry.users > 0 || (entry.opening && !entry.session)))
      throw new NotNow('this wallet is in use; try again in a moment');
    if (entry) this.#shut(entry);
    const folder = entry?.folder ?? clientFolder(this.#host.dataDir, line);
    if (!entry && !folder.lock()) throw new NotNow(lockedElsewhere);
    folder.putAside();
    folder.unlock();
    this.#entries.delete(line);
    this.#troubles.delete(line);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const wake of this.#waiting.splice(0)) wake();
    const entries = [...this.#entries.values()];
    const until = this.#nowMs() + lastUsersMs;
    while (entries.some(({ users }) => users > 0) && this.#nowMs() < until) await this.#host.runtime.timers.sleep(10);
    for (const entry of entries) {
      this.#shut(entry);
      entry.folder.unlock();
    }
    this.#entries.clear();
  }

  #enter(wallet: Wallet): Entry {
    const line = wallet.address;
    const known = this.#entries.get(line);
    if (known) return known;
    if (wallet.locked !== null) throw new WalletBroken('locked', wallet.locked);
    const trouble = this.#troubles.get(line);
    if (trouble && this.#nowMs() - trouble.atMs < troubleForMs) throw trouble.error;
    const folder = clientFolder(this.#host.dataDir, line);
    if (!folder.lock()) throw new NotNow(lockedElsewhere);
    const idle = { opening: null, session: null, parked: null, users: 0, usedAtMs: 0, isBrief: true };
    const entry: Entry = { account: wallet.account, line, folder, ...idle };
    this.#entries.set(line, entry);
    return entry;
  }

  async #bring(entry: Entry, wallet: Wallet): Promise<Session> {
    let isRoom = false;
    try {
      await this.#room();
      isRoom = true;
      await this.#pace();
      const session = await openSession(entry, wallet, await this.#ground(), this.#host);
      [entry.session, entry.parked] = [session, null];
      this.#troubles.delete(entry.line);
      return session;
    } catch (error) {
      entry.opening = null;
      if (isRoom) this.#open -= 1;
      this.#waiting.shift()?.();
      throw this.#noted(entry, error);
    }
  }

  /** Takes a place; waits for one while all are in use. */
  async #room(): Promise<void> {
    while (this.#open >= this.#limits.maxClients && !this.#shutIdlest()) {
      if (this.#waiting.length >= maxWaiting) throw new NotNow('too many wallets are in use at once');
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
      if (this.#stopping.signal.aborted) throw new NotNow('XMTP is stopping');
    }
    this.#open += 1;
  }

  async #pace(): Promise<void> {
    const nowMs = this.#nowMs();
    this.#pacedUntilMs = Math.max(this.#pacedUntilMs, nowMs - burstOpens * perOpenMs) + perOpenMs;
    const waitMs = this.#pacedUntilMs - nowMs;
    if (waitMs > 0) await this.#host.runtime.timers.sleep(waitMs, this.#stopping.signal);
  }

  #shut(entry: Entry): void {
    const { session } = entry;
    if (!session) return;
    [entry.session, entry.parked, entry.opening, entry.isBrief] = [null, session, null, true];
    this.#open -= 1;
    session.client.releaseDbConnection();
    this.#waiting.shift()?.();
  }

  #shutIdlest(): boolean {
    let idlest: Entry | undefined;
    for (const entry of this.#entries.values()) {
      if (entry.session && entry.users === 0 && (!idlest || entry.usedAtMs < idlest.usedAtMs)) idlest = entry;
    }
    if (idlest) this.#shut(idlest);
    return idlest !== undefined;
  }

  /** A wallet that cannot be used is forgotten, so that it is looked at afresh once something was done about it. */
  #noted(entry: Entry, error: unknown): unknown {
    const known = error instanceof Refused ? new WalletBroken('locked', error.message, error) : error;
    if (!(known instanceof WalletBroken)) return known;
    entry.folder.unlock();
    this.#entries.delete(entry.line);
    if (!this.#troubles.has(entry.line)) {
      this.#host.log.error('xmtp.wallet_broken', { account: entry.account, kind: known.kind });
    }
    this.#troubles.set(entry.line, { error: known, atMs: this.#nowMs() });
    return known;
  }

  async #closeIdle(): Promise<void> {
    const { signal } = this.#stopping;
    const lookEveryMs = Math.max(50, Math.min(5_000, this.#limits.idleMs / 2));
    while (!signal.aborted) {
      await this.#host.runtime.timers.sleep(lookEveryMs, signal);
      const before = this.#nowMs() - this.#limits.idleMs;
      for (const entry of this.#entries.values()) if (entry.users === 0 && entry.usedAtMs < before) this.#shut(entry);
    }
  }

  #nowMs(): number {
    return this.#host.runtime.clock.monotonicMs();
  }
}

export const createClients = (ground: Ground, limits: ClientLimits, host: DriverHost): Clients =>
  new WalletClients(ground, limits, host);

const lockedElsewhere = "another process has this account's XMTP wallet open";

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
        host.log.warn('xmtp.reconnect_failed', { account: entry.account, error: wordsOf(error) });
        break;
      }
    }
  }
  const client = await openClient(opening, wallet, folder);
  const { bindings } = opening;
  const conversations = client.conversations();
  return { account: wallet.account, line: wallet.address, inboxId: client.inboxId(), client, conversations, bindings };
}
