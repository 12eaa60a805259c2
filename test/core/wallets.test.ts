// Wallets: made once, signing as any wallet does, their secrets wrapped at rest, and one that cannot be opened hurting
// nobody else. On a real database; the clock is the test's.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet as EthersWallet, verifyMessage } from 'ethers';
import { afterEach, describe, expect, test } from 'vitest';
import { idText, type AccountId } from '#core/ids.ts';
import { createWallets } from '#identity/wallets.ts';
import { rewrapSecrets } from '#identity/rewrap.ts';
import { createWrapper, webhookPlace } from '#identity/wrap.ts';
import { desk, type OpenedStore } from '../support/store.ts';
import { openSqliteEngine } from '../support/store-sqlite.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function openStore(): Promise<OpenedStore & { readonly dir: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'clawgate-wallets-'));
  const engine = openSqliteEngine(dir);
  ends.push(async () => {
    await engine.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return { ...(await engine.open()), dir };
}

const key = (): Uint8Array => randomBytes(32);
const room = ({ store, runtime }: OpenedStore, ...keys: [Uint8Array, ...Uint8Array[]]) =>
  createWallets({ store, wrapper: createWrapper(keys), clock: runtime.clock });

test('an account that asks twice at once has one wallet, and finds it again after a restart', async () => {
  const opening = await openStore();
  const master = key();
  const account = await desk(opening).account();
  const wallets = await room(opening, master);
  expect(wallets.of(account)).toBeUndefined();
  const [one, two] = await Promise.all([wallets.make(account), wallets.make(account)]);
  expect(one).toEqual(two);
  expect(one).toEqual({
    account,
    number: 1,
    address: expect.stringMatching(/^0x[0-9a-f]{40}$/) as unknown,
    inboxId: null,
    handle: null,
    locked: null,
  });
  expect(await wallets.make(account)).toEqual(one);
  const again = await room(await opening.reopen(), master);
  expect(again.of(account)).toEqual(one);
  expect([...again.all()]).toEqual([one]);
});

test('two rooms over one store agree on the wallet and both can use it', async () => {
  const opening = await openStore();
  const master = key();
  const account = await desk(opening).account();
  const [here, there] = [await room(opening, master), await room(opening, master)];
  const [one, two] = await Promise.all([here.make(account), there.make(account)]);
  expect(one).toEqual(two);
  expect(await here.databaseKey(account)).toEqual(await there.databaseKey(account));
  expect(verifyMessage('hello', `0x${hex(await there.sign(account, 'hello'))}`).toLowerCase()).toBe(one.address);
});

test('a signature is what any wallet with that address would give', async () => {
  const opening = await openStore();
  const account = await desk(opening).account();
  const wallets = await room(opening, key());
  const { address } = await wallets.make(account);
  const text = 'XMTP : Authenticate to inbox\n\nÄrger — 漢字';
  const signature = await wallets.sign(account, text);
  expect(signature).toHaveLength(65);
  expect(verifyMessage(text, `0x${hex(signature)}`).toLowerCase()).toBe(address);
  expect(await wallets.databaseKey(account)).toHaveLength(32);
});

test('who is who is answered by account, address, inbox and handle, from the moment each is known', async () => {
  const opening = await openStore();
  const [account, other] = [await desk(opening).account(), await desk(opening).account()];
  const wallets = await room(opening, key());
  const { address } = await wallets.make(account);
  await wallets.make(other);
  const inboxId = 'c0'.repeat(32);
  await Promise.all([
    wallets.keepInbox(account, inboxId),
    wallets.registerHandle(account, { handle: 'claude-bot', name: 'Claude' }),
  ]);
  await wallets.keepInbox(account, inboxId);
  await wallets.keepInbox(idText('account', 1), inboxId);
  const expected = { account, number: 1, address, inboxId, handle: 'claude-bot', locked: null };
  for (const found of [
    wallets.of(account),
    wallets.at(address),
    wallets.at(address.toUpperCase().replace('0X', '0x')),
    wallets.byInbox(inboxId),
    wallets.byHandle('claude-bot'),
  ]) {
    expect(found).toEqual(expected);
  }
  expect(await wallets.registerHandle(other, { handle: 'claude-bot', name: 'Me too' })).toBe('taken');
  expect(wallets.of(other)?.handle).toBeNull();
  expect(wallets.at('0x12')).toBeUndefined();
  expect([...wallets.all()].map((wallet) => wallet.account)).toEqual([account, other]);
});

test('nothing of a private key or a database key is on disk in any spelling', async () => {
  const opening = await openStore();
  const account = await desk(opening).account();
  const master = key();
  const wallets = await room(opening, master);
  await wallets.make(account);
  const wrapper = createWrapper([master]);
  const [row] = await opening.store.wallets();
  const secrets = [
    wrapper.unwrap(row?.wrappedKey ?? '', { owner: account, purpose: 'wallet' }),
    wrapper.unwrap(row?.wrappedDatabaseKey ?? '', { owner: account, purpose: 'wallet-database' }),
  ];
  expect(new EthersWallet(`0x${hex(secrets[0] ?? key())}`).address.toLowerCase()).toBe(row?.address);
  for (const name of readdirSync(opening.dir)) {
    const bytes = readFileSync(join(opening.dir, name));
    for (const secret of [...secrets, master]) {
      if (!secret) throw new Error('a secret did not open');
      for (const spelling of ['hex', 'base64', 'base64url'] as const) {
        expect(bytes.includes(Buffer.from(secret).toString(spelling))).toBe(false);
      }
      expect(bytes.includes(Buffer.from(secret))).toBe(false);
    }
  }
});

test('the secrets of one account do not open for another', async () => {
  const opening = await openStore();
  const master = key();
  const [account, thief] = [await desk(opening).account(), await desk(opening).account()];
  await (await room(opening, master)).make(account);
  const [row] = await opening.store.wallets();
  if (!row) throw new Error('no wallet');
  await opening.store.insertWallet({ ...row, account: thief, address: `0x${'1'.repeat(40)}` });
  const wallets = await room(opening, master);
  await expect(wallets.sign(thief, 'x')).rejects.toMatchObject({ failure: { code: 'unavailable' } });
  await expect(wallets.databaseKey(thief)).rejects.toMatchObject({ failure: { code: 'unavailable' } });
  expect(await wallets.databaseKey(account)).toHaveLength(32);
});

test('a wallet whose master key is gone is locked and says so, and others work', async () => {
  const opening = await openStore();
  const [lost, present] = [key(), key()];
  const [first, second, none] = await threeAccounts(opening);
  const before = await (await room(opening, lost)).make(first);
  const wallets = await room(opening, present);
  expect(wallets.of(first)).toEqual({ ...before, locked: expect.stringContaining('CLAWGATE_MASTER_KEY') as unknown });
  expect(await wallets.make(first)).toEqual(wallets.of(first));
  for (const ask of [wallets.sign(first, 'x'), wallets.databaseKey(first)]) {
    await expect(ask).rejects.toMatchObject({ failure: { code: 'unavailable', message: wallets.of(first)?.locked } });
  }
  await wallets.make(second);
  expect(await wallets.sign(second, 'x')).toHaveLength(65);
  await expect(wallets.sign(none, 'x')).rejects.toMatchObject({ failure: { code: 'not_found' } });
});

async function threeAccounts(opening: OpenedStore): Promise<[AccountId, AccountId, AccountId]> {
  const { account } = desk(opening);
  return [await account(), await account(), await account()];
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('after a change of the master key', () => {
  test('secrets go under the new one, and the old one can be taken away', async () => {
    const opening = await openStore();
    const [before, present] = [key(), key()];
    const accounts = await threeAccounts(opening);
    const old = await room(opening, before);
    for (const account of accounts.slice(0, 2)) await old.make(account);
    const databaseKey = await old.databaseKey(accounts[0]);
    const changing = await room(opening, present, before);
    await changing.make(accounts[2]);
    expect([...changing.all()].every(({ locked }) => locked === null)).toBe(true);
    const stopped = new AbortController();
    stopped.abort();
    expect(await changing.rewrap(stopped.signal)).toBe(0);
    expect(await changing.rewrap(new AbortController().signal)).toBe(2);
    expect(await changing.rewrap(new AbortController().signal)).toBe(0);
    expect(await changing.databaseKey(accounts[0])).toEqual(databaseKey);
    const after = await room(opening, present);
    expect([...after.all()]).toEqual([...changing.all()]);
    expect(await after.databaseKey(accounts[0])).toEqual(databaseKey);
  });

  test('webhook secrets go with them, the paused and the leaving ones too, and what is damaged stays', async () => {
    const opening = await openStore();
    const { store, runtime, log } = opening;
    const [before, present] = [key(), key()];
    const account = await desk(opening).account();
    const old = createWrapper([before]);
    const secret = randomBytes(24);
    const endpoint = {
      id: idText('webhook', runtime.ids.next()),
      account,
      url: 'https://agent.example/hook',
      events: ['*'],
      state: 'paused' as const,
      stateReason: null,
      secrets: [
        { wrapped: old.wrap(secret, webhookPlace(account)), untilMs: null },
        { wrapped: old.wrap(secret, webhookPlace('acc_other')), untilMs: 5 },
        { wrapped: createWrapper([key()]).wrap(secret, webhookPlace(account)), untilMs: 6 },
      ],
      cursorSeq: 0,
      failingSinceMs: null,
      createdAtMs: 1,
    };
    await store.insertWebhook(endpoint, 3);
    const wrapper = createWrapper([present, before]);
    const wallets = await room(opening, present, before);
    await rewrapSecrets({ store, wallets, wrapper, log }, new AbortController().signal);
    const [after] = await store.everyWebhook();
    const [first, ...others] = after?.secrets ?? [];
    expect(createWrapper([present]).unwrap(first?.wrapped ?? '', webhookPlace(account))).toEqual(secret);
    expect(others).toEqual(endpoint.secrets.slice(1));
    expect(log.lines.map(({ event }) => event)).toEqual(['secrets.rewrapped']);
    await rewrapSecrets({ store, wallets, wrapper, log }, new AbortController().signal);
    expect((await store.everyWebhook())[0]?.secrets[0]).toEqual(first);
  });
});
