// Wallets whose files are lost, broken or another's, and bounds on how many are open.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccountId } from '#core/ids.ts';
import type { Driver } from '#ports/driver.ts';
import { control } from '../support/driver-rigs.ts';
import {
  type XmtpHome,
  account,
  chunk,
  dmTo,
  lineOf,
  never,
  say,
  textsFrom,
  walletsOf,
  xmtpHome,
} from '../support/xmtp-home.ts';

const lockProgram = fileURLToPath(new URL('../support/xmtp-lock-main.ts', import.meta.url));

let home: XmtpHome;
beforeEach(async () => void (home = await xmtpHome()));
afterEach(() => home.leave());

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
    const waits = await say(driver, dmTo(driver, ann.address), 'hello');
    expect(waits).toMatchObject({ outcome: 'deferred', message: driver.lineTrouble?.(lineOf(driver)) });
    await expect(driver.pull?.(account, never)).rejects.toThrow(/database[^;]*; an operator .*renew/);
    expect(await say(driver, dmTo(driver, ann.address, other), 'unhurt')).toMatchObject({ outcome: 'accepted' });
    const before = (await walletsOf(driver)).find(({ account: whose }) => whose === account);
    expect(before).toMatchObject({ state: kind, installations: { count: 1, of: 10 }, open: false });
    const renewed = await control(driver, 'POST', `/wallets/${lineOf(driver)}/renew`);
    expect(renewed).toMatchObject({ status: 200, body: { wallet: { installations: { count: 2, of: 10 } } } });
    expect(driver.lineTrouble?.(lineOf(driver))).toBeNull();
    expect(await control(driver, 'POST', `/wallets/${lineOf(driver)}/renew`)).toMatchObject({ status: 409 });
    expect(await say(driver, dmTo(driver, ann.address), 'back again')).toMatchObject({ outcome: 'accepted' });
    const dm = await ann.client.conversations.createDm(home.inboxOf());
    await ann.client.conversations.syncAll();
    await dm.sendText('welcome back');
    await home.hears('welcome back');
    expect(await textsFrom(ann, home.inboxOf())).toEqual(['back again']);
  });

  test('lost with all the others, as after a restore, says so unasked, and they are renewed in one request', async () => {
    const first = await home.running();
    await first.provision?.(other, never);
    await first.stop();
    rmSync(join(home.host.dataDir, 'wallets'), { recursive: true });
    const second = await home.running();
    const found = (await walletsOf(second)).filter(({ inboxId }) => inboxId !== null);
    expect(found).toMatchObject([{ state: 'lost' }, { state: 'lost' }]);
    expect(found[0]?.trouble).toMatch(/database is missing; an operator .*renew/);
    expect(await control(second, 'GET', '/wallets/renew')).toMatchObject({ status: 405 });
    const answer = await control(second, 'POST', '/wallets/renew');
    expect(answer).toEqual({
      status: 200,
      body: { ok: true, renewed: found.map(({ address }) => address), failed: [] },
    });
    expect(await control(second, 'POST', '/wallets/renew')).toMatchObject({ body: { renewed: [], failed: [] } });
    const ann = await home.person();
    expect(await say(second, dmTo(second, ann.address), 'back')).toMatchObject({ outcome: 'accepted' });
    expect(await say(second, dmTo(second, ann.address, other), 'also')).toMatchObject({ outcome: 'accepted' });
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
    expect(await textsFrom(ann, home.inboxOf())).toEqual(['once']);
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
    await Promise.all(accounts.map(async (each) => driver.provision?.(each, never)));
    const nextTo = (index: number): AccountId => accounts[(index + 1) % accounts.length] ?? account;
    const receipts = await Promise.all(
      accounts.map((each, index) => say(driver, dmTo(driver, lineOf(driver, nextTo(index)), each), `from ${index}`)),
    );
    watching.abort();
    await watched;
    expect(receipts.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
    for (const index of accounts.keys()) await home.hears(`from ${index}`, nextTo(index));
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
    return (await walletsOf(driver)).filter(({ open }) => open).length;
  }
});
