/**
 * ClawXmtp over HTTP: /account, /users, /messages and /groups. A request is let in, read, held to the contract and answered
 * by one action. Fixed paths stand before the patterns that would match them too. Health is the gateway's own.
 */
import type { Mount } from '#http/app.ts';
import type { Door } from '#http/authenticate.ts';
import { createContract } from '#http/contract.ts';
import type { EventStreams } from '#http/event-stream.ts';
import { routeRows } from '#http/rows.ts';
import { accountRows, type AccountDependencies } from './account-rows.ts';
import { renderFailure } from './failures.ts';
import { groupRows, type GroupDependencies } from './group-rows.ts';
import { messageRows, type MessageDependencies } from './message-rows.ts';

export type ClawXmtpDependencies = AccountDependencies &
  MessageDependencies &
  GroupDependencies & {
    readonly door: Door;
    readonly streams: EventStreams;
    /** Hears of an answer that breaks the contract; tests listen. */
    readonly onBrokenAnswer?: (problem: string) => void;
  };

/** The bundled contract, as the documents serve it. */
export const loadClawXmtpContract = async (): Promise<unknown> =>
  (await import('#wire/clawxmtp.openapi.json', { with: { type: 'json' } })).default;

/** What the server mounts, and what to warm once it listens. */
export function clawXmtpRest(deps: ClawXmtpDependencies): { readonly mounts: readonly Mount[]; warm(): Promise<void> } {
  const { door, streams, onBrokenAnswer } = deps;
  const contract = createContract({ load: loadClawXmtpContract, ...(onBrokenAnswer && { onBrokenAnswer }) });
  const rows = [...accountRows(deps), ...messageRows(deps), ...groupRows(deps)];
  const handler = routeRows(rows, { door, contract, streams });
  const mounts = ['/account', '/users', '/messages', '/groups'].map((path) => ({
    path,
    name: 'clawxmtp',
    handler,
    failures: renderFailure,
  }));
  return { mounts, warm: () => contract.warm() };
}
