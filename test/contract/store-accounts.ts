// Accounts, keys and reports, for every engine, and the store as a whole: it says when it cannot be used.
import { describe, expect, test } from 'vitest';
import { idText } from '#core/ids.ts';
import { desk, type StoreEngine } from '../support/store.ts';

const hourMs = 60 * 60 * 1000;

export function accountContract(engine: StoreEngine): void {
  describe('accounts and keys', () => {
    test('an account is read as it was made and as it was changed, also after a restart', async () => {
      const opened = await engine.open();
      const { account } = desk(opened);
      const owner = await account({ kind: 'owner', plan: 'self-hosted' });
      const other = await account({ trialEndsAtMs: 5 });
      const changed = await opened.store.updateAccount(other, { plan: 'pro', unknownPolicy: 'hold', name: 'renamed' });
      expect(changed).toMatchObject({ plan: 'pro', unknownPolicy: 'hold', name: 'renamed', trialEndsAtMs: 5 });
      const after = await opened.reopen();
      expect(await after.store.account(other)).toEqual(changed);
      expect((await after.store.owner())?.id).toBe(owner);
      expect((await after.store.accounts()).map(({ id }) => id)).toEqual([owner, other]);
      await expect(account({ kind: 'owner' })).rejects.toMatchObject({ failure: { code: 'unavailable' } });
      await expect(after.store.updateAccount(idText('account', 7), {})).rejects.toMatchObject({
        failure: { code: 'not_found' },
      });
    });

    test('an account keeps its settings, and gives each back to the gateway with null', async () => {
      const opened = await engine.open();
      const own = { defaultChannel: 'sms', outbound: 'registered', retentionDays: 30 } as const;
      const owner = await desk(opened).account(own);
      expect(await opened.store.account(owner)).toMatchObject(own);
      await opened.store.updateAccount(owner, { retentionDays: 7 });
      const after = await opened.reopen();
      expect(await after.store.account(owner)).toMatchObject({ ...own, retentionDays: 7 });
      const none = { defaultChannel: null, outbound: null, retentionDays: null };
      expect(await after.store.updateAccount(owner, none)).toMatchObject(none);
    });

    test('stopping an account is told to the bus once it is on disk', async () => {
      const opened = await engine.open();
      const owner = await desk(opened).account();
      await opened.store.updateAccount(owner, { state: 'suspended' });
      expect(opened.hints).toContainEqual({ kind: 'account-stopped', account: owner });
    });

    test('a key opens its account until it is revoked, and never again', async () => {
      const opened = await engine.open();
      const { account } = desk(opened);
      const { store } = opened;
      const [owner, other] = [await account(), await account()];
      const id = idText('key', opened.runtime.ids.next());
      const scopes = ['read:status', 'write:messages'] as const;
      const key = {
        id,
        account: owner,
        name: 'laptop',
        prefix: 'cm_live_abc',
        scopes,
        createdAtMs: 1,
        lastUsedAtMs: null,
      };
      await store.insertKey({ ...key, hash: 'h1' });
      expect(await store.keyByHash('h1')).toMatchObject({ key, account: { id: owner } });
      expect(await store.keyByHash('h2')).toBeUndefined();
      await store.touchKeys([{ key: id, atMs: 99 }]);
      expect(await store.keys(owner)).toEqual([{ ...key, lastUsedAtMs: 99 }]);
      expect(await store.revokeKey(other, id)).toBe(false);
      expect(await store.revokeKey(owner, id)).toBe(true);
      expect(await store.revokeKey(owner, id)).toBe(false);
      expect(await store.keyByHash('h1')).toBeUndefined();
      expect(await store.keys(owner)).toEqual([]);
      expect(opened.hints).toContainEqual({ kind: 'key-revoked', account: owner, key: id });
    });

    test('one diagnostics report an hour is kept, and the next is told how long to wait', async () => {
      const opened = await engine.open();
      const { account } = desk(opened);
      const [owner, other] = [await account(), await account()];
      const insert = (of: typeof owner, atMs: number) =>
        opened.store.insertReport(of, { id: idText('report', opened.runtime.ids.next()), body: '{}', atMs }, hourMs);
      expect(await insert(owner, 1000)).toEqual({ outcome: 'stored' });
      expect(await insert(owner, 1000 + hourMs - 7)).toEqual({ outcome: 'too_soon', retryAfterMs: 7 });
      expect(await insert(other, 1000)).toEqual({ outcome: 'stored' });
      expect(await insert(owner, 1000 + hourMs)).toEqual({ outcome: 'stored' });
    });

    test('the store can be asked whether it works, and closed twice', async () => {
      const opened = await engine.open();
      const { account, item } = desk(opened);
      const owner = await account();
      await opened.store.check();
      const last = opened.store.accept([item(owner)]);
      await Promise.all([opened.store.close(), opened.store.close()]);
      expect(await last).toMatchObject([{ outcome: 'stored' }]);
      await expect(opened.store.accept([item(owner)])).rejects.toMatchObject({ failure: { code: 'unavailable' } });
      await expect(opened.store.check()).rejects.toThrow(/stopping/);
    });
  });
}
