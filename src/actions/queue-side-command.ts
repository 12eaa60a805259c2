/**
 * Commit a command that is not a send (a tapback, a read mark) and wake the outbox: what reaction and read frames, and
 * changes of a group, have in common.
 */
import { commandLifetimeMs, type SideCommand } from '#core/command.ts';
import { Refused } from '#core/failure.ts';
import { idText, type AccountId, type MessageId } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { Connection } from '#ports/connections.ts';
import type { Dispatch, Ending } from '#ports/dispatch.ts';
import type { Clock, Ids, Timers } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { Turn, Turns } from './turns.ts';

export interface SideDependencies {
  readonly store: Pick<Store, 'enqueue'>;
  readonly turns: Turns;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Resolves once the command is on disk; `named` is told its id just before. Throws Refused when it could not be stored. */
export async function queueSideCommand(
  deps: SideDependencies,
  turn: Turn,
  account: AccountId,
  conversation: Conversation,
  connection: Connection,
  command: SideCommand,
  named?: (id: MessageId) => void,
): Promise<void> {
  const earlier = turn.come();
  if (earlier) await earlier;
  // Not before its turn: commands of a conversation are carried out in the order of their ids.
  const id = idText('message', deps.ids.next());
  named?.(id);
  const place = deps.dispatch.place(conversation, null, connection);
  let stored = false;
  try {
    const queued = deps.store.enqueue([
      {
        account,
        id,
        conversation: conversation.id,
        command,
        expiresAtMs: deps.clock.nowMs() + commandLifetimeMs,
      },
    ]);
    turn.end();
    const [outcome] = await queued;
    if (outcome?.outcome === 'refused') throw new Refused(outcome.failure);
    stored = true;
  } finally {
    if (stored) place.queued();
    else place.abandoned();
  }
}

/** Commit a command and wait until the provider has answered for it; `pending`: not within `waitMs`, and it goes on. */
export async function runSideCommand(
  deps: SideDependencies & { readonly timers: Timers },
  chat: { readonly account: AccountId; readonly conversation: Conversation; readonly connection: Connection },
  command: SideCommand,
  waitMs: number,
): Promise<Ending | { readonly outcome: 'pending' }> {
  const turn = deps.turns.take(chat.account);
  const over = new AbortController();
  let ending: Ending | undefined;
  let stop = (): void => undefined;
  const listen = (id: MessageId): void => {
    stop = deps.dispatch.onEnding(id, (heard) => {
      ending = heard;
      over.abort();
    });
  };
  try {
    await queueSideCommand(deps, turn, chat.account, chat.conversation, chat.connection, command, listen);
    if (!ending) await deps.timers.sleep(waitMs, over.signal);
    return ending ?? { outcome: 'pending' };
  } finally {
    turn.end();
    stop();
  }
}
