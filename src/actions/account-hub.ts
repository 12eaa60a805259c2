/**
 * One account's live readers. Hints arrive in order from the bus; a batch that needs loading holds the ones behind it,
 * and past a bound they are dropped and read back from the log. Readers with the same translation share its work.
 */
import type { Event } from '#core/event.ts';
import type { AccountId } from '#core/ids.ts';
import type { Bus, Hint } from '#ports/bus.ts';
import type { Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { Follower, Sink } from './follower.ts';
import { bare, mustLoad, readEntries, type Entry, type Translate } from './read-entries.ts';

export interface HubDependencies {
  readonly store: Pick<Store, 'events' | 'headSeq' | 'messages' | 'reactions' | 'votesByNumber'>;
  readonly bus: Bus;
  readonly log: Log;
}

/** Small, because a page of the longest texts is held whole for each reader that catches up. */
const pageSize = 100;
const maxWaiting = 5_000;

export interface Hub {
  /** A live reader from the newest event on, or undefined when the hub has closed. */
  join(translate: Translate, sink: Sink): Follower | undefined;
}

type State = 'live' | 'paused' | 'backfilling' | 'closed';

/** Readers that want the same words: translated once, handed to each. */
interface Group {
  readonly translate: Translate;
  readonly live: Set<HubReader>;
}

class HubReader implements Follower {
  state: State = 'live';
  /** Where it stands unless live: a live reader stands where its hub does. */
  ownSeq = 0;
  /** Which backfill may speak for it: a pause and a resume while one is reading start another. */
  turn = 0;
  readonly sink: Sink;
  readonly group: Group;
  readonly #hub: AccountHub;

  constructor(hub: AccountHub, group: Group, sink: Sink) {
    this.#hub = hub;
    this.group = group;
    this.sink = sink;
  }

  get seq(): number {
    return this.state === 'live' ? this.#hub.seq : this.ownSeq;
  }

  pause(): void {
    if (this.state !== 'live' && this.state !== 'backfilling') return;
    this.ownSeq = this.seq;
    this.state = 'paused';
    this.group.live.delete(this);
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'backfilling';
    this.turn += 1;
    void this.#hub.backfill(this, this.turn);
  }

  close(): void {
    this.state = 'closed';
    this.group.live.delete(this);
    this.#hub.leave(this);
  }
}

class AccountHub implements Hub {
  seq = 0;
  readonly #deps: HubDependencies;
  readonly #account: AccountId;
  readonly #readers = new Set<HubReader>();
  readonly #groups = new Map<Translate, Group>();
  readonly #onEmpty: () => void;
  #stop: () => void = () => {};
  #waiting: Event[] = [];
  #overflowed = false;
  #busy = true;
  #closed = false;

  constructor(deps: HubDependencies, account: AccountId, onEmpty: () => void) {
    this.#deps = deps;
    this.#account = account;
    this.#onEmpty = onEmpty;
  }

  async open(): Promise<this> {
    // Listening before asking for the head: what is heard between the two came after the reader did, so it is handed over.
    this.#stop = this.#deps.bus.listen(this.#account, (hint) => this.#hear(hint));
    try {
      const head = await this.#deps.store.headSeq(this.#account);
      this.seq = Math.min(head, (this.#waiting[0]?.seq ?? head + 1) - 1);
    } catch (error) {
      this.#stop();
      throw error;
    }
    this.#busy = false;
    this.#pump();
    return this;
  }

  join(translate: Translate, sink: Sink): Follower | undefined {
    if (this.#closed) return undefined;
    let group = this.#groups.get(translate);
    if (!group) this.#groups.set(translate, (group = { translate, live: new Set() }));
    const reader = new HubReader(this, group, sink);
    group.live.add(reader);
    this.#readers.add(reader);
    return reader;
  }

  leave(reader: HubReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0 || this.#closed) return;
    this.#closed = true;
    this.#stop();
    this.#onEmpty();
  }

  #hear(hint: Hint): void {
    if (hint.kind !== 'events') {
      for (const reader of this.#readers) reader.sink.hint(hint);
      return;
    }
    if (this.#waiting.length + hint.events.length > maxWaiting || hint.events.length === 0) {
      this.#overflowed = true;
      this.#waiting = [];
    }
    if (!this.#overflowed) {
      if (this.#waiting.length === 0) this.#waiting = [...hint.events];
      else this.#waiting.push(...hint.events);
    }
    this.#pump();
  }

  /** Hand over what waits. Synchronous unless something has to be loaded or read back. */
  #pump(): void {
    while (!this.#busy && !this.#closed && (this.#overflowed || this.#waiting.length > 0)) {
      const fresh = this.#waiting.filter((event) => event.seq > this.seq);
      this.#waiting = [];
      const gap = this.#overflowed || (fresh[0] !== undefined && fresh[0].seq !== this.seq + 1);
      const wantsMessages = this.#wantsMessages();
      if (!gap && !fresh.some((event) => mustLoad(event, wantsMessages))) {
        if (fresh.length > 0) this.#deliver(fresh.map(bare));
        continue;
      }
      this.#busy = true;
      this.#overflowed = false;
      void this.#load(gap ? null : fresh);
    }
  }

  #wantsMessages(): boolean {
    for (const { translate, live } of this.#groups.values()) if (translate.wantsMessages && live.size > 0) return true;
    return false;
  }

  async #load(events: readonly Event[] | null): Promise<void> {
    try {
      let page = events ?? (await this.#deps.store.events(this.#account, this.seq, pageSize));
      while (page.length > 0) {
        this.#deliver(await readEntries(this.#deps.store, this.#account, page, this.#wantsMessages()));
        if (events !== null || page.length < pageSize) break;
        page = await this.#deps.store.events(this.#account, this.seq, pageSize);
      }
    } catch (error) {
      this.#deps.log.error('follow.read_failed', { account: this.#account, error });
      for (const reader of Array.from(this.#readers)) {
        reader.close();
        reader.sink.broken();
      }
    }
    this.#busy = false;
    this.#pump();
  }

  #deliver(entries: readonly Entry[]): void {
    const last = entries.at(-1);
    if (!last) return;
    this.seq = last.event.seq;
    for (const group of this.#groups.values()) {
      if (group.live.size === 0) continue;
      const frames = translateAll(entries, group.translate);
      if (frames.length === 0) continue;
      for (const reader of group.live) {
        // A sink that pauses its own reader while it takes this batch has taken it.
        if (!reader.sink.frames(frames, this.seq) && reader.state === 'live') reader.pause();
      }
    }
  }

  /** Read the log for one reader until it stands where the hub stands; then it is live, with nothing missed or twice. */
  async backfill(reader: HubReader, turn: number): Promise<void> {
    try {
      while (reader.state === 'backfilling' && reader.turn === turn) {
        if (reader.ownSeq >= this.seq) {
          reader.state = 'live';
          reader.group.live.add(reader);
          return;
        }
        const page = await this.#deps.store.events(this.#account, reader.ownSeq, pageSize);
        // Past the hub nothing may be read: the hub will hand that over itself.
        const entries = await readEntries(
          this.#deps.store,
          this.#account,
          page.filter((event) => event.seq <= this.seq),
          reader.group.translate.wantsMessages,
        );
        if (reader.state !== 'backfilling' || reader.turn !== turn) return;
        reader.ownSeq = entries.at(-1)?.event.seq ?? this.seq;
        const frames = translateAll(entries, reader.group.translate);
        if (frames.length > 0 && !reader.sink.frames(frames, reader.ownSeq)) reader.pause();
      }
    } catch (error) {
      this.#deps.log.error('follow.backfill_failed', { account: this.#account, error });
      reader.close();
      reader.sink.broken();
    }
  }
}

function translateAll(entries: readonly Entry[], translate: Translate): string[] {
  const frames: string[] = [];
  for (const entry of entries) {
    const frame = translate(entry);
    if (frame !== null) frames.push(frame);
  }
  return frames;
}

export function openHub(deps: HubDependencies, account: AccountId, onEmpty: () => void): Promise<Hub> {
  return new AccountHub(deps, account, onEmpty).open();
}
