/**
 * What the row of a group's idempotency key means for a request: the same on every engine, which name their columns alike.
 */
import { Refused } from '#core/failure.ts';
import { remoteChat } from '#core/ids.ts';
import type { GroupKeyUse, KeyedGroup } from '#ports/store/group-keys.ts';
import { keyRefusal } from './acceptance.ts';

export interface GroupKeyRecord {
  readonly fingerprint: string;
  readonly network_key: string;
  readonly group_id: string | null;
}

/** Throws `conflict` when the key is another request's. */
export function keyedGroupOf(row: GroupKeyRecord, { fingerprint }: Pick<GroupKeyUse, 'fingerprint'>): KeyedGroup {
  const refusal = keyRefusal(row.fingerprint, fingerprint);
  if (refusal) throw new Refused(refusal);
  return { networkKey: row.network_key, group: row.group_id === null ? null : remoteChat(row.group_id) };
}
