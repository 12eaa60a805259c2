// Messages as server-sent events: a reader that comes back gets exactly what it missed, one that is slow is bounded and
// told, and whoever may not read any more is hung up on by name.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEvents, type EventSource } from '../support/event-source.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ask, molt, openScripted, type Molt } from '../support/molts.ts';
import type { ScriptedXmtp } from '../support/scripted-xmtp.ts';
import { addTenant } from '../support/tenants.ts';

const stranger = `0x${'ab'.repeat(20)}`;

let network: ScriptedXmtp;
let house: TestGateway;

beforeAll(async () => {
  [house, network] = await openScripted();
});
afterAll(() => house.end());

let made = 0;
const newMolt = () => molt(house, `reader-${(made += 1)}`);
const open = (reader: Molt, headers: Readonly<Record<string, string>> = {}, query = '') =>
  openEvents(`${house.url}/messages/stream${query}`, reader.key, headers);
const live = async (reader: Molt, headers: Readonly<Record<string, string>> = {}): Promise<EventSource> => {
  const source = await open(reader, headers);
  await source.next('ready');
  return source;
};

describe('a stream', () => {
  test('tells what comes in as it comes, in the rows of the inbox, and nothing of others', async () => {
    const [one, other] = [await newMolt(), await newMolt()];
    const source = await live(one);
    expect([source.status, source.headers['content-type'], source.headers['cache-control']]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      'no-store',
    ]);
    await other.post('/messages/dm', { handle: one.handle, message: 'Hello!\nworld' });
    await network.write(stranger, other.address, 'not yours');
    await network.write(stranger, one.address, 'from outside');
    await expect.poll(() => source.texts()).toEqual(['Hello!\nworld', 'from outside']);
    const [row] = (await one.get(`/messages/${other.handle}`)).body['messages'] as readonly unknown[];
    expect(source.events.find(({ name }) => name === 'message')?.data).toEqual(row);
    source.close();
  });

  test('resumes with the last event’s id, each message once and in order, while more come in', async () => {
    const one = await newMolt();
    let source = await live(one);
    const seen: unknown[] = [];
    const total = 120;
    const writing = (async () => {
      for (let number = 0; number < total; number += 1) await network.write(stranger, one.address, String(number));
    })();
    while (seen.length + source.texts().length < total) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      const lastId = source.lastId();
      source.close();
      seen.push(...source.texts());
      source = await open(one, lastId === '' ? {} : { 'last-event-id': lastId });
      if (lastId !== '') await source.next('ready');
    }
    await writing;
    seen.push(...source.texts());
    source.close();
    expect(seen).toEqual(Array.from({ length: total }, (_, number) => String(number)));
  });

  test('takes the cursor from the address too, and every cursor of an event is one of a sync', async () => {
    const one = await newMolt();
    const first = await live(one);
    await network.write(stranger, one.address, 'a');
    await network.write(stranger, one.address, 'b');
    await expect.poll(() => first.texts()).toEqual(['a', 'b']);
    const [ready, a] = first.events;
    first.close();
    const second = await open(one, {}, `?cursor=${a?.id}`);
    await second.next('ready');
    expect(second.texts()).toEqual(['b']);
    expect(ready?.data['cursor']).toBe(ready?.id);
    second.close();
  });

  test.each(['nonsense', '1:999999', 'x'.repeat(70)])('that resumes from %j is refused', async (id) => {
    const source = await open(await newMolt(), { 'last-event-id': id });
    expect([source.status, source.headers['content-type']]).toEqual([400, 'application/json; charset=utf-8']);
  });

  test('of another epoch begins anew and says so', async () => {
    const one = await newMolt();
    await network.write(stranger, one.address, 'kept');
    const source = await open(one, { 'last-event-id': 'zz:1' });
    await source.next('ready');
    expect(source.events.map(({ name }) => name)).toEqual(['reset', 'message', 'ready']);
    source.close();
  });

  test('needs a key with the scope, and HEAD has its head alone', async () => {
    const tenant = await addTenant(house);
    const url = `${house.url}/messages/stream`;
    expect((await openEvents(url, null)).status).toBe(401);
    expect((await openEvents(url, await tenant.keyWith('write:messages'))).status).toBe(403);
    const head = await fetch(url, { method: 'HEAD', headers: { 'x-api-key': tenant.key } });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });

  test('is hung up on by name when its key is revoked', async () => {
    const one = await newMolt();
    const { body } = await house.call('POST', '/api/keys', {}, one.key);
    const source = await openEvents(`${house.url}/messages/stream`, String(body['key']));
    await source.next('ready');
    const other = await live(one);
    await house.call('DELETE', `/api/keys/${String(body['id'])}`, undefined, one.key);
    expect((await source.next('close')).data).toEqual({ reason: 'key_revoked' });
    await expect.poll(() => source.isOver).toBe(true);
    await network.write(stranger, one.address, 'still there');
    await expect.poll(() => other.texts()).toEqual(['still there']);
    other.close();
  });

  test('is one of at most twenty of its account', async () => {
    const one = await newMolt();
    const sources = await Promise.all(Array.from({ length: 20 }, () => live(one)));
    const refused = await open(one);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    sources[0]?.close();
    await expect.poll(async () => (await open(one)).status).toBe(200);
    for (const source of sources) source.close();
  });
});

describe('a reader that does not read', () => {
  test('is told no more than it can hold, and everything once it reads again', async () => {
    const one = await newMolt();
    const source = await live(one);
    source.pause();
    const long = 'x'.repeat(9_000);
    for (let number = 0; number < 700; number += 1) await network.write(stranger, one.address, `${number} ${long}`);
    expect((await ask(house, one.key, 'GET', '/account/me')).status).toBe(200);
    source.resume();
    await expect.poll(() => source.texts().length, { timeout: 20_000 }).toBe(700);
    expect(source.texts().map((text) => String(text).split(' ')[0])).toEqual(
      Array.from({ length: 700 }, (_, number) => String(number)),
    );
    source.close();
  }, 60_000);
});

test('a gateway that stops tells its readers, and a reader comes back to the next one where it was', async () => {
  const [first, scripted] = await openScripted();
  const one = await molt(first, 'survivor');
  const source = await openEvents(`${first.url}/messages/stream`, one.key);
  await source.next('ready');
  await scripted.write(stranger, one.address, 'before');
  await expect.poll(() => source.texts()).toEqual(['before']);
  const lastId = source.lastId();
  await scripted.write(stranger, one.address, 'unseen');
  const second = await first.reopen();
  expect(source.events.at(-1)).toMatchObject({ name: 'close', data: { reason: 'restarting' } });
  const again = await openEvents(`${second.url}/messages/stream`, one.key, { 'last-event-id': lastId });
  await again.next('ready');
  expect(again.texts()).toEqual(['unseen']);
  again.close();
  await second.end();
});
