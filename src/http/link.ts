/**
 * One accepted WebSocket under the house's discipline: frames written in one tick leave in one packet, a peer that
 * reads too slowly is first no longer read from and then closed, and silence is noticed. It owns no timer; the hub in
 * sockets.ts looks at every link once a second. What the frames mean is the handler's.
 */
import type { Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';
import type { AccountId } from '#core/ids.ts';
import { packed, packOnce } from './packet.ts';

/** Past this much unsent, a link is congested: it is not read from, and its follower pauses. */
export const congestionBytes = 1024 * 1024;
/** Past this much unsent, a congested link is closed. */
export const slowReaderBytes = 8 * 1024 * 1024;
export const slowReaderMs = 30_000;
export const beatMs = 30_000;
export const silenceMs = 75_000;
/** How long a peer may take to answer a close before its socket is destroyed. */
const closeGraceMs = 5_000;

export const closeCodes = { restarting: 1012, silent: 4008, slowReader: 4009 } as const;

/** What a protocol does with its link. None of these may throw. */
export interface LinkHandler {
  /** One whole frame of the peer. */
  text(text: string): void;
  /** Every 30 s, beside the WebSocket ping: the protocol's own sign of life. */
  beat(): void;
  /** The peer reads too slowly: send nothing that can wait until `relieved`. */
  congested(): void;
  relieved(): void;
  /** The gateway is going down: refuse new work, resolve when what was begun has been answered. */
  settle(): Promise<void>;
  /** Once, as soon as nothing sent would arrive any more. */
  closed(): void;
}

/** The sending side of a link, as a handler sees it. */
export interface Outlet {
  /** Names this link in logs and error texts. */
  readonly id: string;
  /** After the link has closed this does nothing. */
  send(text: string): void;
  /** False: the peer is behind; `relieved` will be called. */
  sendMany(texts: readonly string[]): boolean;
  /** Resolves when the peer has caught up or the link is closed; at once when it is not behind. */
  drained(): Promise<void>;
  /** Stop and start reading from the peer. */
  hold(): void;
  release(): void;
  close(code: number, reason: string): void;
}

export interface LinkOwner {
  nowMs(): number;
  /** The link no longer counts against its account. */
  ended(link: Link): void;
  /** The socket is gone. */
  gone(link: Link): void;
}

/** A WebSocket that knows its link, so that all sockets share one set of listeners. */
export class LinkedSocket extends WebSocket {
  link: Link | undefined = undefined;
}

export class Link implements Outlet {
  readonly id: string;
  readonly account: AccountId | null;
  #handler: LinkHandler | undefined = undefined;
  readonly #owner: LinkOwner;
  readonly #ws: LinkedSocket;
  readonly #socket: Socket;
  /** What this tick has sent so far; null between ticks. */
  #outbox: (string | Buffer)[] | null = null;
  #outboxBytes = 0;
  #held = false;
  #endedAtMs: number | null = null;
  #congestedAtMs: number | null = null;
  /** Once congested: past this much unsent it is closed. */
  #limitBytes = slowReaderBytes;
  #waiters: (() => void)[] | null = null;
  #bytesHeard = 0;
  #heardAtMs: number;
  #beatAtMs: number;

  constructor(owner: LinkOwner, id: string, account: AccountId | null, ws: LinkedSocket, socket: Socket) {
    this.id = id;
    this.account = account;
    this.#owner = owner;
    this.#ws = ws;
    this.#socket = socket;
    this.#heardAtMs = this.#beatAtMs = owner.nowMs();
    ws.link = this;
    ws.on('message', onMessage);
    ws.on('close', onClose);
    ws.on('error', onError);
  }

  /** Give the link its protocol; until then nothing has been read. */
  attach(handler: LinkHandler): void {
    this.#handler = handler;
  }

  send(text: string): void {
    if (this.#endedAtMs !== null || this.#overflowing()) return;
    this.#put(text, text.length);
  }

  sendMany(texts: readonly string[]): boolean {
    if (this.#endedAtMs !== null || this.#overflowing()) return false;
    const packet = packOnce(texts);
    this.#put(packet, packet.length);
    return this.#congestedAtMs === null;
  }

  drained(): Promise<void> {
    if (this.#congestedAtMs === null || this.#endedAtMs !== null) return Promise.resolve();
    return new Promise((resolve) => (this.#waiters ??= []).push(resolve));
  }

  hold(): void {
    // What is closing has to read the peer's answer to it.
    if (this.#endedAtMs !== null) return;
    this.#held = true;
    this.#ws.pause();
  }

  release(): void {
    this.#held = false;
    if (this.#congestedAtMs === null) this.#ws.resume();
  }

  close(code: number, reason: string): void {
    if (this.#endedAtMs !== null) return;
    this.flush();
    this.#ws.close(code, reason);
    this.#end();
    // The peer's answer to the close has to be read.
    this.#ws.resume();
  }

  settle(): Promise<void> {
    return this.#endedAtMs === null && this.#handler ? this.#handler.settle() : Promise.resolve();
  }

  destroy(): void {
    this.#ws.terminate();
  }

  /** The hub's look at it, once a second. */
  check(nowMs: number): void {
    if (this.#endedAtMs !== null) {
      if (nowMs - this.#endedAtMs >= closeGraceMs) this.#ws.terminate();
      return;
    }
    // Any byte counts, and nobody can be heard while we do not listen.
    const bytesHeard = this.#socket.bytesRead;
    if (bytesHeard !== this.#bytesHeard || this.#held || this.#congestedAtMs !== null) {
      this.#bytesHeard = bytesHeard;
      this.#heardAtMs = nowMs;
    } else if (nowMs - this.#heardAtMs >= silenceMs) {
      this.close(closeCodes.silent, 'silent');
      return;
    }
    if (this.#congestedAtMs !== null) {
      if (nowMs - this.#congestedAtMs >= slowReaderMs) this.close(closeCodes.slowReader, 'slow_reader');
      return;
    }
    if (nowMs - this.#beatAtMs < beatMs) return;
    this.#beatAtMs = nowMs;
    this.#ws.ping();
    this.#handler?.beat();
  }

  received(data: RawData): void {
    if (this.#endedAtMs === null && Buffer.isBuffer(data)) this.#handler?.text(data.toString('utf8'));
  }

  lost(): void {
    this.#end();
    this.#owner.gone(this);
  }

  /** What is sent in one tick leaves together, after everything else of that tick has run. */
  #put(piece: string | Buffer, bytes: number): void {
    if (this.#outbox === null) {
      this.#outbox = [];
      flushSoon(this);
    }
    this.#outbox.push(piece);
    this.#outboxBytes += bytes;
    this.#weigh();
  }

  flush(): void {
    const pieces = this.#outbox;
    this.#outbox = null;
    this.#outboxBytes = 0;
    if (pieces === null || !this.#socket.writable) return;
    // Whole frames beside those ws writes itself (pings, the close): nothing of ours is ever fragmented or compressed.
    const buffers = packed(pieces);
    const last = buffers.pop();
    if (buffers.length > 0) this.#socket.cork();
    for (const buffer of buffers) this.#socket.write(buffer);
    // Congestion is noticed when something is put here, so a write after it always follows, and says when it has left.
    if (this.#congestedAtMs === null) this.#socket.write(last ?? nothing);
    else this.#socket.write(last ?? nothing, () => this.#relieve());
    if (buffers.length > 0) this.#socket.uncork();
  }

  #overflowing(): boolean {
    if (this.#congestedAtMs === null || this.#unsentBytes() <= this.#limitBytes) return false;
    this.close(closeCodes.slowReader, 'slow_reader');
    return true;
  }

  #unsentBytes(): number {
    return this.#ws.bufferedAmount + this.#outboxBytes;
  }

  #weigh(): void {
    if (this.#congestedAtMs !== null) return;
    const unsentBytes = this.#unsentBytes();
    if (unsentBytes <= congestionBytes) return;
    // The batch that crosses the mark may be large; that was our doing, not the reader's.
    this.#limitBytes = Math.max(slowReaderBytes, unsentBytes + slowReaderBytes - congestionBytes);
    this.#congestedAtMs = this.#owner.nowMs();
    this.#ws.pause();
    this.#handler?.congested();
  }

  #relieve(): void {
    if (this.#congestedAtMs === null || this.#unsentBytes() > congestionBytes) return;
    this.#congestedAtMs = null;
    this.#wake();
    if (this.#endedAtMs !== null) return;
    if (!this.#held) this.#ws.resume();
    this.#handler?.relieved();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = null;
    for (const wake of waiters ?? []) wake();
  }

  #end(): void {
    if (this.#endedAtMs !== null) return;
    this.#endedAtMs = this.#owner.nowMs();
    this.#owner.ended(this);
    this.#wake();
    this.#handler?.closed();
  }
}

const nothing = Buffer.alloc(0);

/**
 * Links with something to send. A tick that Node runs next would come before the promises that are being kept just now,
 * and a commit brings both: events at once, answers by a promise. Behind all of those one packet holds what belongs together.
 */
let unsent: Link[] = [];

function flushSoon(link: Link): void {
  if (unsent.push(link) === 1) queueMicrotask(flushNextTick);
}

const flushNextTick = (): void => process.nextTick(flushAll);

function flushAll(): void {
  const links = unsent;
  unsent = [];
  for (const link of links) link.flush();
}

function onMessage(this: WebSocket, data: RawData): void {
  if (this instanceof LinkedSocket) this.link?.received(data);
}

function onClose(this: WebSocket): void {
  if (this instanceof LinkedSocket) this.link?.lost();
}

/** A broken frame or connection; ws closes with the fitting code by itself, and `close` follows. */
function onError(): void {}
