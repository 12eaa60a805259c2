/**
 * Wallets of a whole gateway over the embedded XMTP network: an account has one from its first message on, keeps it over
 * restarts and changes of the master key, and is called by its handle at the other end. A wallet that cannot be opened
 * is its account's trouble alone.
 */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGateway, xmtpChannels, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/journey.ts';
import { openSink, sinkTargets } from '../support/sink.ts';
import { addTenant, type Tenant } from '../support/tenants.ts';
import { openSocket, type AgentSocket, type Frame } from '../support/ws-client.ts';

const [first, second, third] = [anyKey(), anyKey(), anyKey()];
const nobody = `0x${'de'.repeat(20)}`;

let gateway: TestGateway;
let ann: Tenant;
let bob: Tenant;

beforeAll(async () => {
  gateway = await open(first);
  [ann, bob] = [await addTenant(gateway, 'molt'), await addTenant(gateway, 'molt')];
});

afterAll(() => gateway.end());

function anyKey(): string {
  return randomBytes(32).toString('hex');
}

const open = (masterKey: string, dataDir?: string): Promise<TestGateway> =>
  openGateway({
    env: { ...xmtpChannels, ...sinkTargets, CLAWGATE_MASTER_KEY: masterKey },
    ...(dataDir !== undefined && { dataDir }),
  });

async function reopen(masterKey: string): Promise<void> {
  const { dataDir } = gateway;
  await gateway.stop();
  gateway = await open(masterKey, dataDir);
}

const socketOf = ({ key }: Tenant): Promise<AgentSocket> => openSocket(`${gateway.wsUrl}/ws?key=${key}`);

/** The answer to one send, after which the socket is closed again. */
async function send(from: Tenant, to: string, text: string): Promise<Frame> {
  const socket = await socketOf(from);
  socket.send({ type: 'send', id: text, to, service: 'XMTP', parts: [{ type: 'text', value: text }] });
  const answer = await socket.nextOf('send.result');
  await socket.close();
  return answer;
}

/** What the sender is told of a message that cannot go: at once, or when it is tried. */
async function whyNot(from: Tenant, to: string, text: string): Promise<unknown> {
  const socket = await socketOf(from);
  socket.send({ type: 'send', id: text, to, service: 'XMTP', parts: [{ type: 'text', value: text }] });
  const answer = await socket.nextOf('send.result');
  const told = answer['ok'] === true ? await socket.nextOf('status') : answer;
  await socket.close();
  return told['error'];
}

const profileOf = (tenant: Tenant) => gateway.gateway.store.profile(tenant.id);

test('an account has a wallet from its first message on, whatever became of that', async () => {
  expect(await profileOf(ann)).toBeUndefined();
  await send(ann, nobody, 'is anybody there?');
  await send(bob, nobody, 'is anybody there?');
  expect(await profileOf(ann)).toMatchObject({
    number: 1,
    handle: null,
    inboxId: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
  });
  expect(await profileOf(bob)).toMatchObject({ number: 2 });
});

test('a message goes to a handle, and comes from one', async () => {
  const { store } = gateway.gateway;
  expect(await store.registerHandle(ann.id, { handle: 'ann', name: 'Ann' })).toBe('registered_now');
  expect(await store.registerHandle(bob.id, { handle: 'bob', name: 'Bob' })).toBe('registered_now');
  const ear = await socketOf(bob);
  expect(await send(ann, 'bob', 'hello bob')).toMatchObject({ ok: true });
  expect(await ear.nextOf('message')).toMatchObject({ from: 'ann', text: 'hello bob', service: 'XMTP' });
  expect(await send(ann, 'bobby', 'hello?')).toMatchObject({ ok: false });
  await ear.close();
});

test('a file goes along from where the operator lets it be fetched', async () => {
  const server = await openSink();
  const [socket, ear] = [await socketOf(ann), await socketOf(bob)];
  const parts = [{ type: 'media', url: server.url, mimeType: 'text/plain' }];
  socket.send({ type: 'send', id: 'file', to: 'bob', service: 'XMTP', parts });
  const { attachments } = await ear.nextOf('message');
  expect(attachments).toMatchObject([{ mimeType: 'text/plain' }]);
  await Promise.all([socket.close(), ear.close(), server.close()]);
});

/** Which keys the wallets' secrets are under, by what stands before them. */
const wrappedUnder = async (): Promise<readonly string[]> => {
  const wallets = await gateway.gateway.store.wallets();
  return [
    ...new Set(wallets.flatMap((row) => [row.wrappedKey, row.wrappedDatabaseKey].map((each) => each.slice(0, 11)))),
  ];
};

test('a changed master key changes no wallet', async () => {
  const before = await profileOf(ann);
  const [old] = await wrappedUnder();
  await reopen(`${second},${first}`);
  await until(async () => !(await wrappedUnder()).includes(old ?? ''));
  expect(await profileOf(ann)).toEqual(before);
  const ear = await socketOf(bob);
  expect(await send(ann, 'bob', 'still me')).toMatchObject({ ok: true });
  expect(await ear.nextOf('message')).toMatchObject({ from: 'ann', text: 'still me' });
  await ear.close();
});

test('a lost master key locks the wallets under it and no others, until it is found', async () => {
  await reopen(third);
  const cy = await addTenant(gateway, 'molt');
  await send(cy, nobody, 'is anybody there?');
  expect(await gateway.gateway.store.registerHandle(cy.id, { handle: 'cy', name: 'Cy' })).toBe('registered_now');
  expect(await whyNot(ann, 'cy', 'let me out')).toContain('locked');
  await reopen(`${third},${second}`);
  const ear = await socketOf(cy);
  expect(await send(ann, 'cy', 'thanks')).toMatchObject({ ok: true });
  expect(await ear.nextOf('message')).toMatchObject({ from: 'ann', text: 'thanks' });
  await ear.close();
});

test('a wallet whose database is lost says so alike wherever it is used, stores nothing, and works again once renewed', async () => {
  const { address } = (await gateway.gateway.store.wallets()).find(({ account }) => account === ann.id) ?? {};
  const { dataDir } = gateway;
  await gateway.stop();
  const folder = (await readdir(dataDir, { recursive: true })).find((name) => name.endsWith(`wallets/${address}`));
  await rm(join(dataDir, String(folder)), { recursive: true });
  gateway = await open(`${third},${second}`, dataDir);
  const call = (method: string, path: string, body?: unknown) => gateway.call(method, path, body, ann.key);
  const messages = async () => (await call('GET', '/api/v1/messages')).body['data'];
  const before = await messages();
  const dm = () => call('POST', '/messages/dm', { handle: 'bob', message: 'lost' });
  const letter = { platform: 'xmtp', recipient: 'bob', message: 'lost' };

  const refused = await dm();
  const cause = "This account's XMTP wallet cannot be used: its database is missing";
  expect(refused).toMatchObject({ status: 503, body: { error: cause } });
  expect(refused.body['detail']).toContain('/renew');
  expect(await call('GET', '/messages/xmtp/sync')).toMatchObject({ status: 503, body: refused.body });
  const whole = `${cause}; an operator can give it a new one: POST /xmtp/wallets/<address>/renew`;
  expect(await call('POST', '/api/v1/messages/send', letter)).toMatchObject({
    status: 503,
    body: { error: { code: 'SERVICE_UNAVAILABLE', message: whole } },
  });
  expect(await send(ann, 'bob', 'lost')).toMatchObject({ ok: false, error: whole });
  expect(await messages()).toEqual(before);

  expect(await gateway.call('POST', `/xmtp/wallets/${address}/renew`)).toMatchObject({ status: 200 });
  expect(await dm()).toMatchObject({ status: 201, body: { status: 'sent' } });
});

test('the databases of wallets are unreadable without their keys', async () => {
  const { dataDir } = gateway;
  const names = (await readdir(dataDir, { recursive: true })).filter((name) => name.endsWith('.db3'));
  expect(names.length).toBeGreaterThanOrEqual(3);
  for (const name of names) {
    const bytes = await readFile(join(dataDir, name));
    for (const words of ['CREATE TABLE', 'hello bob', 'still me']) expect(bytes.includes(words)).toBe(false);
  }
});
