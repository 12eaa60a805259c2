/**
 * Show or hide the typing bubble on somebody's phone. Ephemeral: never stored, never retried, worthless when late.
 */
import { serviceOf } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import type { Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import { chatNameOf, type OneChat } from './mark-read.ts';
import type { ChatResolver } from './resolve-chat.ts';

export type SignalTyping = (command: OneChat & { readonly started: boolean }) => Promise<void>;

const waitMs = 5_000;

/** Resolves when the channel was told, or could not be (logged). Throws `unsupported` where the channel shows no typing. */
export function createSignalTyping(deps: {
  readonly store: Pick<Store, 'account'>;
  readonly chats: ChatResolver;
  readonly log: Log;
}): SignalTyping {
  return async (command) => {
    const account = await deps.store.account(command.account);
    if (!account) throw refuse('unauthenticated', 'This account no longer exists');
    const chat = await deps.chats.resolve(account, chatNameOf(command));
    if (!chat.driver.typing || !chat.can.typing)
      throw refuse('unsupported', `${serviceOf(chat.channel)} shows no typing`);
    const { line, isGroup, participants, thread } = chat.spec;
    const remoteChat = chat.conversation?.remoteChat ?? null;
    const target = { line, channel: chat.channel, remoteChat, isGroup, participants, thread };
    try {
      await chat.driver.typing(target, command.started, AbortSignal.timeout(waitMs));
    } catch (error) {
      deps.log.warn('typing.failed', { connection: chat.connection.id, error });
    }
  };
}
