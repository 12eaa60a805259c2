/**
 * Claim a handle: from then on others write to the account by it, and it may open and join groups. For ever, and once.
 */
import type { Principal } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import type { MoltStore, ProfileLinks } from '#ports/store/molts.ts';
import { checkedHandle, checkedLinks, checkedText, checkedWords } from './check-profile.ts';
import { joinNetwork, type JoinDependencies } from './join-network.ts';

export interface RegisterHandleDependencies extends JoinDependencies {
  readonly store: Pick<MoltStore, 'registerHandle'>;
}

export interface HandleWish extends Partial<ProfileLinks> {
  readonly handle: string;
  readonly name: string;
  readonly description?: string | null;
}

/** Throws `conflict` when it is taken or the account has one, `invalid` for what no handle or link is, `unavailable`. */
export async function registerHandle(
  deps: RegisterHandleDependencies,
  { account }: Principal,
  { handle: written, name, description, ...links }: HandleWish,
): Promise<{ readonly handle: string; readonly address: string }> {
  const handle = checkedHandle(written);
  const profile = {
    handle,
    name: checkedText(name, 'name'),
    ...(description === undefined ? {} : { description: checkedWords(description, 'description') }),
    ...checkedLinks(links),
  };
  // Who has a handle can be written to, so its wallet has to be on the network.
  const address = deps.wallets.of(account)?.address ?? (await joinNetwork(deps, account)).line;
  const outcome = await deps.store.registerHandle(account, profile);
  switch (outcome) {
    case 'registered_now':
      return { handle, address };
    case 'taken':
      throw refuse('conflict', 'This handle is taken; choose another', { field: 'handle' });
    case 'registered':
      throw refuse('conflict', 'This account has a handle already; it stays for ever', { field: 'handle' });
    case 'no_wallet':
      throw refuse('unavailable', 'The wallet of this account is not made yet; try again in a moment');
    default:
      return outcome satisfies never;
  }
}
