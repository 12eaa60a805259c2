/** The log's own time through the whole gateway: near the clock under a flood, and in order whichever way the clock is stepped. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset } from '../support/journey.ts';
import { openFlood } from '../support/journey-flood.ts';
import { steppedRuntime, type SteppedRuntime } from '../support/journey-clock.ts';
import { openSocket, type AgentSocket, type Frame } from '../support/ws-client.ts';

const hourMs = 60 * 60_000;
const phoneNumber = '+15551300001';

let gateway: TestGateway;
let runtime: SteppedRuntime;
let agent: AgentSocket;

beforeEach(async () => {
  runtime = steppedRuntime();
  gateway = await openGateway({ runtime });
  await gateway.call('POST', '/api/routes', { phone_number: phoneNumber });
  agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
});

afterEach(async () => {
  await agent.close();
  await gateway.end();
});

async function texted(text: string): Promise<Frame> {
  await handset(gateway, phoneNumber).text(text);
  return agent.nextOf('message');
}

async function since(instant: unknown): Promise<readonly unknown[]> {
  agent.send({ type: 'sync', since: instant });
  const texts = [];
  for (;;) {
    const frame = await agent.next();
    if (frame['type'] === 'message') texts.push(frame['text']);
    if (frame['type'] === 'sync.done') return texts;
  }
}

test('a clock stepped an hour back or forth breaks neither the order of the log nor since', async () => {
  const frames = [await texted('now')];
  runtime.step(-hourMs);
  frames.push(await texted('an hour back'), await texted('still back'));
  runtime.step(2 * hourMs);
  frames.push(await texted('an hour ahead'));
  runtime.step(-hourMs);
  frames.push(await texted('now again'));
  const texts = frames.map(({ text }) => text);
  const stamps = frames.map(({ timestamp }) => String(timestamp));
  expect(stamps).toEqual(stamps.toSorted());
  expect(new Set(stamps).size).toBe(stamps.length);
  const seqs = frames.map(({ seq }) => Number(seq));
  expect(seqs).toEqual(seqs.toSorted((one, two) => one - two));
  for (const [at, stamp] of stamps.entries()) expect(await since(stamp)).toEqual(texts.slice(at + 1));
  expect(await since('2020-01-01T00:00:00Z')).toEqual(texts);

  // And over a restart with the clock behind everything that is stored.
  runtime.step(-hourMs);
  await agent.close();
  gateway = await gateway.reopen();
  agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  const after = await texted('after the restart');
  expect(String(after['timestamp']) > String(stamps.at(-1))).toBe(true);
  expect(Number(after['seq'])).toBeGreaterThan(seqs.at(-1) ?? 0);
  expect(await since(stamps.at(-1))).toEqual(['after the restart']);
});

test('messages go out and settle although the clock steps under them', async () => {
  const phone = handset(gateway, phoneNumber);
  const wanted = [];
  for (const [at, stepMs] of [0, -hourMs, hourMs, hourMs, -hourMs].entries()) {
    runtime.step(stepMs);
    wanted.push(`step ${at}`);
    agent.send({ type: 'send', id: `${at}`, to: phoneNumber, parts: [{ type: 'text', value: `step ${at}` }] });
    expect(await agent.nextOf('send.result')).toMatchObject({ ok: true });
    expect(await agent.nextOf('status')).toMatchObject({ status: 'delivered' });
  }
  expect((await phone.messages()).map(({ text }) => text)).toEqual(wanted);
});

test('sixty thousand events within one second of the clock keep the log within a second of it, each at its own instant', async () => {
  const still = steppedRuntime({ wall: true });
  const busy = await openGateway({ runtime: still });
  try {
    await busy.call('POST', '/api/routes', { phone_number: phoneNumber });
    const owner = await busy.gateway.store.owner();
    if (!owner) throw new Error('there is no owner');
    const flood = openFlood(busy, still.ids, phoneNumber, 'at once');
    const [events, parts] = [60_000, 60];
    let [last, farthestUs] = [0, 0];
    for (let part = 0; part < parts; part += 1) {
      await flood.pour((part * events) / parts, events / parts);
      const page = await busy.gateway.store.events(owner.id, (part * events) / parts, events / parts);
      expect(page.length).toBe(events / parts);
      for (const { tsUs } of page) {
        expect(tsUs > last).toBe(true);
        last = tsUs;
      }
      farthestUs = Math.max(farthestUs, Math.abs(last - still.clock.nowMs() * 1_000));
      still.step(16);
    }
    expect(farthestUs).toBeLessThan(1_000_000);
  } finally {
    await busy.end();
  }
});
