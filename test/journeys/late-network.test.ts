/** A phone network that is not there when the gateway starts: the gateway runs, says so, takes messages, and sends them when it comes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { servePhoneNetwork } from '#channels/simulator/network/serve.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { fakeLog } from '../support/clock.ts';
import { openGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { openSocket } from '../support/ws-client.ts';

test('messages wait for a phone network that comes late, and then go out in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clawgate-late-'));
  const settings = { host: '127.0.0.1', dataDir: folder, dedupe: 'key', log: fakeLog() } as const;
  const runtime = createSystemRuntime();
  // A port that was free a moment ago is where the network will be.
  const before = await servePhoneNetwork({ ...settings, port: 0, runtime });
  await before.close();
  const gateway = await openGateway({ env: { CLAWGATE_SIMULATOR_URL: `http://127.0.0.1:${before.port}` } });
  try {
    const ready = await gateway.call('GET', '/readyz');
    expect(ready.status).toBe(200);
    expect(ready.body).toMatchObject({ ok: true, down: [{ connection: 'simulator', state: 'down' }] });
    const agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
    for (const id of ['1', '2', '3']) {
      agent.send({ type: 'send', id, to: '+15551270001', parts: [{ type: 'text', value: `late ${id}` }] });
      expect(await agent.nextOf('send.result')).toMatchObject({ ok: true, status: 'queued' });
    }
    const network = await servePhoneNetwork({ ...settings, port: before.port, runtime });
    const phone = handset(gateway, '+15551270001');
    await until(async () => (await gateway.call('GET', '/readyz')).body['down'] === undefined);
    await phone.received('late 3');
    expect((await phone.messages()).map(({ text }) => text)).toEqual(['late 1', 'late 2', 'late 3']);
    expect(await agent.nextOf('status')).toMatchObject({ status: 'delivered' });
    await agent.close();
    await network.close();
  } finally {
    await gateway.end();
    await rm(folder, { recursive: true, force: true });
  }
});
