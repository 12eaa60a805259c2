/** Frames of our own making are read back, message for message, by a receiver that nobody here wrote. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { pack, packed, packOnce } from '#http/packet.ts';

/** A server that shakes hands and then writes exactly the given bytes. */
let port = 0;
let bytes: Buffer = Buffer.alloc(0);
const server = createServer((socket) => {
  socket.once('data', (head) => {
    const key = /sec-websocket-key: (\S+)/i.exec(head.toString())?.[1] ?? '';
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write(`${lines.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.write(bytes);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function readBack(count: number): Promise<readonly string[]> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  const heard: string[] = [];
  await new Promise<void>((resolve, reject) => {
    ws.on('error', reject);
    ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) reject(new Error('text frames were expected'));
      heard.push(data.toString());
      if (heard.length === count) resolve();
    });
  });
  ws.terminate();
  return heard;
}

describe('a packet', () => {
  it('holds each message whole, at every size at which the header changes', async () => {
    const sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000];
    const texts = sizes.map((size) => 'x'.repeat(size));
    bytes = pack(texts);
    expect(await readBack(texts.length)).toEqual(texts);
  });

  it('counts bytes and not characters', async () => {
    const texts = ['é'.repeat(63), '😀'.repeat(40), '{"text":"naïve – 日本語"}', 'plain'];
    bytes = pack(texts);
    expect(await readBack(texts.length)).toEqual(texts);
  });

  it('that was made before stands where it was put among texts, and is the same bytes for every socket', async () => {
    const made = packOnce(['second', 'third']);
    const pieces = packed(['first', made, 'fourth', 'fifth']);
    expect(pieces[1]).toBe(made);
    expect(pieces).toHaveLength(3);
    bytes = Buffer.concat(pieces);
    expect(await readBack(5)).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
  });

  it('of one list is made once, whoever asks', () => {
    const list = ['a', 'b'];
    expect(packOnce(list)).toBe(packOnce(list));
    expect(packOnce(['a', 'b'])).not.toBe(packOnce(list));
  });
});
