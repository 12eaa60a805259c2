/**
 * Server-sent events: an answer that goes on. A reader that is slow is first told so to whoever writes and then hung up
 * on, with the reason as its last event; so is everybody when the gateway goes down. One look a second at all of them
 * keeps idle ones alive. What the events mean, and where a reader begins, is the facade's.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { Clock, Timers } from '#ports/runtime.ts';
import { congestionBytes, slowReaderBytes, slowReaderMs } from './link.ts';

export type StreamEnd = 'slow_reader' | 'restarting' | 'key_revoked' | 'account_stopped' | 'internal';

export interface EventStream {
  /** Whole events, as `eventText` makes them. False: the reader is behind; wait for `drained`. */
  write(events: readonly string[]): boolean;
  /** Resolves when the reader has caught up or is gone; at once when it is not behind. */
  drained(): Promise<void>;
  /** Tell the reader why, and hang up. Callable twice. */
  close(reason: StreamEnd): void;
  /** Aborts when the stream is over, whoever ended it. */
  readonly ended: AbortSignal;
}

export interface EventStreams {
  /** The answer to a request, from here on. Throws `rate_limited` when the account has too many, `unavailable` while draining. */
  open(req: IncomingMessage, res: ServerResponse, account: AccountId): EventStream;
}

export interface EventStreamDependencies {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly timers: Timers;
  /** Aborts when the gateway goes down. Asked when a stream opens. */
  readonly draining: () => AbortSignal;
}

const sweepMs = 1_000;
/** More often than proxies and load balancers forget an idle connection. */
const beatMs = 15_000;
/** How long a reader may take to read why it was hung up on. */
const goodbyeMs = 2_000;
const perAccount = 20;

/** One event. `data` is one line, as JSON is. */
export function eventText(event: { readonly id?: string; readonly name?: string; readonly data: string }): string {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  const name = event.name === undefined ? '' : `event: ${event.name}\n`;
  return `${id}${name}data: ${event.data}\n\n`;
}

export function createEventStreams(deps: EventStreamDependencies): EventStreams {
  const streams = new Set<OpenStream>();
  let sweeping = false;
  const sweep = async (): Promise<void> => {
    sweeping = true;
    while (streams.size > 0) {
      await deps.timers.sleep(sweepMs);
      const nowMs = deps.clock.monotonicMs();
      for (const stream of streams) stream.check(nowMs);
    }
    sweeping = false;
  };
  return {
    open(req, res, account) {
      const draining = deps.draining();
      if (draining.aborted) throw refuse('unavailable', 'The gateway is stopping; come back in a few seconds');
      if ([...streams].filter((stream) => stream.account === account).length >= perAccount) {
        throw refuse('rate_limited', `${perAccount} streams of this account are open; close one`, {
          retryAfterMs: goodbyeMs,
        });
      }
      const stream = new OpenStream(res, account, deps);
      const onDrain = (): void => stream.close('restarting');
      draining.addEventListener('abort', onDrain, { once: true });
      stream.ended.addEventListener('abort', () => {
        streams.delete(stream);
        draining.removeEventListener('abort', onDrain);
      });
      if (req.method === 'HEAD') res.end();
      streams.add(stream);
      if (!sweeping) void sweep();
      return stream;
    },
  };
}

class OpenStream implements EventStream {
  readonly account: AccountId;
  readonly #res: ServerResponse;
  readonly #clock: EventStreamDependencies['clock'];
  readonly #timers: Timers;
  readonly #over = new AbortController();
  readonly #closed = new AbortController();
  #spokeAtMs: number;
  #congestedAtMs: number | null = null;
  #waiting: (() => void)[] = [];

  constructor(res: ServerResponse, account: AccountId, { clock, timers }: EventStreamDependencies) {
    this.account = account;
    this.#res = res;
    this.#clock = clock;
    this.#timers = timers;
    this.#spokeAtMs = clock.monotonicMs();
    res.once('close', () => {
      this.#closed.abort();
      this.#end();
    });
    res.on('drain', () => this.#relieve());
    res.statusCode = 200;
    res.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
    // Proxies that gather answers would keep events from their reader.
    res.setHeader('X-Accel-Buffering', 'no');
    res.flushHeaders();
  }

  get ended(): AbortSignal {
    return this.#over.signal;
  }

  write(events: readonly string[]): boolean {
    if (this.#isOver()) return false;
    this.#spokeAtMs = this.#clock.monotonicMs();
    this.#res.write(events.join(''));
    if (this.#res.writableLength > slowReaderBytes) {
      this.close('slow_reader');
      return false;
    }
    if (this.#res.writableLength <= congestionBytes) return this.#congestedAtMs === null;
    this.#congestedAtMs ??= this.#spokeAtMs;
    return false;
  }

  drained(): Promise<void> {
    if (this.#congestedAtMs === null || this.#isOver()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(reason: StreamEnd): void {
    if (this.#isOver()) return;
    const res = this.#res;
    res.end(eventText({ name: 'close', data: JSON.stringify({ reason }) }));
    void this.#timers.sleep(goodbyeMs, this.#closed.signal).then(() => res.destroy());
    this.#end();
  }

  check(nowMs: number): void {
    if (this.#congestedAtMs !== null && nowMs - this.#congestedAtMs >= slowReaderMs) this.close('slow_reader');
    else if (nowMs - this.#spokeAtMs >= beatMs) this.write([': still here\n\n']);
  }

  #isOver(): boolean {
    return this.#over.signal.aborted || this.#res.writableEnded;
  }

  #relieve(): void {
    this.#congestedAtMs = null;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #end(): void {
    this.#over.abort();
    this.#relieve();
  }
}
