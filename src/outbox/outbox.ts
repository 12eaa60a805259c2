/**
 * The outbox: takes committed commands to their drivers, in order within a conversation, fairly among accounts, and
 * writes down what became of them. What is on disk decides; everything here can be lost and found again by `recover`.
 */
import type { Channel } from '#core/channel.ts';
import type { ClaimedRun } from '#core/command.ts';
import type { AccountId, ConversationId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { Connection } from '#ports/connections.ts';
import type { Counters } from '#ports/counters.ts';
import type { Dispatch, Place } from '#ports/dispatch.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { Claim } from '#ports/store/outbound.ts';
import { createAlarms } from './alarms.ts';
import type { Supervisor } from './connections.ts';
import { createCourier } from './courier.ts';
import { createEndings } from './endings.ts';
import { isForgettable, isHeld, newLane, takeRun, takesClaimed, type Lane } from './lanes.ts';
import { expireNowAndThen } from './expiry.ts';
import { createPace } from './pace.ts';
import { createRecorder } from './record.ts';
import { createTurns } from './turns.ts';
import { isTaken, putBack, waitOf, type Verdict } from './verdict.ts';

export interface OutboxDependencies {
  readonly store: Pick<Store, 'claim' | 'settle' | 'recover' | 'lanes' | 'expire' | 'conversation'>;
  readonly connections: Supervisor;
  readonly runtime: Runtime;
  readonly counters: Counters;
  readonly log: Log;
  /** How long a provider may take to answer. */
  readonly providerTimeoutMs?: number;
}

export interface Outbox extends Dispatch {
  /** Put back what a dead process left and begin. */
  start(): Promise<void>;
  /** Claim nothing more and let what is claimed go out, at most `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

const maxUnderWay = 8_192;
const claimBatch = 256;
/** Chunks of one conversation that one claim takes where runs may be claimed ahead. */
const claimAhead = 1_024;
const maxLanes = 200_000;

class LaneOutbox implements Outbox {
  readonly #deps: OutboxDependencies;
  readonly #lanes = new Map<ConversationId, Lane>();
  readonly #turns = createTurns();
  readonly #pace = createPace();
  readonly #endings = createEndings();
  readonly onEnding: Dispatch['onEnding'] = this.#endings.onEnding;
  readonly #alarms;
  readonly #courier;
  readonly #record;
  /** Claims, runs and settlements that have begun and not ended. */
  #underWay = 0;
  #departing: { readonly lane: Lane; readonly run: ClaimedRun }[] = [];
  #pumping = false;
  #stopping = false;
  /** More lanes have work than are kept here; the store is paged when room comes back. */
  #overflowed = false;
  #stopExpiry: () => void = () => undefined;
  #onIdle: (() => void) | undefined;

  constructor(deps: OutboxDependencies) {
    this.#deps = deps;
    this.#alarms = createAlarms<ConversationId>(deps.runtime.clock, (conversation) => this.#rang(conversation));
    this.#courier = createCourier(deps);
    this.#record = createRecorder({ ...deps, endings: this.#endings });
    deps.connections.onHealth((connection) => this.#healthChanged(connection));
  }

  async start(): Promise<void> {
    this.#adopt(await this.#deps.store.recover());
    const { store, runtime, log } = this.#deps;
    this.#stopExpiry = expireNowAndThen(store, runtime.clock, log);
  }

  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    this.#stopExpiry();
    this.#alarms.stop();
    if (this.#underWay > 0) {
      const idle = new AbortController();
      this.#onIdle = () => idle.abort();
      await this.#deps.runtime.timers.sleep(withinMs, idle.signal);
    }
    this.#record.stop();
    this.#courier.stop();
  }

  place(conversation: Conversation, channel: Channel | null, connection: Connection): Place {
    const lane = this.#laneOf(conversation.account, conversation.id, connection);
    lane.chat = conversation;
    const claimed = channel !== null && this.#claimsAtOnce(lane, channel, connection);
    if (claimed) lane.enteringClaimed += 1;
    else lane.enteringQueued += 1;
    return {
      claimed,
      born: (command) => {
        lane.enteringClaimed -= 1;
        lane.waiting.push(command);
        // Something queued was committed before it: back to the store with it, to be claimed in its turn.
        if (lane.more) this.#giveBack(lane);
        this.#goOn(lane);
      },
      queued: () => {
        lane.enteringQueued -= 1;
        this.#moreFor(lane);
      },
      abandoned: () => {
        if (claimed) lane.enteringClaimed -= 1;
        else lane.enteringQueued -= 1;
        this.#goOn(lane);
      },
    };
  }

  queued(account: AccountId, conversation: ConversationId, connection: Connection): void {
    if (this.#lanes.size >= maxLanes && !this.#lanes.has(conversation)) this.#overflowed = true;
    else this.#moreFor(this.#laneOf(account, conversation, connection));
  }

  #laneOf(account: AccountId, conversation: ConversationId, connection: Connection): Lane {
    const known = this.#lanes.get(conversation);
    if (known) return known;
    const lane = newLane(conversation, account, connection.id);
    this.#lanes.set(conversation, lane);
    return lane;
  }

  #claimsAtOnce(lane: Lane, channel: Channel, connection: Connection): boolean {
    if (this.#stopping || this.#overflowed || this.#underWay >= maxUnderWay || !takesClaimed(lane)) return false;
    if (connection.health.state !== 'connected') return false;
    const can = connection.driver?.capabilities(channel);
    return can?.idempotency === 'key' && can.rate === undefined;
  }

  #moreFor(lane: Lane): void {
    lane.more = true;
    // Somebody may have decided the unknown message that holds it.
    if (lane.state === 'held') this.#ready(lane);
    else this.#goOn(lane);
  }

  /** What an idle lane does next: what is claimed, then what is queued, then be forgotten. */
  #goOn(lane: Lane): void {
    if (lane.state !== 'idle') return;
    const [next] = lane.waiting;
    if (next && lane.chat) {
      const connection = this.#deps.connections.get(lane.connection);
      const channel = next.kind === 'send' ? next.channel : lane.chat.channel;
      this.#depart(lane, takeRun(lane, lane.chat, connection?.driver?.capabilities(channel).maxRun ?? 1));
    } else if (lane.more) {
      this.#ready(lane);
    } else if (isForgettable(lane)) {
      this.#lanes.delete(lane.conversation);
      if (this.#overflowed && this.#lanes.size < maxLanes / 2) void this.#refill();
    }
  }

  #ready(lane: Lane): void {
    lane.state = 'ready';
    lane.alarmAtMs = null;
    this.#turns.add(lane.account, lane.conversation);
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (!this.#stopping && this.#turns.size > 0 && this.#underWay < maxUnderWay) {
      for (const conversation of this.#turns.take(Math.min(claimBatch, maxUnderWay - this.#underWay))) {
        const lane = this.#lanes.get(conversation);
        if (lane?.state === 'ready') void this.#claim(lane);
      }
    }
  }

  async #claim(lane: Lane): Promise<void> {
    const connection = this.#deps.connections.get(lane.connection);
    if (!connection?.driver || connection.health.state !== 'connected') {
      lane.state = 'parked';
      return;
    }
    lane.state = 'claiming';
    this.#underWay += 1;
    let run: Claim | undefined;
    try {
      const max = await this.#allowance(lane, connection);
      if (max > 0) {
        // Before the claim goes out: what commits after it sets `more` again.
        lane.more = false;
        [run] = await this.#deps.store.claim([{ conversation: lane.conversation, max }]);
        if (run?.more) lane.more = true;
        lane.state = 'idle';
        if (run) lane.heldUntilMs = undefined;
        else if (!lane.more && isHeld(lane, this.#deps.runtime.clock.nowMs())) this.#holdAgain(lane);
      }
    } catch (error) {
      this.#deps.log.error('outbox.claim_failed', { error });
      this.#wait(lane, 'deferred', this.#deps.runtime.clock.nowMs() + 1_000);
    }
    if (run) lane.chat = run.conversation;
    lane.waiting.unshift(...(run?.commands ?? []));
    this.#goOn(lane);
    this.#done();
  }

  /** How many chunks the provider's pace allows now; 0 leaves the lane waiting for its turn. */
  async #allowance(lane: Lane, connection: Connection): Promise<number> {
    const can = connection.driver?.capabilities(connection.channels[0] ?? 'sms');
    // What is claimed ahead waits here and leaves in runs; a provider that cannot dedupe is never claimed ahead of.
    if (!can?.rate) return can?.idempotency === 'key' ? claimAhead : (can?.maxRun ?? 1);
    const conversation = await this.#deps.store.conversation(lane.account, lane.conversation);
    if (!conversation) return can.maxRun;
    const nowMs = this.#deps.runtime.clock.nowMs();
    const { allowed, waitMs } = this.#pace.take(conversation, can.rate, can.maxRun, nowMs);
    if (allowed === 0) this.#wait(lane, 'deferred', nowMs + waitMs);
    return allowed;
  }

  /** Runs of one wave of work leave together: a driver may have a cheaper way to take many. */
  #depart(lane: Lane, run: ClaimedRun): void {
    lane.state = 'running';
    lane.chat = run.conversation;
    this.#underWay += 1;
    if (this.#departing.length === 0) queueMicrotask(() => this.#leave());
    this.#departing.push({ lane, run });
  }

  #leave(): void {
    const wave = this.#departing;
    this.#departing = [];
    for (const [id, departures] of Map.groupBy(wave, ({ lane }) => lane.connection)) {
      const runs = departures.map(({ run }) => run);
      this.#courier.carry(runs, this.#deps.connections.get(id), (index, list) => {
        const departure = departures[index];
        if (departure) this.#arrived(departure.lane, list);
      });
    }
  }

  #arrived(lane: Lane, list: readonly Verdict[]): void {
    const nowMs = this.#deps.runtime.clock.nowMs();
    if (isTaken(list)) this.#deps.connections.noteOutbound(lane.connection, nowMs);
    const wait = waitOf(list, nowMs);
    lane.state = 'idle';
    if (wait) this.#giveBack(lane, list);
    else this.#write(lane, list);
    // The receipts are in hand and what follows is claimed or claims behind them in the same commit: no need to wait.
    if (wait) this.#wait(lane, wait.state, wait.untilMs);
    else this.#goOn(lane);
    this.#done();
  }

  /** What waits here claimed goes back to the store as queued, behind these verdicts. */
  #giveBack(lane: Lane, before: readonly Verdict[] = []): void {
    const nowMs = this.#deps.runtime.clock.nowMs();
    const back = lane.waiting.splice(0).map((command) => putBack(command, nowMs));
    if (back.length > 0) lane.more = true;
    this.#write(lane, [...before, ...back]);
  }

  #write(lane: Lane, list: readonly Verdict[]): void {
    this.#underWay += 1;
    this.#record.settle(lane, list, (late) => {
      const connection = this.#deps.connections.get(lane.connection);
      // Claims that came before a write that was late found nothing to take.
      if (late && connection) this.queued(lane.account, lane.conversation, connection);
      this.#done();
    });
  }

  #wait(lane: Lane, state: 'deferred' | 'held', untilMs: number | null): void {
    lane.state = state;
    lane.alarmAtMs = untilMs;
    if (state === 'held') lane.heldUntilMs = untilMs;
    // Its head is in the store, so nothing may go out past it.
    lane.more = true;
    if (untilMs !== null) this.#alarms.set(lane.conversation, untilMs);
  }

  /** A claim in the middle of a hold found nothing to take: what waits behind it is still there, and so is its alarm. */
  #holdAgain(lane: Lane): void {
    lane.state = 'held';
    lane.alarmAtMs = lane.heldUntilMs ?? null;
    lane.more = true;
  }

  #rang(conversation: ConversationId): void {
    const lane = this.#lanes.get(conversation);
    if (!lane || lane.alarmAtMs === null || (lane.state !== 'deferred' && lane.state !== 'held')) return;
    if (lane.alarmAtMs <= this.#deps.runtime.clock.nowMs()) this.#ready(lane);
  }

  #healthChanged(connection: Connection): void {
    if (connection.health.state !== 'connected' || this.#stopping) return;
    for (const lane of this.#lanes.values()) {
      if (lane.state === 'parked' && lane.connection === connection.id) this.#ready(lane);
    }
  }

  #done(): void {
    this.#underWay -= 1;
    if (this.#stopping && this.#underWay === 0) this.#onIdle?.();
    if (this.#turns.size > 0) this.#pump();
  }

  #adopt(found: Awaited<ReturnType<Store['recover']>>): void {
    const nowMs = this.#deps.runtime.clock.nowMs();
    for (const { conversation, account, connection, notBeforeMs } of found) {
      if (this.#lanes.has(conversation)) continue;
      if (this.#lanes.size >= maxLanes) {
        this.#overflowed = true;
        return;
      }
      const lane = newLane(conversation, account, connection);
      lane.more = true;
      this.#lanes.set(conversation, lane);
      if (notBeforeMs !== null && notBeforeMs <= nowMs) this.#ready(lane);
      else this.#wait(lane, 'held', notBeforeMs);
    }
  }

  async #refill(): Promise<void> {
    this.#overflowed = false;
    try {
      let after: ConversationId | null = null;
      while (this.#lanes.size < maxLanes) {
        const page: Awaited<ReturnType<Store['lanes']>> = await this.#deps.store.lanes(after, 1_000);
        this.#adopt(page);
        after = page.at(-1)?.conversation ?? null;
        if (after === null) return;
      }
      this.#overflowed = true;
    } catch (error) {
      this.#overflowed = true;
      this.#deps.log.error('outbox.refill_failed', { error });
    }
  }
}

export const createOutbox = (deps: OutboxDependencies): Outbox => new LaneOutbox(deps);
