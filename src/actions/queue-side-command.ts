/**
 * Commit a command that is not a send (a tapback, a read mark) and wake the outbox: what reaction and read frames, and
 * later edits and group changes, have in common.
 */
import { commandLifetimeMs, type SideCommand } from '#core/command.ts';
import { Refused } from '#core/failure.ts';
import { idText, type AccountId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { Connection } from '#ports/connections.ts';
import type { Dispatch } from '#ports/dispatch.ts';
import type { Clock, Ids } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';

export interface SideDependencies {
  readonly store: Pick<Store, 'enqueue'>;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Resolves once the command is on disk. Throws Refused when it could not be stored. */
export async function queueSideCommand(
  deps: SideDependencies,
  account: AccountId,
  conversation: Conversation,
  connection: Connection,
  command: SideCommand,
): Promise<void> {
  const place = deps.dispatch.place(conversation, null, connection);
  let stored = false;
  try {
    const [outcome] = await deps.store.enqueue([
      {
        account,
        id: idText('message', deps.ids.next()),
        conversation: conversation.id,
        command,
        expiresAtMs: deps.clock.nowMs() + commandLifetimeMs,
      },
    ]);
    if (outcome?.outcome === 'refused') throw new Refused(outcome.failure);
    stored = true;
  } finally {
    if (stored) place.queued();
    else place.abandoned();
  }
}
