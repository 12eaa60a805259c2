// The XMTP driver beyond the driver contract: outside clients that know nothing of the gateway, what happens when
// wallets' files, ports and networks go away, and that what is open stays bounded.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Group } from '@xmtp/node-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AccountId, type MessageId, remoteChat } from '#core/ids.ts';
import type { Readers } from '#ports/bus.ts';
import type { Driver, Inbound, OutboundChunk, Receipt, Target } from '#ports/driver.ts';
import { control } from '../support/driver-rigs.ts';
import { type Person, person } from '../support/xmtp-people.ts';
import type { MemoryWallets } from '../support/wallets.ts';
import { type XmtpHome, account, textsFrom, xmtpHome } from '../support/xmtp-rig.ts';

const never = new AbortController().signal;
let home: XmtpHome;
let here: Person[];

beforeEach(async () => {
  [home, here] = [await xmtpHome(), []];
});
afterEach(async () => {
  await home.leave();
  await Promise.all(here.map((each) => each.leave()));
});

let counter = 0;
const nextKey = () => `msg_${(1_791_000_000_000_000 + (counter += 1)).toString(36)}`;
const lineOf = (driver: Driver, of: AccountId = account): string => driver.lineOf?.(of) ?? 'no line';
const inboxOf = (of: AccountId = account): string => home.host.wallets.of(of)?.inboxId ?? 'no inbox';

function dmTo(driver: Driver, to: string, from: AccountId = account): Target {
  const line = lineOf(driver, from);
  return { line, channel: 'xmtp', remoteChat: null, isGroup: false, participants: [to], thread: null };
}

function chunk(driver: Driver, value: string, key = nextKey()): OutboundChunk {
  const [body = ''] = driver.render('xmtp', { parts: [{ type: 'text', value }], replyTo: null });
  return { key, messageId: key as MessageId, body, attempt: 1 };
}

async function say(driver: Driver, target: Target, text: string): Promise<Receipt> {
  const [receipt] = await driver.send(target, [chunk(driver, text)], never);
  if (!receipt) throw new Error('nothing was answered');
  return receipt;
}

type Told = Extract<Inbound, { kind: 'message' }>;
const messages = (of: AccountId = account): Told[] =>
  home.host.stored.filter((row): row is Told => row.kind === 'message' && row.account === of);
const texts = (of?: AccountId): string[] => messages(of).map(({ text }) => text);
const hears = (text: string, of?: AccountId) =>
  home.host.eventually(text, () => messages(of).find((row) => row.text === text));

/** Readers as the bus has them, told by the test. */
function readers(): Readers & { hear(of: AccountId, isHeard: boolean): void } {
  const heard = new Set<AccountId>();
  const watchers = new Set<(of: AccountId, isHeard: boolean) => void>();
  return {
    isHeard: (of) => heard.has(of),
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    hear(of, isHeard) {
      if (isHeard) heard.add(of);
      else heard.delete(of);
      for (const each of watchers) each(of, isHeard);
    },
  };
}

async function wallets(driver: Driver): Promise<readonly Record<string, unknown>[]> {
  const { body } = await control(driver, 'GET', '/wallets');
  return (body as { wallets: Record<string, unknown>[] }).wallets;
}

describe('an outside client that knows nothing of the gateway', () => {
  async function embedded(): Promise<{ driver: Driver; outsider: Person; heard: ReturnType<typeof readers> }> {
    const heard = readers();
    const options = { env: 'embedded', listen: '127.0.0.1:0', apiUrl: '' };
    const driver = await home.running(options, { readers: heard });
    const { body } = await control(driver, 'GET', '/network');
    const outsider = await person((body as { apiUrl: string }).apiUrl, home.folder);
    here.push(outsider);
    return { driver, outsider, heard };
  }

  test('exchanges DMs with an account both ways, at once where somebody listens', async () => {
    const { driver, outsider, heard } = await embedded();
    heard.hear(account, true);
    const dm = await outsider.client.conversations.createDm(inboxOf());
    await dm.sendText('hello from outside');
    const row = await hears('hello from outside');
    expect(row).toMatchObject({ from: outsider.address, line: lineOf(driver), isGroup: false });
    const answer = { ...dmTo(driver, outsider.address), remoteChat: row.remoteChat };
    expect(await say(driver, answer, 'hello from inside')).toMatchObject({ remoteChat: row.remoteChat });
    await outsider.hears(1, ({ text }) => text === 'hello from inside');
    await dm.sendText('and once more');
    await hears('and once more');
    expect(texts()).toEqual(['hello from outside', 'and once more']);
  });

  test('takes an account into a group, in which both hear each other in order', async () => {
    const { driver, outsider, heard } = await embedded();
    heard.hear(account, true);
    const group = (await outsider.client.conversations.createGroup([inboxOf()])) as Group;
    const said = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    for (const text of said) await group.sendText(text);
    const row = await hears('line 29');
    expect(texts()).toEqual(said);
    expect(row).toMatchObject({ isGroup: true, remoteChat: group.id, participants: [outsider.address] });
    const target = { ...dmTo(driver, outsider.address), isGroup: true, remoteChat: remoteChat(group.id) };
    for (const text of ['one', 'two', 'three']) expect((await say(driver, target, text)).outcome).toBe('accepted');
    await outsider.hears(3, () => true);
    expect(outsider.heard.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  });

  test('is written to by nobody when it is not on the network', async () => {
    const { driver } = await embedded();
    expect(await say(driver, dmTo(driver, `0x${'12'.repeat(20)}`), 'anybody there?')).toMatchObject({
      outcome: 'refused',
      code: 'not_found',
    });
  });

  test('reads answers, tapbacks and files as its own app writes them', async () => {
    const { driver, outsider } = await embedded();
    const dm = await outsider.client.conversations.createDm(inboxOf());
    const asked = await dm.sendText('which one?');
    await driver.pull?.(account, never);
    const { remoteId, remoteChat: chat } = await hears('which one?');
    const target = { ...dmTo(driver, outsider.address), remoteChat: chat };
    const parts = [{ type: 'text', value: 'this one' }] as const;
    const [body = ''] = driver.render('xmtp', { parts, replyTo: remoteId });
    const key = nextKey();
    await driver.send(target, [{ key, messageId: key as MessageId, body, attempt: 1 }], never);
    await driver.react?.({ key, target, remoteId, reactionType: 'like', remove: false }, never);
    await dm.sync();
    const reply = (await dm.messages()).find(({ contentType }) => contentType.typeId === 'reply');
    expect(reply?.content).toMatchObject({ referenceId: asked, content: 'this one' });
    const reactions = (await dm.messages()).find(({ id }) => id === asked)?.reactions;
    expect(reactions?.map(({ content }) => content)).toMatchObject([{ content: '👍', action: 1 }]);
    await dm.sendReply({
      content: { parameters: {}, content: Buffer.from('thanks'), ...textType },
      reference: reply?.id ?? '',
    });
    const row = await hears('thanks');
    expect(row.replyTo).toBe(`${reply?.id}@${lineOf(driver)}`);
  });
});

const lockProgram = fileURLToPath(new URL('../support/xmtp-lock-main.ts', import.meta.url));
const textType = { type: { authorityId: 'xmtp.org', typeId: 'text', versionMajor: 1, versionMinor: 0 } };

describe('two accounts of one gateway', () => {
  const other = 'acc_2' as AccountId;

  test('write to each other, and each has the message on its own line', async () => {
    const driver = await home.running();
    await driver.provision?.(other, never);
    const receipt = await say(driver, dmTo(driver, lineOf(driver, other)), 'hello neighbour');
    expect(receipt.outcome).toBe('accepted');
    const row = await hears('hello neighbour', other);
    expect(row).toMatchObject({ from: lineOf(driver), line: lineOf(driver, other), account: other });
    expect(row.remoteId).not.toBe(receipt.outcome === 'accepted' ? receipt.remoteId : '');
    expect(texts()).toEqual([]);
  });

  test('that begin at the same moment have one chat each, with everything in it', async () => {
    const driver = await home.running();
    await driver.provision?.(other, never);
    const [mine, theirs] = [dmTo(driver, lineOf(driver, other)), dmTo(driver, lineOf(driver), other)];
    const receipts = await Promise.all([say(driver, mine, 'me first'), say(driver, theirs, 'no, me')]);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
    await Promise.all([hears('no, me'), hears('me first', other)]);
    await say(driver, mine, 'so what');
    await hears('so what', other);
    expect(new Set(messages(other).map(({ remoteChat: chat }) => chat)).size).toBe(1);
    expect(receipts[0]).toMatchObject({ remoteChat: messages()[0]?.remoteChat });
  });

  test('are taken into a group and put out again, however often it is asked', async () => {
    const driver = await home.running();
    await driver.provision?.(other, never);
    const outsider = await home.person();
    const target = { ...dmTo(driver, outsider.address), isGroup: true };
    const make = { key: nextKey(), target, title: 'Tea', members: [] };
    const made = await driver.createGroup?.(make, never);
    if (made?.outcome !== 'accepted') throw new Error('no group was made');
    expect(await driver.createGroup?.(make, never)).toEqual(made);
    const group = { key: nextKey(), target: { ...target, remoteChat: made.remoteChat } };
    const members = [lineOf(driver, other), outsider.address];
    for (let times = 0; times < 2; times += 1) {
      expect(await driver.addMembers?.({ ...group, members }, never)).toMatchObject({ outcome: 'accepted' });
    }
    await say(driver, group.target, 'welcome');
    expect(await hears('welcome', other)).toMatchObject({ remoteChat: made.remoteChat, isGroup: true });
    for (let times = 0; times < 2; times += 1) {
      const gone = { ...group, members: [lineOf(driver, other)] };
      expect(await driver.removeMembers?.(gone, never)).toMatchObject({ outcome: 'accepted' });
    }
    await say(driver, group.target, 'without you');
    await outsider.hears(1, ({ text }) => text === 'without you');
    await driver.pull?.(other, never);
    expect(texts(other)).toEqual(['welcome']);
    const theirs = { ...group.target, line: lineOf(driver, other) };
    expect(await say(driver, theirs, 'let me in')).toMatchObject({ outcome: 'refused', code: 'not_a_member' });
  });
});

describe('what came while nobody was there', () => {
  test('is handed over after a restart, first words of strangers included, once', async () => {
    const first = await home.running();
    const [ann, bob] = [await home.person(), await home.person()];
    const dm = await ann.client.conversations.createDm(inboxOf());
    await dm.sendText('before');
    await hears('before');
    await first.stop();
    await dm.sendText('while away');
    const stranger = await bob.client.conversations.createDm(inboxOf());
    await stranger.sendText('we never spoke');
    const second = await home.running();
    await second.pull?.(account, never);
    await Promise.all([hears('while away'), hears('we never spoke')]);
    expect(texts().toSorted()).toEqual(['before', 'we never spoke', 'while away']);
  });

  test('is handed over after an outage of the network, by the stream alone', async () => {
    const heard = readers();
    heard.hear(account, true);
    const driver = await home.running({}, { readers: heard });
    const ann = await home.person();
    const dm = await ann.client.conversations.createDm(inboxOf());
    await dm.sendText('before');
    await hears('before');
    await home.networkDown();
    await driver.probe(never);
    expect(home.host.healths.at(-1)).toMatchObject({ state: 'down' });
    await home.networkUp();
    await dm.sendText('after');
    await hears('after');
    expect(texts()).toEqual(['before', 'after']);
  });
});

describe('a message whose sending was cut off', () => {
  test('is uncertain during an outage, deferred when it was never prepared, and arrives once', async () => {
    const driver = await home.running();
    const ann = await home.person();
    const target = dmTo(driver, ann.address);
    expect((await say(driver, target, 'before')).outcome).toBe('accepted');
    await home.networkDown();
    const cut = chunk(driver, 'cut off');
    expect(await driver.send(target, [cut], never)).toMatchObject([{ outcome: 'uncertain' }]);
    const later = chunk(driver, 'later');
    expect(await driver.send(dmTo(driver, `0x${'34'.repeat(20)}`), [later], never)).toMatchObject([
      { outcome: 'deferred' },
    ]);
    await expect(driver.reconcile?.(target, cut, never)).rejects.toThrow(/reach|queued|network/);
    expect(await driver.reconcile?.(target, later, never)).toMatchObject({ outcome: 'deferred' });
    await home.networkUp();
    await home.host.eventually('the network', async () =>
      (await driver.probe(never)).state === 'connected' ? true : undefined,
    );
    const told = await driver.reconcile?.(target, cut, never);
    expect(told).toMatchObject({ outcome: 'accepted' });
    expect(await driver.send(target, [{ ...cut, attempt: 2 }], never)).toEqual([told]);
    expect((await say(driver, target, 'after')).outcome).toBe('accepted');
    expect(await textsFrom(ann, inboxOf())).toEqual(['before', 'cut off', 'after']);
  });

  test('is the same message to a driver that was started anew in between', async () => {
    const first = await home.running();
    const ann = await home.person();
    const target = dmTo(first, ann.address);
    await say(first, target, 'before');
    await home.networkDown();
    const cut = chunk(first, 'cut off');
    expect(await first.send(target, [cut], never)).toMatchObject([{ outcome: 'uncertain' }]);
    await first.stop();
    await home.networkUp();
    const second = await home.running();
    expect(await second.send(target, [{ ...cut, attempt: 2 }], never)).toMatchObject([{ outcome: 'accepted' }]);
    await say(second, target, 'after');
    expect(await textsFrom(ann, inboxOf())).toEqual(['before', 'cut off', 'after']);
  });
});

describe('a wallet whose database is', () => {
  const other = 'acc_2' as AccountId;
  const folderOf = (driver: Driver) => join(home.host.dataDir, 'wallets', lineOf(driver));

  async function spoilt(spoil: (folder: string) => void): Promise<Driver> {
    const driver = await home.running();
    await driver.provision?.(other, never);
    await driver.stop();
    spoil(folderOf(driver));
    return home.running();
  }

  test.each([
    ['lost', (folder: string) => rmSync(folder, { recursive: true })],
    ['lost', (folder: string) => rmSync(join(folder, 'client.db3.sqlcipher_salt'))],
    ['unreadable', (folder: string) => writeFileSync(join(folder, 'client.db3'), 'no database at all'.repeat(1_000))],
  ])('%s says so, hurts no other, and is renewed when an operator asks', async (kind, spoil) => {
    const driver = await spoilt(spoil);
    const ann = await home.person();
    const refused = await say(driver, dmTo(driver, ann.address), 'hello');
    expect(refused).toMatchObject({ outcome: 'refused', code: `wallet_${kind}` });
    await expect(driver.pull?.(account, never)).rejects.toThrow(/database.*renew/s);
    expect(await say(driver, dmTo(driver, ann.address, other), 'unhurt')).toMatchObject({ outcome: 'accepted' });
    const before = (await wallets(driver)).find(({ account: whose }) => whose === account);
    expect(before).toMatchObject({ state: kind, installations: { count: 1, of: 10 }, open: false });
    const renewed = await control(driver, 'POST', `/wallets/${lineOf(driver)}/renew`);
    expect(renewed).toMatchObject({ status: 200, body: { wallet: { installations: { count: 2, of: 10 } } } });
    expect(await control(driver, 'POST', `/wallets/${lineOf(driver)}/renew`)).toMatchObject({ status: 409 });
    expect(await say(driver, dmTo(driver, ann.address), 'back again')).toMatchObject({ outcome: 'accepted' });
    const dm = await ann.client.conversations.createDm(inboxOf());
    await ann.client.conversations.syncAll();
    await dm.sendText('welcome back');
    await hears('welcome back');
    expect(await textsFrom(ann, inboxOf())).toEqual(['back again']);
  });

  test('lost with a message nobody knows the fate of is never sent again by itself', async () => {
    const first = await home.running();
    const ann = await home.person();
    const target = dmTo(first, ann.address);
    const sent = chunk(first, 'once');
    await first.send(target, [sent], never);
    await first.stop();
    renameSync(join(folderOf(first), 'client.db3'), join(home.folder, 'moved.db3'));
    const second = await home.running();
    await say(second, target, 'to learn that it is lost');
    await control(second, 'POST', `/wallets/${lineOf(second)}/renew`);
    expect(await second.send(target, [{ ...sent, attempt: 2 }], never)).toMatchObject([{ outcome: 'uncertain' }]);
    expect(await second.reconcile?.(target, sent, never)).toMatchObject({ outcome: 'uncertain' });
    expect(await textsFrom(ann, inboxOf())).toEqual(['once']);
  });

  test('open in another process waits for it, and one left behind by a dead process does not', async () => {
    const first = await home.running();
    const ann = await home.person();
    const line = lineOf(first);
    await first.stop();
    const holder = fork(lockProgram, [home.host.dataDir, line]);
    expect((await once(holder, 'message'))[0]).toBe(true);
    const second = await home.running();
    expect(await say(second, dmTo(second, ann.address), 'hello')).toMatchObject({
      outcome: 'deferred',
      message: expect.stringMatching(/another process/) as string,
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await say(second, dmTo(second, ann.address), 'hello')).toMatchObject({ outcome: 'accepted' });
  });
});

describe('what is open is bounded', () => {
  test('by the number of clients, with more wallets than that in use', async () => {
    const driver = await home.running({ maxClients: '8', idleMs: '60000' });
    const accounts = Array.from({ length: 50 }, (_, index) => `acc_many${index}` as AccountId);
    let most = 0;
    const watching = new AbortController();
    const watch = async (): Promise<void> => {
      for (; !watching.signal.aborted; most = Math.max(most, await openNow(driver))) await sleep(20);
    };
    const watched = watch();
    await Promise.all(accounts.map((each) => driver.provision?.(each, never)));
    const nextTo = (index: number): AccountId => accounts[(index + 1) % accounts.length] ?? account;
    const receipts = await Promise.all(
      accounts.map((each, index) => say(driver, dmTo(driver, lineOf(driver, nextTo(index)), each), `from ${index}`)),
    );
    watching.abort();
    await watched;
    expect(receipts.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
    for (const index of accounts.keys()) await hears(`from ${index}`, nextTo(index));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(8);
  });

  test('by time, and closing lets go of every file', async () => {
    const rounds = Number(process.env['XMTP_OPEN_ROUNDS'] ?? 50);
    const driver = await home.running({ idleMs: '100' });
    const ann = await home.person();
    await say(driver, dmTo(driver, ann.address), 'hello');
    const closed = () =>
      home.host.eventually('a closed client', async () => ((await openNow(driver)) === 0 ? true : undefined));
    await closed();
    const before = readdirSync('/proc/self/fd').length;
    for (let round = 0; round < rounds; round += 1) {
      expect(await driver.pull?.(account, never)).toBe(0);
      await closed();
    }
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 2);
    expect(await say(driver, dmTo(driver, ann.address), 'still here')).toMatchObject({ outcome: 'accepted' });
  }, 600_000);

  async function openNow(driver: Driver): Promise<number> {
    return (await wallets(driver)).filter(({ open }) => open).length;
  }
});

describe('the network inside the gateway', () => {
  test('with its port taken is a health state that names the setting, and comes up when the port is free', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => void squatter.listen(0, '127.0.0.1', () => resolve()));
    const bound = squatter.address();
    const port = typeof bound === 'object' && bound ? bound.port : 0;
    const driver = await home.open({ env: 'embedded', apiUrl: '', listen: `127.0.0.1:${port}` });
    await driver.start();
    const down = await home.host.eventually('a report', () => home.host.healths.find(({ state }) => state === 'down'));
    expect(down).toMatchObject({ mend: expect.stringContaining('CLAWGATE_XMTP_LISTEN') as string });
    await expect(driver.provision?.(account, never)).rejects.toThrow(/not running|reached/);
    await new Promise<void>((resolve) => void squatter.close(() => resolve()));
    await home.host.eventually('a connection', () => home.host.healths.find(({ state }) => state === 'connected'));
    expect(await driver.provision?.(account, never)).toMatch(/^0x[0-9a-f]{40}$/);
  });
});

describe('settings', () => {
  test.each([
    [{ env: 'mainnet' }, 'env'],
    [{ apiUrl: 'not a url' }, 'apiUrl'],
    [{ env: 'embedded', apiUrl: 'http://127.0.0.1:5556' }, 'apiUrl'],
    [{ env: 'embedded', apiUrl: '', listen: '0.0.0.0:5556' }, 'listen'],
    [{ env: 'embedded', apiUrl: '', listen: 'nowhere' }, 'listen'],
    [{ gatewayHost: 'two words' }, 'gatewayHost'],
    [{ maxClients: '1' }, 'maxClients'],
    [{ idleMs: 'soon' }, 'idleMs'],
    [{ wallet: '0x' }, 'wallet'],
  ])('%o is refused by the name of the setting', async (options, field) => {
    await expect(home.open(options)).rejects.toMatchObject({ failure: { code: 'invalid', field } });
  });

  test('recipients are known by handle, inbox id and address, and an unknown handle is nobody', async () => {
    const driver = await home.running();
    const wallet = home.host.wallets.of(account);
    if (!wallet) throw new Error('no wallet');
    (home.host.wallets as MemoryWallets).register(account, 'ada');
    for (const name of [
      'ada',
      'Ada',
      wallet.inboxId ?? '',
      wallet.address,
      wallet.address.toUpperCase().replace('0X', '0x'),
    ]) {
      expect(driver.normalizeTarget('xmtp', name, 'to')).toBe(wallet.address);
    }
    expect(driver.normalizeTarget('xmtp', 'ab'.repeat(32), 'to')).toBe('ab'.repeat(32));
    expect(() => driver.normalizeTarget('xmtp', 'nobody', 'to[2]')).toThrow(/to\[2\] .*nobody/);
  });
});
