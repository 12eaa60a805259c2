/** SIGTERM to the process as it is run: what is under way is finished and answered, sockets close with 1012, the exit code is 0. */
import { expect, test } from 'vitest';
import { makeHome, openHouse } from '../support/crash-home.ts';
import { readLedger } from '../support/crash-audit.ts';
import { openSocket } from '../support/ws-client.ts';

test('a gateway that is told to stop answers what it took, says goodbye and is gone within ten seconds', async () => {
  const home = await makeHome({ tenants: 1, handsets: 5 });
  const house = await openHouse(home);
  try {
    await house.startGateway();
    const [tenant] = home.tenants;
    const url = house.wsUrl();
    const socket = await openSocket(`${url}/ws?key=${tenant?.key}`);
    for (let number = 0; number < 300; number += 1) {
      const to = tenant?.handsets[number % 5];
      socket.send({ type: 'send', id: `${number}`, to, parts: [{ type: 'text', value: `${number}` }] });
    }
    const first = await socket.nextOf('send.result');
    const toldAtMs = performance.now();
    house.gateway().signal('SIGTERM');
    expect(await socket.closed).toMatchObject({ code: 1012 });
    expect(await house.gateway().ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - toldAtMs).toBeLessThan(10_000);

    const results = [first, ...socket.taken().filter((frame) => frame['type'] === 'send.result')];
    const taken = results.filter(({ ok }) => ok === true).map(({ messageId }) => String(messageId));
    expect(taken.length).toBeGreaterThan(0);
    // Answered once each, and nothing that was taken is left in anybody's hands.
    expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
    const { statuses } = readLedger(home);
    const open = taken.filter((id) => !['sent', 'delivered', 'queued'].includes(statuses.get(id) ?? 'lost'));
    expect(open).toEqual([]);
    await expect(fetch(`${url?.replace('ws', 'http')}/health`)).rejects.toThrow('fetch failed');
  } finally {
    await house.end();
  }
});
