/**
 * The phone network: handsets, chats and the one exchange a gateway is connected to, over its own database. Sends that
 * arrive together share a transaction. What it answered survives a kill, with everything that
 * was on its way: messages for phones in airplane mode, reports the gateway has not acknowledged.
 */
import type Database from 'better-sqlite3';
import type { Channel } from '#core/channel.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import { fits, spelling } from './addresses.ts';
import { type Gateway, saveGateway, savedGateway } from './attached.ts';
import { Carrier } from './carrier.ts';
import { Commands } from './commands.ts';
import { type Sequence, openPhoneDatabase, openSequence, transactions } from './database.ts';
import { Deliveries } from './deliveries.ts';
import { Directory, type Handset } from './directory.ts';
import { Feed } from './feed.ts';
import { Hands } from './hands.ts';
import { Intake } from './intake.ts';
import { Places } from './places.ts';
import type { ChatRef, Command, Dedupe, Exchange, FeedBatch, Outcome, SendRun } from './terms.ts';
import { TypingBoard } from './typing.ts';
import { type Filter, type HandsetMessage, View } from './view.ts';
import { Waiters } from './waiters.ts';

export interface NetworkSettings {
  readonly dataDir: string;
  readonly dedupe: Dedupe;
  readonly runtime: Runtime;
  readonly log: Log;
}

const nothing: FeedBatch = { events: [], through: 0, typing: [] };
const closed: Outcome = { outcome: 'deferred', message: 'the phone network is switched off' };
const notStored: Outcome = { outcome: 'uncertain', message: 'the phone network failed to store it' };

export class PhoneNetwork implements Exchange {
  readonly hands: Hands;
  readonly view: View;
  readonly directory: Directory;
  readonly board: TypingBoard;
  readonly #settings: NetworkSettings;
  readonly #db: Database.Database;
  readonly #sequence: Sequence;
  readonly #transact: (work: () => void) => void;
  readonly #carrier: Carrier;
  readonly #deliveries: Deliveries;
  readonly #feed: Feed;
  readonly #places: Places;
  readonly #commands: Commands;
  readonly #intake = new Intake((runs, messages) => this.#carry(runs, messages));
  readonly #readers = new Waiters<number>();
  readonly #gatewayWaits = new Waiters<'feed'>();
  readonly #stopped = new AbortController();
  #alarm = new AbortController();
  #alarmAtMs: number | null = null;
  #gateway: Gateway;

  /** Throws when the folder cannot be used. */
  constructor(settings: NetworkSettings) {
    this.#settings = settings;
    const db = openPhoneDatabase(settings.dataDir);
    const { clock } = settings.runtime;
    const sequence = openSequence(db, clock.nowMs());
    this.#db = db;
    this.#sequence = sequence;
    this.#transact = transactions(db);
    this.directory = new Directory(db, sequence);
    this.#deliveries = new Deliveries(db, clock, sequence, this.directory);
    this.board = new TypingBoard(clock);
    this.#carrier = new Carrier(db, {
      clock,
      sequence,
      directory: this.directory,
      deliveries: this.#deliveries,
      dedupe: settings.dedupe,
      watched: () => this.#readers.any() || this.board.any(),
    });
    this.#feed = new Feed(db, sequence, this.directory, {
      recent: this.#carrier.recent,
      lastMessage: () => this.#carrier.lastMessage(),
      lastEvent: () => this.#deliveries.lastEvent(),
    });
    this.#commands = new Commands(db, this.#carrier, this.directory, sequence);
    this.#places = new Places(db, () => this.#carrier.lastMessage());
    this.hands = new Hands(db, {
      carrier: this.#carrier,
      deliveries: this.#deliveries,
      directory: this.directory,
      places: this.#places,
    });
    this.view = new View(db, this.directory);
    this.#gateway = savedGateway(db);
    this.#setAlarm();
  }

  get gateway(): Gateway {
    return this.#gateway;
  }

  attach(gateway: Gateway): Promise<Dedupe> {
    this.#gateway = gateway;
    saveGateway(this.#db, gateway);
    return Promise.resolve(this.#settings.dedupe);
  }

  send(runs: readonly SendRun[], signal: AbortSignal): Promise<readonly (readonly Outcome[])[]> {
    if (this.#stopped.signal.aborted) return Promise.resolve(runs.map(() => [closed]));
    return this.#intake.take(runs, signal);
  }

  async command(command: Command): Promise<Outcome> {
    if (this.#stopped.signal.aborted) return closed;
    try {
      return this.write(() => this.#commands.run(command));
    } catch (error) {
      this.#settings.log.error('simulator.command_failed', { verb: command.verb, error: String(error) });
      return notStored;
    }
  }

  typing(to: ChatRef, started: boolean): Promise<void> {
    const chat = this.write(() => this.#carrier.chatOf(to));
    if (!('outcome' in chat)) for (const member of chat.members) this.board.set(member, chat.line, started);
    return Promise.resolve();
  }

  reach(text: string): Promise<readonly Channel[]> {
    const reached = this.#gateway.channels.filter((channel) => fits(text, channel));
    const [first] = reached;
    if (!first) return Promise.resolve([]);
    const { faults } = this.write(() => this.directory.handset(spelling(text, first, 'address'), first));
    if (faults.fail) return Promise.resolve([]);
    return Promise.resolve(
      reached.filter((channel) => !faults.smsFallback || (channel !== 'imessage' && channel !== 'rcs')),
    );
  }

  async feed(ask: { acknowledged: number | null; waitMs: number }, signal: AbortSignal): Promise<FeedBatch> {
    if (this.#stopped.signal.aborted) return nothing;
    if (ask.acknowledged !== null) this.#feed.acknowledge(ask.acknowledged);
    if (!this.#feed.hasMore() && ask.waitMs > 0 && !signal.aborted) {
      await this.#gatewayWaits.wait(
        'feed',
        this.#settings.runtime.timers,
        ask.waitMs,
        AbortSignal.any([signal, this.#stopped.signal]),
      );
    }
    // A turn later, so that the answer to every send is with the gateway before the report about it.
    await new Promise((resolve) => setImmediate(resolve));
    return this.#stopped.signal.aborted ? nothing : this.#feed.next();
  }

  media(id: string): Promise<{ mimeType: string; bytes: Uint8Array } | undefined> {
    const row = this.#db
      .prepare<[number], { mime: string; bytes: Buffer }>('SELECT mime, bytes FROM media WHERE id = ?')
      .get(Number.parseInt(id, 36) || -1);
    return Promise.resolve(row && { mimeType: row.mime, bytes: row.bytes });
  }

  /** What a handset has: oldest first, complete unless the filter limits it. */
  list(handset: Handset, filter: Filter): readonly HandsetMessage[] {
    this.write(() => this.#places.fill());
    return this.view.list(handset, filter);
  }

  isClosed(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** Store what a handset attaches; answers the id `media` finds it by. Call it inside `write`. */
  keepMedia(mimeType: string, bytes: Uint8Array): string {
    const id = this.#sequence.next();
    this.#db.prepare('INSERT INTO media (id, mime, bytes) VALUES (?, ?, ?)').run(id, mimeType, bytes);
    return id.toString(36);
  }

  /** Somebody types on a handset: passed on to the gateway, never stored. */
  typed(handset: Handset, chat: { line: string; text: string }, started: boolean): void {
    if (handset.airplane) return;
    this.#feed.addTyping({ line: chat.line, chatId: chat.text, from: handset.address, started });
    this.#gatewayWaits.wake('feed');
  }

  /** Resolves when the handset gets something, the time is up, or the signal aborts. */
  async messageFor(handset: Handset, waitMs: number, signal: AbortSignal): Promise<void> {
    const both = AbortSignal.any([signal, this.#stopped.signal]);
    await this.#readers.wait(handset.id, this.#settings.runtime.timers, waitMs, both);
  }

  /** One transaction; what it changed is told to whoever waits once it is committed. */
  write<T>(work: () => T): T {
    const results: T[] = [];
    try {
      this.#transact(() => void results.push(work()));
    } catch (error) {
      this.directory.forget();
      this.#places.forget();
      this.#carrier.forget();
      throw error;
    } finally {
      this.#afterWrite();
    }
    return results[0] as T;
  }

  /** Finishes the sends at hand, then switches off. Callable twice. */
  close(): Promise<void> {
    if (this.#stopped.signal.aborted) return Promise.resolve();
    this.#intake.drain();
    this.#stopped.abort();
    this.#alarm.abort();
    this.#db.close();
    return Promise.resolve();
  }

  #carry(runs: readonly SendRun[], messages: number): readonly (readonly Outcome[])[] | undefined {
    try {
      const outcomes = this.write(() => {
        const carried = this.#carrier.carry(runs);
        if (this.#places.grew(messages)) this.#places.fill();
        return carried;
      });
      this.directory.trim();
      return outcomes;
    } catch (error) {
      this.#settings.log.error('simulator.batch_failed', { error: String(error) });
      return undefined;
    }
  }

  #afterWrite(): void {
    if (this.#feed.hasMore()) this.#gatewayWaits.wake('feed');
    for (const { handset, from } of this.#deliveries.settled()) {
      this.#readers.wake(handset.id);
      if (from !== null) this.board.set(handset, from, false);
    }
    this.#setAlarm();
  }

  /** See to it that somebody wakes up when the next thing held back is due. */
  #setAlarm(): void {
    const dueMs = this.#deliveries.nextDueMs();
    if (dueMs === this.#alarmAtMs || this.#stopped.signal.aborted) return;
    this.#alarm.abort();
    this.#alarmAtMs = dueMs;
    if (dueMs === null) return;
    const alarm = new AbortController();
    this.#alarm = alarm;
    const { clock, timers } = this.#settings.runtime;
    void timers.sleep(Math.max(1, dueMs - clock.nowMs()), alarm.signal).then(() => {
      if (!alarm.signal.aborted) this.#ring();
    });
  }

  #ring(): void {
    this.#alarmAtMs = null;
    try {
      while (this.write(() => this.#deliveries.releaseDue()));
    } catch (error) {
      this.#settings.log.error('simulator.release_failed', { error: String(error) });
    }
  }
}
