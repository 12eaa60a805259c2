/**
 * The exchange of a phone network in another process, over HTTP with kept-alive connections. A request that surely
 * never left is `deferred`; one that left and was not answered is `uncertain`. Sends that arrive while another is on its
 * way travel together.
 */
import type { Channel } from '#core/channel.ts';
import type { Runtime } from '#ports/runtime.ts';
import type { ChatRef, Command, Dedupe, Exchange, FeedBatch, Outcome, SendRun } from './network/terms.ts';

/** The network did not answer. `sent` says whether the request may have reached it. */
export class Unreachable extends Error {
  readonly sent: boolean;

  constructor(message: string, sent: boolean) {
    super(message);
    this.name = 'Unreachable';
    this.sent = sent;
  }
}

interface WaitingRun {
  readonly run: SendRun;
  readonly signal: AbortSignal;
  readonly answer: (outcomes: readonly Outcome[]) => void;
}

const answerWithinMs = 10_000;
const closeWithinMs = 3_000;
const batchRuns = 512;
const maxWaitingRuns = 20_000;
/** Failures of a connection that was never made: nothing was written. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export class RemoteExchange implements Exchange {
  readonly #url: URL;
  readonly #runtime: Runtime;
  readonly #closing = new AbortController();
  #runs: WaitingRun[] = [];
  #shipping: Promise<void> | null = null;

  constructor(url: URL, runtime: Runtime) {
    this.#url = url;
    this.#runtime = runtime;
  }

  async attach(
    gateway: { lines: readonly string[]; channels: readonly Channel[] },
    signal: AbortSignal,
  ): Promise<Dedupe> {
    const { dedupe } = (await this.#post('attach', gateway, signal)) as { dedupe: Dedupe };
    return dedupe;
  }

  send(runs: readonly SendRun[], signal: AbortSignal): Promise<readonly (readonly Outcome[])[]> {
    return Promise.all(runs.map((run) => this.#sendOne(run, signal)));
  }

  #sendOne(run: SendRun, signal: AbortSignal): Promise<readonly Outcome[]> {
    if (this.#runs.length >= maxWaitingRuns) {
      return Promise.resolve([{ outcome: 'deferred', message: 'too much is waiting for the phone network' }]);
    }
    return new Promise((answer) => {
      this.#runs.push({ run, signal, answer });
      this.#shipping ??= this.#ship();
    });
  }

  async command(command: Command, signal: AbortSignal): Promise<Outcome> {
    try {
      return (await this.#post('command', { command }, signal)) as Outcome;
    } catch (error) {
      return unknown(error);
    }
  }

  async typing(to: ChatRef, started: boolean, signal: AbortSignal): Promise<void> {
    await this.#post('typing', { to, started }, signal);
  }

  async reach(address: string, signal: AbortSignal): Promise<readonly Channel[]> {
    const { channels } = (await this.#post('reach', { address }, signal)) as { channels: readonly Channel[] };
    return channels;
  }

  async feed(ask: { acknowledged: number | null; waitMs: number }, signal: AbortSignal): Promise<FeedBatch> {
    return (await this.#post('feed', ask, signal, ask.waitMs + answerWithinMs)) as FeedBatch;
  }

  async media(id: string, signal: AbortSignal): Promise<{ mimeType: string; bytes: Uint8Array } | undefined> {
    const response = await fetch(new URL(`provider/media/${encodeURIComponent(id)}`, base(this.#url)), { signal });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`the phone network answered ${response.status}`);
    const mimeType = response.headers.get('content-type') ?? 'application/octet-stream';
    return { mimeType, bytes: new Uint8Array(await response.arrayBuffer()) };
  }

  /** Pass an operator's request on to where the handsets are. */
  async control(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const path = pathname.replace(/^\/simulator(?=\/)/, '').replace(/^\//, '');
    const body = request.method === 'GET' ? undefined : await request.text();
    try {
      const response = await fetch(new URL(`simulator/${path}${search}`, base(this.#url)), {
        method: request.method,
        signal: request.signal,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body }),
      });
      return new Response(await response.text(), {
        status: response.status,
        headers: { 'content-type': 'application/json' },
      });
    } catch {
      const error = 'The phone network does not answer; start it with: clawgate phone-network';
      return Response.json({ ok: false, error }, { status: 503 });
    }
  }

  /** Waits a while for the sends on their way; what has not left is deferred. */
  async close(): Promise<void> {
    for (const { answer } of this.#runs.splice(0))
      answer([{ outcome: 'deferred', message: 'the simulator is stopping' }]);
    const done = new AbortController();
    void this.#runtime.timers.sleep(closeWithinMs, done.signal).then(() => this.#closing.abort());
    await this.#shipping;
    done.abort();
  }

  async #ship(): Promise<void> {
    await new Promise((resolve) => void setImmediate(resolve));
    while (this.#runs.length > 0) {
      const batch = this.#runs.splice(0, batchRuns);
      const live = batch.filter(({ signal }) => !signal.aborted);
      for (const { signal, answer } of batch)
        if (signal.aborted) answer([{ outcome: 'deferred', message: 'given up before it left' }]);
      if (live.length > 0) await this.#shipBatch(live);
    }
    this.#shipping = null;
  }

  async #shipBatch(batch: readonly WaitingRun[]): Promise<void> {
    const done = new AbortController();
    for (const { signal, answer } of batch) {
      signal.addEventListener('abort', () => answer([late]), { once: true, signal: done.signal });
    }
    const runs = batch.map(({ run }) => ({
      to: run.to,
      messages: run.messages.map(({ key, body }) => ({ key, body })),
    }));
    try {
      const answered = (await this.#post('send', { runs }, this.#closing.signal)) as {
        outcomes: readonly (readonly Outcome[])[];
      };
      for (const [index, { answer }] of batch.entries()) answer(answered.outcomes[index] ?? [late]);
    } catch (error) {
      for (const { answer } of batch) answer([unknown(error)]);
    } finally {
      done.abort();
    }
  }

  /** Throws `Unreachable` when there is no answer, or none that makes sense. */
  async #post(path: string, body: unknown, signal: AbortSignal, withinMs = answerWithinMs): Promise<unknown> {
    const done = new AbortController();
    const late = new AbortController();
    void this.#runtime.timers.sleep(withinMs, done.signal).then(() => late.abort());
    try {
      const response = await fetch(new URL(`provider/${path}`, base(this.#url)), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, late.signal]),
      });
      const text = await response.text();
      if (!response.ok) throw new Unreachable(`the phone network answered ${response.status}`, response.status >= 500);
      return JSON.parse(text) as unknown;
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      throw new Unreachable(reasonOf(error), !codesOf(error).some((code) => neverConnected.has(code)));
    } finally {
      done.abort();
    }
  }
}

const late: Outcome = { outcome: 'uncertain', message: 'the phone network did not answer in time' };

const base = (url: URL): string => (url.href.endsWith('/') ? url.href : `${url.href}/`);

function unknown(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof Unreachable && !error.sent
    ? { outcome: 'deferred', message }
    : { outcome: 'uncertain', message };
}

function reasonOf(error: unknown): string {
  const [code] = codesOf(error);
  return `the phone network does not answer${code === undefined ? '' : ` (${code})`}`;
}

/** The system's codes below a failed fetch; a host with several addresses fails once for each. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const several = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return [...own, ...[error.cause, ...several].flatMap(codesOf)];
}
