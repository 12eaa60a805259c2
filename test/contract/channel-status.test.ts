// The status of connections as accounts see it, over a real store and a real supervisor with scripted drivers; and how
// the supervisor finds out what drivers do not say. Time is the test's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createReadChannelStatus, createReadEveryStatus } from '#actions/read-channel-status.ts';
import { restartChannel } from '#actions/restart-channel.ts';
import type { Principal } from '#core/account.ts';
import { connectionId, idText, type AccountId } from '#core/ids.ts';
import { createSupervisor, type ConnectionSettings } from '#outbox/connections.ts';
import type { CreateDriver, Driver, Health } from '#ports/driver.ts';
import { zeroCounters } from '#ports/counters.ts';
import { fakeLog, type FakeRuntime } from '../support/clock.ts';
import { nobodyReads, publicTargets } from '../support/driver-host.ts';
import { scriptedDriver } from '../support/scripted-driver.ts';
import { openSqliteEngine } from '../support/store-sqlite.ts';
import { desk, dm, inbound, sim } from '../support/store.ts';
import { memoryWallets } from '../support/wallets.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const own = connectionId('own');
const asks = (account: AccountId, operator = false): Principal => ({
  account,
  key: idText('key', 1),
  scopes: ['*'],
  operator,
});

type Create = (name: string) => CreateDriver | undefined;

async function rig(create: Create = () => scriptedDriver().create) {
  const dir = mkdtempSync(join(tmpdir(), 'clawgate-status-'));
  const engine = openSqliteEngine(dir);
  const opened = await engine.open();
  const { store, runtime } = opened;
  const tools = desk(opened);
  const [owner, tenant] = [await tools.account({ kind: 'owner' }), await tools.account()];
  const log = fakeLog();
  const bus = { publish: () => undefined, listen: () => () => undefined };
  const settings = { driverName: 'scripted', channels: ['imessage'], options: {}, dataDir: dir } as const;
  const connections: readonly ConnectionSettings[] = [
    { ...settings, id: sim, account: null },
    { ...settings, id: own, account: tenant },
  ];
  const supervisor = createSupervisor({
    settings: connections.map((each) => ({ ...each, driverName: each.id })),
    loadDriver: (name) => Promise.resolve(create(name)),
    traffic: store,
    wallets: memoryWallets(),
    readers: nobodyReads,
    targets: publicTargets,
    receiving: {
      store,
      keepAttachment: (_, { url, mimeType }) => Promise.resolve({ url, mimeType }),
      bus,
      ids: runtime.ids,
      counters: zeroCounters(),
      log,
    },
    runtime,
    log,
  });
  ends.push(async () => {
    await supervisor.stop();
    await engine.close();
    rmSync(dir, { recursive: true, force: true });
  });
  await supervisor.start();
  const readEveryStatus = createReadEveryStatus({ connections: supervisor, store, clock: runtime.clock });
  return { ...tools, runtime, owner, tenant, supervisor, read: createReadChannelStatus({ readEveryStatus }) };
}

/** Let what was answered be taken in, then move the clock. */
async function pass(runtime: FakeRuntime, ms: number): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  runtime.advance(ms);
}

test('the operator sees every connection and queue, an account what it may use and only its own queue', async () => {
  const { owner, tenant, send, runtime, read, account } = await rig();
  await send(owner);
  await send(owner, { conversation: dm('+15551110001') });
  await send(tenant, { conversation: dm('+15551110002', { connection: own }) });
  runtime.advance(2_000);
  expect(await read(asks(owner, true))).toMatchObject([
    { connection: 'sim', account: null, queueLength: 2, oldestQueuedMs: 2_000, unknownCount: 0 },
    { connection: 'own', account: tenant, queueLength: 1, oldestQueuedMs: 2_000 },
  ]);
  expect(await read(asks(tenant))).toMatchObject([
    { connection: 'sim', state: 'connected', queueLength: null, oldestQueuedMs: null, unknownCount: null },
    { connection: 'own', queueLength: 1, lines: ['+15550100000'], configured: true, running: true, connected: true },
  ]);
  expect((await read(asks(await account()))).map(({ connection }) => connection)).toEqual(['sim']);
});

test('what people write counts as inbound, what the provider accepts as outbound, and reports as neither', async () => {
  const scripted = scriptedDriver();
  const { owner, runtime, read, supervisor } = await rig((name) => (name === sim ? scripted.create : undefined));
  const status = async () => (await read(asks(owner, true)))[0];
  expect(await status()).toMatchObject({ lastInboundAtMs: null, lastOutboundAtMs: null });
  const { eventId, line, remoteChat, remoteId } = inbound('+15551110003');
  const report = { eventId, line, remoteChat, remoteId, kind: 'receipt', recipient: null, status: 'read' } as const;
  await scripted.report({ ...report, error: null });
  expect((await status())?.lastInboundAtMs).toBeNull();
  runtime.advance(1_000);
  await scripted.report(inbound('+15551110003'));
  supervisor.noteOutbound(sim, runtime.clock.nowMs() - 500);
  const nowMs = runtime.clock.nowMs();
  expect(await status()).toMatchObject({ lastInboundAtMs: nowMs, lastOutboundAtMs: nowMs - 500 });
});

test('a connection that nobody made is configured no better than its settings', async () => {
  const { owner, read } = await rig((name) => (name === sim ? scriptedDriver().create : undefined));
  const [, other] = await read(asks(owner, true));
  expect(other).toMatchObject({ configured: false, running: false, connected: false, state: 'failed_to_start' });
  expect(other?.lastError).toContain("no driver 'own'");
  expect(other?.mend).not.toBeNull();
});

describe('a driver that says it is connected', () => {
  const forever = <Answer>(): Promise<Answer> => new Promise(() => undefined);

  async function probed(probe: () => Promise<Health>) {
    const found = await rig((name) => {
      const { create } = scriptedDriver();
      if (name !== own) return create;
      return (settings, host): Driver => ({ ...create(settings, host), probe });
    });
    const status = async () => (await found.read(asks(found.tenant)))[1];
    return { ...found, status };
  }

  test('is asked when it has shown nothing for some seconds, and believed when it was proven a moment ago', async () => {
    let count = 0;
    const { runtime, status, supervisor } = await probed(() => {
      count += 1;
      return Promise.resolve({ state: 'connected' });
    });
    await status();
    expect(count).toBe(0);
    runtime.advance(5_000);
    await Promise.all([status(), status(), status()]);
    expect(count).toBe(1);
    await status();
    expect(count).toBe(1);
    runtime.advance(5_000);
    supervisor.noteOutbound(own, runtime.clock.nowMs());
    await status();
    expect(count).toBe(1);
  });

  test('and gives no answer is down with a mend, once somebody asked, and up when it answers again', async () => {
    let answer = forever<Health>;
    const { runtime, status } = await probed(() => answer());
    runtime.advance(5_000);
    const asked = status();
    await pass(runtime, 2_000);
    expect(await asked).toMatchObject({ state: 'down', connected: false, running: true });
    expect((await asked)?.mend).toContain('restart');
    // It is asked again behind the back of whoever asks now, who is answered at once.
    answer = () => Promise.resolve({ state: 'connected' });
    runtime.advance(5_000);
    await status();
    await pass(runtime, 5_000);
    await status();
    await pass(runtime, 5_000);
    const after = await status();
    expect(after).toMatchObject({ state: 'connected', mend: null });
    expect(after?.lastError).toContain('no answer');
  });

  test('and breaks when it is asked is down with its reason', async () => {
    const { runtime, status } = await probed(() => Promise.reject(new Error('the session is gone')));
    runtime.advance(5_000);
    const said = await status();
    expect(said?.state).toBe('down');
    expect(said?.lastError).toContain('the session is gone');
  });
});

test('restarts are the operator’s, of channels there are', async () => {
  const { owner, tenant, supervisor } = await rig();
  const restart = (principal: Principal, name: string) => restartChannel({ connections: supervisor }, principal, name);
  await expect(restart(asks(tenant), 'imessage')).rejects.toMatchObject({ failure: { code: 'forbidden' } });
  await expect(restart(asks(owner, true), 'signal')).rejects.toMatchObject({ failure: { code: 'not_found' } });
  const state = 'connected';
  expect(await restart(asks(owner, true), 'imessage')).toMatchObject({
    restarted: 2,
    connections: [
      { connection: 'sim', state },
      { connection: 'own', state },
    ],
  });
});
