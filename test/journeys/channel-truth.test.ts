/**
 * A status that tells the truth: whatever happens to a connection, every surface says so within seconds, with what a
 * person can do, and one connection's trouble or restart is nobody else's.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { drivers } from '#channels/index.ts';
import { servePhoneNetwork } from '#channels/simulator/network/serve.ts';
import type { CreateDriver, Driver, Health } from '#ports/driver.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { fakeLog } from '../support/clock.ts';
import { openGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { handset, until } from '../support/journey.ts';
import { scriptedDriver } from '../support/scripted-driver.ts';
import { saidOf } from '../support/surfaces.ts';
import { openSocket } from '../support/ws-client.ts';

const opened: { end(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.end();
});

async function house(options: TestGatewayOptions): Promise<TestGateway> {
  const gateway = await openGateway(options);
  opened.push(gateway);
  return gateway;
}

/** The simulator, and beside it a driver that a test made. */
const beside = (name: string, create: CreateDriver): TestGatewayOptions => ({
  env: { CLAWGATE_CHANNELS: `imessage=simulator,sms=simulator,telegram=${name}` },
  loadDriver: async (asked) => (asked === name ? create : (await drivers.simulator()).createDriver),
});

/** The scripted driver with another answer to being asked, or another start. */
function altered(change: (driver: Driver) => Partial<Driver>): CreateDriver {
  const scripted = scriptedDriver({ channels: ['telegram'], lines: ['@house_bot'] });
  return (settings, host) => {
    const driver = scripted.create(settings, host);
    return { ...driver, ...change(driver) };
  };
}

async function texts(gateway: TestGateway, ...words: readonly string[]): Promise<void> {
  const agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}&events=none`);
  for (const value of words) {
    agent.send({ type: 'send', id: value, to: '+15551290001', parts: [{ type: 'text', value }] });
    expect(await agent.nextOf('send.result')).toMatchObject({ ok: true });
  }
  await agent.close();
}

test('a phone network that dies is down everywhere within seconds, its queue grows, and both end when it is back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clawgate-truth-'));
  opened.push({ end: () => rm(folder, { recursive: true, force: true }) });
  const settings = { host: '127.0.0.1', dataDir: folder, dedupe: 'key', log: fakeLog() } as const;
  const runtime = createSystemRuntime();
  const first = await servePhoneNetwork({ ...settings, port: 0, runtime });
  const gateway = await house({ env: { CLAWGATE_SIMULATOR_URL: `http://127.0.0.1:${first.port}` } });
  const said = () => saidOf(gateway, 'simulator');
  expect(await said()).toMatchObject({
    health: 'ok',
    down: undefined,
    metrics: { up: 1, queue_length: 0 },
    openClaw: { configured: true, running: true, connected: true, healthState: 'connected', mend: null },
    clawBook: { overall: 'healthy', state: 'connected', mend: null },
  });
  const startedS = Date.now() / 1_000;
  await texts(gateway, 'before');
  const sent = await until(async () => {
    const { metrics } = await said();
    return (
      (metrics['last_outbound_timestamp_seconds'] ?? 0) >= startedS - 1 && metrics['queue_length'] === 0 && metrics
    );
  });
  expect(sent['last_inbound_timestamp_seconds']).toBeUndefined();
  await handset(gateway, '+15551290001').text('hello');
  await until(async () => (await said()).metrics['last_inbound_timestamp_seconds'] !== undefined);

  await first.close();
  const down = await until(async () => {
    const now = await said();
    const { down: entry, openClaw } = now;
    return now.health === 'degraded' && entry && now.metrics['up'] === 0 && openClaw?.connected === false && now;
  }, 5_000);
  expect(down.down?.state).toBe('down');
  expect(down.openClaw).toMatchObject({ configured: true, running: true, healthState: 'down' });
  expect(down.openClaw?.mend).toBe(down.down?.mend);
  expect(down.openClaw?.lastError).not.toBeNull();
  expect(down.down?.mend).toContain('clawgate phone-network');
  await texts(gateway, 'while away 1', 'while away 2');
  await expect.poll(said, { timeout: 10_000 }).toMatchObject({
    metrics: { queue_length: 2 },
    openClaw: { queueLength: 2 },
    clawBook: { queue_length: 2, overall: 'degraded' },
  });
  const waiting = await until(async () => {
    const { metrics, clawBook } = await said();
    const isAging = (clawBook?.oldest_queued_ms ?? 0) > 0 && (metrics['queue_oldest_seconds'] ?? 0) > 0.2;
    return isAging && metrics;
  });
  await until(
    async () => ((await said()).metrics['queue_oldest_seconds'] ?? 0) > (waiting['queue_oldest_seconds'] ?? 0),
  );

  const second = await servePhoneNetwork({ ...settings, port: first.port, runtime });
  opened.push({ end: () => second.close() });
  await until(async () => (await said()).down === undefined);
  await handset(gateway, '+15551290001').received('while away 2');
  await until(async () => {
    const { health, metrics, openClaw, clawBook } = await said();
    if (openClaw?.connected !== true || openClaw.oldestQueuedMs !== null || clawBook?.overall !== 'healthy')
      return false;
    return (
      health === 'ok' && metrics['up'] === 1 && metrics['queue_length'] === 0 && metrics['queue_oldest_seconds'] === 0
    );
  });
});

describe('a connection beside others', () => {
  test('whose driver cannot start is told apart, with its reason, and the others work', async () => {
    const gateway = await house(
      beside('lame', () => {
        throw new Error('the token file is gone');
      }),
    );
    const { health, down, metrics, openClaw, clawBook } = await saidOf(gateway, 'lame');
    expect([health, down?.state, metrics['up']]).toEqual(['degraded', 'failed_to_start', 0]);
    const lastError = 'the token file is gone';
    expect(openClaw).toMatchObject({ running: false, connected: false, healthState: 'failed_to_start', lastError });
    expect(clawBook).toMatchObject({ state: 'failed_to_start', error: lastError, mend: down?.mend });
    expect(down?.mend).toContain('clawgate doctor');
    expect(await saidOf(gateway, 'simulator')).toMatchObject({ down: undefined, metrics: { up: 1 } });
    const restarted = await gateway.call('POST', '/api/channels/telegram/restart');
    expect(restarted.body).toMatchObject({
      connections: [{ connection: 'lame', state: 'failed_to_start', error: 'the token file is gone' }],
    });
    await texts(gateway, 'still here');
    await handset(gateway, '+15551290001').received('still here');
  });

  test('whose driver hangs while it starts holds up nobody, and a restart is not kept from trying again', async () => {
    let isStuck = true;
    const stuck = altered((driver) => ({ start: () => (isStuck ? new Promise(() => undefined) : driver.start()) }));
    const gateway = await house(beside('stuck', stuck));
    expect(await saidOf(gateway, 'stuck')).toMatchObject({ down: { state: 'connecting' }, metrics: { up: 0 } });
    await texts(gateway, 'meanwhile');
    await handset(gateway, '+15551290001').received('meanwhile');
    isStuck = false;
    const { body } = await gateway.call('POST', '/api/channels/telegram/restart');
    expect(body['connections']).toMatchObject([{ connection: 'stuck', state: 'connected' }]);
  });

  test('that no longer answers when it is asked is down, though it never said so, and up when it answers again', async () => {
    let isMute = false;
    const forever = new Promise<Health>(() => undefined);
    const mute = altered((driver) => ({ probe: (signal) => (isMute ? forever : driver.probe(signal)) }));
    const gateway = await house(beside('mute', mute));
    expect((await saidOf(gateway, 'mute')).metrics['up']).toBe(1);
    isMute = true;
    const said = await until(async () => {
      const now = await saidOf(gateway, 'mute');
      return now.health === 'degraded' && now.down && now.metrics['up'] === 0 && now;
    });
    expect(said.down?.state).toBe('down');
    expect(said.down?.mend).toContain('restart');
    isMute = false;
    await until(async () => (await saidOf(gateway, 'mute')).metrics['up'] === 1);
  });

  test('whose driver breaks when it is asked is down with the reason', async () => {
    const broken = altered(() => ({
      probe: () => Promise.reject(new Error('its session is gone')),
      start: () => Promise.resolve(),
    }));
    const gateway = await house(beside('broken', broken));
    const { body } = await gateway.call('POST', '/api/channels/telegram/restart');
    expect(body['connections']).toMatchObject([
      { state: 'down', error: expect.stringContaining('its session is gone') as unknown },
    ]);
    expect((await saidOf(gateway, 'broken')).down).toMatchObject({ state: 'down' });
  });
});

describe('a restart', () => {
  test('starts one connection anew, once for all who ask at the same time, and touches neither sockets nor others', async () => {
    const life: string[] = [];
    const counted = altered((driver) => ({
      start: () => (life.push('start'), driver.start()),
      // Long enough for all who ask to be there before it is over.
      stop: async () => {
        life.push('stop');
        await new Promise((resolve) => setTimeout(resolve, 500));
        await driver.stop();
      },
    }));
    const gateway = await house(beside('counted', counted));
    const startedAtMs = gateway.gateway.connections.map((connection) => connection.startedAtMs);
    const agent = await openSocket(`${gateway.wsUrl}/ws?key=${gateway.key}`);
    const asked = Array.from({ length: 5 }, () => gateway.call('POST', '/api/channels/telegram/restart'));
    for (const { status, body } of await Promise.all(asked)) {
      expect(status).toBe(200);
      expect(body).toMatchObject({
        restarted: 1,
        connections: [{ connection: 'counted', state: 'connected', mend: null }],
      });
    }
    expect(life).toEqual(['start', 'stop', 'start']);
    const after = gateway.gateway.connections.map((connection) => connection.startedAtMs);
    expect(after.filter((atMs, place) => atMs !== startedAtMs[place])).toHaveLength(1);
    agent.send({ type: 'ping' });
    expect(await agent.next()).toMatchObject({ type: 'pong' });
    await texts(gateway, 'over the other one');
    await handset(gateway, '+15551290001').received('over the other one');
    await agent.close();
  });

  test('of a driver that is still starting lets go of it, and the one that starts last is the one that runs', async () => {
    const life: string[] = [];
    let count = 0;
    const slow: CreateDriver = (settings, host) => {
      const number = (count += 1);
      const driver = altered((inner) => ({
        start: async () => {
          if (number === 1) throw new Error('not yet');
          // The second start is the gateway's own next try: the restart comes while it is under way.
          if (number === 2) await new Promise((resolve) => setTimeout(resolve, 800));
          await inner.start();
          life.push(`started ${number}`);
        },
        stop: async () => {
          await inner.stop();
          life.push(`stopped ${number}`);
        },
      }));
      return driver(settings, host);
    };
    const gateway = await house(beside('slow', slow));
    await until(async () => count === 2);
    const { body } = await gateway.call('POST', '/api/channels/telegram/restart');
    expect(body['connections']).toMatchObject([{ state: 'connected' }]);
    await until(async () => life.includes('stopped 2'));
    expect(life).toEqual(expect.arrayContaining(['started 3', 'stopped 2']));
    expect(life).not.toContain('stopped 3');
    expect((await saidOf(gateway, 'slow')).metrics['up']).toBe(1);
  });
});

test('what passed through last is known again after the gateway was stopped and started', async () => {
  const gateway = await openGateway();
  await texts(gateway, 'for the record');
  await handset(gateway, '+15551290001').received('for the record');
  await handset(gateway, '+15551290001').text('heard');
  const before = await until(async () => {
    const { metrics } = await saidOf(gateway, 'simulator');
    return metrics['last_inbound_timestamp_seconds'] !== undefined && metrics;
  });
  const again = await gateway.reopen();
  opened.push(again);
  const { metrics } = await saidOf(again, 'simulator');
  for (const name of ['last_inbound_timestamp_seconds', 'last_outbound_timestamp_seconds']) {
    expect(metrics[name]).toBe(before[name]);
  }
});
