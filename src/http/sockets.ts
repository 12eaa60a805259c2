/**
 * The hub of every facade that speaks WebSocket: upgrades, the limit of open sockets per account, one look a second at
 * all of them for liveness and slow readers, and the drain. Who may come in is the facade's; what a single socket
 * promises is in link.ts.
 */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { AccountId } from '#core/ids.ts';
import type { Clock, Ids, Timers } from '#ports/runtime.ts';
import { closeCodes, Link, LinkedSocket, type LinkHandler, type LinkOwner } from './link.ts';

export const maxFrameBytes = 256 * 1024;
const sweepMs = 1_000;
/** How long answers under way may take at a drain, and closing after it. */
const settleMs = 2_000;
const goodbyeMs = 1_000;

export interface Admission {
  /** Null: it will say who it is in its first frame. */
  readonly account: AccountId | null;
  /** How many sockets the account may have open through this door; null: any number, and this one is not counted. */
  readonly limit: number | null;
  /** Make the protocol's side of a fresh link. Called in the tick of the upgrade, before anything is read. */
  open(link: Link): LinkHandler;
}

export interface Sockets {
  /** `full` and `draining`: nothing was written, the caller refuses. `open` also where a malformed handshake was answered 400. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, admission: Admission): 'open' | 'full' | 'draining';
  /** Answer the upgrade only to close it with a code that a refusal over HTTP could not carry. */
  turnAway(request: IncomingMessage, socket: Duplex, head: Buffer, code: number, reason: string): void;
  /** Open sockets of every facade. */
  readonly count: number;
  /** Refuse upgrades, let answers under way finish, close everybody with 1012, and stop. Callable twice. */
  drain(): Promise<void>;
}

export interface SocketDependencies {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly timers: Timers;
  readonly ids: Pick<Ids, 'random'>;
}

export function createSockets(deps: SocketDependencies): Sockets {
  return new SocketHub(deps);
}

class SocketHub implements Sockets, LinkOwner {
  readonly #deps: SocketDependencies;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    WebSocket: LinkedSocket,
  });
  readonly #links = new Set<Link>();
  readonly #counted = new Set<Link>();
  readonly #perAccount = new Map<AccountId, number>();
  readonly #stopped = new AbortController();
  #draining: Promise<void> | undefined = undefined;
  #onEmpty: (() => void) | undefined = undefined;

  constructor(deps: SocketDependencies) {
    this.#deps = deps;
    this.#server.on('wsClientError', refuseHandshake);
    void this.#sweep();
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer, admission: Admission): 'open' | 'full' | 'draining' {
    if (this.#draining) return 'draining';
    const { account, limit } = admission;
    const open = account === null ? 0 : (this.#perAccount.get(account) ?? 0);
    if (limit !== null && open >= limit) return 'full';
    if (!(socket instanceof Socket)) throw new Error('a WebSocket needs a TCP socket under it');
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const link = new Link(this, this.#deps.ids.random(), account, ws, socket);
      this.#links.add(link);
      if (limit !== null && account !== null) {
        this.#counted.add(link);
        this.#perAccount.set(account, open + 1);
      }
      link.attach(admission.open(link));
    });
    return 'open';
  }

  turnAway(request: IncomingMessage, socket: Duplex, head: Buffer, code: number, reason: string): void {
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', ignore);
      ws.close(code, reason);
    });
  }

  get count(): number {
    return this.#links.size;
  }

  drain(): Promise<void> {
    return (this.#draining ??= this.#sayGoodbye());
  }

  nowMs(): number {
    return this.#deps.clock.monotonicMs();
  }

  ended(link: Link): void {
    if (!this.#counted.delete(link) || link.account === null) return;
    const left = (this.#perAccount.get(link.account) ?? 1) - 1;
    if (left > 0) this.#perAccount.set(link.account, left);
    else this.#perAccount.delete(link.account);
  }

  gone(link: Link): void {
    this.#links.delete(link);
    if (this.#links.size === 0) this.#onEmpty?.();
  }

  async #sweep(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.#deps.timers.sleep(sweepMs, this.#stopped.signal);
      const nowMs = this.nowMs();
      for (const link of this.#links) link.check(nowMs);
    }
  }

  async #sayGoodbye(): Promise<void> {
    const { timers } = this.#deps;
    const settled = new AbortController();
    const all = Promise.all([...this.#links].map((link) => link.settle())).finally(() => settled.abort());
    await Promise.race([all, timers.sleep(settleMs, settled.signal)]);
    for (const link of this.#links) link.close(closeCodes.restarting, 'restarting');
    if (this.#links.size > 0) {
      const empty = new AbortController();
      this.#onEmpty = () => empty.abort();
      await timers.sleep(goodbyeMs, empty.signal);
    }
    for (const link of this.#links) link.destroy();
    this.#stopped.abort();
  }
}

/** An upgrade that is answered over HTTP and hung up on. `body` is sent as JSON. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Cache-Control: no-store',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

/** A handshake that is none, in the house's words instead of the library's page. */
function refuseHandshake(error: Error, socket: Duplex): void {
  const detail = `${error.message}; use a WebSocket client, version 13`;
  const body = { ok: false, error: 'This is no WebSocket handshake', detail };
  refuseUpgrade(socket, 400, body, { 'Sec-WebSocket-Version': '13' });
}

/** Between the upgrade event and the handshake a socket has no owner: a reset then must not bring the process down. */
export function guardUpgrade(socket: Duplex): void {
  socket.on('error', ignore);
}

function ignore(): void {}
