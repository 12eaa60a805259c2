/** A provider that cannot dedupe loses its answer: the message is unknown, its conversation waits a minute, then goes on. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MessageId } from '#core/ids.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { steppedRuntime } from '../support/journey-clock.ts';
import { openSocket, type AgentSocket } from '../support/ws-client.ts';

const runtime = steppedRuntime();
let gateway: TestGateway;
let agent: AgentSocket;

beforeAll(async () => {
  gateway = await openGateway({ runtime, env: { CLAWGATE_SIMULATOR_DEDUPE: 'none' } });
});

beforeEach(async () => {
  agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
});

afterEach(() => agent.close());

afterAll(() => gateway.end());

const send = (id: string, to: string) =>
  agent.send({ type: 'send', id, to, parts: [{ type: 'text', value: id }], idempotencyKey: id });

async function queued(): Promise<number> {
  const states = await gateway.gateway.store.queueStates();
  return states.reduce((sum, state) => sum + state.queued + state.sending, 0);
}

describe('behind a message whose fate is unknown', () => {
  test('what is sent meanwhile waits for the end of the minute and then goes out, once and in order', async () => {
    const phone = handset(gateway, '+15551230001');
    await phone.act('settings', { faults: { loseAck: true } });
    send('first', phone.number);
    expect(await agent.nextOf('status')).toMatchObject({ status: 'unknown' });
    await phone.act('settings', { faults: {} });
    for (const id of ['second', 'third', 'fourth']) {
      send(id, phone.number);
      await agent.nextOf('send.result');
    }

    runtime.step(55_000);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect((await phone.messages()).map(({ text }) => text)).toEqual(['first']);

    runtime.step(6_000);
    await phone.received('fourth');
    expect((await phone.messages()).map(({ text }) => text)).toEqual(['first', 'second', 'third', 'fourth']);
    await until(async () => (await queued()) === 0);
  });

  test('a decision frees the conversation at once, whatever was sent to it before', async () => {
    const phone = handset(gateway, '+15551230002');
    await phone.act('settings', { faults: { loseAck: true } });
    send('one', phone.number);
    const { messageId } = await agent.nextOf('status');
    await phone.act('settings', { faults: {} });
    send('two', phone.number);
    await agent.nextOf('send.result');
    const owner = await gateway.gateway.store.owner();
    if (!owner) throw new Error('there is no owner');
    await gateway.gateway.resolveMessage(owner.id, String(messageId) as MessageId, 'sent');
    await phone.received('two');
    expect((await phone.messages()).map(({ text }) => text)).toEqual(['one', 'two']);
  });
});
