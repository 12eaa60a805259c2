/** What an account decides for itself holds for its next message: the channel of one that names none, and whom it may text. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountSettings } from '#core/account.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset } from '../support/journey.ts';
import { openSocket } from '../support/ws-client.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openGateway();
});

afterAll(() => gateway.end());

async function settle(settings: Partial<AccountSettings>): Promise<void> {
  const { store } = gateway.gateway;
  const owner = await store.owner();
  if (owner) await store.updateAccount(owner.id, settings);
}

test('a message that names no channel goes by the default of its account, from the next one on', async () => {
  const phone = handset(gateway, '+15551230081');
  const agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  for (const [defaultChannel, service] of [
    [null, 'iMessage'],
    ['sms', 'SMS'],
    [null, 'iMessage'],
  ] as const) {
    await settle({ defaultChannel });
    const text = `by ${service} for ${defaultChannel}`;
    agent.send({ type: 'send', id: text, to: phone.number, parts: [{ type: 'text', value: text }] });
    expect(await agent.nextOf('send.result')).toMatchObject({ ok: true });
    expect(await phone.received(text)).toMatchObject({ service });
    await phone.act('messages', { text: 'thanks', service });
  }
  await agent.close();
});

test('an account that texts registered numbers alone is refused others at once, also in chats it had', async () => {
  const phone = handset(gateway, '+15551230082');
  const agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
  const send = async (text: string, where: object) => {
    agent.send({ type: 'send', id: text, ...where, parts: [{ type: 'text', value: text }] });
    return agent.nextOf('send.result');
  };
  const first = await send('one', { to: phone.number });
  expect(first).toMatchObject({ ok: true });
  await phone.received('one');
  await settle({ outbound: 'registered' });
  expect(await send('two', { to: phone.number })).toMatchObject({ ok: false });
  expect(await send('three', { chatId: first['chatId'] })).toMatchObject({ ok: false });
  await gateway.call('POST', '/api/routes', { phone_number: phone.number });
  expect(await send('four', { to: phone.number })).toMatchObject({ ok: true });
  await agent.close();
});
