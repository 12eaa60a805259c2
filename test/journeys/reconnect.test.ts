/** An agent that loses its connection again and again, while people write: by `cursor` it misses nothing and sees nothing twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';

const texts = 300;
const phones = ['+15551250001', '+15551250002', '+15551250003'];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openGateway();
  for (const phone_number of phones) await gateway.call('POST', '/api/routes', { phone_number });
});

afterAll(() => gateway.end());

interface Memory {
  cursor: string | undefined;
  readonly heard: string[];
  connections: number;
}

/** One connection: ask for what was missed, take it and what follows, and be cut off at some moment. */
function connectOnce(memory: Memory, lifeMs: number): Promise<void> {
  return new Promise((gone) => {
    const ws = new WebSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
    const life = setTimeout(() => ws.terminate(), lifeMs);
    let isLive = false;
    memory.connections += 1;
    ws.on('open', () => {
      const from = memory.cursor === undefined ? { since: '1970-01-01T00:00:00Z' } : { cursor: memory.cursor };
      ws.send(JSON.stringify({ type: 'sync', ...from }));
    });
    ws.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as Record<string, unknown>;
      // Until the replay is over, what comes live is part of it.
      if (frame['type'] === 'message' && (isLive || frame['replay'] === true)) {
        memory.heard.push(String(frame['text']));
        memory.cursor = String(frame['cursor']);
      }
      if (frame['type'] === 'sync.done') {
        memory.cursor = String(frame['cursor']);
        isLive = true;
      }
    });
    ws.on('error', () => {});
    ws.on('close', () => {
      clearTimeout(life);
      gone();
    });
  });
}

test('random disconnects lose and double no inbound message', async () => {
  const memory: Memory = { cursor: undefined, heard: [], connections: 0 };
  const wanted: string[] = [];
  const writing = (async () => {
    for (let number = 0; number < texts; number += 1) {
      const text = `text ${number}`;
      await handset(gateway, phones[number % phones.length] ?? '').text(text);
      wanted.push(text);
    }
  })();
  let isWritten = false;
  void writing.then(() => {
    isWritten = true;
  });
  while (!isWritten || memory.heard.length < texts) {
    await connectOnce(memory, isWritten ? 500 : Math.random() * 25);
    if (memory.heard.length > texts) break;
  }
  await writing;
  expect(memory.heard).toEqual(wanted);
  expect(memory.connections).toBeGreaterThan(10);
  await until(async () => (await gateway.call('GET', '/healthz')).body['connections'] === 0);
});
