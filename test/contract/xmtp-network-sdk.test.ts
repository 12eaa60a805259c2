// XMTP's own SDK on the embedded network: what people do with it works, and goes on working when either side went away
// in between.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { XmtpNetwork } from '#channels/xmtp/network/network.ts';
import { type Agent, agent } from '../support/xmtp-agent.ts';
import { type Person, clientOptions, ethereum, loadSdk, person, signerOf } from '../support/xmtp-people.ts';
import { type Home, networkHome } from '../support/xmtp-raw.ts';

let home: Home;
let network: XmtpNetwork;
let here: Person[];
let agents: Agent[];

beforeEach(async () => {
  home = await networkHome();
  network = await home.start();
  [here, agents] = [[], []];
});
afterEach(async () => {
  await Promise.all([...here.map((each) => each.leave()), ...agents.map((each) => each.kill())]);
  await home.leave();
});

async function people(count: number): Promise<Person[]> {
  const made = await Promise.all(Array.from({ length: count }, () => person(network.url, home.folder)));
  here.push(...made);
  return made;
}

async function pair(): Promise<[Person, Person]> {
  const [ann, bob] = await people(2);
  if (!ann || !bob) throw new Error('nobody came');
  return [ann, bob];
}

const textsOf = (messages: readonly { readonly content: unknown }[] = []): string[] =>
  messages.flatMap(({ content }) => (typeof content === 'string' ? [content] : []));

const says = (text: string) => (heard: { text: string }) => heard.text === text;

describe('two people', () => {
  test('write to each other, and hear each other at once', async () => {
    const [ann, bob] = await pair();
    const toBob = await ann.client.conversations.createDm(bob.client.inboxId);
    await toBob.sendText('hello Bob');
    await bob.hears(1, says('hello Bob'));
    const toAnn = await bob.client.conversations.createDm(ann.client.inboxId);
    await toAnn.sendText('hello Ann');
    await ann.hears(1, says('hello Ann'));
    expect(toAnn.id).toBe(toBob.id);
    expect(bob.heard[0]).toMatchObject({ from: ann.client.inboxId, conversation: toBob.id });
  });

  test('find each other by wallet, and learn who is not on the network', async () => {
    const { Client, createBackend } = await loadSdk();
    const [ann, bob] = await pair();
    const backend = await createBackend({ env: 'local', apiUrl: network.url });
    const stranger = Wallet.createRandom().address.toLowerCase();
    const identifiers = [bob.address, stranger].map((identifier) => ({ identifier, identifierKind: ethereum }));
    expect([...(await Client.canMessage(identifiers, backend)).values()]).toEqual([true, false]);
    const dm = await ann.client.conversations.createDmWithIdentifier({
      identifier: bob.address,
      identifierKind: ethereum,
    });
    await dm.sendText('found you');
    await bob.hears(1, says('found you'));
    const nobody = ann.client.conversations.createDmWithIdentifier({ identifier: stranger, identifierKind: ethereum });
    await expect(nobody).rejects.toThrow(/AddressNotFound|InboxIdNotFound|not found/i);
  });

  test('keep the order of what one of them says quickly, sent at once or together', async () => {
    const [ann, bob] = await pair();
    const dm = await ann.client.conversations.createDm(bob.client.inboxId);
    const texts = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    for (const text of texts.slice(0, 20)) await dm.sendText(text);
    for (const text of texts.slice(20)) await dm.sendText(text, true);
    await dm.publishMessages();
    await bob.hears(40, () => true);
    expect(bob.heard.map(({ text }) => text)).toEqual(texts);
  });

  test('carry large messages, and many of them after an absence', async () => {
    const [ann, bob] = await pair();
    const dm = await ann.client.conversations.createDm(bob.client.inboxId);
    await bob.leave();
    const large = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 3; count += 1) await dm.sendText(`${count}${large}`);
    for (let count = 0; count < 150; count += 1) await dm.sendText(`small ${count}`, true);
    await dm.publishMessages();
    await bob.client.conversations.syncAll();
    const texts = textsOf(await bob.client.conversations.getDmByInboxId(ann.client.inboxId)?.messages());
    expect(texts).toHaveLength(153);
    expect(texts.filter((text) => text.length > large.length)).toHaveLength(3);
  });
});

describe('a group', () => {
  test('takes in members, whom it tells everything from then on, in one order for all', async () => {
    const [ann, bob, cas, dot] = await people(4);
    if (!ann || !bob || !cas || !dot) throw new Error('nobody came');
    const group = await ann.client.conversations.createGroup([bob.client.inboxId, cas.client.inboxId], {
      groupName: 'trio',
    });
    await group.sendText('before');
    await Promise.all([bob, cas].map((each) => each.hears(1, says('before'))));
    await group.addMembers([dot.client.inboxId]);
    await group.updateName('quartet');
    await group.sendText('welcome');
    await Promise.all([bob, cas, dot].map((each) => each.hears(1, says('welcome'))));
    expect(dot.heard.map(({ text }) => text)).toEqual(['welcome']);
    const itsGroup = dot.client.conversations.listGroups()[0];
    expect([itsGroup?.id, itsGroup?.name]).toEqual([group.id, 'quartet']);
    const talkers = await Promise.all(
      [bob, cas, dot].map(async ({ client }) => {
        await client.conversations.syncAll();
        return client.conversations.listGroups()[0];
      }),
    );
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(talkers.map(async (talker, index) => talker?.sendText(`round ${round} of ${index}`)));
    }
    const orders = await Promise.all(
      [ann, bob, cas, dot].map(async ({ client }) => {
        await client.conversations.syncAll();
        const texts = textsOf(await client.conversations.listGroups()[0]?.messages());
        return texts.filter((text) => text.startsWith('round'));
      }),
    );
    expect(orders[0]).toHaveLength(15);
    for (const order of orders) expect(order).toEqual(orders[0]);
  });

  test('tells a member that was put out nothing more', async () => {
    const [ann, bob, cas] = await people(3);
    if (!ann || !bob || !cas) throw new Error('nobody came');
    const group = await ann.client.conversations.createGroup([bob.client.inboxId, cas.client.inboxId]);
    await group.sendText('all');
    await cas.hears(1, says('all'));
    await group.removeMembers([cas.client.inboxId]);
    await group.sendText('without Cas');
    await bob.hears(1, says('without Cas'));
    const left = cas.client.conversations.listGroups()[0];
    await expect.poll(() => left?.isActive, { timeout: 10_000 }).toBe(false);
    await expect(left?.sendText('still here')).rejects.toThrow(/inactive/i);
    expect(cas.heard.map(({ text }) => text)).toEqual(['all']);
  });
});

test('an inbox has several wallets and devices, and puts them out again', async () => {
  const { Client } = await loadSdk();
  const [ann, bob] = await pair();
  const [mine, second] = [Wallet.createRandom(), Wallet.createRandom()];
  const open = (name: string) =>
    Client.create(signerOf(mine), clientOptions(network.url, join(home.folder, name), randomBytes(32)));
  const [phone, laptop] = [await open('phone.db3'), await open('laptop.db3')];
  expect([laptop.inboxId, laptop.installationId === phone.installationId]).toEqual([phone.inboxId, false]);
  const group = await ann.client.conversations.createGroup([bob.client.inboxId, phone.inboxId]);
  await group.sendText('to both devices');
  for (const device of [phone, laptop]) {
    await device.conversations.syncAll();
    expect(textsOf(await device.conversations.listGroups()[0]?.messages())).toContain('to both devices');
  }
  await phone.unsafe_addAccount(signerOf(second), true);
  const identifier = { identifier: second.address.toLowerCase(), identifierKind: ethereum };
  expect(await ann.client.fetchInboxIdByIdentifier(identifier)).toBe(phone.inboxId);
  await phone.removeAccount(identifier);
  expect(await ann.client.fetchInboxIdByIdentifier(identifier)).not.toBe(phone.inboxId);
  await phone.revokeAllOtherInstallations();
  expect((await phone.preferences.fetchInboxState()).installations).toHaveLength(1);
});

test('twenty people write to one, who hears all of them', async () => {
  const [one, ...others] = await people(21);
  if (!one) throw new Error('nobody came');
  await Promise.all(
    others.map(async ({ client }, index) => {
      const dm = await client.conversations.createDm(one.client.inboxId);
      for (let count = 0; count < 10; count += 1) await dm.sendText(`${index}:${count}`);
    }),
  );
  await one.hears(200, () => true);
  const texts = one.heard.map(({ text }) => text);
  expect(new Set(texts).size).toBe(200);
  for (const index of others.keys()) {
    const own = texts.filter((text) => text.startsWith(`${index}:`));
    expect(own).toEqual(Array.from({ length: 10 }, (_, count) => `${index}:${count}`));
  }
});

describe('when the network goes away', () => {
  test('and comes back, open streams go on by themselves, with new conversations too', async () => {
    const [ann, bob] = await pair();
    const dm = await ann.client.conversations.createDm(bob.client.inboxId);
    await dm.sendText('before');
    await bob.hears(1, says('before'));
    await network.close();
    // The SDK tries for some seconds by itself.
    const during = dm.sendText('during');
    network = await home.start({ port: network.port });
    await during;
    await dm.sendText('after');
    await bob.hears(1, says('after'));
    const [cas] = await people(1);
    const group = await cas?.client.conversations.createGroup([bob.client.inboxId]);
    await group?.sendText('somebody new');
    await bob.hears(1, says('somebody new'));
    expect(bob.heard.map(({ text }) => text)).toEqual(['before', 'during', 'after', 'somebody new']);
  });

  test('and clients too, in any order, nothing that was sent is lost', async () => {
    const [ann, bob] = [agent(network.url, home.folder, 'ann'), agent(network.url, home.folder, 'bob')];
    agents.push(ann, bob);
    const restart = async (): Promise<void> => {
      await network.close();
      network = await home.start({ port: network.port });
    };
    await Promise.all([ann.start(), bob.start()]);
    const installation = bob.installationId;
    await ann.send(bob.inboxId, 'one');
    await bob.hears('one');
    await bob.kill();
    await ann.send(bob.inboxId, 'reader away');
    await bob.start();
    await bob.hears('reader away');
    await restart();
    await ann.send(bob.inboxId, 'network restarted');
    await bob.hears('network restarted');
    await bob.kill();
    await ann.send(bob.inboxId, 'reader away again');
    await restart();
    await ann.send(bob.inboxId, 'and the network in between');
    await Promise.all([ann.kill(), bob.start()]);
    await bob.hears('and the network in between');
    await ann.start();
    await bob.send(ann.inboxId, 'answer');
    await ann.hears('answer');
    expect(bob.installationId).toBe(installation);
    expect(bob.heard.map(({ text }) => text)).toEqual([
      'one',
      'reader away',
      'network restarted',
      'reader away again',
      'and the network in between',
    ]);
  });
});
