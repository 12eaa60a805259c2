/**
 * An agent as the documents ask for one: every send has an idempotency key and is sent again with it until it is
 * answered, in order; after a reconnect it asks for what it missed by cursor. It remembers everything it was told, so
 * that an audit can hold the gateway to it.
 */
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

export interface Sent {
  readonly to: string;
  readonly text: string;
  readonly frame: string;
  /** Every answer with `ok: true`; the ids must all be the same one. */
  readonly messageIds: string[];
  cached: boolean;
  /** As the newest answer told it. */
  status: string;
}

export interface Heard {
  readonly messageId: string;
  readonly seq: number;
  readonly from: string;
  readonly text: string;
}

export interface Agent {
  readonly name: string;
  /** In the order they were first handed to the socket. */
  readonly sent: readonly Sent[];
  readonly heard: readonly Heard[];
  /** messageId -> the statuses the socket told, in order. */
  readonly statuses: ReadonlyMap<string, readonly string[]>;
  /** What should never have happened: refusals, error frames. */
  readonly complaints: readonly string[];
  /** Unanswered sends. */
  readonly pending: number;
  readonly connections: number;
  /** Whether its replay is done, so that it hears live. */
  readonly isLive: boolean;
  send(to: string, text: string): void;
  /** Another frame that nothing answers. */
  say(frame: object): void;
  /** Ask again with the key of a send that was answered. */
  repeat(sent: Sent): void;
  close(): void;
}

const retryMs = 40;

interface Options {
  readonly url: () => string | undefined;
  readonly key: string;
  readonly name: string;
}

type Fields = Readonly<Record<string, unknown>>;

export function openAgent(options: Options): Agent {
  return new RetryingAgent(options);
}

class RetryingAgent implements Agent {
  readonly name: string;
  readonly sent: Sent[] = [];
  readonly heard: Heard[] = [];
  readonly statuses = new Map<string, string[]>();
  readonly complaints: string[] = [];
  readonly #options: Options;
  readonly #pending = new Map<string, Sent>();
  #ws: WebSocket | undefined;
  #cursor: string | undefined;
  #live = false;
  #closed = false;
  #connections = 0;

  constructor(options: Options) {
    this.name = options.name;
    this.#options = options;
    this.#connect();
  }

  get pending(): number {
    return this.#pending.size;
  }

  get connections(): number {
    return this.#connections;
  }

  get isLive(): boolean {
    return this.#live;
  }

  send(to: string, text: string): void {
    const id = `${this.name}-${this.sent.length}`;
    const frame = JSON.stringify({
      type: 'send',
      id,
      to,
      parts: [{ type: 'text', value: text }],
      idempotencyKey: randomUUID(),
    });
    const sent: Sent = { to, text, frame, messageIds: [], cached: false, status: '' };
    this.sent.push(sent);
    this.#pending.set(id, sent);
    this.#write(frame);
  }

  say(frame: object): void {
    this.#write(JSON.stringify(frame));
  }

  repeat(sent: Sent): void {
    const { id } = JSON.parse(sent.frame) as { id: string };
    if (this.#pending.has(id)) return;
    this.#pending.set(id, sent);
    this.#write(sent.frame);
  }

  close(): void {
    this.#closed = true;
    this.#ws?.terminate();
  }

  #write(frame: string): void {
    if (this.#ws?.readyState === WebSocket.OPEN) this.#ws.send(frame);
  }

  #connect(): void {
    if (this.#closed) return;
    const url = this.#options.url();
    if (url === undefined) return this.#later();
    const ws = new WebSocket(`${url}/ws?key=${this.#options.key}`);
    this.#ws = ws;
    this.#live = false;
    ws.on('open', () => {
      this.#connections += 1;
      const from = this.#cursor === undefined ? { since: '1970-01-01T00:00:00Z' } : { cursor: this.#cursor };
      ws.send(JSON.stringify({ type: 'sync', ...from }));
      for (const { frame } of this.#pending.values()) ws.send(frame);
    });
    ws.on('message', (data: Buffer) => this.#hear(JSON.parse(data.toString('utf8')) as Fields));
    ws.on('error', () => {});
    ws.on('close', () => this.#later());
  }

  #later(): void {
    if (!this.#closed) setTimeout(() => this.#connect(), retryMs);
  }

  #hear(frame: Fields): void {
    switch (frame['type']) {
      case 'send.result':
        return this.#answered(frame);
      case 'message':
        // What comes live before the replay has ended is part of the replay.
        if (this.#live || frame['replay'] === true) this.#keep(frame);
        return;
      case 'sync.done':
        if (frame['reset'] === true) this.complaints.push('a cursor was reset');
        this.#cursor = String(frame['cursor']);
        this.#live = true;
        return;
      case 'status': {
        const id = String(frame['messageId']);
        this.statuses.set(id, [...(this.statuses.get(id) ?? []), String(frame['status'])]);
        return;
      }
      case 'error':
        this.complaints.push(`${String(frame['code'])}: ${String(frame['message'])}`);
        return;
      default:
    }
  }

  #keep(frame: Fields): void {
    this.#cursor = String(frame['cursor']);
    const [messageId, from, text] = [String(frame['messageId']), String(frame['from']), String(frame['text'])];
    this.heard.push({ messageId, seq: Number(frame['seq']), from, text });
  }

  #answered(frame: Fields): void {
    const sent = this.#pending.get(String(frame['id']));
    if (!sent) {
      this.complaints.push(`an answer nobody waits for: ${String(frame['id'])}`);
      return;
    }
    this.#pending.delete(String(frame['id']));
    // An unknown or failed message is stored and answered like any other.
    if (typeof frame['messageId'] === 'string') {
      sent.messageIds.push(frame['messageId']);
      sent.cached ||= frame['cached'] === true;
      sent.status = String(frame['status']);
    } else this.complaints.push(`refused: ${String(frame['error'])}`);
  }
}
