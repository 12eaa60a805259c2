/**
 * Floor: what bare fan-out costs. Every `send` of one socket is answered and goes out as one status frame to every
 * socket that listens (`?events=all`): serialised once, written corked, a turn of the loop at a time. Nothing is kept.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { listenForSockets } from './listen.ts';

interface Listener {
  readonly ws: WebSocket;
  readonly socket: Duplex;
}

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
    if (waiting.length === 0) setImmediate(fanOut);
    waiting.push(Buffer.from(JSON.stringify({ type: 'status', messageId, status: 'delivered' })));
  });
});

function fanOut(): void {
  const frames = waiting;
  waiting = [];
  for (const { ws, socket } of listeners) {
    socket.cork();
    for (const frame of frames) ws.send(frame, { binary: false });
    socket.uncork();
  }
}
