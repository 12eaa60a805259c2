/**
 * A backup restored beside its original: whatever waited to be sent when it was made may have been sent since, so the
 * copy sends nothing by itself, shows it as unknown, and tells readers that their place in the log is of another time.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { servePhoneNetwork } from '#channels/simulator/network/serve.ts';
import { makeBackup, restoreBackup } from '#cli/backup.ts';
import { dataFolder } from '#config/data-folder.ts';
import type { MessageId } from '#core/ids.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { prepareRestored } from '#store/sqlite/restore.ts';
import { fakeLog } from '../support/clock.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { openSocket, type AgentSocket } from '../support/ws-client.ts';

const phoneNumber = '+15551280001';

async function ask(agent: AgentSocket, id: string, chat: object): Promise<string> {
  agent.send({ type: 'send', id, ...chat, parts: [{ type: 'text', value: id }], idempotencyKey: id });
  return String((await agent.nextOf('send.result'))['messageId']);
}

async function statuses(gateway: TestGateway, ids: readonly string[]): Promise<readonly string[]> {
  const owner = await gateway.gateway.store.owner();
  if (!owner) throw new Error('there is no owner');
  const found = await gateway.gateway.store.messages(owner.id, ids as readonly MessageId[]);
  return found.map(({ message }) => message.status);
}

test('a restored copy sends nothing of what waited, calls it unknown, and resets cursors of before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clawgate-restored-'));
  const runtime = createSystemRuntime();
  const network = {
    host: '127.0.0.1',
    dataDir: join(folder, 'network'),
    dedupe: 'key',
    log: fakeLog(),
    runtime,
  } as const;
  const first = await servePhoneNetwork({ ...network, port: 0 });
  const env = { CLAWGATE_SIMULATOR_URL: `http://127.0.0.1:${first.port}` };
  const original = await openGateway({ env });
  const agent = await openSocket(`${original.wsUrl}/ws?key=${original.key}`);
  await original.call('POST', '/api/routes', { phone_number: phoneNumber });
  await handset(original, phoneNumber).text('before the backup');
  const { cursor } = await agent.nextOf('message');
  await ask(agent, 'sent before', { to: phoneNumber });
  await agent.nextOf('status');

  await first.close();
  const waiting = [];
  for (const id of ['one', 'two', 'three']) waiting.push(await ask(agent, id, { to: phoneNumber }));
  const target = join(folder, 'backup');
  const places = dataFolder(original.dataDir);
  const { store } = original.gateway;
  await makeBackup(
    { store, folder: places, clock: runtime.clock, version: 'test' },
    { target, withSecrets: true },
    () => {},
  );
  const dataDir = join(folder, 'copy');
  const prepare = (file: string) => prepareRestored(file, runtime.clock);
  const report = await restoreBackup({ folder: dataFolder(dataDir), prepare }, target, () => {});
  expect(report.prepared.held).toBe(3);

  // The copy has its own road to the same phones; the original stays dark.
  await agent.close();
  await original.stop();
  const second = await servePhoneNetwork({ ...network, port: 0 });
  const copy = await openGateway({ env: { CLAWGATE_SIMULATOR_URL: `http://127.0.0.1:${second.port}` }, dataDir });
  const phone = handset(copy, phoneNumber);
  try {
    await until(async () => (await copy.call('GET', '/readyz')).body['down'] === undefined);
    const reader = await openSocket(`${copy.wsUrl}/ws?key=${copy.key}`);
    reader.send({ type: 'sync', cursor });
    expect(await reader.nextOf('message')).toMatchObject({ text: 'before the backup', replay: true });
    const done = await reader.nextOf('sync.done');
    expect(done).toMatchObject({ reset: true, count: 1 });
    reader.send({ type: 'sync', cursor: done['cursor'] });
    expect((await reader.nextOf('sync.done'))['reset']).toBeUndefined();

    expect(await statuses(copy, waiting)).toEqual(['unknown', 'unknown', 'unknown']);
    // Its key still answers the first message, and sends nothing either.
    expect(await ask(reader, 'one', { to: phoneNumber })).toBe(waiting[0]);
    await ask(reader, 'to another', { to: '+15551280002' });
    await handset(copy, '+15551280002').received('to another');
    expect((await phone.messages()).map(({ text }) => text)).toEqual(['before the backup', 'sent before']);

    const owner = await copy.gateway.store.owner();
    if (!owner) throw new Error('there is no owner');
    for (const [at, as] of (['sent', 'failed', 'resend'] as const).entries()) {
      await copy.gateway.resolveMessage(owner.id, String(waiting[at]) as MessageId, as);
    }
    await phone.received('three');
    expect((await phone.messages()).map(({ text }) => text)).toEqual(['before the backup', 'sent before', 'three']);
    await reader.close();
  } finally {
    await copy.end();
    await original.end();
    await second.close();
    await rm(folder, { recursive: true, force: true });
  }
});
