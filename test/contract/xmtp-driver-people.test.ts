// Outside clients that know nothing of the gateway, and accounts of one gateway among themselves.
import type { Group } from '@xmtp/node-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AccountId, type MessageId, remoteChat } from '#core/ids.ts';
import type { Driver } from '#ports/driver.ts';
import { control } from '../support/driver-rigs.ts';
import type { Person } from '../support/xmtp-people.ts';
import { type XmtpHome, account, dmTo, lineOf, never, nextKey, readers, say, xmtpHome } from '../support/xmtp-home.ts';

let home: XmtpHome;
beforeEach(async () => void (home = await xmtpHome()));
afterEach(() => home.leave());

describe('an outside client that knows nothing of the gateway', () => {
  async function embedded(): Promise<{ driver: Driver; outsider: Person; heard: ReturnType<typeof readers> }> {
    const heard = readers();
    const options = { env: 'embedded', listen: '127.0.0.1:0', apiUrl: '' };
    const driver = await home.running(options, { readers: heard });
    const { body } = await control(driver, 'GET', '/network');
    const outsider = await home.person((body as { apiUrl: string }).apiUrl);
    return { driver, outsider, heard };
  }

  test('exchanges DMs with an account both ways, at once where somebody listens', async () => {
    const { driver, outsider, heard } = await embedded();
    heard.hear(account, true);
    const dm = await outsider.client.conversations.createDm(home.inboxOf());
    await dm.sendText('hello from outside');
    const row = await home.hears('hello from outside');
    expect(row).toMatchObject({ from: outsider.address, line: lineOf(driver), isGroup: false });
    const answer = { ...dmTo(driver, outsider.address), remoteChat: row.remoteChat };
    expect(await say(driver, answer, 'hello from inside')).toMatchObject({ remoteChat: row.remoteChat });
    await outsider.hears(1, ({ text }) => text === 'hello from inside');
    await dm.sendText('and once more');
    await home.hears('and once more');
    expect(home.texts()).toEqual(['hello from outside', 'and once more']);
  });

  test('takes an account into a group, in which both hear each other in order', async () => {
    const { driver, outsider, heard } = await embedded();
    heard.hear(account, true);
    const group = (await outsider.client.conversations.createGroup([home.inboxOf()])) as Group;
    const said = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    for (const text of said) await group.sendText(text);
    const row = await home.hears('line 29');
    expect(home.texts()).toEqual(said);
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
    const dm = await outsider.client.conversations.createDm(home.inboxOf());
    const asked = await dm.sendText('which one?');
    await driver.pull?.(account, never);
    const { remoteId, remoteChat: chat } = await home.hears('which one?');
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
    const row = await home.hears('thanks');
    expect(row.replyTo).toBe(`${reply?.id}@${lineOf(driver)}`);
  });
});

const textType = { type: { authorityId: 'xmtp.org', typeId: 'text', versionMajor: 1, versionMinor: 0 } };

describe('two accounts of one gateway', () => {
  const other = 'acc_2' as AccountId;

  test('write to each other, and each has the message on its own line', async () => {
    const driver = await home.running();
    await driver.provision?.(other, never);
    const receipt = await say(driver, dmTo(driver, lineOf(driver, other)), 'hello neighbour');
    expect(receipt.outcome).toBe('accepted');
    const row = await home.hears('hello neighbour', other);
    expect(row).toMatchObject({ from: lineOf(driver), line: lineOf(driver, other), account: other });
    expect(row.remoteId).not.toBe(receipt.outcome === 'accepted' ? receipt.remoteId : '');
    expect(home.texts()).toEqual([]);
  });

  test('that begin at the same moment have one chat each, with everything in it', async () => {
    const driver = await home.running();
    await driver.provision?.(other, never);
    const [mine, theirs] = [dmTo(driver, lineOf(driver, other)), dmTo(driver, lineOf(driver), other)];
    const receipts = await Promise.all([say(driver, mine, 'me first'), say(driver, theirs, 'no, me')]);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
    await Promise.all([home.hears('no, me'), home.hears('me first', other)]);
    await say(driver, mine, 'so what');
    await home.hears('so what', other);
    expect(new Set(home.messages(other).map(({ remoteChat: chat }) => chat)).size).toBe(1);
    expect(receipts[0]).toMatchObject({ remoteChat: home.messages()[0]?.remoteChat });
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
    expect(await home.hears('welcome', other)).toMatchObject({ remoteChat: made.remoteChat, isGroup: true });
    for (let times = 0; times < 2; times += 1) {
      const gone = { ...group, members: [lineOf(driver, other)] };
      expect(await driver.removeMembers?.(gone, never)).toMatchObject({ outcome: 'accepted' });
    }
    await say(driver, group.target, 'without you');
    await outsider.hears(1, ({ text }) => text === 'without you');
    await driver.pull?.(other, never);
    expect(home.texts(other)).toEqual(['welcome']);
    const theirs = { ...group.target, line: lineOf(driver, other) };
    expect(await say(driver, theirs, 'let me in')).toMatchObject({ outcome: 'refused', code: 'not_a_member' });
  });
});
