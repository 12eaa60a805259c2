// A disk that fills up under a gateway, and has room again: the process may write no file past a few megabytes, which is
// to SQLite what a full disk is, until the limit is lifted. Every send is answered, none of the acknowledged is lost or
// delivered twice, and the same process goes on.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gatewayMain, startChild, type Child } from '../support/crash-child.ts';
import { openSocket, type AgentSocket } from '../support/ws-client.ts';

const key = 'owner-key-for-the-full-disk-0123';
const person = '+1234567890';
const most = 2_000;
/** Of 512 bytes each, as a shell counts. */
const blocks = 16_000;

let dataDir = '';
let gateway: Child & { readonly port: number };
const start = (under: readonly string[]) =>
  startChild({
    script: gatewayMain,
    env: { CLAWGATE_DATA: dataDir, CLAWGATE_PORT: '0', CLAWGATE_OWNER_KEY: key, CLAWGATE_LOG_LEVEL: 'info' },
    readyEvent: 'gateway.ready',
    under,
  });

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'clawgate-full-'));
  gateway = await start(['sh', '-c', `ulimit -S -f ${blocks}; exec "$0" "$@"`]);
});
afterEach(async () => {
  await gateway.kill();
  await rm(dataDir, { recursive: true, force: true });
});

const socketOf = () => openSocket(`ws://127.0.0.1:${gateway.port}/ws?key=${key}&events=none`);
const get = async (path: string) => {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as { messages?: { text: string }[] } };
};

async function send(socket: AgentSocket, name: string) {
  const parts = [{ type: 'text', value: `${name} ${'x'.repeat(8_000)}` }];
  socket.send({ type: 'send', id: name, to: person, parts, idempotencyKey: name });
  return socket.nextOf('send.result');
}

test('a full disk refuses sends in words, loses nothing, and is forgotten when there is room', async () => {
  const socket = await socketOf();
  const acknowledged = new Map<string, unknown>();
  const refusals: unknown[] = [];
  for (let number = 0; number < most && refusals.length < 30; number += 1) {
    const { id, ok, messageId, error } = await send(socket, `n${number}`);
    if (ok === true) acknowledged.set(String(id), messageId);
    else refusals.push(error);
  }
  expect(refusals).toHaveLength(30);
  for (const error of refusals)
    expect(error).toMatch(/(disk of the gateway is full|cannot be written now), so nothing was stored; /);
  expect(acknowledged.size).toBeGreaterThan(50);
  expect((await get('/health')).status).toBe(200);

  execFileSync('prlimit', ['--pid', String(gateway.pid), '--fsize=unlimited']);
  expect(await send(socket, 'room again')).toMatchObject({ ok: true });
  expect((await get('/readyz')).status).toBe(200);
  const repeat = async (agent: AgentSocket) => {
    for (const [name, messageId] of acknowledged) {
      expect(await send(agent, name)).toMatchObject({ ok: true, messageId, cached: true });
    }
  };
  await repeat(socket);
  await gateway.kill();

  gateway = await start([]);
  await repeat(await socketOf());
  const wanted = [...acknowledged.keys(), 'room again'].toSorted();
  const path = `/simulator/phones/${encodeURIComponent(person)}/messages`;
  await get(`${path}?wait=20s&match=${encodeURIComponent('room again')}`);
  const { body } = await get(path);
  expect(body.messages?.map(({ text }) => text.slice(0, text.lastIndexOf(' '))).toSorted()).toEqual(wanted);
});
