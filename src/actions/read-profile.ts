/**
 * Profiles: one's own, and that of whoever has a handle.
 */
import type { Principal } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import type { MoltStore, Profile } from '#ports/store/molts.ts';

export type { Profile } from '#ports/store/molts.ts';

/** Undefined for an account that has no wallet yet: it gets one when it first uses the network. */
export function readProfile(
  { store }: { readonly store: Pick<MoltStore, 'profile'> },
  { account }: Principal,
): Promise<Profile | undefined> {
  return store.profile(account);
}

/** `handle` as the caller wrote it. Throws `not_found`. */
export async function findMolt(
  { store }: { readonly store: Pick<MoltStore, 'profileByHandle'> },
  handle: string,
): Promise<Profile> {
  const found = await store.profileByHandle(handle.toLowerCase());
  if (found) return found;
  throw noSuchHandle();
}

export const noSuchHandle = () =>
  refuse('not_found', 'Nobody here has that handle; GET /users?search= finds people', { field: 'handle' });
