/**
 * The outbox: takes committed commands to their drivers, in order within a conversation, fairly among accounts, and
 * writes down what became of them. What is on disk decides; everything here can be lost and found again by `recover`.
 */
import type { Channel } from '#core/channel.ts';
import type { ClaimedCommand, ClaimedRun } from '#core/command.ts';
import type { AccountId, ConversationId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { Connection } from '#ports/connections.ts';
import type { Counters } from '#ports/counters.ts';
import type { Dispatch } from '#ports/dispatch.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import { createAlarms } from './alarms.ts';
import { carry } from './carry.ts';
import type { Supervisor } from './connections.ts';
import { createDeadlines } from './deadline.ts';
import type { Lane } from './lanes.ts';
import { createPace } from './pace.ts';
import { createRecorder } from './record.ts';
import { createTurns } from './turns.ts';
import { chunksLeft, unknown, verdicts, type Circumstances, type Verdict } from './verdict.ts';

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
  /** Claim nothing more and let what is with drivers finish, at most `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

const maxUnderWay = 2_048;
const claimBatch = 256;
const maxLanes = 200_000;
const expireEveryMs = 5_000;

class LaneOutbox implements Outbox {
  readonly #deps: OutboxDependencies;
  readonly #lanes = new Map<ConversationId, Lane>();
  readonly #turns = createTurns();
  readonly #pace = createPace();
  readonly #alarms;
  readonly #deadlines;
  readonly #record;
  #underWay = 0;
  #pumping = false;
  #stopping = false;
  /** More lanes have work than are kept here; the store is paged when room comes back. */
  #overflowed = false;
  #expiry: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;

  constructor(deps: OutboxDependencies) {
    this.#deps = deps;
    this.#alarms = createAlarms<ConversationId>(deps.runtime.clock, (conversation) => this.#rang(conversation));
    this.#deadlines = createDeadlines(deps.runtime.clock, deps.providerTimeoutMs ?? 30_000);
    this.#record = createRecorder(deps);
    deps.connections.onHealth((connection) => this.#healthChanged(connection));
  }

  async start(): Promise<void> {
    this.#adopt(await this.#deps.store.recover());
    this.#expiry = setInterval(() => void this.#expire(), expireEveryMs);
    this.#expiry.unref();
    this.#pump();
  }

  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#expiry);
    this.#alarms.stop();
    if (this.#underWay > 0) {
      const done = new AbortController();
      this.#idle = () => done.abort();
      await this.#deps.runtime.timers.sleep(withinMs, done.signal);
    }
    this.#record.stop();
    this.#deadlines.stop();
  }

  reserve(conversation: Conversation, channel: Channel, connection: Connection): boolean {
    if (this.#stopping || this.#underWay >= maxUnderWay || this.#lanes.has(conversation.id)) return false;
    if (connection.health.state !== 'connected' || this.#overflowed) return false;
    const can = connection.driver?.capabilities(channel);
    if (can?.idempotency !== 'key') return false;
    if (can.rate && this.#pace.take(conversation, can.rate, 1, this.#deps.runtime.clock.nowMs()).allowed === 0)
      return false;
    const { id, account } = conversation;
    this.#lanes.set(id, {
      conversation: id,
      account,
      connection: connection.id,
      state: 'reserved',
      more: false,
      alarmAtMs: null,
    });
    return true;
  }

  born(conversation: Conversation, command: ClaimedCommand): void {
    const lane = this.#lanes.get(conversation.id);
    if (lane) void this.#run(lane, { conversation, commands: [command] });
  }

  unborn(conversation: ConversationId): void {
    const lane = this.#lanes.get(conversation);
    if (lane) this.#next(lane);
  }

  queued(account: AccountId, conversation: ConversationId, connection: Connection): void {
    const lane = this.#lanes.get(conversation);
    if (lane) {
      lane.more = true;
      // Somebody may have decided the unknown message at its head.
      if (lane.state === 'held') this.#ready(lane);
      return;
    }
    if (this.#lanes.size >= maxLanes) {
      this.#overflowed = true;
      return;
    }
    const fresh: Lane = {
      conversation,
      account,
      connection: connection.id,
      state: 'ready',
      more: false,
      alarmAtMs: null,
    };
    this.#lanes.set(conversation, fresh);
    this.#ready(fresh);
  }

  #adopt(found: Awaited<ReturnType<Store['recover']>>): void {
    const nowMs = this.#deps.runtime.clock.nowMs();
    for (const { conversation, account, connection, notBeforeMs } of found) {
      if (this.#lanes.has(conversation)) continue;
      if (this.#lanes.size >= maxLanes) {
        this.#overflowed = true;
        return;
      }
      const lane: Lane = { conversation, account, connection, state: 'ready', more: false, alarmAtMs: null };
      this.#lanes.set(conversation, lane);
      if (notBeforeMs !== null && notBeforeMs <= nowMs) this.#ready(lane);
      else this.#wait(lane, 'held', notBeforeMs);
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

  #wait(lane: Lane, state: 'deferred' | 'held', untilMs: number | null): void {
    lane.state = state;
    lane.alarmAtMs = untilMs;
    if (untilMs !== null) this.#alarms.set(lane.conversation, untilMs);
  }

  #rang(conversation: ConversationId): void {
    const lane = this.#lanes.get(conversation);
    if (!lane || lane.alarmAtMs === null || (lane.state !== 'deferred' && lane.state !== 'held')) return;
    if (lane.alarmAtMs > this.#deps.runtime.clock.nowMs()) return;
    this.#ready(lane);
  }

  #healthChanged(connection: Connection): void {
    if (connection.health.state !== 'connected' || this.#stopping) return;
    for (const lane of this.#lanes.values()) {
      if (lane.state === 'parked' && lane.connection === connection.id) this.#ready(lane);
    }
  }

  #pump(): void {
    while (!this.#stopping && this.#turns.size > 0 && this.#underWay < maxUnderWay) {
      const turn = this.#turns.take(Math.min(claimBatch, maxUnderWay - this.#underWay));
      for (const conversation of turn) {
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
    let run: ClaimedRun | undefined;
    try {
      const max = await this.#allowance(lane, connection);
      if (max > 0) {
        // Before the claim goes out: what commits after it sets `more` again.
        lane.more = false;
        [run] = await this.#deps.store.claim([{ conversation: lane.conversation, max }]);
        if (run && sizeOf(run) >= max) lane.more = true;
      }
    } catch (error) {
      this.#deps.log.error('outbox.claim_failed', { error });
      lane.more = true;
      this.#wait(lane, 'deferred', this.#deps.runtime.clock.nowMs() + 1_000);
    }
    this.#done();
    if (lane.state !== 'claiming') return;
    if (run && run.commands.length > 0) await this.#run(lane, run);
    else this.#next(lane);
  }

  /** How many chunks the provider's pace allows now; 0 leaves the lane waiting for its turn. */
  async #allowance(lane: Lane, connection: Connection): Promise<number> {
    const can = connection.driver?.capabilities(connection.channels[0] ?? 'sms');
    if (!can?.rate) return can?.maxRun ?? 1;
    const conversation = await this.#deps.store.conversation(lane.account, lane.conversation);
    if (!conversation) return can.maxRun;
    const nowMs = this.#deps.runtime.clock.nowMs();
    const { allowed, waitMs } = this.#pace.take(conversation, can.rate, can.maxRun, nowMs);
    if (allowed === 0) this.#wait(lane, 'deferred', nowMs + waitMs);
    return allowed;
  }

  async #run(lane: Lane, run: ClaimedRun): Promise<void> {
    lane.state = 'running';
    this.#underWay += 1;
    const connection = this.#deps.connections.get(lane.connection);
    const list = await this.#verdictsOf(run, connection);
    const wait = waitOf(list, this.#deps.runtime.clock.nowMs());
    const settled = this.#record.settle(lane, list);
    // The next claim goes into the very commit that settles this run.
    const goesOn = wait === undefined && lane.more && !this.#stopping;
    if (goesOn) void this.#claim(lane);
    const { late } = await settled;
    this.#deps.connections.noteOutbound(lane.connection, this.#deps.runtime.clock.nowMs());
    this.#done();
    if (goesOn) {
      if (late && connection) this.queued(lane.account, lane.conversation, connection);
      return;
    }
    if (wait) this.#wait(lane, wait.state, wait.untilMs);
    else this.#next(lane);
  }

  async #verdictsOf(run: ClaimedRun, connection: Connection | undefined): Promise<readonly Verdict[]> {
    const [first] = run.commands;
    const channel = first?.kind === 'send' ? first.channel : run.conversation.channel;
    const at = (): Circumstances => ({
      can: connection?.driver?.capabilities(channel) ?? { idempotency: 'none' },
      channel,
      nowMs: this.#deps.runtime.clock.nowMs(),
      down: connection?.health.state !== 'connected',
      chance: this.#deps.runtime.chance(),
    });
    if (!connection?.driver)
      return verdicts(run.commands, [{ outcome: 'deferred', message: 'the connection is down' }], at());
    const carried = await carry(connection.driver, run, at(), this.#deadlines);
    if (carried.kind === 'receipts') return verdicts(run.commands, carried.receipts, at());
    const [, ...rest] = run.commands;
    const verdict: Verdict[] = first ? [{ command: first, settlements: [unknown(first, carried.error, at())] }] : [];
    return [...verdict, ...verdicts(rest, [], at())];
  }

  /** After a lane's work came to an end: in line again when there is more, else forgotten. */
  #next(lane: Lane): void {
    if (this.#stopping) return;
    if (lane.more) this.#ready(lane);
    else {
      this.#lanes.delete(lane.conversation);
      if (this.#overflowed && this.#lanes.size < maxLanes / 2) void this.#refill();
    }
  }

  #done(): void {
    this.#underWay -= 1;
    if (this.#stopping && this.#underWay === 0) this.#idle?.();
    if (this.#turns.size > 0) this.#pump();
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

  async #expire(): Promise<void> {
    try {
      const limit = 500;
      while (!this.#stopping && (await this.#deps.store.expire(this.#deps.runtime.clock.nowMs(), limit)) === limit);
    } catch (error) {
      this.#deps.log.error('outbox.expire_failed', { error });
    }
  }
}

const sizeOf = (run: ClaimedRun): number => run.commands.reduce((sum, command) => sum + chunksLeft(command), 0);

/** What the lane has to wait for after these verdicts; undefined when its next command may go at once. */
function waitOf(
  list: readonly Verdict[],
  nowMs: number,
): { state: 'deferred' | 'held'; untilMs: number | null } | undefined {
  for (const { settlements } of list) {
    const last = settlements.at(-1);
    if (last?.outcome === 'unknown') return { state: 'held', untilMs: last.heldUntilMs };
    if (last?.outcome === 'deferred') return { state: 'deferred', untilMs: Math.max(last.notBeforeMs, nowMs) };
  }
  return undefined;
}

export const createOutbox = (deps: OutboxDependencies): Outbox => new LaneOutbox(deps);
