/**
 * An HTTP/1.1 client reduced to what load needs, so that the client is not what is measured: whole requests out as text,
 * one at a time over a connection kept alive; of an answer the status, and the body only where somebody asks for it.
 * Answers must say their length.
 */
import { connect, type Socket } from 'node:net';

export interface HttpConnection {
  write(request: string): void;
  close(): void;
}

export interface HttpHears {
  answer(status: number, body: () => string): void;
  closed(why: string): void;
}

export function openHttp(port: number, hears: HttpHears): Promise<HttpConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(converse(socket, hears));
    });
  });
}

function converse(socket: Socket, hears: HttpHears): HttpConnection {
  let rest: Buffer = Buffer.alloc(0);
  let closing = false;
  socket.on('data', (data: Buffer) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const head = rest.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) return hears.closed(`An answer does not say its length: ${head.slice(0, 200)}`);
    const end = headEnd + 4 + Number(length);
    if (rest.length < end) return;
    const answer = rest;
    rest = rest.length === end ? Buffer.alloc(0) : rest.subarray(end);
    hears.answer(Number(head.slice(9, 12)), () => answer.toString('utf8', headEnd + 4, end));
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (!closing) hears.closed('The server closed a connection');
  });
  return {
    write: (request) => void socket.write(request, 'latin1'),
    close() {
      closing = true;
      socket.destroy();
    },
  };
}
