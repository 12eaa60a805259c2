/**
 * What every floor does beside its one job: listen on a free loopback port, say so on stderr in the gateway's own
 * words, and go when told to or when the bench that started it is gone.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    process.stderr.write(`${JSON.stringify({ msg: 'floor.ready', port })}\n`);
  });
  process.on('SIGTERM', () => process.exit(0));
  process.stdin.on('end', () => process.exit(0)).resume();
}

/** A bare WebSocket server; `socket` is the connection below, for whoever wants to cork it. */
export function listenForSockets(opened: (ws: WebSocket, socket: Duplex, request: IncomingMessage) => void): void {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 256 * 1024 });
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', endSocket);
      opened(ws, socket, request);
    });
  });
  listen(server);
}

/** Not a closure: one made above would keep every upgrade's request alive as long as its socket. */
function endSocket(this: WebSocket): void {
  this.terminate();
}
