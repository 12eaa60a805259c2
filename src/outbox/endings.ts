/**
 * Who waits for the end of a command that is no send. In memory only: whoever waited when the process ended asks again.
 */
import type { MessageId } from '#core/ids.ts';
import type { Dispatch, Ending } from '#ports/dispatch.ts';
import type { SettleItem, Settlement } from '#ports/store/outbound.ts';

export interface Endings {
  readonly onEnding: Dispatch['onEnding'];
  /** What was written about a command; nothing happens where nobody waits, or it was not its end. */
  tell(item: Pick<SettleItem, 'command' | 'settlement'>): void;
}

export function createEndings(): Endings {
  const waiting = new Map<MessageId, (ending: Ending) => void>();
  return {
    onEnding(command, listener) {
      waiting.set(command, listener);
      return () => waiting.delete(command);
    },
    tell({ command, settlement }) {
      if (waiting.size === 0) return;
      const listener = waiting.get(command);
      const ending = listener && endingOf(settlement);
      if (!ending) return;
      waiting.delete(command);
      listener(ending);
    },
  };
}

function endingOf(settlement: Settlement): Ending | undefined {
  switch (settlement.outcome) {
    case 'accepted':
      return { outcome: 'done' };
    case 'failed':
    case 'unknown':
      return { outcome: settlement.outcome, error: settlement.error };
    case 'deferred':
      return undefined;
    default:
      return settlement satisfies never;
  }
}
