/**
 * Put a tapback on a message, or take it away.
 */
import { serviceOf } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import type { AccountId, MessageId } from '#core/ids.ts';
import type { Connections } from '#ports/connections.ts';
import type { Store } from '#ports/store.ts';
import { queueSideCommand, type SideDependencies } from './queue-side-command.ts';
import { inTurn } from './turns.ts';

export interface ReactCommand {
  readonly account: AccountId;
  readonly messageId: MessageId;
  readonly reactionType: string;
  readonly remove: boolean;
}

export type ReactToMessage = (command: ReactCommand) => Promise<void>;

/** Throws `not_found` for a message that is not the account's, `unsupported` with what the channel has, `conflict` before it was sent. */
export function createReactToMessage(
  deps: SideDependencies & { readonly store: Pick<Store, 'messages'>; readonly connections: Connections },
): ReactToMessage {
  return inTurn(deps.turns, async ({ account, messageId, reactionType, remove }, turn) => {
    const [found] = await deps.store.messages(account, [messageId]);
    if (!found) throw refuse('not_found', 'messageId is not a message of this account', { field: 'messageId' });
    const { message, conversation } = found;
    const connection = deps.connections.get(conversation.connection);
    const can = connection?.driver?.capabilities(message.channel);
    if (!connection?.driver?.react || !can || can.reactions === false) {
      throw refuse('unsupported', `${serviceOf(message.channel)} has no reactions`, { field: 'messageId' });
    }
    if (!can.reactions.includes(reactionType)) {
      const known = can.reactions.join(', ');
      throw refuse('unsupported', `reactionType must be one of ${known} on ${serviceOf(message.channel)}`, {
        field: 'reactionType',
      });
    }
    if (message.remoteId === null) {
      throw refuse('conflict', 'This message has not reached the channel yet; react once it is sent', {
        field: 'messageId',
      });
    }
    await queueSideCommand(deps, turn, account, conversation, connection, {
      kind: 'react',
      remoteId: message.remoteId,
      reactionType,
      remove,
    });
  });
}
