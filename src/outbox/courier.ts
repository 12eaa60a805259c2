/**
 * From a claimed run to the verdicts on its commands: the call to the driver, and what its answer means under the
 * circumstances.
 */
import type { ClaimedRun } from '#core/command.ts';
import type { Connection } from '#ports/connections.ts';
import type { Runtime } from '#ports/runtime.ts';
import { carry } from './carry.ts';
import { createDeadlines } from './deadline.ts';
import { unknown, verdicts, type Circumstances, type Verdict } from './verdict.ts';

const defaultTimeoutMs = 30_000;

export interface Courier {
  /** Never throws; resolves within the provider's time limit. */
  carry(run: ClaimedRun, connection: Connection | undefined): Promise<readonly Verdict[]>;
  stop(): void;
}

export function createCourier(deps: { readonly runtime: Runtime; readonly providerTimeoutMs?: number }): Courier {
  const { runtime } = deps;
  const deadlines = createDeadlines(runtime.clock, deps.providerTimeoutMs ?? defaultTimeoutMs);

  function circumstances(run: ClaimedRun, connection: Connection | undefined): Circumstances {
    const [first] = run.commands;
    const channel = first?.kind === 'send' ? first.channel : run.conversation.channel;
    return {
      can: connection?.driver?.capabilities(channel) ?? { idempotency: 'none' },
      channel,
      canAsk: connection?.driver?.reconcile !== undefined,
      nowMs: runtime.clock.nowMs(),
      down: connection?.health.state !== 'connected',
      chance: runtime.chance(),
    };
  }

  return {
    async carry(run, connection) {
      const before = circumstances(run, connection);
      if (!connection?.driver) {
        return verdicts(run.commands, [{ outcome: 'deferred', message: 'the connection is down' }], before);
      }
      const carried = await carry(connection.driver, run, before, deadlines);
      const isPlain = carried.kind === 'receipts' && carried.receipts.every(({ outcome }) => outcome === 'accepted');
      // Time has passed and the connection may have gone; that matters only to what was not accepted.
      const after = isPlain ? before : circumstances(run, connection);
      if (carried.kind === 'receipts') return verdicts(run.commands, carried.receipts, after);
      const [first, ...rest] = run.commands;
      const lost: Verdict[] = first ? [{ command: first, settlements: [unknown(first, carried.error, after)] }] : [];
      return [...lost, ...verdicts(rest, [], after)];
    },
    stop: () => deadlines.stop(),
  };
}
