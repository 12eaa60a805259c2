/**
 * A small agent's socket over `ws`: frames are kept in the order they came and taken one by one, whoever waits for one
 * waits a bounded time, and the close is a promise. It knows no facade.
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';

export type Frame = Readonly<Record<string, unknown>>;

export interface AgentSocket {
  /** Objects are sent as JSON, texts as they are. */
  send(frame: object | string): void;
  /** The next frame's text, in order. Rejects when none comes within the patience, or when the socket closes first. */
  nextText(): Promise<string>;
  next(): Promise<Frame>;
  /** The next frame of that type; what comes before it is dropped. */
  nextOf(type: string): Promise<Frame>;
  /** Everything that came and was not taken. */
  taken(): readonly Frame[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Stop and start reading, as a stuck program does. */
  pause(): void;
  resume(): void;
  ping(): void;
  close(): Promise<void>;
}

const patienceMs = 10_000;

export function openSocket(url: string, headers: Readonly<Record<string, string>> = {}): Promise<AgentSocket> {
  return ready(new WebSocket(url, { headers: { ...headers } }));
}

/** A client that never answers a ping. */
export function openSilentSocket(url: string): Promise<AgentSocket> {
  return ready(new WebSocket(url, { autoPong: false }));
}

export interface RefusedUpgrade {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Frame;
}

/** The HTTP answer to an upgrade that must not succeed. */
export async function refusedUpgrade(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RefusedUpgrade> {
  const ws = new WebSocket(url, { headers: { ...headers } });
  ws.on('error', () => {});
  const response = await Promise.race([
    once(ws, 'unexpected-response').then(([, answer]) => answer as IncomingMessage),
    once(ws, 'open').then(() => undefined),
  ]);
  if (!response) {
    ws.terminate();
    throw new Error('the upgrade was not refused');
  }
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) as Frame };
}

async function ready(ws: WebSocket): Promise<AgentSocket> {
  const socket = listenTo(ws);
  await Promise.race([
    once(ws, 'open'),
    once(ws, 'unexpected-response').then(([, answer]) => {
      throw new Error(`the upgrade was refused with ${(answer as IncomingMessage).statusCode}`);
    }),
  ]);
  return socket;
}

function listenTo(ws: WebSocket): AgentSocket {
  const frames: string[] = [];
  let wake = (): void => {};
  let ended = false;
  ws.on('message', (data: Buffer) => {
    frames.push(data.toString('utf8'));
    wake();
  });
  ws.on('error', () => {});
  const closed = once(ws, 'close').then(([code, reason]) => {
    ended = true;
    wake();
    return { code: code as number, reason: String(reason) };
  });

  const nextText = async (): Promise<string> => {
    const deadline = AbortSignal.timeout(patienceMs);
    while (frames.length === 0) {
      if (ended) throw new Error('the socket closed while a frame was awaited');
      if (deadline.aborted) throw new Error('no frame came');
      await new Promise<void>((resolve) => {
        wake = resolve;
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return frames.shift() ?? '';
  };
  const next = async () => JSON.parse(await nextText()) as Frame;
  return {
    send: (frame) => ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    nextText,
    next,
    nextOf: async (type) => {
      for (;;) {
        const frame = await next();
        if (frame['type'] === type) return frame;
      }
    },
    taken: () => frames.splice(0).map((text) => JSON.parse(text) as Frame),
    closed,
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    ping: () => ws.ping(),
    close: async () => {
      ws.close();
      await closed;
    },
  };
}
