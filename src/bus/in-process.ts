/**
 * The bus of a single process: a hint is handed to the account's listeners before `publish` returns. A listener that
 * throws is logged and hurts neither the publisher nor its neighbours.
 */
import type { AccountId } from '#core/ids.ts';
import type { Bus, Hint, Readers } from '#ports/bus.ts';
import type { Log } from '#ports/runtime.ts';

type Listener = (hint: Hint) => void;

export function createInProcessBus(log: Log): Bus & Readers {
  // Lists are replaced, never changed: a listener may come or go while a hint is being handed out.
  const listeners = new Map<AccountId, readonly Listener[]>();
  const watchers = new Set<(account: AccountId, isHeard: boolean) => void>();
  const tell = (account: AccountId, isHeard: boolean): void => {
    for (const watcher of watchers) {
      try {
        watcher(account, isHeard);
      } catch (error) {
        log.error('bus.listener_threw', { hint: 'heard', account, error });
      }
    }
  };
  return {
    publish(hint) {
      const list = listeners.get(hint.account);
      if (!list) return;
      for (const listener of list) {
        try {
          listener(hint);
        } catch (error) {
          log.error('bus.listener_threw', { hint: hint.kind, account: hint.account, error });
        }
      }
    },
    listen(account, listener) {
      // A wrapper of its own, so that listening twice with one function is heard twice and stopped one by one.
      const own: Listener = (hint) => listener(hint);
      const before = listeners.get(account) ?? [];
      listeners.set(account, [...before, own]);
      if (before.length === 0) tell(account, true);
      return () => {
        const known = listeners.get(account) ?? [];
        const rest = known.filter((other) => other !== own);
        if (rest.length === known.length) return;
        if (rest.length > 0) listeners.set(account, rest);
        else {
          listeners.delete(account);
          tell(account, false);
        }
      };
    },
    isHeard: (account) => listeners.has(account),
    watch(watcher) {
      const own: typeof watcher = (account, isHeard) => watcher(account, isHeard);
      watchers.add(own);
      return () => watchers.delete(own);
    },
  };
}
