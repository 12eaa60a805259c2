// Wallets, profiles and groups, as every engine keeps them.
import { describe, expect, test } from 'vitest';
import { idText, remoteChat, type AccountId } from '#core/ids.ts';
import type { GroupRow, WalletRow } from '#ports/store/molts.ts';
import { desk, type StoreEngine } from '../support/store.ts';

const startMs = 1_890_000_000_000;
const noLinks = { xUrl: null, githubUrl: null, websiteUrl: null };

async function opened(engine: StoreEngine) {
  const opening = await engine.open();
  const { store } = opening;
  const { account } = desk(opening);
  let wallets = 0;
  const wallet = (owner: AccountId, change: Partial<WalletRow> = {}): WalletRow => ({
    account: owner,
    address: `0x${String((wallets += 1)).padStart(40, '0')}`,
    inboxId: null,
    wrappedKey: `key of ${owner}`,
    wrappedDatabaseKey: `database key of ${owner}`,
    createdAtMs: startMs + wallets,
    ...change,
  });
  /** An account with a wallet, and a handle if one is given. */
  const molt = async (handle?: string, name = 'Somebody') => {
    const row = await store.insertWallet(wallet(await account()));
    if (handle !== undefined) await store.registerHandle(row.account, { handle, name });
    return row;
  };
  const group = (owner: AccountId, id: string, change: Partial<GroupRow> = {}): GroupRow => ({
    id: remoteChat(id),
    owner,
    title: 'Ships',
    description: 'who sails when',
    ...noLinks,
    createdAtMs: startMs,
    updatedAtMs: startMs,
    ...change,
  });
  return { ...opening, account, wallet, molt, group };
}

const all = { offset: 0, limit: 50, search: null };

export function moltContract(engine: StoreEngine): void {
  describe('molts', () => {
    wallets(engine);
    profiles(engine);
    lists(engine);
    groups(engine);
    groupKeys(engine);
    members(engine);
  });
}

function wallets(engine: StoreEngine): void {
  test('an account keeps the first wallet it was given, also over a restart', async () => {
    const opening = await opened(engine);
    const { store, account, wallet } = opening;
    const owner = await account();
    const [first, second] = [wallet(owner), wallet(owner)];
    expect(await Promise.all([store.insertWallet(first), store.insertWallet(second)])).toEqual([first, first]);
    await store.setInbox(owner, 'a1'.repeat(32));
    await store.setInbox(owner, 'a1'.repeat(32));
    const kept = { ...first, inboxId: 'a1'.repeat(32), handle: null, number: 1 };
    expect(await store.wallets()).toEqual([kept]);
    const after = await opening.crash();
    expect(await after.store.wallets()).toEqual([kept]);
    expect(await after.store.profile(owner)).toMatchObject({
      number: 1,
      address: first.address,
      inboxId: kept.inboxId,
    });
  });

  test('a wallet needs an account, and an address belongs to one wallet', async () => {
    const { store, wallet, molt, account } = await opened(engine);
    await expect(store.insertWallet(wallet(idText('account', 1)))).rejects.toMatchObject({
      failure: { code: 'not_found' },
    });
    const { address } = await molt();
    await expect(store.insertWallet(wallet(await account(), { address }))).rejects.toMatchObject({
      failure: { code: 'internal' },
    });
    const next = await molt();
    expect(await store.profile(next.account)).toMatchObject({ number: 2 });
    await store.setInbox(idText('account', 1), 'nobody');
  });

  test('secrets are put under another key only if they are still what was read', async () => {
    const { store, molt, account, wallet } = await opened(engine);
    const before = await molt('lobster');
    const after = { wrappedKey: 'rewrapped', wrappedDatabaseKey: 'rewrapped too' };
    expect(await store.rewrapWallet(before, after)).toBe(true);
    expect(await store.rewrapWallet(before, { ...after, wrappedKey: 'too late' })).toBe(false);
    expect(await store.rewrapWallet(wallet(await account()), after)).toBe(false);
    expect(await store.wallets()).toEqual([{ ...before, ...after, handle: 'lobster', number: 1 }]);
  });
}

function profiles(engine: StoreEngine): void {
  test('a handle is claimed once, by one account, for good', async () => {
    const { store, molt, account } = await opened(engine);
    const [one, two] = [await molt(), await molt()];
    const claim = { handle: 'claude-bot', name: 'Claude', description: 'An AI assistant', xUrl: 'https://x.com/c' };
    const claims = await Promise.all([
      store.registerHandle(one.account, claim),
      store.registerHandle(two.account, claim),
    ]);
    expect(claims).toEqual(['registered_now', 'taken']);
    expect(await store.registerHandle(one.account, { ...claim, handle: 'other' })).toBe('registered');
    expect(await store.registerHandle(await account(), { ...claim, handle: 'free' })).toBe('no_wallet');
    expect(await store.profileByHandle('claude-bot')).toEqual({
      ...noLinks,
      ...claim,
      account: one.account,
      number: 1,
      address: one.address,
      inboxId: null,
      createdAtMs: one.createdAtMs,
    });
    expect(await store.profileByHandle('other')).toBeUndefined();
    expect(await store.registerHandle(two.account, { handle: 'other', name: 'Two' })).toBe('registered_now');
  });

  test('a profile keeps what a change does not name, and loses what it sets to null', async () => {
    const { store, molt, account } = await opened(engine);
    const { account: owner } = await molt('lobster', 'Lobster');
    const links = { xUrl: 'https://x.com/l', githubUrl: 'https://github.com/l', websiteUrl: 'https://l.example' };
    const changed = await store.updateProfile(owner, { ...links, description: 'crusty' });
    expect(changed).toMatchObject({ ...links, name: 'Lobster', handle: 'lobster', description: 'crusty' });
    expect(await store.profile(owner)).toEqual(changed);
    expect(await store.updateProfile(owner, { githubUrl: null })).toEqual({ ...changed, githubUrl: null });
    expect(await store.updateProfile(await account(), { name: 'x' })).toBeUndefined();
    expect(await store.profile(await account())).toBeUndefined();
  });

  test('what was said before the handle was registered stays in the profile', async () => {
    const { store, molt } = await opened(engine);
    const { account: owner } = await molt();
    await store.updateProfile(owner, { description: 'early' });
    await store.registerHandle(owner, { handle: 'early-bird', name: 'Bird' });
    expect(await store.profile(owner)).toMatchObject({ description: 'early', name: 'Bird', handle: 'early-bird' });
  });
}

function lists(engine: StoreEngine): void {
  const handles = (page: { rows: readonly { handle: string | null }[]; total: number }) => [
    page.rows.map(({ handle }) => handle),
    page.total,
  ];

  test('those with a handle are listed in pages, oldest first', async () => {
    const { store, molt } = await opened(engine);
    const late = await molt();
    for (const handle of ['ann', 'bob', 'cy']) await molt(handle);
    await store.registerHandle(late.account, { handle: 'late', name: 'Late' });
    await molt();
    expect(handles(await store.listProfiles(all))).toEqual([['late', 'ann', 'bob', 'cy'], 4]);
    expect(handles(await store.listProfiles({ ...all, offset: 1, limit: 2 }))).toEqual([['ann', 'bob'], 4]);
    expect(handles(await store.listProfiles({ ...all, offset: 9 }))).toEqual([[], 4]);
  });

  test('a search finds any part of a handle or a name, whatever its case, and nothing stands for anything', async () => {
    const { store, molt } = await opened(engine);
    await molt('claude-bot', 'Claude');
    await molt('odd_one', '100% Ängström\\');
    await molt('plain', 'Zoë');
    const search = async (text: string) => handles(await store.listProfiles({ ...all, search: text }));
    expect(await search('BOT')).toEqual([['claude-bot'], 1]);
    expect(await search('lau')).toEqual([['claude-bot'], 1]);
    expect(await search('äNG')).toEqual([['odd_one'], 1]);
    expect(await search('ZOË')).toEqual([['plain'], 1]);
    expect(await search('%')).toEqual([['odd_one'], 1]);
    expect(await search('_')).toEqual([['odd_one'], 1]);
    expect(await search('\\')).toEqual([['odd_one'], 1]);
    expect(await search('c%e')).toEqual([[], 0]);
    expect(await search('')).toEqual([['claude-bot', 'odd_one', 'plain'], 3]);
    const page = await store.listProfiles({ offset: 1, limit: 1, search: 'o' });
    expect(handles(page)).toEqual([['odd_one'], 3]);
  });

  test('a name that changed is found by its new words alone', async () => {
    const { store, molt } = await opened(engine);
    const { account } = await molt('claude-bot', 'Claude');
    await store.updateProfile(account, { name: 'Rosalind' });
    expect(handles(await store.listProfiles({ ...all, search: 'rosa' }))).toEqual([['claude-bot'], 1]);
    const { account: quiet } = await molt();
    await store.updateProfile(quiet, { name: 'Rosamund' });
    expect((await store.listProfiles({ ...all, search: 'rosa' })).total).toBe(1);
  });
}

function groups(engine: StoreEngine): void {
  test('a group is made once, with its owner as the first member', async () => {
    const opening = await opened(engine);
    const { store, molt, group, account } = opening;
    const owner = await molt('admiral');
    const ships = group(owner.account, 'aa01', { xUrl: 'https://x.com/ships' });
    await store.insertGroup(ships);
    await store.insertGroup({ ...ships, title: 'too late' });
    const expected = { ...ships, ownerHandle: 'admiral', ownerAddress: owner.address, memberCount: 1 };
    expect(await store.group('aa01')).toEqual(expected);
    expect(await store.group('bb')).toBeUndefined();
    await expect(store.insertGroup(group(await account(), 'cc'))).rejects.toMatchObject({
      failure: { code: 'not_found' },
    });
    const after = await opening.crash();
    expect(await after.store.group('aa01')).toEqual(expected);
    expect(await after.store.groupMembers('aa01')).toEqual([
      { account: owner.account, handle: 'admiral', address: owner.address, joinedAtMs: startMs },
    ]);
  });

  test('groups are listed in pages, newest first', async () => {
    const { store, molt, group } = await opened(engine);
    const owner = await molt();
    for (const id of ['a1', 'b2', 'c3']) await store.insertGroup(group(owner.account, id));
    const ids = async (offset: number, limit: number) => {
      const { rows, total } = await store.listGroups({ offset, limit });
      return [rows.map(({ id }) => id), total];
    };
    expect(await ids(0, 2)).toEqual([['c3', 'b2'], 3]);
    expect(await ids(2, 2)).toEqual([['a1'], 3]);
  });

  test('a group keeps what a change does not name, and goes with its members', async () => {
    const { store, molt, group } = await opened(engine);
    const [owner, other] = [await molt(), await molt()];
    await store.insertGroup(group(owner.account, 'a1', { websiteUrl: 'https://ships.example' }));
    await store.joinGroup('a1', other.account, startMs + 5);
    const changed = await store.updateGroup('a1', { title: 'Boats', websiteUrl: null }, startMs + 9);
    expect(changed).toMatchObject({ title: 'Boats', description: 'who sails when', websiteUrl: null, memberCount: 2 });
    expect(changed?.updatedAtMs).toBe(startMs + 9);
    expect(await store.group('a1')).toEqual(changed);
    expect(await store.updateGroup('b2', { title: 'x' }, startMs)).toBeUndefined();
    expect(await store.deleteGroup('a1')).toBe(true);
    expect(await store.deleteGroup('a1')).toBe(false);
    expect(await store.group('a1')).toBeUndefined();
    expect(await store.groupMembers('a1')).toEqual([]);
    await store.insertGroup(group(owner.account, 'a1'));
    expect((await store.group('a1'))?.memberCount).toBe(1);
  });
}

function groupKeys(engine: StoreEngine): void {
  const hourMs = 60 * 60 * 1000;
  const conflict = (field: string) => ({
    failure: { code: 'conflict', reason: 'idempotency_conflict', field },
  });
  const keyed = async () => {
    const opening = await opened(engine);
    const { account } = await opening.molt('admiral');
    return { ...opening, owner: account, use: { account, key: 'k', fingerprint: 'title=a|description=b' } };
  };

  test('a key stands for the first request with it, made or not, also over a crash', async () => {
    const opening = await keyed();
    const { store, use, molt } = opening;
    expect(await store.keyedGroup(use)).toBeUndefined();
    const pending = { networkKey: 'one', group: null };
    const claims = [store.claimGroupKey(use, 'one'), store.claimGroupKey(use, 'two')];
    expect(await Promise.all(claims)).toEqual([pending, pending]);
    const other = { ...use, fingerprint: 'title=a|description=c' };
    await expect(store.keyedGroup(other)).rejects.toMatchObject(conflict('description'));
    await expect(store.claimGroupKey(other, 'three')).rejects.toMatchObject(conflict('description'));
    const theirs = { ...other, account: (await molt()).account };
    expect(await store.claimGroupKey(theirs, 'four')).toEqual({ networkKey: 'four', group: null });
    expect(await store.claimGroupKey({ ...other, key: '🦞'.repeat(127) }, 'five')).toMatchObject({
      networkKey: 'five',
    });
    const after = await opening.crash();
    expect(await after.store.keyedGroup(use)).toEqual(pending);
    expect(await after.store.claimGroupKey(use, 'six')).toEqual(pending);
    expect(await after.store.keyedGroup({ ...other, key: '🦞'.repeat(127) })).toMatchObject({ networkKey: 'five' });
  });

  test('a key opens one group, which stays its own when it is changed and when it is deleted', async () => {
    const opening = await keyed();
    const { store, use, owner, group } = opening;
    await store.claimGroupKey(use, 'one');
    expect(await store.insertGroup(group(owner, 'a1'), 'k')).toBe('a1');
    const opened = { networkKey: 'one', group: 'a1' };
    expect(await store.claimGroupKey(use, 'two')).toEqual(opened);
    expect(await store.insertGroup(group(owner, 'b2'), 'k')).toBe('a1');
    expect(await store.group('b2')).toBeUndefined();
    await store.updateGroup('a1', { title: 'Boats' }, startMs + 1);
    expect(await store.keyedGroup(use)).toEqual(opened);
    await store.deleteGroup('a1');
    expect(await store.insertGroup(group(owner, 'a1'), 'k')).toBe('a1');
    const after = await opening.crash();
    expect(await after.store.group('a1')).toBeUndefined();
    expect(await after.store.claimGroupKey(use, 'three')).toEqual(opened);
    await expect(after.store.keyedGroup({ ...use, fingerprint: 'title=z' })).rejects.toMatchObject(conflict('title'));
  });

  test('a key that nobody claimed keeps nothing, and the group is made all the same', async () => {
    const { store, use, owner, group } = await keyed();
    expect(await store.insertGroup(group(owner, 'a1'), 'k')).toBe('a1');
    expect(await store.keyedGroup(use)).toBeUndefined();
    expect(await store.group('a1')).toBeDefined();
  });

  test('keys are kept for more than a day, and not for ever', async () => {
    const { store, use, owner, group, runtime } = await keyed();
    const sweep = () => store.sweep(runtime.clock.nowMs(), 1000);
    const pending = { ...use, key: 'pending' };
    for (const each of [use, pending]) await store.claimGroupKey(each, each.key);
    await store.insertGroup(group(owner, 'a1'), 'k');
    runtime.advance(25 * hourMs);
    expect(await sweep()).toBe(0);
    for (const each of [use, pending]) await store.claimGroupKey(each, 'again');
    runtime.advance(25 * hourMs);
    // What is still being opened counts from the last try; what is open, from its opening.
    expect(await sweep()).toBe(1);
    expect(await store.keyedGroup(use)).toBeUndefined();
    expect(await store.keyedGroup(pending)).toEqual({ networkKey: 'pending', group: null });
    expect(await store.group('a1')).toBeDefined();
    runtime.advance(25 * hourMs);
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
  });
}

function members(engine: StoreEngine): void {
  test('members come and go once each, and are listed in the order in which they came', async () => {
    const { store, molt, group, account } = await opened(engine);
    const [owner, late, early] = [await molt('owner'), await molt('late'), await molt()];
    await store.insertGroup(group(owner.account, 'a1'));
    await store.insertGroup(group(owner.account, 'b2'));
    expect(await store.joinGroup('a1', early.account, startMs + 1)).toBe(true);
    expect(await store.joinGroup('a1', early.account, startMs + 2)).toBe(false);
    expect(await store.joinGroup('a1', late.account, startMs + 3)).toBe(true);
    expect(await store.joinGroup('zz', late.account, startMs)).toBe(false);
    expect(await store.joinGroup('a1', await account(), startMs)).toBe(false);
    expect(await store.groupMembers('a1')).toEqual([
      { account: owner.account, handle: 'owner', address: owner.address, joinedAtMs: startMs },
      { account: early.account, handle: null, address: early.address, joinedAtMs: startMs + 1 },
      { account: late.account, handle: 'late', address: late.address, joinedAtMs: startMs + 3 },
    ]);
    expect(await store.leaveGroup('a1', early.account)).toBe(true);
    expect(await store.leaveGroup('a1', early.account)).toBe(false);
    expect(await store.leaveGroup('zz', late.account)).toBe(false);
    expect((await store.group('a1'))?.memberCount).toBe(2);
    expect((await store.group('b2'))?.memberCount).toBe(1);
    expect(await store.joinGroup('a1', early.account, startMs + 7)).toBe(true);
    expect((await store.groupMembers('a1')).map(({ joinedAtMs }) => joinedAtMs - startMs)).toEqual([0, 3, 7]);
  });
}
