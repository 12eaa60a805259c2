/** Hard edges under pressure: the month's cap among concurrent sends, and a key that is revoked in the middle of it all. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset } from '../support/journey.ts';
import { addTenant } from '../support/tenants.ts';
import { openSocket } from '../support/ws-client.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await openGateway();
});
afterEach(() => gateway.end());

test('of 400 sends at once over four sockets on the Base plan exactly 250 are taken, and the rest is told why', async () => {
  const { key } = await addTenant(gateway, 'base');
  const phone = handset(gateway, '+15551260001');
  const sockets = await Promise.all([1, 2, 3, 4].map(() => openSocket(`${gateway.wsUrl}/ws?key=${key}`)));
  sockets.forEach((socket, at) => {
    for (let number = 0; number < 100; number += 1) {
      const parts = [{ type: 'text', value: `${at}.${number}` }];
      socket.send({ type: 'send', id: `${at}.${number}`, to: phone.number, parts, idempotencyKey: `${at}.${number}` });
    }
  });
  const results = await Promise.all(
    sockets.map(async (socket) => {
      const own = [];
      for (let number = 0; number < 100; number += 1) own.push(await socket.nextOf('send.result'));
      return own;
    }),
  ).then((lists) => lists.flat());
  const taken = results.filter(({ ok }) => ok === true);
  const errors = new Set(results.filter(({ ok }) => ok !== true).map(({ error }) => error));
  expect(taken).toHaveLength(250);
  expect([...errors]).toEqual(['Monthly message limit reached']);
  const usage = await gateway.call('GET', '/api/billing/usage', undefined, key);
  expect(usage.body).toMatchObject({ plan: 'base', message_count: 250, message_limit: 250 });

  // A key that was used is still answered, and costs nothing.
  const [first] = taken;
  const socket = sockets[Number(String(first?.['id']).split('.')[0])];
  const id = String(first?.['id']);
  socket?.send({ type: 'send', id, to: phone.number, parts: [{ type: 'text', value: id }], idempotencyKey: id });
  expect(await socket?.nextOf('send.result')).toMatchObject({
    ok: true,
    cached: true,
    messageId: first?.['messageId'],
  });
  await Promise.all(sockets.map((each) => each.close()));
  await phone.received(String(taken.at(-1)?.['id']));
  expect((await phone.messages()).length).toBe(250);
});

test('a revoked key closes its sockets within a second, and what it was told before stands', async () => {
  const { key } = await addTenant(gateway);
  const { body } = await gateway.call('POST', '/api/keys', { name: 'doomed' }, key);
  const phone = handset(gateway, '+15551260002');
  const doomed = await openSocket(`${gateway.wsUrl}/ws?key=${String(body['key'])}`);
  const other = await openSocket(`${gateway.wsUrl}/ws?key=${key}`);
  const acknowledged: string[] = [];
  const hearing = (async () => {
    for (;;) {
      const frame = await doomed.next();
      if (frame['type'] === 'send.result' && frame['ok'] === true) acknowledged.push(String(frame['id']));
    }
  })().catch(() => {});
  for (let number = 0; number < 200; number += 1) {
    doomed.send({ type: 'send', id: `${number}`, to: phone.number, parts: [{ type: 'text', value: `n ${number}` }] });
  }
  // Not before it was told of one, or there may be nothing that has to stand.
  await expect.poll(() => acknowledged.length, { interval: 1 }).toBeGreaterThan(0);
  const revokedAtMs = performance.now();
  expect((await gateway.call('DELETE', `/api/keys/${String(body['id'])}`, undefined, key)).status).toBe(200);
  expect(await doomed.closed).toMatchObject({ code: 1008 });
  expect(performance.now() - revokedAtMs).toBeLessThan(1_000);
  await hearing;
  for (const id of acknowledged) await phone.received(`n ${id}`);
  const shown = (await phone.messages()).map(({ text }) => text);
  expect(new Set(shown).size).toBe(shown.length);
  other.send({ type: 'ping' });
  await other.nextOf('pong');
  await other.close();
});
