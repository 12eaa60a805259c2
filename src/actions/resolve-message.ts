/**
 * Decide what became of a message whose fate is unknown: it was sent, it failed, or send it again.
 */
import type { AccountId, MessageId } from '#core/ids.ts';
import type { Message } from '#core/message.ts';
import type { Connections } from '#ports/connections.ts';
import type { Dispatch } from '#ports/dispatch.ts';
import type { Store } from '#ports/store.ts';
import type { Resolution } from '#ports/store/outbound.ts';

export type ResolveMessage = (account: AccountId, message: MessageId, as: Resolution) => Promise<Message['status']>;

/** Answers the status after. Throws `not_found`, or `conflict` for a message that is not unknown. */
export function createResolveMessage(deps: {
  readonly store: Pick<Store, 'resolve'>;
  readonly dispatch: Dispatch;
  readonly connections: Connections;
}): ResolveMessage {
  return async (account, message, as) => {
    const { status, lane } = await deps.store.resolve(account, message, as);
    const connection = lane && deps.connections.get(lane.connection);
    if (lane && connection) deps.dispatch.queued(account, lane.conversation, connection);
    return status;
  };
}
