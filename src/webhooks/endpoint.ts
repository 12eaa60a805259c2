/**
 * One endpoint at work: it reads its account's log from its cursor on, a page at a time, and tries several deliveries at
 * once, those that wait for another try first. A delivery that fails waits by itself and holds up nobody; an endpoint
 * that is down is only probed, and its cursor stays, so that what it misses is in the log and nowhere else.
 */
import type { Event } from '#core/event.ts';
import { idNumber, type DeliveryId } from '#core/ids.ts';
import { deliveryOfEvent, wants, webhookTypeOf } from '#core/webhook.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { WebhookDelivery, WebhookEndpoint } from '#ports/store/webhooks.ts';
import type { Deliver, Delivered, Job } from './deliver.ts';
import type { Outcomes, Recorder, Source } from './recorder.ts';
import { rowOfEvent } from './rows.ts';
import { patienceMs, probeWaitMs, type Schedule } from './schedule.ts';
import { openSigner, type Signer, type Wrapping } from './secrets.ts';
import type { Seats } from './seats.ts';
import { Wakeup } from './wakeup.ts';

export interface EndpointDependencies {
  readonly store: Pick<Store, 'events' | 'deliveries' | 'delivery' | 'dueDeliveries' | 'nextDueMs' | 'updateWebhook'>;
  readonly runtime: Pick<Runtime, 'clock' | 'timers' | 'chance'>;
  readonly schedule: Schedule;
  readonly wrapping: Wrapping;
  readonly recorder: Recorder;
  readonly seats: Seats;
  readonly deliver: Deliver;
  readonly log: Log;
}

const atOnce = 8;
const pageSize = 100;
/** When so much could not be written down, nothing new is tried. */
const maxUnwritten = 500;
/** A cursor that moved only over what is not wanted is written down now and then. */
const unwantedPerWrite = 1_000;
/** Hints may be lost and clocks may step: look at least so often. */
const lookEveryMs = 60_000;
const afterFailureMs = 1_000;

export class EndpointRunner implements Source {
  endpoint: WebhookEndpoint;
  /** It has stopped working for good. */
  isOver = false;
  readonly #deps: EndpointDependencies;
  readonly #wakeup: Wakeup;
  readonly #stop = new AbortController();
  /** Planned from the log and not tried, in its order. */
  readonly #fresh: Job[] = [];
  /** Read from the store because their time has come. */
  #due: Job[] = [];
  readonly #inFlight = new Map<DeliveryId, Promise<void>>();
  /** The seqs of the log that are planned and not yet handed to the recorder, lowest first. */
  readonly #open = new Set<number>();
  #finished: WebhookDelivery[] = [];
  #readSeq: number;
  #writtenSeq: number;
  /** The newest delivery that was known when this began: of what is older, some may have been tried. */
  #newestKnown: Promise<number> | undefined;
  /** When to look into the store for what waits; and whether what waits for later is looked at too. */
  #dueAtMs = 0;
  #isCatchingUp = false;
  #failures = 0;
  #probeAtMs = 0;
  #signer: Promise<Signer | undefined> | undefined;
  #isClosed = false;
  #running: Promise<void> | undefined;

  constructor(deps: EndpointDependencies, endpoint: WebhookEndpoint) {
    this.#deps = deps;
    this.endpoint = endpoint;
    this.#wakeup = new Wakeup(deps.runtime.timers);
    this.#readSeq = endpoint.cursorSeq;
    this.#writtenSeq = endpoint.cursorSeq;
    // It was failing when the last process ended: go on carefully.
    if (endpoint.failingSinceMs !== null) this.#failures = deps.schedule.failuresUntilDown;
  }

  /** Works until it is closed, or its endpoint is not active any more and nothing is under way. Never throws. Once. */
  run(): Promise<void> {
    return (this.#running ??= this.#run().finally(() => (this.isOver = true)));
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      if (this.endpoint.state !== 'active' && this.#inFlight.size === 0) return;
      try {
        await this.#step();
      } catch (error) {
        this.#deps.log.error('webhook.read_failed', { webhook: this.endpoint.id, error });
        await this.#wakeup.sleep(afterFailureMs);
      }
    }
  }

  /** The log has grown, or something is due. */
  wake(): void {
    this.#wakeup.ring();
  }

  lookForDue(): void {
    this.#dueAtMs = 0;
    this.wake();
  }

  change(endpoint: WebhookEndpoint): void {
    this.#signer = undefined;
    this.#readSeq = Math.max(this.#readSeq, endpoint.cursorSeq);
    const isTurnedOn = endpoint.state === 'active' && this.endpoint.state !== 'active';
    if (isTurnedOn) this.#failures = 0;
    this.endpoint = isTurnedOn ? endpoint : { ...endpoint, failingSinceMs: this.endpoint.failingSinceMs };
    this.wake();
  }

  /** A try from outside the schedule got through: it is up again. */
  heardWell(): void {
    this.#noteSuccess();
  }

  /** Stops taking up new work; what is under way has until the signal to end. */
  async close(patience: AbortSignal): Promise<void> {
    this.#isClosed = true;
    this.wake();
    if (patience.aborted) this.#stop.abort();
    else patience.addEventListener('abort', () => this.#stop.abort());
    await this.#running;
    await Promise.all(this.#inFlight.values());
    this.#deps.recorder.mark(this);
  }

  take(): Outcomes {
    const deliveries = this.#finished;
    this.#finished = [];
    // It may have waited for this room.
    if (deliveries.length >= maxUnwritten) this.wake();
    for (const { seq } of deliveries) if (seq !== null) this.#open.delete(seq);
    const [lowest] = this.#open;
    this.#writtenSeq = lowest === undefined ? this.#readSeq : lowest - 1;
    const { id: webhook, failingSinceMs } = this.endpoint;
    return { deliveries, progress: { webhook, cursorSeq: this.#writtenSeq, failingSinceMs } };
  }

  putBack({ deliveries }: Outcomes): void {
    this.#finished = [...deliveries, ...this.#finished];
  }

  async #step(): Promise<void> {
    const holdMs = this.#holdMs();
    if (holdMs > 0) return this.#wakeup.sleep(holdMs);
    const next = this.#due.shift() ?? this.#fresh.shift();
    if (next) {
      await this.#takeUp(next);
    } else if (!(await this.#refill())) {
      await this.#wakeup.sleep(Math.min(lookEveryMs, Math.max(0, this.#dueAtMs - this.#deps.runtime.clock.nowMs())));
    }
  }

  async #takeUp(next: Job): Promise<void> {
    const signer = await (this.#signer ??= openSigner(this.#deps.wrapping, this.endpoint));
    if (!signer) {
      this.#fresh.unshift(next);
      return this.#disable("Its signing secret cannot be opened with this gateway's keys; rotate it");
    }
    const leave = await this.#deps.seats.take();
    const { id } = next.delivery;
    const carried = this.#carry(next, signer).finally(() => {
      this.#inFlight.delete(id);
      // It came from the store, where others may have been left behind for its sake.
      if (next.event === null) this.#dueAtMs = 0;
      leave();
      this.wake();
    });
    this.#inFlight.set(id, carried);
  }

  /** How long nothing may be tried; whatever ends it rings. */
  #holdMs(): number {
    const { state } = this.endpoint;
    if (state !== 'active' || this.#isClosed) return lookEveryMs;
    if (this.#inFlight.size >= atOnce || this.#finished.length >= maxUnwritten) return lookEveryMs;
    if (this.#failures < this.#deps.schedule.failuresUntilDown) return 0;
    if (this.#inFlight.size > 0) return lookEveryMs;
    return Math.max(0, this.#probeAtMs - this.#deps.runtime.clock.nowMs());
  }

  async #refill(): Promise<boolean> {
    const { store, recorder, runtime } = this.#deps;
    const { id, account } = this.endpoint;
    const nowMs = runtime.clock.nowMs();
    if (this.#dueAtMs <= nowMs) {
      // What is not written yet would be found as it was before.
      if (this.#finished.length > 0) await recorder.flush();
      this.#dueAtMs = Infinity;
      const untilMs = this.#isCatchingUp ? nowMs + 2 * patienceMs(this.#deps.schedule) : nowMs;
      this.#isCatchingUp = false;
      const due = await store.dueDeliveries(id, untilMs, pageSize);
      this.#due = due.flatMap((delivery) => (this.#isUnderWay(delivery.id) ? [] : [{ delivery, event: null }]));
      if (this.#due.length > 0) return true;
      const nextMs = await store.nextDueMs(id);
      // Those due and under way look again when they have ended.
      if (nextMs !== null && nextMs > nowMs) this.#dueAtMs = Math.min(this.#dueAtMs, nextMs);
    }
    const events = await store.events(account, this.#readSeq, pageSize);
    for (const event of events) await this.#plan(event, nowMs);
    if (this.#open.size === 0 && this.#readSeq - this.#writtenSeq >= unwantedPerWrite) recorder.mark(this);
    return events.length > 0;
  }

  #isUnderWay(id: DeliveryId): boolean {
    return this.#inFlight.has(id) || this.#finished.some((row) => row.id === id);
  }

  async #plan(event: Event, nowMs: number): Promise<void> {
    const type = webhookTypeOf(event);
    if (type !== null && wants(this.endpoint.events, type) && !(await this.#isKnown(event))) {
      this.#open.add(event.seq);
      this.#fresh.push({ delivery: rowOfEvent(this.endpoint, type, event, nowMs), event });
    }
    this.#readSeq = event.seq;
  }

  /** Tried before the last process ended, or this endpoint was paused, but behind one that was not. */
  async #isKnown(event: Event): Promise<boolean> {
    const { store } = this.#deps;
    const { id: webhook, account } = this.endpoint;
    const id = deliveryOfEvent(event);
    this.#newestKnown ??= store
      .deliveries(account, webhook, { offset: 0, limit: 1, state: null })
      .then(({ rows: [newest] }) => (newest ? (idNumber('delivery', newest.id) ?? 0) : 0));
    if ((idNumber('delivery', id) ?? 0) > (await this.#newestKnown)) return false;
    return (await store.delivery(account, webhook, id)) !== undefined;
  }

  async #carry(job: Job, signer: Signer): Promise<void> {
    const { deliver, recorder, log } = this.#deps;
    let delivered: Delivered;
    try {
      delivered = await deliver(this.endpoint, signer, job, this.#stop.signal);
    } catch (error) {
      // The store could not be read: it is tried again, and its place in the log is kept.
      log.error('webhook.read_failed', { webhook: this.endpoint.id, error });
      this.#due.push(job);
      return this.#deps.runtime.timers.sleep(afterFailureMs, this.#stop.signal);
    }
    if (delivered.kind === 'stopped') return;
    this.#finished.push(delivered.row);
    recorder.mark(this);
    if (delivered.kind === 'tried') await this.#judge(delivered);
  }

  async #judge({ row, tried }: Extract<Delivered, { kind: 'tried' }>): Promise<void> {
    if (tried.outcome === 'delivered') return this.#noteSuccess();
    const { schedule, runtime, log } = this.#deps;
    const nowMs = runtime.clock.nowMs();
    const sinceMs = this.endpoint.failingSinceMs ?? row.lastAttemptAtMs ?? nowMs;
    this.endpoint = { ...this.endpoint, failingSinceMs: sinceMs };
    // Those that were under way together when it went down are one failure.
    const isBurst = this.#failures >= schedule.failuresUntilDown && this.#inFlight.size > 1;
    if (!isBurst) this.#failures += 1;
    this.#probeAtMs = nowMs + probeWaitMs(schedule, this.#failures, runtime.chance());
    if (row.nextAttemptAtMs !== null) this.#dueAtMs = Math.min(this.#dueAtMs, row.nextAttemptAtMs);
    log.info('webhook.failed', { webhook: row.webhook, delivery: row.id, status: tried.responseStatus });
    if (tried.isGone) return this.#disable('The endpoint answered 410: it wants no more');
    // As long and as often as a single delivery is tried: hours in which the gateway itself was away do not count alone.
    if (nowMs - sinceMs < patienceMs(schedule) || this.#failures <= schedule.retryMs.length) return;
    await this.#disable(`Nothing got through since ${new Date(sinceMs).toISOString()}; the last error: ${tried.error}`);
  }

  #noteSuccess(): void {
    const wasDown = this.#failures >= this.#deps.schedule.failuresUntilDown;
    this.#failures = 0;
    this.#probeAtMs = 0;
    if (this.endpoint.failingSinceMs === null) return;
    this.endpoint = { ...this.endpoint, failingSinceMs: null };
    this.#deps.recorder.mark(this);
    if (!wasDown) return;
    // What waits for hours waits for nothing now.
    this.#isCatchingUp = true;
    this.lookForDue();
  }

  async #disable(reason: string): Promise<void> {
    const { store, recorder, log } = this.#deps;
    const { id, account, state } = this.endpoint;
    if (state !== 'active') return;
    const change = { state: 'disabled', stateReason: reason } as const;
    this.endpoint = { ...this.endpoint, ...change };
    log.warn('webhook.disabled', { webhook: id, account });
    try {
      // Whoever reads that it is disabled finds in its log why.
      await recorder.flush();
      await store.updateWebhook(account, id, change);
      // What else was changed meanwhile was read before this.
      this.endpoint = { ...this.endpoint, ...change };
    } catch (error) {
      log.error('webhook.record_failed', { webhook: id, error });
    }
    this.wake();
  }
}
