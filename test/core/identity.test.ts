// Keys, the secrets behind them, the owner, and whose credential is whose: on a real SQLite store, with the clock in
// hand.
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createInProcessBus } from '#bus/in-process.ts';
import { createAccount } from '#identity/accounts.ts';
import { createAuthenticator } from '#identity/authenticate.ts';
import { createKeyUsage, type KeyUsage } from '#identity/key-usage.ts';
import { createKeyMint, hashKey, keyPrefix } from '#identity/keys.ts';
import { ensureOwner } from '#identity/owner.ts';
import { openSecrets, type SecretsFile } from '#identity/secrets.ts';
import type { Bus } from '#ports/bus.ts';
import type { Authenticate } from '#ports/identity.ts';
import type { Store } from '#ports/store.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { fakeLog, fakeRuntime, type FakeRuntime } from '../support/clock.ts';

let dir = '';
let runtime: FakeRuntime;
let bus: Bus;
let store: Store;
let secretsFile: SecretsFile;
let usage: KeyUsage;
let authenticate: Authenticate;
/** How often the store was asked for a key. */
let lookups = 0;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'clawgate-identity-'));
  runtime = fakeRuntime();
  bus = createInProcessBus(fakeLog());
  store = await openSqliteStore({ file: join(dir, 'clawgate.db'), clock: runtime.clock, bus, log: fakeLog() });
  secretsFile = await openSecrets(join(dir, 'secrets.json'));
  usage = createKeyUsage({ store, runtime, log: fakeLog() });
  lookups = 0;
  const counted = { keyByHash: (hash: string) => ((lookups += 1), store.keyByHash(hash)) };
  authenticate = createAuthenticator({ store: counted, secretsFile, bus, clock: runtime.clock, usage });
});
afterEach(async () => {
  await usage.stop();
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

const mint = () => createKeyMint(secretsFile.secrets.pepper, runtime.ids);
const newAccount = () => createAccount({ store, mint: mint(), runtime }, { plan: 'base', name: 'test' });
const owner = (configuredKey: string | null = null) => ensureOwner({ store, secretsFile, runtime }, configuredKey);

async function known(credential: string) {
  const answer = await authenticate(credential);
  return answer.ok ? answer : undefined;
}

describe('a key of our own making', () => {
  test('shows its prefix, carries 160 bits and a check, and is never the same', () => {
    const keys = Array.from({ length: 200 }, () => mint().mint());
    expect(new Set(keys.map(({ text }) => text)).size).toBe(200);
    for (const { text, prefix } of keys) {
      expect(text).toMatch(/^cm_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{33}$/);
      expect(text.startsWith(`${prefix}_`)).toBe(true);
      expect(keyPrefix(text)).toBe(prefix);
    }
  });

  test('is told from a mistyped, cut or lengthened one without asking the store', () => {
    const { text } = mint().mint();
    const swapped = text.replace(/(.)(.)$/, '$2$1');
    const wrong = [text.slice(0, -1), `${text}0`, text.toLowerCase(), ` ${text}`, text.replace('live', 'test')];
    for (const credential of swapped === text ? wrong : [...wrong, swapped])
      expect(keyPrefix(credential)).toBeUndefined();
  });

  test('is stored as a hash that depends on the pepper', () => {
    const one = hashKey({ id: 'a', secret: Buffer.alloc(32, 1) }, 'text');
    expect(one).toMatch(/^a:[\w-]{43}$/);
    expect(one).not.toBe(hashKey({ id: 'a', secret: Buffer.alloc(32, 2) }, 'text'));
  });
});

describe('the secrets file', () => {
  const path = () => join(dir, 'inner', 'secrets.json');

  test('is made once, for its owner alone, and read again as it was', async () => {
    const first = await openSecrets(path());
    expect(first.isNew).toBe(true);
    expect([(await stat(path())).mode & 0o777, (await stat(join(dir, 'inner'))).mode & 0o777]).toEqual([0o600, 0o700]);
    await first.saveOwnerKeyHash('x:y');
    const second = await openSecrets(path());
    expect(second.isNew).toBe(false);
    expect(second.secrets).toEqual({ ...first.secrets, ownerKeyHash: 'x:y' });
  });

  test('that was copied with open rights is closed again', async () => {
    await openSecrets(path());
    await chmod(path(), 0o644);
    await openSecrets(path());
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  test('that is damaged stops the start instead of being made anew', async () => {
    await openSecrets(path());
    const whole = await readFile(path(), 'utf8');
    for (const damaged of ['', '{}', whole.slice(0, -20), whole.replace(/"pepper": "..../, '"pepper": "')]) {
      await writeFile(path(), damaged);
      await expect(openSecrets(path())).rejects.toThrow(/damaged/);
    }
  });
});

describe('the owner', () => {
  test('gets a generated key at the first start, shown that once', async () => {
    const first = await owner();
    expect(first.account).toMatchObject({ kind: 'owner', plan: 'self-hosted', state: 'active' });
    const answer = await known(first.newKey ?? '');
    expect(answer?.principal).toMatchObject({ account: first.account.id, scopes: ['*'], operator: true });
    expect(await owner()).toEqual({ account: first.account, newKey: null });
  });

  test('may bring any text of 24 characters as key, and a later text ends it', async () => {
    await owner('my own key, as I like it');
    expect((await known('my own key, as I like it'))?.principal.operator).toBe(true);
    expect(await known('my own key, as I like It')).toBeUndefined();
    expect((await owner('another key, as I like it')).newKey).toBeNull();
    runtime.advance(1000);
    expect(await known('my own key, as I like it')).toBeUndefined();
    expect((await known('another key, as I like it'))?.principal.operator).toBe(true);
    expect((await store.keys((await owner()).account.id)).map(({ name }) => name)).toEqual(['owner']);
  });

  test('keeps the configured key when the setting goes away', async () => {
    await owner('my own key, as I like it');
    expect((await owner()).newKey).toBeNull();
    expect(await known('my own key, as I like it')).toBeDefined();
  });

  test('replaces the generated key by a configured one', async () => {
    const { newKey } = await owner();
    await owner('my own key, as I like it');
    expect(await known(newKey ?? '')).toBeUndefined();
  });

  test('is told when the configured key was revoked before', async () => {
    await owner('my own key, as I like it');
    await owner('another key, as I like it');
    await expect(owner('my own key, as I like it')).rejects.toThrow(/revoked before .*CLAWGATE_OWNER_KEY/);
    expect(await known('another key, as I like it')).toBeDefined();
  });

  test('gets a new key when the secrets are lost', async () => {
    const before = await owner();
    await rm(join(dir, 'secrets.json'));
    secretsFile = await openSecrets(join(dir, 'secrets.json'));
    const after = await owner();
    expect(after.account).toEqual(before.account);
    expect(after.newKey).toEqual(expect.stringMatching(/^cm_live_/));
  });

  test('cannot take another account’s key as its own', async () => {
    const { key } = await newAccount();
    await expect(owner(key)).rejects.toThrow(/another account/);
  });
});

describe('a credential', () => {
  test('opens its account with its scopes, and is no operator', async () => {
    const { account, key } = await newAccount();
    const answer = await known(key);
    expect(answer?.account).toEqual(account);
    expect(answer?.principal).toMatchObject({ account: account.id, scopes: ['*'], operator: false });
  });

  test.each(['', 'x', 'cm_live_', 'a text of well over 24 characters', 'x'.repeat(10_000)])(
    'that is none is refused without asking the store: %s',
    async (credential) => {
      await owner();
      expect(await authenticate(credential)).toMatchObject({ ok: false, failure: { code: 'unauthenticated' } });
      expect(lookups).toBe(0);
    },
  );

  test('that was never issued is refused, though its form is right', async () => {
    expect(await authenticate(mint().mint().text)).toMatchObject({ ok: false, failure: { code: 'unauthenticated' } });
  });

  test('of a suspended account still says whose it is, and in what state', async () => {
    const { account, key } = await newAccount();
    await known(key);
    await store.updateAccount(account.id, { state: 'suspended' });
    bus.publish({ kind: 'account-stopped', account: account.id });
    expect((await known(key))?.account.state).toBe('suspended');
  });

  test('is looked up once in a while, and once for many at a time', async () => {
    const { key } = await newAccount();
    await Promise.all(Array.from({ length: 50 }, () => known(key)));
    const first = lookups;
    await known(key);
    expect([first <= 2, lookups]).toEqual([true, first]);
    runtime.advance(1000);
    await known(key);
    expect(lookups).toBe(first + 1);
  });

  test('that was revoked is refused at once when the hint comes, and within a second when it is lost', async () => {
    const [one, other] = [await newAccount(), await newAccount()];
    const [first, second] = [await known(one.key), await known(other.key)];
    if (!first || !second) throw new Error('the keys are known');
    await store.revokeKey(one.account.id, first.principal.key);
    bus.publish({ kind: 'key-revoked', account: one.account.id, key: first.principal.key });
    expect(await known(one.key)).toBeUndefined();
    await store.revokeKey(other.account.id, second.principal.key);
    runtime.advance(1000);
    expect(await known(other.key)).toBeUndefined();
  });

  test('that is revoked while it is being looked up is not remembered', async () => {
    const { account, key } = await newAccount();
    const slow = {
      async keyByHash(hash: string) {
        const found = await store.keyByHash(hash);
        if (found && (lookups += 1) <= 2) {
          await store.revokeKey(account.id, found.key.id);
          bus.publish({ kind: 'key-revoked', account: account.id, key: found.key.id });
        }
        return found;
      },
    };
    const racing = createAuthenticator({ store: slow, secretsFile, bus, clock: runtime.clock, usage });
    expect((await racing(key)).ok).toBe(false);
  });
});

describe('the last use of a key', () => {
  const lastUsed = async (account: Awaited<ReturnType<typeof newAccount>>['account']) =>
    (await store.keys(account.id)).map(({ lastUsedAtMs }) => lastUsedAtMs);

  test('is noted soon, and again only a minute later', async () => {
    const { account, key } = await newAccount();
    await known(key);
    const firstMs = runtime.clock.nowMs();
    runtime.advance(250);
    await expect.poll(() => lastUsed(account)).toEqual([firstMs]);
    runtime.advance(30_000);
    await known(key);
    runtime.advance(250);
    expect(await lastUsed(account)).toEqual([firstMs]);
    runtime.advance(30_000);
    await known(key);
    const laterMs = runtime.clock.nowMs();
    runtime.advance(250);
    await expect.poll(() => lastUsed(account)).toEqual([laterMs]);
  });

  test('is not lost when the gateway stops', async () => {
    const { account, key } = await newAccount();
    await known(key);
    await usage.stop();
    expect(await lastUsed(account)).toEqual([runtime.clock.nowMs()]);
  });
});
