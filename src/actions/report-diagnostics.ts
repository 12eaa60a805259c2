/**
 * Keep a client's report about its own connection, one an hour for each account.
 */
import type { Principal } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import { idText, type ReportId } from '#core/ids.ts';
import type { Clock, Ids } from '#ports/runtime.ts';
import type { AccountStore } from '#ports/store/accounts.ts';

export interface ReportDiagnosticsDependencies {
  readonly store: Pick<AccountStore, 'insertReport'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

const everyMs = 60 * 60 * 1000;
const maxBytes = 64 * 1024;

/** `report` is what the facade knows of the report, unknown fields left out. Throws `too_large` and `rate_limited`. */
export async function reportDiagnostics(
  { store, clock, ids }: ReportDiagnosticsDependencies,
  principal: Principal,
  report: Readonly<Record<string, unknown>>,
): Promise<ReportId> {
  const body = JSON.stringify(report);
  if (Buffer.byteLength(body) > maxBytes) {
    throw refuse('too_large', 'The report is larger than 64 KiB; send fewer errors and connection_log entries');
  }
  const id = idText('report', ids.next());
  const stored = await store.insertReport(principal.account, { id, body, atMs: clock.nowMs() }, everyMs);
  if (stored.outcome === 'stored') return id;
  throw refuse('rate_limited', 'This account has sent a report within the last hour; send the next one later', {
    retryAfterMs: stored.retryAfterMs,
  });
}
