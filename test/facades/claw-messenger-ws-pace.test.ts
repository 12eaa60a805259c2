/**
 * The socket over time: who is silent, who reads too slowly, and replays among live messages. The clock is held.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSilentSocket, openSocket, type AgentSocket, type Frame } from '../support/ws-client.ts';
import { openDoor, type OpenDoor } from '../support/ws-door.ts';

let door: OpenDoor;
beforeEach(async () => {
  door = await openDoor();
});
afterEach(async () => {
  await door.close();
});

const beginning = { type: 'sync', since: '2026-04-10T14:30:00Z' };

/** The gateway has read what this socket sent before, and this socket what the gateway sent. */
async function roundTrip(socket: AgentSocket): Promise<void> {
  socket.send({ type: 'ping' });
  await socket.nextOf('pong');
}

describe('life', () => {
  test('is asked for every 30 s, and 75 s of silence close 4008', async () => {
    const socket = await openSilentSocket(door.url);
    await roundTrip(socket);
    await door.clock.advance(31_000);
    expect(await socket.nextText()).toBe('{"type":"ping"}');
    await door.clock.advance(31_000);
    expect(await socket.nextText()).toBe('{"type":"ping"}');
    await door.clock.advance(15_000);
    expect((await socket.closed).code).toBe(4008);
    await expect.poll(() => door.sockets.count).toBe(0);
  });

  test.each<[string, (socket: AgentSocket) => void]>([
    ['a pong frame', (socket) => socket.send({ type: 'pong' })],
    ['a frame nobody understands', (socket) => socket.send('?')],
    ['a WebSocket ping', (socket) => socket.ping()],
  ])('is also %s', async (_what, live) => {
    const [socket, witness] = [await openSilentSocket(door.url), await openSocket(door.url)];
    for (let round = 0; round < 4; round += 1) {
      await door.clock.advance(60_000);
      live(socket);
      await roundTrip(witness);
    }
    await roundTrip(socket);
  });

  test('is what answers WebSocket pings by itself', async () => {
    const [socket, witness] = [await openSocket(door.url), await openSocket(door.url)];
    for (let round = 0; round < 8; round += 1) {
      await door.clock.advance(31_000);
      await socket.nextOf('ping');
      await roundTrip(witness);
    }
    await roundTrip(socket);
  });
});

const large = 'x'.repeat(100_000);

/** 40 MB of messages, with room for the loop to hand them out. */
async function flood(): Promise<void> {
  for (let number = 0; number < 400; number += 1) {
    door.log.texted({ text: `${number} ${large}` });
    await nextTurn();
    await nextTurn();
  }
}

describe('a socket that stops reading', () => {
  test('is closed 4009 after 30 s, was not buffered for without bound, and hurts nobody else', async () => {
    const [slow, other] = [await openSilentSocket(door.url), await openSocket(door.url)];
    await roundTrip(slow);
    slow.pause();
    await flood();
    for (let number = 0; number < 400; number += 1) expect(await other.next()).toMatchObject({ seq: number + 1 });
    await door.clock.advance(31_000);
    slow.resume();
    expect(await slow.closed).toEqual({ code: 4009, reason: 'slow_reader' });
    expect(slow.taken().length).toBeLessThan(200);
    await roundTrip(other);
  });

  test('and reads again in time misses nothing, and gets nothing twice', async () => {
    const socket = await openSocket(door.url);
    await roundTrip(socket);
    socket.pause();
    await flood();
    await door.clock.advance(20_000);
    socket.resume();
    for (let seq = 1; seq <= 400; seq += 1) expect((await socket.nextOf('message'))['seq']).toBe(seq);
    door.log.texted();
    expect(await socket.next()).toMatchObject({ type: 'message', seq: 401 });
  });

  test('in the middle of a replay finds the rest of it when it reads again', async () => {
    for (let number = 0; number < 400; number += 1) door.log.texted({ text: large });
    const socket = await openSocket(door.url);
    socket.send(beginning);
    expect(await socket.next()).toMatchObject({ seq: 1, replay: true });
    socket.pause();
    door.log.texted({ text: 'live' });
    for (let turn = 0; turn < 100; turn += 1) await nextTurn();
    socket.resume();
    for (let seq = 2; seq <= 400; seq += 1) expect((await socket.next())['seq']).toBe(seq);
    expect(await socket.next()).toEqual({ type: 'sync.done', count: 400, cursor: '1:400' });
    expect(await socket.next()).toMatchObject({ seq: 401, text: 'live' });
  });
});

describe('a sync', () => {
  /** Frames up to and with the one that a test stops at. */
  async function until(socket: AgentSocket, last: (frame: Frame) => boolean): Promise<Frame[]> {
    const frames: Frame[] = [];
    for (;;) {
      const frame = await socket.next();
      frames.push(frame);
      if (last(frame)) return frames;
    }
  }

  test('among live messages gives each once: the replay first, in order, then what came meanwhile', async () => {
    for (let number = 0; number < 1_000; number += 1) door.log.texted();
    const socket = await openSocket(door.url);
    await roundTrip(socket);
    door.log.texted();
    socket.send(beginning);
    for (let number = 0; number < 200; number += 1) {
      door.log.texted();
      await nextTurn();
    }
    const frames = await until(socket, (frame) => frame['type'] === 'message' && frame['seq'] === 1_201);
    const done = frames.findIndex((frame) => frame['type'] === 'sync.done');
    const firstReplayed = frames.findIndex((frame) => frame['replay'] === true);
    const replayed = frames.slice(firstReplayed, done);
    expect(replayed.map((frame) => frame['seq'])).toEqual(replayed.map((_, index) => index + 1));
    expect(replayed.every((frame) => frame['replay'] === true)).toBe(true);
    expect(frames[done]).toEqual({ type: 'sync.done', count: replayed.length, cursor: `1:${replayed.length}` });
    const live = frames.filter((frame) => frame['type'] === 'message' && frame['replay'] === undefined);
    expect(live.map((frame) => frame['seq'])).toEqual(Array.from({ length: 201 }, (_, index) => 1_001 + index));
    expect(frames.slice(done + 1)).toEqual(live.slice(live.length - (frames.length - done - 1)));
  });

  test('waits for the one before it, and both are answered', async () => {
    for (let number = 0; number < 300; number += 1) door.log.texted();
    const socket = await openSocket(door.url);
    socket.send(beginning);
    socket.send({ type: 'sync', cursor: '1:298' });
    const first = await until(socket, (frame) => frame['type'] === 'sync.done');
    const second = await until(socket, (frame) => frame['type'] === 'sync.done');
    expect(first.map((frame) => frame['seq'] ?? frame['count'])).toEqual([
      ...Array.from({ length: 300 }, (_, index) => index + 1),
      300,
    ]);
    expect(second.map((frame) => frame['seq'] ?? frame['count'])).toEqual([299, 300, 2]);
  });

  test('past eight that wait is refused, and the eight are answered', async () => {
    const socket = await openSocket(door.url);
    for (let number = 0; number < 9; number += 1) socket.send(beginning);
    const frames = await until(socket, (frame) => frame['type'] === 'error');
    expect(frames.at(-1)).toMatchObject({ code: 'rate_limited' });
    let done = frames.length - 1;
    while (done < 8) done += (await socket.next())['type'] === 'sync.done' ? 1 : 0;
  });

  test.each([
    ['a seconds instant', '2026-04-10T14:30:00Z', 3],
    ['the microsecond of the first message', '2026-04-10T14:30:00.000001Z', 2],
    ['the same microsecond in another zone', '2026-04-10T16:30:00.000001+02:00', 2],
    ['a later instant', '2027-01-01T00:00:00Z', 0],
    ['the beginning of time', '0001-01-01T00:00:00Z', 3],
  ])('since %s replays what is later', async (_what, since, count) => {
    for (let number = 0; number < 3; number += 1) door.log.texted();
    const socket = await openSocket(door.url);
    socket.send({ type: 'sync', since });
    const frames = await until(socket, (frame) => frame['type'] === 'sync.done');
    expect(frames.at(-1)).toEqual({ type: 'sync.done', count, cursor: '1:3' });
    expect(frames).toHaveLength(count + 1);
  });

  test('replays inbound messages alone, and not what was erased', async () => {
    const erased = door.log.texted();
    const kept = door.log.texted();
    door.log.reacted(kept, 'love', true);
    door.log.erased(erased);
    const socket = await openSocket(door.url);
    socket.send(beginning);
    expect(await socket.next()).toMatchObject({ type: 'message', messageId: kept });
    expect(await socket.next()).toEqual({ type: 'sync.done', count: 1, cursor: '1:3' });
  });

  test('with a cursor from before a restore replays all that is kept, and says so', async () => {
    door.log.texted();
    door.log.epoch = 2;
    const socket = await openSocket(door.url);
    socket.send({ type: 'sync', cursor: '1:1' });
    expect(await socket.next()).toMatchObject({ type: 'message', replay: true, cursor: '2:1' });
    expect(await socket.next()).toEqual({ type: 'sync.done', count: 1, cursor: '2:1', reset: true });
  });

  test('that the store fails says so, and live messages go on', async () => {
    const socket = await openSocket(door.url);
    await roundTrip(socket);
    door.log.broken = true;
    socket.send(beginning);
    expect(await socket.next()).toMatchObject({ type: 'error', code: 'sync_error' });
    door.log.broken = false;
    door.log.texted();
    expect(await socket.next()).toMatchObject({ type: 'message', seq: 1 });
  });
});
