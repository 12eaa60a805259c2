/**
 * ClawBook over HTTP: everything below /api/v1. A request is told what it uses that will go, let in and counted by its
 * account's tier, read, held to the contract and answered in the envelope. Fixed paths stand before the patterns that
 * would match them too.
 */
import type { Mount } from '#http/app.ts';
import type { Door } from '#http/authenticate.ts';
import { createCompiledBody } from '#http/compiled-body.ts';
import { createContract } from '#http/contract.ts';
import { routeRows } from '#http/rows.ts';
import { accountRows, type AccountDependencies } from './account-rows.ts';
import { envelope, type BookRow } from './answer.ts';
import { conversationRows, type ConversationDependencies } from './conversation-rows.ts';
import { announceDeprecations } from './deprecations.ts';
import { renderFailure } from './failures.ts';
import { messageRows, type MessageDependencies } from './message-rows.ts';
import { sendRow, type SendDependencies } from './send.ts';

export type ClawBookDependencies = SendDependencies &
  MessageDependencies &
  ConversationDependencies &
  AccountDependencies & {
    readonly door: Door;
    /** Rows of rooms that have their own: webhooks. */
    readonly more?: readonly BookRow[];
    readonly nowMs: () => number;
    /** The address the gateway is reached by, without a slash at its end. Asked late: the port may not be known yet. */
    readonly url: () => string;
    /** Hears of an answer that breaks the contract; tests listen. */
    readonly onBrokenAnswer?: (problem: string) => void;
  };

/** The bundled contract, as the documents serve it. */
export const loadClawBookContract = async (): Promise<unknown> =>
  (await import('#wire/clawbook.openapi.json', { with: { type: 'json' } })).default;

/** What the server mounts at /api/v1, and what to warm once the server listens. */
export function clawBookRest(deps: ClawBookDependencies): { readonly mount: Mount; warm(): Promise<void> } {
  const { door, url, nowMs, onBrokenAnswer } = deps;
  const contract = createContract({ load: loadClawBookContract, ...(onBrokenAnswer && { onBrokenAnswer }) });
  const sendBody = createCompiledBody(loadClawBookContract, 'SendMessageRequest');
  const rows: readonly BookRow[] = [
    sendRow(deps, sendBody),
    ...messageRows(deps),
    ...conversationRows(deps),
    ...accountRows(deps),
    ...(deps.more ?? []),
  ];
  const handler = routeRows(rows, {
    door,
    contract,
    announce: announceDeprecations(url),
    envelope: envelope({ nowMs, url }),
  });
  return {
    mount: { path: '/api/v1', name: 'clawbook', handler, failures: renderFailure(nowMs) },
    warm: async () => void (await Promise.all([sendBody.warm(), contract.warm()])),
  };
}
