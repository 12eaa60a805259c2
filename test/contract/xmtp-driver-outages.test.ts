// What the XMTP driver makes of restarts and outages: what came meanwhile is handed over, what went out goes out once.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type XmtpHome, account, chunk, dmTo, never, readers, say, textsFrom, xmtpHome } from '../support/xmtp-home.ts';

let home: XmtpHome;
beforeEach(async () => void (home = await xmtpHome()));
afterEach(() => home.leave());

describe('what came while nobody was there', () => {
  test('is handed over after a restart, first words of strangers included, once', async () => {
    const first = await home.running();
    const [ann, bob] = [await home.person(), await home.person()];
    const dm = await ann.client.conversations.createDm(home.inboxOf());
    await dm.sendText('before');
    await home.hears('before');
    await first.stop();
    await dm.sendText('while away');
    const stranger = await bob.client.conversations.createDm(home.inboxOf());
    await stranger.sendText('we never spoke');
    const second = await home.running();
    await second.pull?.(account, never);
    await Promise.all([home.hears('while away'), home.hears('we never spoke')]);
    expect(home.texts().toSorted()).toEqual(['before', 'we never spoke', 'while away']);
  });

  test('is handed over after an outage of the network, by the stream alone', async () => {
    const heard = readers();
    heard.hear(account, true);
    const driver = await home.running({}, { readers: heard });
    const ann = await home.person();
    const dm = await ann.client.conversations.createDm(home.inboxOf());
    await dm.sendText('before');
    await home.hears('before');
    await home.networkDown();
    await driver.probe(never);
    expect(home.host.healths.at(-1)).toMatchObject({ state: 'down' });
    await home.networkUp();
    await dm.sendText('after');
    await home.hears('after');
    expect(home.texts()).toEqual(['before', 'after']);
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
    expect(await textsFrom(ann, home.inboxOf())).toEqual(['before', 'cut off', 'after']);
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
    expect(await textsFrom(ann, home.inboxOf())).toEqual(['before', 'cut off', 'after']);
  });
});
