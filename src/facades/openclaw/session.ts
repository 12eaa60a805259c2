/**
 * One client's socket as a state machine that knows no socket: first a `connect`, unless the upgrade brought a key, then
 * calls and events. Both framings meet here; what is begun is bounded, and what is not let in is closed.
 */
import type { Following } from '#actions/follow-events.ts';
import type { FollowedHint, Follower, Sink } from '#actions/follower.ts';
import type { Translate } from '#actions/read-entries.ts';
import { holds } from '#core/account.ts';
import { failureOf, refuse, type Failure } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import { Allowance, type AllowanceTerms } from '#http/allowance.ts';
import type { LinkHandler, Outlet } from '#http/link.ts';
import type { Caller } from '#http/visit.ts';
import type { AnswerDocumented } from './documented.ts';
import { accepted, nativeAnswer, nativeEvent, nativeRefusal, parseFrame, refused, type Frame } from './frames.ts';
import { clientOf, helloOk, protocol, speaksOurs, tokenOf } from './handshake.ts';
import type { Methods } from './methods.ts';
import type { Params } from './params.ts';

export interface SessionDependencies {
  readonly methods: Methods;
  readonly answerDocumented: AnswerDocumented;
  readonly following: Following;
  readonly words: Translate;
  readonly listen: (
    account: AccountId,
    listener: (hint: FollowedHint | { readonly kind: 'events' }) => void,
  ) => () => void;
  readonly allowance: AllowanceTerms | null;
  readonly clock: { nowMs(): number; monotonicMs(): number };
  readonly random: () => string;
  readonly version: string;
  readonly fault: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly opened: (fields: Readonly<Record<string, unknown>>) => void;
}

/** Who a token of a first frame belongs to. Throws Refused `unauthenticated` or `rate_limited`. */
export type Admit = (token: string) => Promise<Caller>;

const maxInFlight = 256;
const maxFirstFrameBytes = 64 * 1024;
export const connectWithinMs = 15_000;

export const closes = {
  notConnected: { code: 1000, reason: 'connect timeout' },
  refused: { code: 1008, reason: 'unauthorized' },
  protocol: { code: 1002, reason: 'protocol mismatch' },
  tooLarge: { code: 1009, reason: 'connect first' },
  internal: { code: 1011, reason: 'internal' },
  keyRevoked: { code: 1008, reason: 'key_revoked' },
  accountStopped: { code: 4003, reason: 'account_stopped' },
} as const;

type Close = (typeof closes)[keyof typeof closes];

export class Session implements LinkHandler, Sink {
  readonly #deps: SessionDependencies;
  readonly #admit: Admit;
  readonly #outlet: Outlet;
  readonly #allowance: Allowance | null;
  readonly #startedMs: number;
  readonly #over = new AbortController();
  #caller: Caller | null = null;
  #connecting = false;
  #speaksNative = false;
  #follower: Follower | null = null;
  #stopListening: (() => void) | null = null;
  #inFlight = 0;
  #held = false;
  #behind = false;
  #draining = false;
  #onIdle: (() => void) | null = null;
  readonly #timer: NodeJS.Timeout;
  readonly #leave: () => void;

  /** `leave` is called once, when the socket is no more. */
  constructor(deps: SessionDependencies, admit: Admit, outlet: Outlet, leave: () => void) {
    this.#deps = deps;
    this.#leave = leave;
    this.#admit = admit;
    this.#outlet = outlet;
    this.#allowance = deps.allowance === null ? null : new Allowance(deps.allowance, () => deps.clock.monotonicMs());
    this.#startedMs = deps.clock.monotonicMs();
    this.#timer = setTimeout(() => this.#caller ?? this.close(closes.notConnected), connectWithinMs);
    this.#timer.unref();
    outlet.send(nativeEvent('connect.challenge', { nonce: deps.random(), ts: deps.clock.nowMs() }));
  }

  /** The upgrade brought a good key: the documented form needs no `connect`. */
  async enter(caller: Caller): Promise<void> {
    this.#caller = caller;
    clearTimeout(this.#timer);
    await this.#follow(caller);
  }

  text(text: string): void {
    if (this.#caller === null && text.length > maxFirstFrameBytes) return this.close(closes.tooLarge);
    const frame = parseFrame(text);
    if (frame.form === 'native') this.#speaksNative = true;
    if (this.#allowance?.take() === false) {
      return this.#refuse(frame, refuse('rate_limited', tooFast, { retryAfterMs: 1000 }).failure);
    }
    if (frame.form === 'broken') return this.#refuse(frame, { code: 'invalid', message: frame.message });
    void this.#answer(frame);
  }

  beat(): void {
    if (this.#speaksNative) this.#outlet.send(nativeEvent('tick', { ts: this.#deps.clock.nowMs() }));
  }

  congested(): void {
    this.#behind = true;
    this.#follower?.pause();
  }

  relieved(): void {
    this.#behind = false;
    this.#follower?.resume();
  }

  settle(): Promise<void> {
    this.#draining = true;
    this.#over.abort();
    this.#outlet.send(nativeEvent('shutdown', { reason: 'restarting' }));
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  closed(): void {
    clearTimeout(this.#timer);
    this.#over.abort();
    this.#stopListening?.();
    this.#follower?.close();
    this.#leave();
  }

  frames(frames: readonly string[]): boolean {
    return this.#outlet.sendMany(frames);
  }

  hint(hint: FollowedHint): void {
    switch (hint.kind) {
      case 'typing':
        return;
      case 'key-revoked':
        if (hint.key === this.#caller?.principal.key) this.close(closes.keyRevoked);
        return;
      case 'account-stopped':
        return this.close(closes.accountStopped);
      default:
        hint satisfies never;
    }
  }

  broken(): void {
    this.close(closes.internal);
  }

  close({ code, reason }: Close): void {
    this.#outlet.close(code, reason);
  }

  async #answer(frame: Exclude<Frame, { form: 'broken' }>): Promise<void> {
    this.#inFlight += 1;
    if (this.#inFlight === maxInFlight) this.#hold();
    try {
      if (this.#draining) throw refuse('unavailable', 'The gateway is restarting; connect again and repeat this');
      if (frame.form === 'native') await this.#native(frame);
      else await this.#documented(frame);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'internal') this.#fault('call', error);
      this.#refuse(frame, failure);
    } finally {
      this.#inFlight -= 1;
      if (this.#held && this.#inFlight <= maxInFlight / 2) this.#release();
      if (this.#inFlight === 0) this.#onIdle?.();
    }
  }

  async #native({ id, method, params }: Extract<Frame, { form: 'native' }>): Promise<void> {
    if (method === 'connect') return this.#connect(id, params);
    const caller = this.#caller;
    if (!caller) {
      this.#outlet.send(nativeRefusal(id, { code: 'invalid', message: 'The first request must be connect' }));
      return this.close(closes.refused);
    }
    const { payload, cached } = await this.#deps.methods.call(method, {
      principal: caller.principal,
      params,
      signal: this.#over.signal,
    });
    if ('queued' in payload && payload['queued'] === true) {
      const message = 'The message is stored and not sent yet; repeat it with the same idempotencyKey to hear more';
      const details = { code: 'OUTBOUND_DELIVERY_QUEUED', ...payload };
      return this.#outlet.send(nativeRefusal(id, { code: 'unavailable', message }, details));
    }
    this.#outlet.send(nativeAnswer(id, cached ? { ...payload, cached } : payload));
  }

  /** The native `connect`, with the real gateway's answers and closes. */
  async #connect(id: string, params: Params): Promise<void> {
    if (!speaksOurs(params)) {
      const message = `This gateway speaks protocol ${protocol}; connect with a range that holds it`;
      const details = { code: 'PROTOCOL_MISMATCH', expectedProtocol: protocol };
      this.#outlet.send(nativeRefusal(id, { code: 'invalid', message }, details));
      return this.close(closes.protocol);
    }
    const token = tokenOf(params);
    if (token === undefined && this.#caller === null) {
      const message = 'An API key is needed; connect with auth: { token }';
      this.#outlet.send(
        nativeRefusal(id, { code: 'invalid', message }, { code: 'PAIRING_REQUIRED' }).replace(
          '"code":"INVALID_REQUEST"',
          '"code":"NOT_PAIRED"',
        ),
      );
      return this.close(closes.refused);
    }
    try {
      this.#outlet.send(nativeAnswer(id, await this.#welcome(token, params)));
    } catch (error) {
      const failure = failureOf(error);
      const details = failure.code === 'unauthenticated' ? { code: 'AUTH_TOKEN_MISMATCH' } : {};
      this.#outlet.send(nativeRefusal(id, failure, details));
      this.close(closes.refused);
    }
  }

  async #documented({ requests, isBatch }: Extract<Frame, { form: 'documented' }>): Promise<void> {
    const [first] = requests;
    if (!isBatch && first?.method === 'connect') {
      try {
        const payload = await this.#welcome(tokenOf(first.params), first.params);
        if (first.id !== undefined) this.#outlet.send(JSON.stringify(accepted(first.id, payload, false)));
      } catch (error) {
        this.#outlet.send(JSON.stringify(refused(first.id ?? null, failureOf(error))));
        this.close(closes.refused);
      }
      return;
    }
    const caller = this.#caller;
    if (!caller) throw refuse('unauthenticated', 'Connect first, with an API key as auth.token');
    const { principal } = caller;
    const answers = await this.#deps.answerDocumented(requests, {
      principal,
      signal: this.#over.signal,
      answersAll: false,
      fault: (_method, error) => this.#fault('call', error),
    });
    if (answers.length > 0) this.#outlet.send(JSON.stringify(isBatch ? answers : answers[0]));
  }

  /** Let the client in; throws Refused. A second `connect` on one socket may bring no other account. */
  async #welcome(token: string | undefined, params: Params) {
    if (this.#connecting) throw refuse('conflict', 'A connect is under way on this socket already');
    this.#connecting = true;
    try {
      const caller = token === undefined && this.#caller ? this.#caller : await this.#admit(token ?? '');
      if (caller.account.state !== 'active') throw refuse('forbidden', 'Account suspended', { reason: 'suspended' });
      if (this.#caller && this.#caller.account.id !== caller.account.id) {
        throw refuse('conflict', 'This socket belongs to another account already; open a new one');
      }
      const isNew = this.#caller === null;
      const { principal, account } = caller;
      if (isNew) {
        this.#deps.opened({
          socket: this.#outlet.id,
          account: account.id,
          key: principal.key,
          client: clientOf(params),
        });
        await this.enter(caller);
      }
      const nowMs = this.#deps.clock.nowMs();
      const uptimeMs = Math.round(this.#deps.clock.monotonicMs() - this.#startedMs);
      const { version, methods } = this.#deps;
      return helloOk({ principal, connId: this.#outlet.id, version, methods: methods.names, uptimeMs, nowMs });
    } finally {
      this.#connecting = false;
    }
  }

  async #follow({ principal }: Caller): Promise<void> {
    if (!holds(principal, 'read:messages')) {
      this.#stopListening = this.#deps.listen(principal.account, (hint) => {
        if (hint.kind !== 'events' && hint.kind !== 'typing') this.hint(hint);
      });
      return;
    }
    try {
      const follower = await this.#deps.following.follow(principal.account, this.#deps.words, this);
      if (this.#over.signal.aborted) return follower.close();
      if (this.#behind) follower.pause();
      this.#follower = follower;
    } catch (error) {
      this.#fault('follow', error);
      this.close(closes.internal);
    }
  }

  #refuse(frame: Frame, failure: Failure): void {
    switch (frame.form) {
      case 'native':
        return this.#outlet.send(nativeRefusal(frame.id, failure));
      case 'documented':
        for (const { id } of frame.requests) {
          if (id !== undefined) this.#outlet.send(JSON.stringify(refused(id, failure)));
        }
        return;
      case 'broken': {
        const id = frame.id === null ? null : String(frame.id);
        const isNative = frame.as === 'native';
        return this.#outlet.send(isNative ? nativeRefusal(id, failure) : JSON.stringify(refused(frame.id, failure)));
      }
      default:
        return frame satisfies never;
    }
  }

  #fault(what: string, error: unknown): void {
    this.#deps.fault(`openclaw.${what}_failed`, { socket: this.#outlet.id, error });
  }

  #hold(): void {
    this.#held = true;
    this.#outlet.hold();
  }

  #release(): void {
    this.#held = false;
    this.#outlet.release();
  }
}

const tooFast = 'Too many frames at once; wait a second and send more slowly';
