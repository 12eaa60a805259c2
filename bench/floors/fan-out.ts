/**
 * Floor: what bare fan-out costs. Every `send` of one socket is answered and goes out as one status frame to every
 * socket that listens (`events` is not `none`), serialised once, its head and body in one write. With BENCH_BY_TURN=1
 * everything of one turn of the loop goes out in one write per socket: the most that batching can give. Nothing is kept.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { listenForSockets } from './listen.ts';

interface Listener {
  readonly ws: WebSocket;
  readonly socket: Duplex;
}

const byTurn = process.env['BENCH_BY_TURN'] === '1';
const listeners = new Set<Listener>();
let waiting: Buffer[] = [];
let lastMessage = 0;

listenForSockets((ws, socket, request) => {
  if (request.url?.includes('events=none') !== true) {
    const listener = { ws, socket };
    listeners.add(listener);
    ws.on('close', () => listeners.delete(listener));
  }
  ws.on('message', (data: Buffer) => {
    const { id } = JSON.parse(data.toString()) as { id: string };
    const messageId = `msg_${(++lastMessage).toString(36)}`;
    ws.send(JSON.stringify({ type: 'send.result', id, ok: true, messageId, chatId: 'cht_1', status: 'queued' }));
    const frame = Buffer.from(JSON.stringify({ type: 'status', messageId, status: 'delivered' }));
    if (!byTurn) return fanOut([frame]);
    if (waiting.length === 0) setImmediate(flush);
    waiting.push(frame);
  });
});

function flush(): void {
  const frames = waiting;
  waiting = [];
  fanOut(frames);
}

function fanOut(frames: readonly Buffer[]): void {
  for (const { ws, socket } of listeners) {
    socket.cork();
    for (const frame of frames) ws.send(frame, { binary: false });
    socket.uncork();
  }
}
