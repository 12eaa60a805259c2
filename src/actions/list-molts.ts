/**
 * A page of those who have a handle.
 */
import type { Page } from '#ports/store/lists.ts';
import type { MoltStore, Profile } from '#ports/store/molts.ts';

export function listMolts(
  { store }: { readonly store: Pick<MoltStore, 'listProfiles'> },
  query: Parameters<MoltStore['listProfiles']>[0],
): Promise<Page<Profile>> {
  return store.listProfiles(query);
}
