// What only a hostile or broken program does to a whole gateway: bytes that are no frames and no HTTP, and
// everything wrong at once on one socket. Single frames and bodies have their own tests; here the process stays up and
// the others are unhurt.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { openSocket } from '../support/ws-client.ts';

const person = '+1234567890';
const parts = [{ type: 'text', value: 'Hello!' }];

let house: TestGateway;
beforeAll(async () => {
  house = await openGateway();
});
afterAll(() => house.end());

const socketOf = () => openSocket(`${house.wsUrl}/ws?key=${house.key}`);

describe('one socket that is sent everything that is wrong', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const wrongs: [string, string, string][] = [
    ['no JSON', '{"type":"send"', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    ['a number', '42', 'invalid_json'],
    ['a list', '[{"type":"ping"}]', 'invalid_json'],
    ['10,000 levels', `{"type":"ping","x":${deep(10_000)}}`, 'invalid_json'],
    ['100,000 levels', deep(100_000), 'invalid_json'],
    ['a prototype', '{"type":"ping","__proto__":{"type":"send"}}', 'invalid_json'],
    ['an unknown type', '{"type":"invalid"}', 'unknown_type'],
    ["a type of the gateway's", '{"type":"send.result","id":"1"}', 'unknown_type'],
    ['a type that every object has', '{"type":"toString"}', 'unknown_type'],
    ['a type that is none', '{"type":["send"]}', 'invalid_request'],
    ['a send without an id', `{"type":"send","to":"${person}","parts":[]}`, 'invalid_send'],
    ['an empty sync', '{"type":"sync"}', 'invalid_sync'],
    ['a sync from tomorrow’s epoch', '{"type":"sync","cursor":"zzz"}', 'invalid_sync'],
    ['a reaction to nothing', '{"type":"reaction","messageId":"msg_0","reactionType":"love"}', 'invalid_request'],
    ['typing to no number', '{"type":"typing.start","to":"12"}', 'invalid_request'],
  ];

  test('answers each by its code, without repeating it, and still sends', async () => {
    const socket = await socketOf();
    for (const [, text] of wrongs) socket.send(text);
    const codes = [];
    while (codes.length < wrongs.length) codes.push(await socket.nextOf('error'));
    expect(codes.map(({ code }) => String(code)).toSorted()).toEqual(wrongs.map(([, , code]) => code).toSorted());
    expect(JSON.stringify(codes)).not.toContain('[[[');
    socket.send({ type: 'send', id: 'after', to: person, parts });
    expect(await socket.nextOf('send.result')).toMatchObject({ id: 'after', ok: true });
    await socket.close();
  });
});

describe('bytes that are no frames', () => {
  // A client's frames are masked; a mask of zeros leaves the payload readable here.
  const frame = (first: number, payload: Buffer) =>
    Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);

  test.each<[string, Buffer, number]>([
    ['text that is no UTF-8', frame(0x81, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 1007],
    ['a frame without a mask', Buffer.from([0x81, 0x02, 0x7b, 0x7d]), 1002],
    ['a reserved bit', frame(0xf1, Buffer.from('{}')), 1002],
    ['an unknown opcode', frame(0x83, Buffer.from('{}')), 1002],
    ['a continuation of nothing', frame(0x80, Buffer.from('{}')), 1002],
    ['a length of a petabyte', Buffer.from([0x81, 0xff, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 1009],
    ['a ping that is too long', Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0]), 1002],
  ])('%s closes that socket by its code, and no other', async (_what, bytes, code) => {
    const bystander = await socketOf();
    const { socket, closed } = await rawWebSocket(house);
    socket.write(bytes);
    expect(await closed).toBe(code);
    bystander.send({ type: 'ping' });
    await bystander.nextOf('pong');
    await bystander.close();
  });

  test('a message in fragments past 256 KiB closes 1009', async () => {
    const socket = new WebSocket(`${house.wsUrl}/ws?key=${house.key}`);
    socket.on('error', () => {});
    await once(socket, 'open');
    for (let sent = 0; sent < 6; sent += 1) socket.send('x'.repeat(50_000), { fin: false });
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
  });
});

describe('bytes that are no HTTP', () => {
  test.each([
    ['noise', Buffer.from([0, 1, 2, 3, 255, 254, 13, 10, 13, 10]), 400],
    ['a TLS hello', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]), 400],
    ['a header of 20 KB', Buffer.from(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`), 431],
    [
      'two lengths',
      Buffer.from(
        'POST /api/keys HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ),
      400,
    ],
  ])('%s is answered in the refusal’s shape', async (_what, bytes, status) => {
    const socket = connect(Number(new URL(house.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(bytes);
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) text += String(chunk);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({ ok: false });
    expect((await house.call('GET', '/health')).status).toBe(200);
  });
});

/** A WebSocket's handshake by hand, and the code of the close frame that comes back. */
async function rawWebSocket({
  url,
  key,
}: TestGateway): Promise<{ socket: Socket; closed: Promise<number | undefined> }> {
  const { port, host } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  const lines = [`GET /ws?key=${key} HTTP/1.1`, `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket'];
  socket.write(
    [...lines, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''].join('\r\n'),
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(head.toString('utf8'));
  const closed = (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const at = bytes.lastIndexOf(0x88);
    return at === -1 ? undefined : bytes.readUInt16BE(at + 2);
  })();
  return { socket, closed };
}
