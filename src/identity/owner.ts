/**
 * The owner account and its one configured key. The account is made at the first start; its key is generated then and
 * shown once, unless the configuration brings one. A configured key that differs revokes the one before it.
 */
import { settingsAtFirst, type Account } from '#core/account.ts';
import { idText } from '#core/ids.ts';
import type { Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import { createKeyMint, hashKey, keyPrefix } from './keys.ts';
import type { SecretsFile } from './secrets.ts';

export interface OwnerDependencies {
  readonly store: Pick<Store, 'owner' | 'createAccount' | 'insertKey' | 'keyByHash' | 'revokeKey'>;
  readonly secretsFile: SecretsFile;
  readonly runtime: Pick<Runtime, 'clock' | 'ids'>;
}

export interface Owner {
  readonly account: Account;
  /** The owner's key, only when this call generated it: show it now, it cannot be had again. */
  readonly newKey: string | null;
}

/** `configuredKey` is the key from the configuration, or null. Callable at every start. */
export async function ensureOwner(deps: OwnerDependencies, configuredKey: string | null): Promise<Owner> {
  const account = (await deps.store.owner()) ?? (await createOwner(deps));
  const { pepper, ownerKeyHash } = deps.secretsFile.secrets;
  const live = ownerKeyHash === null ? undefined : await deps.store.keyByHash(ownerKeyHash);
  if (configuredKey === null) {
    if (live) return { account, newKey: null };
    const key = createKeyMint(pepper, deps.runtime.ids).mint();
    await replaceKey(deps, account, key, null);
    return { account, newKey: key.text };
  }
  const hash = hashKey(pepper, configuredKey);
  if (live && ownerKeyHash === hash) return { account, newKey: null };
  const prefix = keyPrefix(configuredKey) ?? 'CLAWGATE_OWNER_KEY';
  await replaceKey(deps, account, { id: idText('key', deps.runtime.ids.next()), prefix, hash }, live ?? null);
  return { account, newKey: null };
}

type NewKey = Pick<ReturnType<ReturnType<typeof createKeyMint>['mint']>, 'id' | 'prefix' | 'hash'>;
type LiveKey = Awaited<ReturnType<Store['keyByHash']>>;

/** The new key first, then the note of which it is, then the end of the old one: a crash between leaves no lock-out. */
async function replaceKey(deps: OwnerDependencies, account: Account, key: NewKey, old: LiveKey | null): Promise<void> {
  const known = await deps.store.keyByHash(key.hash);
  if (known && known.account.id !== account.id) {
    throw new Error("CLAWGATE_OWNER_KEY is another account's API key: give the owner a key of its own");
  }
  if (!known) await insertKey(deps, account, key);
  await deps.secretsFile.saveOwnerKeyHash(key.hash);
  if (old) await deps.store.revokeKey(account.id, old.key.id);
}

async function insertKey(deps: OwnerDependencies, account: Account, key: NewKey): Promise<void> {
  const createdAtMs = deps.runtime.clock.nowMs();
  try {
    await deps.store.insertKey({
      ...key,
      account: account.id,
      name: 'owner',
      scopes: ['*'],
      createdAtMs,
      lastUsedAtMs: null,
    });
  } catch (error) {
    throw new Error(
      'The owner key cannot be stored; one that was revoked before can never be used again: set CLAWGATE_OWNER_KEY to another',
      {
        cause: error,
      },
    );
  }
}

async function createOwner({ store, runtime }: OwnerDependencies): Promise<Account> {
  const account: Account = {
    id: idText('account', runtime.ids.next()),
    kind: 'owner',
    name: 'Owner',
    plan: 'self-hosted',
    state: 'active',
    ...settingsAtFirst,
    createdAtMs: runtime.clock.nowMs(),
    trialEndsAtMs: null,
  };
  await store.createAccount(account);
  return account;
}
