// The embedded XMTP network, call by call, without XMTP's SDK: what it keeps, in which order it gives it back, what
// it refuses, and that nothing of it depends on which side was restarted.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type Server, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createXmtpNetwork } from '#channels/xmtp/network/network.ts';
import { bytes, shape } from '#channels/xmtp/network/protobuf.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { fakeRuntime } from '../support/clock.ts';
import {
  add,
  changeRecovery,
  create,
  encoded,
  inboxOf,
  installation,
  revoke,
  signedUpdate,
  wallet,
} from '../support/xmtp-identities.ts';
import { keyPackage, privateMessage, publicMessage, signingKey } from '../support/xmtp-mls.ts';
import { type Home, type RawClient, networkHome, refusal } from '../support/xmtp-raw.ts';

let home: Home;
let client: RawClient;
const group = (): Buffer => randomBytes(16);

beforeEach(async () => {
  home = await networkHome();
});
afterEach(() => home.leave());

async function open(settings: Parameters<Home['start']>[0] = {}): Promise<RawClient> {
  client = home.client((await home.start(settings)).url);
  return client;
}

describe('messages of a group', () => {
  test('come in the order of their ids, a thousand of them, read from either end', async () => {
    await open();
    const groupId = group();
    const sent = Array.from({ length: 1_000 }, () => privateMessage(groupId));
    for (let at = 0; at < sent.length; at += 50) await client.publishGroup(...sent.slice(at, at + 50));
    for (const descending of [false, true]) {
      const read: Buffer[] = [];
      const ids: bigint[] = [];
      for (let cursor = 0n, pages = 1; pages > 0;) {
        const page = await client.queryGroup(groupId, { descending, cursor });
        expect(page.messages.length).toBeLessThanOrEqual(100);
        read.push(...page.messages.map(({ data }) => data));
        ids.push(...page.messages.map(({ id }) => id));
        ({ cursor } = page);
        pages = cursor === 0n ? 0 : 1;
      }
      expect(read).toEqual(descending ? sent.toReversed() : sent);
      expect(ids).toEqual([...new Set(ids)].toSorted((one, two) => Number(descending ? two - one : one - two)));
    }
  });

  test('are paged by the limit asked for, and the answer says when there may be more', async () => {
    await open();
    const groupId = group();
    await client.publishGroup(...Array.from({ length: 5 }, () => privateMessage(groupId)));
    const full = await client.queryGroup(groupId, { limit: 3 });
    expect([full.messages.length, full.cursor]).toEqual([3, full.messages[2]?.id]);
    const rest = await client.queryGroup(groupId, { limit: 3, cursor: full.cursor });
    expect([rest.messages.length, rest.cursor]).toEqual([2, 0n]);
    expect((await client.queryGroup(groupId, { limit: 1_000 })).messages).toHaveLength(5);
    expect((await client.queryGroup(group())).messages).toEqual([]);
  });

  test('keep what their sender gave, and say which of them change the group', async () => {
    await open();
    const groupId = group();
    const [said, commit] = [privateMessage(groupId), publicMessage(groupId, 3)];
    await client.publishGroup(said, commit);
    const { messages } = await client.queryGroup(groupId);
    expect(messages).toMatchObject([
      { groupId, data: said, senderHmac: Buffer.from('hmac'), shouldPush: true, isCommit: false },
      { groupId, data: commit, isCommit: true },
    ]);
    expect(await client.newest([groupId, group()], true)).toMatchObject([{ data: commit, isCommit: true }, undefined]);
    const [bare] = await client.newest([groupId], false);
    expect([bare?.id, bare?.data.length]).toEqual([messages[1]?.id, 0]);
  });

  test('published twice are there once, and nobody is told', async () => {
    await open();
    const groupId = group();
    const message = privateMessage(groupId);
    await Promise.all([client.publishGroup(message, message), client.publishGroup(message)]);
    await client.publishGroup(message, privateMessage(groupId));
    expect((await client.queryGroup(groupId)).messages).toHaveLength(2);
  });

  test('are published together or not at all', async () => {
    await open();
    const groupId = group();
    const { code } = await refusal(client.publishGroup(privateMessage(groupId), Buffer.from('no message')));
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect((await client.queryGroup(groupId)).messages).toEqual([]);
  });

  test('that are too much for one answer come in several', async () => {
    await open();
    const groupId = group();
    for (let count = 0; count < 5; count += 1) {
      await client.publishGroup(privateMessage(groupId, 1, randomBytes(6 * 1024 * 1024)));
    }
    const first = await client.queryGroup(groupId);
    expect(first.messages).toHaveLength(3);
    expect(first.cursor).toBe(first.messages[2]?.id);
    const rest = await client.queryGroup(groupId, { cursor: first.cursor });
    expect([rest.messages.length, rest.cursor]).toEqual([2, 0n]);
  });

  test('are refused when there are too many at once, or one is too large', async () => {
    await open();
    const groupId = group();
    const many = Array.from({ length: 1_001 }, () => privateMessage(groupId, 1, Buffer.alloc(1)));
    expect(await refusal(client.publishGroup(...many))).toMatchObject({ code: status.INVALID_ARGUMENT });
    const large = privateMessage(groupId, 1, Buffer.alloc(11 * 1024 * 1024));
    expect((await refusal(client.publishGroup(large))).details).toMatch(/at most/);
    expect(await refusal(client.publishGroup())).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(await refusal(client.queryGroup(Buffer.alloc(0)))).toMatchObject({ code: status.INVALID_ARGUMENT });
  });
});

describe('ids and times', () => {
  test('never go back, though the clock does, within a run or between two', async () => {
    const clock = fakeRuntime();
    const timers = createSystemRuntime().timers;
    const runtime = { clock: clock.clock, timers };
    const network = await home.start({ runtime });
    const groupId = group();
    const publish = async (by: RawClient): Promise<void> => by.publishGroup(privateMessage(groupId));
    const first = home.client(network.url);
    await publish(first);
    clock.step(Date.UTC(2020, 0, 1));
    await publish(first);
    await network.close();
    clock.step(Date.UTC(2019, 0, 1));
    const second = home.client((await home.start({ runtime })).url);
    await publish(second);
    await second.publishIdentity(encoded(await anInbox()));
    await publish(second);
    const { messages } = await second.queryGroup(groupId);
    expect(messages).toHaveLength(4);
    for (const [index, message] of messages.entries()) {
      const before = messages[index - 1];
      expect(message.id > (before?.id ?? 0n) && message.createdNs > (before?.createdNs ?? 0n)).toBe(true);
    }
  });

  test('of a network that lost its database are above those of the lost one', async () => {
    await open();
    const groupId = group();
    await client.publishGroup(...Array.from({ length: 20 }, () => privateMessage(groupId)));
    const lost = (await client.newest([groupId], true))[0]?.id ?? 0n;
    // A fresh network starts counting at the clock, in milliseconds: what the lost one took faster has to pass first.
    await new Promise((done) => setTimeout(done, 100));
    const other = await networkHome();
    const fresh = other.client((await other.start()).url);
    await fresh.publishGroup(privateMessage(groupId));
    expect(Number((await fresh.newest([groupId], true))[0]?.id)).toBeGreaterThan(Number(lost));
    await other.leave();
  });
});

const anInbox = async () => {
  const owner = wallet();
  return signedUpdate(inboxOf(owner), [create(owner)]);
};

describe('an inbox', () => {
  test('is found by its addresses, in the order asked, whatever their case', async () => {
    await open();
    const [owner, second] = [wallet(), wallet()];
    await client.publishIdentity(encoded(await signedUpdate(inboxOf(owner), [create(owner), add(second, owner)])));
    const upper = owner.name.toUpperCase().replace('0X', '0x');
    expect(await client.inboxIds(second.name, wallet().name, upper)).toEqual([
      inboxOf(owner),
      undefined,
      inboxOf(owner),
    ]);
  });

  test('no longer has an address it put out, which falls back to the inbox it was in before', async () => {
    await open();
    const [one, two, shared] = [wallet(), wallet(), wallet()];
    for (const owner of [one, two]) {
      await client.publishIdentity(encoded(await signedUpdate(inboxOf(owner), [create(owner), add(shared, owner)])));
    }
    expect(await client.inboxIds(shared.name)).toEqual([inboxOf(two)]);
    await client.publishIdentity(encoded(await signedUpdate(inboxOf(two), [revoke(shared, two)])));
    expect(await client.inboxIds(shared.name)).toEqual([inboxOf(one)]);
    await client.publishIdentity(encoded(await signedUpdate(inboxOf(one), [revoke(shared, one)])));
    expect(await client.inboxIds(shared.name)).toEqual([undefined]);
  });

  test('gives its updates back to the byte, from where the reader is', async () => {
    await open();
    const owner = wallet();
    const first = encoded(await signedUpdate(inboxOf(owner), [create(owner)]));
    // A field of a client newer than this network.
    const newer = Buffer.concat([
      encoded(await signedUpdate(inboxOf(owner), [add(installation(), owner)])),
      shape({ news: bytes(77) }).encode({ news: Buffer.from('later') }),
    ]);
    await client.publishIdentity(first);
    await client.publishIdentity(newer);
    const [updates, none] = await client.identityUpdates([inboxOf(owner), 0n], ['ab'.repeat(32), 0n]);
    expect(updates?.map(({ update }) => update)).toEqual([first, newer]);
    expect(none).toEqual([]);
    const [rest] = await client.identityUpdates([inboxOf(owner), updates?.[0]?.sequenceId ?? 0n]);
    expect(rest?.map(({ update }) => update)).toEqual([newer]);
  });

  test('takes no update that was tampered with, replayed, or is no update', async () => {
    await open();
    const owner = wallet();
    const update = await signedUpdate(inboxOf(owner), [create(owner), add(installation(), owner)]);
    const claimed = { ...update, inboxId: inboxOf(wallet()) };
    const later = { ...update, clientTimestampNs: update.clientTimestampNs + 1_000_000_000n };
    for (const spoilt of [encoded(claimed), encoded(later), Buffer.from('no update'), undefined]) {
      expect(await refusal(client.publishIdentity(spoilt))).toMatchObject({ code: status.INVALID_ARGUMENT });
    }
    expect(await client.inboxIds(owner.name)).toEqual([undefined]);
    await client.publishIdentity(encoded(update));
    expect((await refusal(client.publishIdentity(encoded(update)))).details).toMatch(/created before/);
    expect((await client.identityUpdates([inboxOf(owner), 0n]))[0]).toHaveLength(1);
  });

  test('that two claim at the same moment belongs to the first', async () => {
    await open();
    const owner = wallet();
    const updates = await Promise.all(
      Array.from({ length: 8 }, async () => encoded(await signedUpdate(inboxOf(owner), [create(owner)]))),
    );
    const outcomes = await Promise.allSettled(updates.map((update) => client.publishIdentity(update)));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect((await client.identityUpdates([inboxOf(owner), 0n]))[0]).toHaveLength(1);
  });

  test('has 256 updates in its life, and says so', async () => {
    await open();
    const owner = wallet();
    await client.publishIdentity(encoded(await signedUpdate(inboxOf(owner), [create(owner)])));
    for (let count = 1; count < 256; count += 1) {
      await client.publishIdentity(encoded(await signedUpdate(inboxOf(owner), [changeRecovery(owner, owner)])));
    }
    const last = encoded(await signedUpdate(inboxOf(owner), [changeRecovery(owner, owner)]));
    expect(await refusal(client.publishIdentity(last))).toEqual({
      code: status.FAILED_PRECONDITION,
      details: expect.stringContaining('256') as string,
    });
    expect((await client.identityUpdates([inboxOf(owner), 0n]))[0]).toHaveLength(256);
  });

  test('has ten installations at most', async () => {
    await open();
    const owner = wallet();
    const devices = Array.from({ length: 11 }, () => add(installation(), owner));
    const update = encoded(await signedUpdate(inboxOf(owner), [create(owner), ...devices]));
    expect(await refusal(client.publishIdentity(update))).toMatchObject({ code: status.FAILED_PRECONDITION });
  });
});

describe('key packages, welcomes and commit logs', () => {
  test('of an installation the newest package is given, in the order asked, and nothing for one that has none', async () => {
    await open();
    const [one, two, none] = [signingKey(), signingKey(), signingKey()];
    const newest = keyPackage({ key: one });
    await client.upload(keyPackage({ key: one }));
    await client.upload(newest);
    const other = keyPackage({ key: two });
    await client.upload(other);
    expect(await client.keyPackages([two.raw, none.raw, one.raw, two.raw])).toEqual([
      other,
      Buffer.alloc(0),
      newest,
      other,
    ]);
  });

  test('no package is taken that its installation has not signed', async () => {
    await open();
    const [victim, thief] = [signingKey(), signingKey()];
    const own = keyPackage({ key: victim });
    await client.upload(own);
    const forged = [
      keyPackage({ key: victim, signedBy: thief }),
      keyPackage({ key: victim, leafSignedBy: thief }),
      own.subarray(0, 100),
      Buffer.from('no package'),
    ];
    for (const each of forged) {
      expect(await refusal(client.upload(each))).toMatchObject({ code: status.INVALID_ARGUMENT });
    }
    expect(await client.keyPackages([victim.raw])).toEqual([own]);
  });

  test('a welcome, or a pointer to one, waits for its installation in the form it came in', async () => {
    await open();
    const key = randomBytes(32);
    await client.publishWelcome(key, Buffer.from('first'));
    await client.publishWelcome(key, Buffer.from('second'), 'pointer');
    await client.publishWelcome(key, Buffer.from('first'));
    expect(await client.queryWelcomes(key)).toMatchObject([
      { v1: { installationKey: key, sealed: Buffer.from('first'), metadata: Buffer.from('cursor') } },
      { pointer: { installationKey: key, sealed: Buffer.from('second'), hpkePublicKey: Buffer.from('hpke') } },
    ]);
    expect(await refusal(client.publishWelcome(Buffer.from('short'), Buffer.from('x')))).toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  test('a commit log is read from its beginning, ten entries written and twenty logs read at a time', async () => {
    await open();
    const [one, two] = [group(), group()];
    const entries = ['a', 'b', 'c'].map((text) => ({ groupId: one, entry: Buffer.from(text) }));
    await client.publishLog([...entries, { groupId: two, entry: Buffer.from('d') }]);
    const [first, second, none] = await client.queryLog([one, two, group()]);
    expect(first?.map(({ entry }) => entry.toString())).toEqual(['a', 'b', 'c']);
    expect([second?.length, none?.length]).toEqual([1, 0]);
    const [after] = await client.queryLog([one], { cursor: first?.[0]?.sequenceId ?? 0n });
    expect(after?.map(({ entry }) => entry.toString())).toEqual(['b', 'c']);
    const eleven = Array.from({ length: 11 }, () => ({ groupId: one, entry: Buffer.from('e') }));
    expect(await refusal(client.publishLog(eleven))).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(await refusal(client.queryLog(Array.from({ length: 21 }, group)))).toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  test('what is no request is refused as such, and what there is not is said not to be there', async () => {
    await open();
    const noise = Buffer.from([0xff, 0xff, 0xff]);
    const api = 'xmtp.mls.api.v1.MlsApi';
    expect(await refusal(client.send(api, 'SendGroupMessages', noise))).toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
    expect(await refusal(client.send(api, 'RegisterInstallation', noise))).toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });
});

describe('a stream', () => {
  test('is open at once, though there is nothing to say', async () => {
    await open();
    const following = client.follow([group(), 0n]);
    await following.opened;
    expect(following.messages).toEqual([]);
    following.stream.cancel();
  });

  test('gives what was there after the cursor, then what comes, each once and in order', async () => {
    await open();
    const groupId = group();
    const sent = Array.from({ length: 300 }, () => privateMessage(groupId));
    await client.publishGroup(...sent.slice(0, 100));
    const { messages } = await client.queryGroup(groupId, { limit: 10 });
    const cursor = messages[9]?.id ?? 0n;
    const publishing = (async () => {
      for (const message of sent.slice(100)) await client.publishGroup(message);
    })();
    const following = client.follow([groupId, cursor]);
    await Promise.all([publishing, following.reached(290)]);
    expect(following.messages.map(({ data }) => data)).toEqual(sent.slice(10));
    following.stream.cancel();
  });

  test('follows many groups, each from its own place, and hears of no other', async () => {
    await open();
    const groups = Array.from({ length: 200 }, group);
    for (const groupId of groups) await client.publishGroup(privateMessage(groupId));
    const [old] = await client.newest([groups[0] ?? group()], true);
    const following = client.follow(
      ...groups.map((groupId): [Buffer, bigint] => [groupId, groupId === groups[0] ? (old?.id ?? 0n) : 0n]),
    );
    await following.reached(199);
    await client.publishGroup(privateMessage(group()));
    await client.publishGroup(...groups.map((groupId) => privateMessage(groupId)));
    await following.reached(399);
    const heard = new Map<string, bigint>();
    for (const { groupId, id } of following.messages) {
      expect(id).toBeGreaterThan(heard.get(groupId.toString('hex')) ?? 0n);
      heard.set(groupId.toString('hex'), id);
    }
    expect(heard.size).toBe(200);
    following.stream.cancel();
  });

  test('of twenty readers gives each everything that twenty writers send', async () => {
    const network = await home.start();
    const groupId = group();
    const readers = Array.from({ length: 20 }, () => home.client(network.url).follow([groupId, 0n]));
    const writers = Array.from({ length: 20 }, () => home.client(network.url));
    await Promise.all(
      writers.map(async (writer) => {
        for (let count = 0; count < 25; count += 1) await writer.publishGroup(privateMessage(groupId));
      }),
    );
    await Promise.all(readers.map((reader) => reader.reached(500)));
    const ids = readers.map(({ messages }) => messages.map(({ id }) => id).join());
    expect(new Set(ids).size).toBe(1);
    expect(new Set(readers[0]?.messages.map(({ id }) => id)).size).toBe(500);
    for (const reader of readers) reader.stream.cancel();
  });

  test('ends when the network closes, and goes on from its cursor when it is back', async () => {
    const network = await home.start();
    client = home.client(network.url);
    const groupId = group();
    await client.publishGroup(privateMessage(groupId));
    const before = client.follow([groupId, 0n]);
    await before.reached(1);
    await network.close();
    expect(await before.ended).toBe(status.UNAVAILABLE);
    const again = home.client((await home.start()).url);
    await again.publishGroup(privateMessage(groupId));
    const after = again.follow([groupId, before.messages[0]?.id ?? 0n]);
    await after.reached(1);
    expect(after.messages[0]?.id).toBeGreaterThan(before.messages[0]?.id ?? 0n);
    after.stream.cancel();
  });

  test('whose reader does not read is dropped, and misses nothing when it comes back', async () => {
    const clock = fakeRuntime();
    await open({ runtime: clock });
    const groupId = group();
    for (let count = 0; count < 24; count += 1) {
      await client.publishGroup(privateMessage(groupId, 1, randomBytes(1024 * 1024)));
    }
    const slow = client.follow([groupId, 0n]);
    slow.stream.pause();
    let hasEnded = false;
    void slow.ended.then(() => (hasEnded = true));
    while (!hasEnded) {
      clock.advance(31_000);
      await new Promise((resolve) => void setTimeout(resolve, 20));
      slow.stream.resume();
      slow.stream.pause();
    }
    expect(await slow.ended).toBe(status.RESOURCE_EXHAUSTED);
    const again = client.follow([groupId, slow.messages.at(-1)?.id ?? 0n]);
    await again.reached(24 - slow.messages.length);
    expect([...slow.messages, ...again.messages].map(({ id }) => id)).toEqual(await everyId(client, groupId));
    again.stream.cancel();
  });
});

async function everyId(reader: RawClient, groupId: Buffer): Promise<bigint[]> {
  const ids: bigint[] = [];
  for (let cursor = 0n, isMore = true; isMore; isMore = cursor !== 0n) {
    const page = await reader.queryGroup(groupId, { cursor });
    ids.push(...page.messages.map(({ id }) => id));
    ({ cursor } = page);
  }
  return ids;
}

describe('one address', () => {
  test('that publishes too much in a minute is told to wait, and may go on after', async () => {
    const clock = fakeRuntime();
    await open({ runtime: clock, publishesPerMinute: 10 });
    const groupId = group();
    const messages = (count: number) => Array.from({ length: count }, () => privateMessage(groupId));
    await client.publishGroup(...messages(8));
    await client.publishIdentity(encoded(await anInbox()));
    await client.upload(keyPackage({ key: signingKey() }));
    for (const attempt of [client.publishGroup(...messages(1)), client.publishWelcome(randomBytes(32), group())]) {
      expect(await refusal(attempt)).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    }
    expect((await client.queryGroup(groupId)).messages).toHaveLength(8);
    clock.advance(6_000);
    await client.publishGroup(...messages(1));
    expect(await refusal(client.publishGroup(...messages(1)))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });
});

describe('a network', () => {
  test('killed at any moment has everything it acknowledged', async () => {
    const program = fileURLToPath(new URL('../../src/cli/launch.mjs', import.meta.url));
    const start = async (port: number): Promise<{ process: ChildProcess; url: string }> => {
      const args = [program, 'xmtp-network', '--port', String(port), '--data', home.folder];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
      for await (const line of createInterface({ input: child.stdout })) {
        const url = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
        if (url !== undefined) return { process: child, url };
      }
      throw new Error('the network ended before it listened');
    };
    const first = await start(0);
    const groupId = group();
    const writer = home.client(first.url);
    const acknowledged: Buffer[] = [];
    const writing = Array.from({ length: 8 }, async () => {
      for (;;) {
        const message = privateMessage(groupId);
        await writer.publishGroup(message);
        acknowledged.push(message);
        if (acknowledged.length === 200) first.process.kill('SIGKILL');
      }
    });
    await Promise.allSettled(writing);
    const second = await start(Number(new URL(first.url).port));
    const reader = home.client(second.url);
    const kept = new Set<string>();
    for (let cursor = 0n, isMore = true; isMore; isMore = cursor !== 0n) {
      const page = await reader.queryGroup(groupId, { cursor });
      for (const { data } of page.messages) kept.add(data.toString('hex'));
      ({ cursor } = page);
    }
    expect(acknowledged.filter((data) => !kept.has(data.toString('hex')))).toEqual([]);
    second.process.kill('SIGTERM');
    expect(await once(second.process, 'exit')).toEqual([0, null]);
  });

  test('owns its database: a second one on the same file does not start', async () => {
    await open();
    await expect(home.start()).rejects.toThrow(/another process/);
    await client.publishGroup(privateMessage(group()));
  });

  test('says so when its port is taken, and lets go of its database', async () => {
    const taken: Server = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const bound = taken.address();
    const port = typeof bound === 'object' && bound ? bound.port : 0;
    await expect(home.start({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
    taken.close();
    await open();
  });

  test('listens to this machine alone unless it is told otherwise', async () => {
    await expect(home.start({ host: '0.0.0.0' })).rejects.toThrow(/not this machine alone/);
    await open({ host: '0.0.0.0', isOpenToOthers: true });
    expect(home.log.lines.map(({ event }) => event)).toContain('xmtp_network.open_to_others');
  });

  test('may be closed twice', async () => {
    const network = await home.start();
    await Promise.all([network.close(), network.close()]);
    const runtime = createSystemRuntime();
    const again = await createXmtpNetwork({ file: home.file, host: '::1', port: 0, runtime, log: home.log });
    expect(again.url).toBe(`http://[::1]:${again.port}`);
    await again.close();
  });

  test('logs nothing of what it carries', async () => {
    await open();
    const owner = wallet();
    await client.publishIdentity(encoded(await signedUpdate(inboxOf(owner), [create(owner)])));
    await refusal(client.publishIdentity(Buffer.from('no update')));
    expect(home.log.lines.map(({ event }) => event)).toEqual(['xmtp_network.ready']);
  });
});
