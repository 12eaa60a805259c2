/**
 * One agent's socket as a state machine that knows no socket: frames in, answers and events out through an `Outlet`.
 * Every send with an id is answered once; a pending id never stands on another frame; what is begun is bounded. How a
 * socket comes to be is edge.ts's, replays are syncs.ts's.
 */
import type { AwaitReceipt } from '#actions/await-receipt.ts';
import type { Following } from '#actions/follow-events.ts';
import type { FollowedHint, Follower, Sink } from '#actions/follower.ts';
import type { MarkRead } from '#actions/mark-read.ts';
import type { ReactToMessage } from '#actions/react-to-message.ts';
import type { SendMessage } from '#actions/send-message.ts';
import type { SignalTyping } from '#actions/signal-typing.ts';
import { holds, requireScope, type Principal } from '#core/account.ts';
import { isSettled } from '#core/delivery.ts';
import { failureOf, refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { LinkHandler, Outlet } from '#http/link.ts';
import { Allowance, type AllowanceTerms } from '#http/allowance.ts';
import { errorFrame, pingFrame, pongFrame, sendRefused, sendResult, typingFrame } from './answers.ts';
import { errorCodeOf, errorText, syncCodeOf } from './failures.ts';
import { parseFrame, type ChatSignal, type ClientRequest, type SendRequest, type SyncRequest } from './parse.ts';
import { Syncs, type SyncDependencies } from './syncs.ts';

export interface SessionDependencies extends SyncDependencies {
  readonly sendMessage: SendMessage;
  readonly awaitReceipt: AwaitReceipt;
  readonly reactToMessage: ReactToMessage;
  readonly markRead: MarkRead;
  readonly signalTyping: SignalTyping;
  readonly following: Following;
  /** Hints for sockets that follow nothing: a revoked key closes those too. Answers the way to stop. */
  readonly listen: (
    account: AccountId,
    listener: (hint: FollowedHint | { readonly kind: 'events' }) => void,
  ) => () => void;
  /** Frames one socket may send; null: any number. */
  readonly allowance: AllowanceTerms | null;
  readonly nowMs: () => number;
  /** Tell the log of a fault of ours; never with anything a caller sent. */
  readonly fault: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** What asks something of the gateway, as opposed to keeping the socket alive. */
type Ask = Exclude<ClientRequest, { type: 'ping' | 'pong' | 'refused' }>;

/** Past this many unanswered asks nothing more is read from the socket. */
const maxInFlight = 1_024;
/** How long a send with `wait` waits for the provider. */
const receiptWaitMs = 30_000;

export const closes = {
  internal: { code: 1011, reason: 'internal' },
  keyRevoked: { code: 1008, reason: 'key_revoked' },
  accountStopped: { code: 4003, reason: 'account_stopped' },
} as const;

export class Session implements LinkHandler, Sink {
  readonly #deps: SessionDependencies;
  readonly #principal: Principal;
  readonly #outlet: Outlet;
  readonly #allowance: Allowance | null;
  readonly #syncs: Syncs;
  /** Null where nothing is followed. */
  #followed: Promise<Follower | null> | null = null;
  #follower: Follower | null = null;
  #stopListening: (() => void) | null = null;
  #inFlight = 0;
  #held = false;
  #behind = false;
  #draining = false;
  #closed = false;
  #calledOff: AbortController | null = null;
  #onIdle: (() => void) | null = null;

  constructor(deps: SessionDependencies, principal: Principal, outlet: Outlet) {
    this.#deps = deps;
    this.#principal = principal;
    this.#outlet = outlet;
    this.#allowance = deps.allowance === null ? null : new Allowance(deps.allowance, deps.nowMs);
    this.#syncs = new Syncs(deps, principal.account, outlet);
  }

  /** Hear of everything from now on: with `events` all that happens, else only what closes the socket. Once. */
  async start(events: boolean): Promise<void> {
    const { account } = this.#principal;
    if (events && holds(this.#principal, 'read:messages')) {
      this.#followed = this.#follow();
      await this.#followed;
      return;
    }
    this.#stopListening = this.#deps.listen(account, (hint) => {
      if (hint.kind !== 'events' && hint.kind !== 'typing') this.hint(hint);
    });
  }

  text(text: string): void {
    const request = parseFrame(text);
    const inTime = this.#allowance === null || this.#allowance.take();
    switch (request.type) {
      case 'ping':
        if (inTime) this.#outlet.send(pongFrame);
        else this.#outlet.send(errorFrame('rate_limited', tooFast));
        return;
      case 'pong':
        return;
      case 'refused': {
        const { id, code, message } = request;
        this.#outlet.send(id === null ? errorFrame(code, message) : sendRefused(id, message));
        return;
      }
      case 'send':
      case 'sync':
      case 'typing.start':
      case 'typing.stop':
      case 'read':
      case 'reaction':
        if (inTime) void this.#answer(request);
        else this.#refuse(request, refuse('rate_limited', tooFast));
        return;
      default:
        request satisfies never;
    }
  }

  beat(): void {
    this.#outlet.send(pingFrame);
  }

  congested(): void {
    this.#behind = true;
    this.#follower?.pause();
  }

  relieved(): void {
    this.#behind = false;
    if (!this.#syncs.busy) this.#follower?.resume();
  }

  settle(): Promise<void> {
    this.#draining = true;
    this.#calledOff?.abort();
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  closed(): void {
    this.#closed = true;
    this.#calledOff?.abort();
    this.#stopListening?.();
    this.#follower?.close();
  }

  frames(frames: readonly string[]): boolean {
    return this.#outlet.sendMany(frames);
  }

  hint(hint: FollowedHint): void {
    switch (hint.kind) {
      case 'typing':
        // A bubble is worth nothing late.
        if (!this.#behind) this.#outlet.send(typingFrame(hint.from, hint.started, hint.conversation));
        return;
      case 'key-revoked':
        if (hint.key === this.#principal.key) this.close(closes.keyRevoked);
        return;
      case 'account-stopped':
        this.close(closes.accountStopped);
        return;
      default:
        hint satisfies never;
    }
  }

  broken(): void {
    this.close(closes.internal);
  }

  close({ code, reason }: { readonly code: number; readonly reason: string }): void {
    this.#outlet.close(code, reason);
  }

  async #follow(): Promise<Follower | null> {
    try {
      const follower = await this.#deps.following.follow(this.#principal.account, this.#deps.words.live, this);
      if (this.#closed) {
        follower.close();
        return null;
      }
      if (this.#behind) follower.pause();
      this.#follower = follower;
      return follower;
    } catch (error) {
      this.#deps.fault('socket.follow_failed', { socket: this.#outlet.id, error });
      this.close(closes.internal);
      return null;
    }
  }

  async #answer(ask: Ask): Promise<void> {
    this.#inFlight += 1;
    if (this.#inFlight === maxInFlight) this.#hold();
    try {
      if (this.#draining)
        throw refuse('unavailable', 'The gateway is restarting and did not do this; reconnect and try again');
      await this.#carryOut(ask);
    } catch (error) {
      this.#refuse(ask, error);
    } finally {
      this.#inFlight -= 1;
      if (this.#held && this.#inFlight <= maxInFlight / 2) this.#release();
      if (this.#inFlight === 0) this.#onIdle?.();
    }
  }

  #carryOut(ask: Ask): Promise<void> {
    requireScope(this.#principal, ask.type === 'sync' ? 'read:messages' : 'write:messages');
    const { account } = this.#principal;
    switch (ask.type) {
      case 'send':
        return this.#send(ask);
      case 'sync':
        return this.#sync(ask);
      case 'reaction': {
        const { messageId, reactionType, remove } = ask;
        return this.#deps.reactToMessage({ account, messageId, reactionType, remove });
      }
      case 'typing.start':
      case 'typing.stop':
      case 'read':
        return this.#signal(ask);
      default:
        return ask satisfies never;
    }
  }

  async #send(ask: SendRequest): Promise<void> {
    const { account } = this.#principal;
    const { id, to, chatId, channel, parts, idempotencyKey } = ask;
    const answer = await this.#deps.sendMessage({
      account,
      to,
      chatId,
      channel,
      connection: null,
      parts,
      replyTo: null,
      thread: null,
      idempotencyKey,
      ttlMs: null,
    });
    if (!ask.wait || isSettled(answer.status)) {
      this.#outlet.send(sendResult(id, answer));
      return;
    }
    let outcome = answer;
    try {
      const receipt = await this.#deps.awaitReceipt(account, answer.messageId, receiptWaitMs, this.#signalOff());
      outcome = { ...answer, ...receipt };
    } catch (error) {
      // It is stored all the same: the answer must not say otherwise.
      this.#deps.fault('socket.receipt_failed', { socket: this.#outlet.id, message: answer.messageId, error });
    }
    this.#outlet.send(sendResult(id, outcome));
  }

  async #sync(ask: SyncRequest): Promise<void> {
    try {
      await this.#syncs.run(ask, this.#followed, this.#signalOff());
    } finally {
      if (!this.#syncs.busy && !this.#behind && !this.#draining) this.#follower?.resume();
    }
  }

  #signal({ type, to, chatId }: ChatSignal): Promise<void> {
    const chat = { account: this.#principal.account, to, chatId, channel: null };
    return type === 'read'
      ? this.#deps.markRead(chat)
      : this.#deps.signalTyping({ ...chat, started: type === 'typing.start' });
  }

  #refuse(ask: Ask, error: unknown): void {
    const failure = failureOf(error);
    if (failure.code === 'internal')
      this.#deps.fault('socket.ask_failed', { socket: this.#outlet.id, ask: ask.type, error });
    const text = errorText(failure, this.#outlet.id);
    if (ask.type === 'send') this.#outlet.send(sendRefused(ask.id, text));
    else this.#outlet.send(errorFrame(ask.type === 'sync' ? syncCodeOf(failure) : errorCodeOf(failure), text));
  }

  /** What calls off every wait of this socket: its end, or the gateway's. */
  #signalOff(): AbortSignal {
    this.#calledOff ??= new AbortController();
    if (this.#closed || this.#draining) this.#calledOff.abort();
    return this.#calledOff.signal;
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
