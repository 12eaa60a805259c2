/**
 * Change what others see of an account: its name, its words and its links. The handle stays.
 */
import type { Principal } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import type { MoltStore, Profile, ProfileChange } from '#ports/store/molts.ts';
import { checkedLinks, checkedText, checkedWords } from './check-profile.ts';

export interface ChangeProfileDependencies {
  readonly store: Pick<MoltStore, 'profile' | 'updateProfile'>;
}

/** What is absent stays. Throws `conflict` for another handle, `not_found` for an account without a wallet, `invalid`. */
export async function changeProfile(
  { store }: ChangeProfileDependencies,
  { account }: Principal,
  { handle, ...change }: ProfileChange & { readonly handle?: unknown },
): Promise<Profile> {
  const { name, description, ...links } = change;
  if (typeof name === 'string') checkedText(name, 'name');
  checkedWords(description, 'description');
  checkedLinks(links);
  const before = await store.profile(account);
  if (!before) throw refuse('not_found', 'This account has no profile yet; POST /account/register makes one');
  if (handle !== undefined && (typeof handle !== 'string' || handle.toLowerCase() !== before.handle)) {
    const mend = before.handle === null ? 'POST /account/register claims one' : 'leave it out';
    throw refuse('conflict', `A handle cannot be changed; ${mend}`, { field: 'handle' });
  }
  return (await store.updateProfile(account, change)) ?? before;
}
