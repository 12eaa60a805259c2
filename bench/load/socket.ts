/**
 * A WebSocket client reduced to what load needs, so that the client is not what is measured: masked text frames out,
 * many in one write; whole text frames in, as Latin-1 text (the frames of these servers are ASCII). It answers pings.
 * No fragments, no extensions, no TLS.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface LoadSocket {
  /** Takes effect with `flush`. */
  queue(text: string): void;
  flush(): void;
  close(): void;
}

export interface Hears {
  frame(text: string): void;
  /** Everything that came in one read was handed over. */
  readEnd(): void;
  closed(why: string): void;
}

const opText = 0x81;
const opPong = 0x8a;
const mask = [0x5a, 0xc3, 0x17, 0xee] as const;

export function openSocket(port: number, path: string, hears: Hears): Promise<LoadSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    let head: Buffer = Buffer.alloc(0);
    const readHead = (data: Buffer): void => {
      head = Buffer.concat([head, data]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      socket.off('data', readHead);
      if (!head.toString('latin1', 0, 12).endsWith('101')) {
        reject(new Error(`The upgrade was refused: ${head.toString('utf8').replaceAll(/\s+/g, ' ').slice(0, 400)}`));
        socket.destroy();
        return;
      }
      socket.off('error', reject);
      resolve(converse(socket, head.subarray(end + 4), hears));
    };
    socket.on('data', readHead);
  });
}

function converse(socket: Socket, first: Buffer, hears: Hears): LoadSocket {
  let texts: string[] = [];
  let rest: Buffer = first;
  let closing = false;
  const read = (data: Buffer): void => {
    const all = rest.length === 0 ? data : Buffer.concat([rest, data]);
    const used = readFrames(all, socket, hears);
    rest = used === all.length ? Buffer.alloc(0) : all.subarray(used);
    hears.readEnd();
  };
  socket.on('data', read);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (!closing) hears.closed('The server closed a socket');
  });
  if (first.length > 0) queueMicrotask(() => read(Buffer.alloc(0)));
  return {
    queue: (text) => void texts.push(text),
    flush() {
      if (texts.length === 0) return;
      socket.write(encode(texts));
      texts = [];
    },
    close() {
      closing = true;
      socket.destroy();
    },
  };
}

/** Hands over every whole frame; answers how many bytes they took. */
function readFrames(data: Buffer, socket: Socket, hears: Hears): number {
  let at = 0;
  while (data.length - at >= 2) {
    const first = data.readUInt8(at);
    const short = data.readUInt8(at + 1) & 0x7f;
    const headLength = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (data.length - at < headLength) break;
    const length =
      short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
    const start = at + headLength;
    if (data.length - start < length) break;
    at = start + length;
    if (first === opText) hears.frame(data.toString('latin1', start, at));
    else if ((first & 0x0f) === 0x9) socket.write(Buffer.from([opPong, 0x80, ...mask]));
    else if ((first & 0x0f) === 0x8) hears.closed(`The server closed a socket: ${closeReason(data, start, at)}`);
  }
  return at;
}

function closeReason(data: Buffer, start: number, end: number): string {
  return end - start < 2 ? 'no code' : `${data.readUInt16BE(start)} ${data.toString('utf8', start + 2, end)}`;
}

function encode(texts: readonly string[]): Buffer {
  let length = 0;
  for (const text of texts) length += text.length + (text.length < 126 ? 6 : 8);
  const out = Buffer.allocUnsafe(length);
  let at = 0;
  for (const text of texts) {
    out[at++] = opText;
    if (text.length < 126) {
      out[at++] = 0x80 | text.length;
    } else {
      out[at++] = 0x80 | 126;
      at = out.writeUInt16BE(text.length, at);
    }
    for (const byte of mask) out[at++] = byte;
    for (let i = 0; i < text.length; i += 1) out[at + i] = text.charCodeAt(i) ^ (mask[i & 3] ?? 0);
    at += text.length;
  }
  return out;
}
