/**
 * Requests to URLs that somebody else chose (webhooks, media), made so that they cannot be turned against the machine
 * or its network. An address is judged three times, because each check alone can be passed by: literals in the URL
 * before anything happens (they skip name resolution), resolved names before a packet leaves, and the address the
 * socket really reached before a byte is written. Redirects are judged afresh; bodies are cut off while they stream.
 */
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Agent, buildConnector, Response as UndiciResponse } from 'undici';
import type { Targets } from '#core/targets.ts';
import { createJudge, type JudgeTarget } from './targets.ts';

export type RefusalReason = 'url' | 'address' | 'redirects' | 'too_large' | 'timeout' | 'stopped' | 'unreachable';

/** The request was not made, or its answer was given up. `message` is a sentence that may be shown to a caller. */
export class FetchRefused extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FetchRefused';
    this.reason = reason;
  }
}

export interface FetchRequest {
  /** GET without it. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Bytes of the answer's body, after decompression. */
  readonly maxBytes: number;
  /** For the whole exchange, the body included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** 0 without it: a redirect is then an answer like any other. */
  readonly maxRedirects?: number;
  /** The caller may reach this machine: the owner account of a gateway on loopback. */
  readonly loopbackGranted?: boolean;
}

export interface Fetched {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Once only: throws FetchRefused when it grows too large, takes too long or breaks off. Leaving early ends the exchange. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface SafeFetch {
  /** Throws FetchRefused. Read the body or leave it: an unread one is given up at the timeout. */
  fetch(url: string, request: FetchRequest): Promise<Fetched>;
  /**
   * The status alone, at a fraction of the cost of a fetch: what comes behind it is read up to `maxBytes`, so that the
   * connection may be used again, and dropped. A redirect is an answer. Throws FetchRefused.
   */
  status(url: string, request: Omit<FetchRequest, 'maxRedirects'>): Promise<number>;
  /**
   * Whether a URL may be fetched as its name resolves now, without fetching it: throws FetchRefused `url` or `address`.
   * A name that leads nowhere at the moment passes, because every fetch judges afresh.
   */
  check(url: string, request: Pick<FetchRequest, 'loopbackGranted'>): Promise<void>;
  /** Ends every exchange. Callable twice. */
  close(): Promise<void>;
}

/** `lookup` resolves names in place of the system's resolver. */
export function createSafeFetch(rules: Targets & { readonly lookup?: LookupFunction }): SafeFetch {
  const judge = createJudge(rules);
  const lookup = rules.lookup ?? (systemLookup as LookupFunction);
  // A pooled connection was judged by the rules of its agent, so each kind of caller has its own.
  const agents = new Map<boolean, Promise<Agent>>();
  const agentFor = (loopbackGranted: boolean): Promise<Agent> => {
    const agent = agents.get(loopbackGranted) ?? openAgent(judge, lookup, loopbackGranted);
    agents.set(loopbackGranted, agent);
    return agent;
  };
  return {
    async fetch(url, request) {
      // Loaded at the first request: it costs more than everything else a start loads.
      const { fetch } = await import('undici');
      const granted = request.loopbackGranted ?? false;
      const dispatcher = await agentFor(granted);
      const signals = [AbortSignal.timeout(request.timeoutMs), ...(request.signal ? [request.signal] : [])];
      const signal = AbortSignal.any(signals);
      let target = checkedUrl(url, judge, granted);
      for (let redirects = 0; ; redirects += 1) {
        try {
          const response = await fetch(target, { ...initOf(request), dispatcher, signal, redirect: 'manual' });
          const next = request.maxRedirects ? locationOf(response, target) : undefined;
          if (next === undefined) return fetched(response, request);
          await response.body?.cancel();
          if (redirects >= (request.maxRedirects ?? 0))
            throw new FetchRefused('redirects', 'The URL redirects too often');
          target = checkedUrl(next, judge, granted);
        } catch (error) {
          throw refusalOf(error, request.signal);
        }
      }
    },
    async status(url, request) {
      const granted = request.loopbackGranted ?? false;
      const dispatcher = await agentFor(granted);
      return statusOf(checkedUrl(url, judge, granted), request, dispatcher);
    },
    async check(url, { loopbackGranted = false }) {
      const { hostname, protocol, port } = checkedUrl(url, judge, loopbackGranted);
      if (isIP(bare(hostname)) !== 0) return;
      const to = portOf(protocol, port);
      const resolve = judgedLookup(lookup, (address) => judge(address, to, loopbackGranted));
      const error = await new Promise<unknown>((settle) => resolve(hostname, { all: true }, settle));
      if (error instanceof FetchRefused) throw error;
    },
    async close() {
      const open = await Promise.all(agents.values());
      agents.clear();
      await Promise.all(open.map((agent) => agent.destroy()));
    },
  };
}

async function statusOf(target: URL, request: FetchRequest, dispatcher: Agent): Promise<number> {
  const { request: exchange } = await import('undici');
  const { signal, over } = deadline(request);
  try {
    const { statusCode, body } = await exchange(target, { ...initOf(request), dispatcher, signal });
    // Whatever goes wrong from here on, the answer has been heard.
    await body.dump({ limit: request.maxBytes, signal }).catch(() => undefined);
    return statusCode;
  } catch (error) {
    throw refusalOf(error, request.signal);
  } finally {
    over();
  }
}

/** A signal for one exchange: its timeout, or the caller's. Lighter than the platform's own, of which each costs a stack. */
function deadline({ timeoutMs, signal }: Pick<FetchRequest, 'timeoutMs' | 'signal'>) {
  const end = new AbortController();
  const stop = () => end.abort(new FetchRefused('stopped', 'The request was given up'));
  const timer = setTimeout(() => end.abort(tookTooLong()), timeoutMs);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const over = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  };
  return { signal: end.signal, over };
}

const tookTooLong = (cause?: unknown) => new FetchRefused('timeout', 'The URL took too long to answer', { cause });

function initOf({ method = 'GET', headers = {}, body }: FetchRequest) {
  return { method, headers: { 'user-agent': 'clawgate', ...headers }, ...(body !== undefined && { body }) };
}

function checkedUrl(text: string, judge: JudgeTarget, granted: boolean): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new FetchRefused('url', 'The URL must be an absolute http or https URL');
  }
  if (url.username !== '' || url.password !== '') throw new FetchRefused('url', 'The URL must not carry credentials');
  const host = bare(url.hostname);
  const refusal = isIP(host) === 0 ? null : judge(host, portOf(url.protocol, url.port), granted);
  if (refusal !== null) throw new FetchRefused('address', `The URL may not be fetched: ${refusal}`);
  return url;
}

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');
const portOf = (protocol: string, port: string): number => Number(port) || (protocol === 'https:' ? 443 : 80);

function locationOf(response: UndiciResponse, from: URL): string | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const location = response.headers.get('location');
  return location === null ? undefined : (URL.parse(location, from.href)?.href ?? location);
}

function fetched(response: UndiciResponse, request: FetchRequest): Fetched {
  return { status: response.status, headers: new Map(response.headers), body: capped(response, request) };
}

async function* capped(response: UndiciResponse, { maxBytes, signal }: FetchRequest): AsyncGenerator<Uint8Array> {
  let total = 0;
  try {
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
    for await (const chunk of response.body ?? []) {
      const bytes = chunk as Uint8Array;
      total += bytes.byteLength;
      if (total > maxBytes) throw tooLarge(maxBytes);
      yield bytes;
    }
  } catch (error) {
    throw refusalOf(error, signal);
  } finally {
    if (response.body && !response.body.locked) await response.body.cancel().catch(() => undefined);
  }
}

const tooLarge = (maxBytes: number) => new FetchRefused('too_large', `The answer is larger than ${maxBytes} bytes`);

function refusalOf(error: unknown, signal: AbortSignal | undefined): FetchRefused {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof FetchRefused) return cause;
    if (cause.name === 'TimeoutError') return tookTooLong(error);
  }
  if (signal?.aborted) return new FetchRefused('stopped', 'The request was given up', { cause: error });
  return new FetchRefused('unreachable', 'The URL could not be reached', { cause: error });
}

async function openAgent(judge: JudgeTarget, lookup: LookupFunction, granted: boolean): Promise<Agent> {
  const { Agent: NewAgent, buildConnector: build } = await import('undici');
  const connectorFor = (port: number) =>
    build({ lookup: judgedLookup(lookup, (address) => judge(address, port, granted)) });
  const connectors = new Map<number, buildConnector.connector>();
  return new NewAgent({
    keepAliveTimeout: 4000,
    connect(options, callback) {
      const port = portOf(options.protocol, options.port);
      const literal = bare(options.hostname);
      const refusal = isIP(literal) === 0 ? null : judge(literal, port, granted);
      if (refusal !== null) return callback(refusedAddress(refusal), null);
      const connector = connectors.get(port) ?? connectorFor(port);
      if (connectors.size < 1000) connectors.set(port, connector);
      connector(options, (error, socket) => {
        if (!socket) return callback(error ?? refusedAddress('no socket'), null);
        const reached = judge(socket.remoteAddress ?? '', port, granted);
        if (reached === null) return callback(null, socket);
        socket.destroy();
        callback(refusedAddress(reached), null);
      });
    },
  });
}

const refusedAddress = (why: string) => new FetchRefused('address', `The URL may not be fetched: ${why}`);

/** A resolver that knows only the addresses that may be reached. */
function judgedLookup(lookup: LookupFunction, judge: (address: string) => string | null): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [], 0);
      const addresses = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }];
      const allowed = addresses.filter(({ address }) => judge(address) === null);
      const [first] = allowed;
      if (!first)
        return callback(refusedAddress(judge(addresses[0]?.address ?? '') ?? 'the name has no address'), [], 0);
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}
