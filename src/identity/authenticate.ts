/**
 * Whose credential is this? By the hash of the whole text, never by comparing secrets. The owner's key may be any text,
 * so it is recognised before any format is looked at; everything else must have our key's form and check before the
 * store is asked. Keys seen lately are answered from memory until a hint or one second ends that.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Account, Principal } from '#core/account.ts';
import type { Failure } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { Bus } from '#ports/bus.ts';
import type { Authenticate, Authentication } from '#ports/identity.ts';
import type { Clock } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { KeyUsage } from './key-usage.ts';
import { hashKey, keyPrefix } from './keys.ts';
import type { SecretsFile } from './secrets.ts';

export interface AuthenticatorDependencies {
  readonly store: Pick<Store, 'keyByHash'>;
  readonly secretsFile: Pick<SecretsFile, 'secrets'>;
  readonly bus: Pick<Bus, 'listen'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly usage: KeyUsage;
}

/** A lost hint lets a revoked key live this long. */
const freshMs = 1000;
const maxCached = 10_000;
const maxCredentialCharacters = 512;

const missing: Failure = {
  code: 'unauthenticated',
  message: 'No API key was given; send it as Authorization: Bearer <key>, or as ?key= on a WebSocket',
};
const malformed: Failure = {
  code: 'unauthenticated',
  message: 'This is not an API key of this gateway; check that it was copied whole, cm_live_ included',
};
const revoked: Failure = { code: 'unauthenticated', message: 'This API key is not known here or was revoked' };

interface Known {
  readonly answer: Extract<Authentication, { ok: true }>;
  readonly untilMs: number;
}

export function createAuthenticator(deps: AuthenticatorDependencies): Authenticate {
  const hashOf = lastingHashes(deps);
  const known = new Map<string, Known>();
  const lookups = new Map<string, Promise<Authentication>>();
  /** The accounts listened to, and how to stop: all that have a key in memory. */
  const listening = new Map<AccountId, () => void>();

  async function lookUp(hash: string): Promise<Authentication> {
    const last = known.get(hash)?.answer.account.id;
    // What was read counts only if we listened to its account all the while: a key that died meanwhile is not missed.
    let heard = last && listening.get(last);
    let found = await deps.store.keyByHash(hash);
    for (; found; found = await deps.store.keyByHash(hash)) {
      const ear: () => void = listening.get(found.account.id) ?? listenTo(found.account.id);
      if (ear === heard) break;
      heard = ear;
    }
    if (!found) return refused(revoked);
    const answer = { ok: true as const, principal: principalOf(found), account: found.account };
    remember(hash, answer);
    return answer;
  }

  function remember(hash: string, answer: Known['answer']): void {
    if (known.size >= maxCached) known.clear();
    known.set(hash, { answer, untilMs: deps.clock.monotonicMs() + freshMs });
  }

  function listenTo(account: AccountId): () => void {
    const stop = deps.bus.listen(account, (hint) => {
      if (hint.kind === 'key-revoked' || hint.kind === 'account-stopped') forget(account);
    });
    listening.set(account, stop);
    return stop;
  }

  function forget(account: AccountId): void {
    for (const [hash, { answer }] of known) if (answer.account.id === account) known.delete(hash);
    listening.get(account)?.();
    listening.delete(account);
  }

  return async (credential) => {
    if (credential === '') return refused(missing);
    if (credential.length > maxCredentialCharacters) return refused(malformed);
    const { ownerKeyHash } = deps.secretsFile.secrets;
    const hash = hashOf(credential);
    let cached = known.get(hash);
    if (cached && deps.clock.monotonicMs() >= cached.untilMs) cached = undefined;
    let answer: Authentication | undefined = cached?.answer;
    if (!answer) {
      if (!isSame(hash, ownerKeyHash) && keyPrefix(credential) === undefined) return refused(malformed);
      const lookup = lookups.get(hash) ?? lookUp(hash).finally(() => lookups.delete(hash));
      lookups.set(hash, lookup);
      answer = await lookup;
    }
    if (answer.ok) deps.usage.used(answer.principal.key);
    return answer;
  };
}

/** A busy client brings the same text thousands of times a second; no text is remembered for longer than one. */
function lastingHashes({ secretsFile, clock }: AuthenticatorDependencies): (credential: string) => string {
  let hashes = new Map<string, string>();
  let untilMs = 0;
  return (credential) => {
    const nowMs = clock.monotonicMs();
    if (nowMs >= untilMs || hashes.size >= maxCached) [hashes, untilMs] = [new Map<string, string>(), nowMs + freshMs];
    const hash = hashes.get(credential) ?? hashKey(secretsFile.secrets.pepper, credential);
    hashes.set(credential, hash);
    return hash;
  };
}

function refused(failure: Failure): Authentication {
  return { ok: false, failure };
}

function principalOf(found: NonNullable<Awaited<ReturnType<Store['keyByHash']>>>): Principal {
  const { key, account }: { key: typeof found.key; account: Account } = found;
  return { account: account.id, key: key.id, scopes: key.scopes, operator: account.kind === 'owner' };
}

function isSame(hash: string, other: string | null): boolean {
  if (other === null || other.length !== hash.length) return false;
  return timingSafeEqual(Buffer.from(hash), Buffer.from(other));
}
